"""What an edit's result tells the model beyond its changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copilot_server.agent.changes import Change
from copilot_server.errors import TargetNotFound
from skills.presentations.document.deck import Deck
from skills.presentations.document.fitting import fit

_FITTED = {"text", "shape_resized", "shape_restyled"}
_TOLD = 1.5  # points
_STRUCTURAL = {"slide_added", "slide_deleted", "slide_moved"}


def report(before: Deck, after: Deck, changes: Sequence[Change]) -> str:
    """The new order of slides, when it changed, so that the next call names them right; and what still overflows."""
    lines = list(_still(before, after, changes))
    if any(change.kind in _STRUCTURAL for change in changes):
        order = " ".join(f"{slide.number}={slide.anchor}" for slide in after.slides[:60])
        lines.append(f"slides now: {order}")
    return "\n".join(lines)


def _still(before: Deck, after: Deck, changes: Sequence[Change]) -> Iterator[str]:
    """A fault that was there already is no new one, but who mends it wants to know how much of it is left."""
    for where in dict.fromkeys(change.where for change in changes if change.kind in _FITTED):
        slide, _, key = where.partition("/")
        old, new = (_overflow(deck, slide, key) for deck in (before, after))
        if old and new and abs(old - new) > _TOLD:
            yield f"still too high: {where}: text is {new / 72:.2f} in higher than its box (was {old / 72:.2f})"


def _overflow(deck: Deck, slide: str, key: str) -> float | None:
    """In points; None where the text fits or is not there."""
    try:
        found = fit(deck.slide(slide).shape(key))
    except TargetNotFound:
        return None
    return found.overflow if found and found.overflow > found.smallest * 0.5 else None
