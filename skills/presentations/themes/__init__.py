"""Our own themes: real .pptx templates, made by `python -m skills.presentations.themes.make`."""
