"""House styles for new documents: templates as real .docx files, and the program that makes them."""
