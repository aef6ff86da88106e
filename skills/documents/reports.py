"""What an edit's result tells beyond its changes: where the anchors are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.documents.document.anchors import text_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.agent.changes import Change
    from skills.documents.document.word import WordDocument

_MAX_ANCHORS = 12


def report(before: WordDocument, after: WordDocument, changes: Sequence[Change]) -> str:  # noqa: ARG001 - as asked
    """The new anchors of paragraphs whose text changed, for edits to come."""
    anchors: list[str] = []
    for change in changes:
        if change.kind == "text" and len(anchors) < _MAX_ANCHORS:
            anchor = _anchor(change)
            anchors += [anchor] if anchor else []
    return f"anchors now: {' '.join(f'[{each}]' for each in anchors)}" if anchors else ""


def _anchor(change: Change) -> str:
    """None for an id made from the text, which went with it: the change's own line names the new one."""
    name = change.where.rpartition("/")[2]
    return "" if name.startswith("~") else f"{change.where}#{text_hash(change.after['text'])}"
