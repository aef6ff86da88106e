"""Notes and threaded comments: the cells they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.references.areas import shift_text
from skills.spreadsheets.document.references.holders.elements import discard, named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift


def shift_comments(root: Element, shift: Shift) -> None:
    """Of a part of notes or of threaded comments; those of deleted cells go."""
    for comment in named(root, "comment", "threadedComment"):
        moved = shift_text(comment.get("ref", ""), shift)
        if moved is None:
            discard(comment)
        else:
            comment.set("ref", moved)
