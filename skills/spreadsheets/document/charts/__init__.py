"""Native charts: built, placed in a drawing, read and changed."""
