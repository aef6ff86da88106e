"""Words of a paragraph replaced in its markup as it is spelled, where that is sure to come to the same as in a tree."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

from skills.documents.document.runs import is_plain
from skills.documents.document.word_diff import hunks

_WORDS: Final = re.compile(r"<w:t( xml:space=\"preserve\")?>([^<]*)<")
# Locks of controls, links that words at their edge may leave, and characters that are spelled in another way.
_UNSURE: Final = ("<w:sdt", "<w:hyperlink", "&")


def reworded(piece: str, start: int, end: int, text: str) -> str | None:
    """The paragraph with `text` for those characters; None where they are not all in one `w:t`, or it is not sure."""
    if not is_plain(text) or any(map(piece.__contains__, _UNSURE)):
        return None
    at = 0
    for found in _WORDS.finditer(piece):
        words = found[2]
        if start < at + len(words):
            return _in_words(piece, found, start - at, end - at, text)
        at += len(words)
    return None


def _in_words(piece: str, found: re.Match[str], start: int, end: int, text: str) -> str | None:
    words = found[2]
    if end > len(words) or _grows_at_edge(words, start, end, text):
        return None
    made = f"{words[:start]}{text}{words[end:]}"
    if not made:
        return None  # its run goes with it
    is_kept = found[1] or made != made.strip() or "  " in made
    kept = ' xml:space="preserve"' if is_kept else ""
    return f"{piece[: found.start()]}<w:t{kept}>{escape(made)}{piece[found.end(2) :]}"


def _grows_at_edge(words: str, start: int, end: int, text: str) -> bool:
    """Whether words are put in at an end of the stretch, which may belong to the stretch beside it."""
    if start and end < len(words):
        return False
    return any(
        each.start == each.end and (start + each.start) in {0, len(words)} for each in hunks(words[start:end], text)
    )
