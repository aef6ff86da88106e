"""New content: Markdown and data made into paragraphs, tables, notes and pictures of a file."""
