"""What an edit's result tells beyond its changes: how often the same words changed, where the anchors are now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from skills.documents.document.anchors import text_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.agent.changes import Change
    from skills.documents.document.word import WordDocument

_MAX_ANCHORS = 12
_SEVERAL = 3


def report(before: WordDocument, after: WordDocument, changes: Sequence[Change]) -> str:  # noqa: ARG001 - as asked
    """Counts of the same replacement, and the new anchors of paragraphs whose text changed, for edits to come."""
    texts = [change for change in changes if change.kind == "text"]
    anchors: list[str] = []
    for change in texts:
        if len(anchors) < _MAX_ANCHORS:
            anchor = _anchor(change)
            anchors += [anchor] if anchor else []
    told = [f"anchors now: {' '.join(f'[{each}]' for each in anchors)}"] if anchors else []
    return "\n".join([*_counts(texts), *told])


def _counts(texts: Sequence[Change]) -> list[str]:
    """Of replacements made several times: where, a part of the file at a time."""
    places = [
        (change.before["text"][each["start"] : each["end"]], each["text"], change.where)
        for change in texts
        for each in change.after["words"]
    ]
    lines: list[str] = []
    for (old, new), count in Counter((old, new) for old, new, _ in places).most_common(_SEVERAL):
        if count >= _SEVERAL:
            wheres = [where for was, now, where in places if (was, now) == (old, new)]
            parts = Counter(where.rpartition("/")[0] or "body" for where in wheres)
            lines.append(f"{old!r} → {new!r} {count} times: {', '.join(f'{part} {n}' for part, n in parts.items())}")
    return lines


def _anchor(change: Change) -> str:
    """None for an id made from the text, which went with it: the change's own line names the new one."""
    name = change.where.rpartition("/")[2]
    return "" if name.startswith("~") else f"{change.where}#{text_hash(change.after['text'])}"
