"""The typed view over a Word file: stories, paragraphs, runs and the parts around them."""
