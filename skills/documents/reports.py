"""What an edit's result tells beyond its changes: where the anchors are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.agent.changes import Change
    from skills.documents.document.word import WordDocument

_MAX_ANCHORS = 12


def report(before: WordDocument, after: WordDocument, changes: Sequence[Change]) -> str:  # noqa: ARG001 - the engine's call
    """The new anchors of paragraphs whose text changed, for edits to come."""
    anchors: list[str] = []
    for change in changes:
        if change.kind in {"text", "revision"} and len(anchors) < _MAX_ANCHORS:
            anchor = _anchor(after, change.where)
            anchors += [anchor] if anchor else []
    return f"anchors now: {' '.join(f'[{each}]' for each in anchors)}" if anchors else ""


def _anchor(document: WordDocument, place: str) -> str:
    try:
        return document.paragraph(place).anchor
    except ToolError:
        return ""  # an id made from the text, which went with it; the change's own line names the new one
