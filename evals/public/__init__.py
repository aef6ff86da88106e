"""Public benchmark sets, read in place from a folder outside the project, as tasks like our own."""
