"""What differs between two versions of a document, in words an editor can replay."""

from skills.documents.changes.compare import compare, covers

__all__ = ["compare", "covers"]
