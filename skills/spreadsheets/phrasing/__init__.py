"""Plain commands for workbooks, topic by topic: regular speech in, edits as data out."""
