"""What differs between two versions of a deck, measured; nothing here knows the edits that caused it."""

from skills.presentations.changes.compare import compare, covers

__all__ = ["compare", "covers"]
