"""Views of a document for a model: its outline, its paragraphs as light Markdown, and what a search finds."""
