"""What an edit's result tells the model beyond its changes."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_server.agent.changes import Change
from skills.presentations.document.deck import Deck

_STRUCTURAL = {"slide_added", "slide_deleted", "slide_moved"}


def report(before: Deck, after: Deck, changes: Sequence[Change]) -> str:  # noqa: ARG001 - the skill's contract
    """The new order of slides, when it changed, so that the next call names them right."""
    if not any(change.kind in _STRUCTURAL for change in changes):
        return ""
    order = " ".join(f"{slide.number}={slide.anchor}" for slide in after.slides[:60])
    return f"slides now: {order}"
