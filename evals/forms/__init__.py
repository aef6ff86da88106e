"""The suite of forms."""
