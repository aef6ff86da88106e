"""500 random batches over our fixtures and fifty real files, each judged in full."""

from __future__ import annotations

import io
import json
import random
from itertools import zip_longest
from pathlib import Path
from typing import Any

import docx
import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.errors import FileError, ServiceUnavailable, ToolError
from copilot_server.office.render import find_renderer
from skills.documents.agent import skill
from skills.documents.document.comments import comments
from skills.documents.document.revisions import revisions
from skills.documents.document.word import WordDocument
from skills.documents.tools import edit
from tests.skills.documents.looks import looks

pytestmark = [pytest.mark.slow, pytest.mark.soffice]
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "documents"
BATCHES = 500
RENDERED_EVERY = 20
PARAGRAPHS_AT_MOST = 1500


def _files(corpus: Path) -> list[bytes]:
    """All fixtures and fifty files of the corpus that open, always the same."""
    chooser = random.Random(11)  # noqa: S311 - a seeded choice, no secret
    found = [path.read_bytes() for path in sorted(FIXTURES.glob("*.docx"))]
    wanted = len(found) + 50
    paths = sorted((corpus / "docx").iterdir())
    for path in chooser.sample(paths, len(paths)):
        data = path.read_bytes()
        if len(found) < wanted and _is_editable(data):
            found.append(data)
    return found


def _is_editable(data: bytes) -> bool:
    try:
        return 0 < sum(1 for _ in WordDocument.open(data).paragraphs()) < PARAGRAPHS_AT_MOST
    except FileError:
        return False


def _batch(choose: random.Random, document: WordDocument, *, tracked: bool) -> list[dict[str, Any]]:
    paragraphs = [each for each in document.paragraphs() if each.story.kind in {"body", "header"}]
    return [_edit(choose, paragraphs, tracked=tracked) for _ in range(choose.randint(1, 5))]


def _edit(choose: random.Random, paragraphs: list[Any], *, tracked: bool) -> dict[str, Any]:
    one, other = choose.choice(paragraphs), choose.choice(paragraphs)
    at, words = one.place, one.text.split()
    word = choose.choice(words) if words else "nothing"
    text = choose.choice(["", "quay", "a longer stretch of words", "tab\there", "Ünïcode 漢字", "two\nlines"])
    always: list[dict[str, Any]] = [
        {"op": "replace", "find": word, "text": text, "at": at, "all": True},
        {"op": "set_text", "at": at, "text": f"{one.text[: len(one.text) // 2]} {text}".strip()},
        {
            "op": "insert",
            "after": at,
            "markdown": f"x {text}\n\n- item\n\n1. one\n\n## Part\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        },
        {"op": "move", "at": [at], "before": other.place},
        {"op": "style", "at": [at], "style": choose.choice(["Quote", "Heading 2", "Heading 2", "No such style"])},
        {"op": "format", "at": [at], "bold": True, "size": 13},
        {"op": "list", "at": [at], "kind": choose.choice(["number", "bullet"])},
        {"op": "comment", "at": at, "text": "Is this so?"},
        {"op": "footnote", "at": at, "text": "As measured."},
        {"op": "bookmark", "at": at, "name": f"mark{choose.randint(1, 9)}"},
        {"op": "link", "at": at, "to": "https://example.org/"},
    ]
    if any(each.cell is not None for each in paragraphs):
        always += [
            {"op": "add_rows", "table": "T1", "rows": [["a", "b"]]},
            {"op": "set_cells", "table": "T1", "cells": [{"row": 1, "column": 1, "text": text}]},
        ]
    plain: list[dict[str, Any]] = [
        {"op": "contents", "before": at},
        {"op": "header_footer", "which": "header", "text": f"Draft {text}"},
        {"op": "update_fields"},
    ]
    # Deleting takes others' comments and revisions with it where it is not tracked, as it should.
    deleting: list[dict[str, Any]] = [{"op": "delete", "at": [at]}, {"op": "delete_rows", "table": "T1", "rows": [1]}]
    return choose.choice([*always, *(deleting if tracked else plain)])


def _land(draft: Draft[WordDocument], batch: list[dict[str, Any]], *, track: bool) -> bool:
    try:
        edit.run(draft, **edit.parse(json.dumps({"edits": batch, "track": track, "author": "Zoe"})))
    except ToolError:
        return False
    return True


def _is_readable_elsewhere(data: bytes) -> bool:
    try:
        docx.Document(io.BytesIO(data))
    except Exception:  # noqa: BLE001 - whatever another library makes of it
        return False
    return True


def _is_rendered(data: bytes) -> bool:
    try:
        return find_renderer().pdf(data, ".docx").startswith(b"%PDF")
    except (FileError, ServiceUnavailable):
        return False


def _others(document: WordDocument) -> set[tuple[str, str]]:
    """Revisions by author and kind: an edit over one may part it, but not end it."""
    return {(each.author, each.kind) for each in revisions(document.body)}


def _faults(original: bytes, draft: Draft[WordDocument], *, tracked: bool) -> list[str]:
    """What a batch that landed did wrong."""
    before = WordDocument.open(original)
    saved = draft.document.to_bytes()
    after = WordDocument.open(saved)
    found: list[str] = []
    if draft.base.to_bytes() != original:
        found.append("undo is not identical")
    if _is_readable_elsewhere(original) and not _is_readable_elsewhere(saved):
        found.append("python-docx does not open it any more")
    found += [f"new finding: {each.text}" for each in draft.receipt().new if each.code.startswith(("broken", "half"))]
    if not {each.id for each in comments(before)} <= {each.id for each in comments(after)}:
        found.append("a comment is gone")
    if not _others(before) <= _others(after):
        found.append("somebody's revisions are gone")
    if tracked:
        found += _rejected(before, saved)
    return found


def _rejected(before: WordDocument, saved: bytes) -> list[str]:
    draft = Draft(skill, WordDocument.open(saved), Consent("reject"))
    _land(draft, [{"op": "resolve_changes", "action": "reject", "by": "Zoe"}], track=False)
    old, new = _text_of(before), _text_of(draft.document)
    if old == new:
        return []
    differing = next((pair for pair in zip_longest(old, new) if pair[0] != pair[1]), None)
    return [f"rejecting does not restore it: {differing}"]


def _text_of(document: WordDocument) -> list[tuple[object, ...]]:
    """All but what is said about the text: comments are no tracked changes, and stay."""
    return [
        each
        for each in looks(document)
        if each[0] != "comments" and (each[2] or each[0] not in {"footnotes", "endnotes"})
    ]


def test_500_random_batches_land_whole_or_leave_no_trace(corpus: Path) -> None:
    files = _files(corpus)
    landed, faults = 0, list[str]()
    for number in range(BATCHES):
        choose = random.Random(number)  # noqa: S311 - a seeded choice, no secret
        original = choose.choice(files)
        tracked = choose.random() < 0.5
        draft = Draft(skill, WordDocument.open(original), Consent("delete whatever"))
        batch = _batch(choose, draft.base, tracked=tracked)
        if not _land(draft, batch, track=tracked):
            faults += [] if draft.document.to_bytes() == original else [f"{number}: a failed batch left a trace"]
            continue
        landed += 1
        faults += [
            f"{number} {[each['op'] for each in batch]}: {each}" for each in _faults(original, draft, tracked=tracked)
        ]
        if number % RENDERED_EVERY == 0 and _is_rendered(original) and not _is_rendered(draft.document.to_bytes()):
            faults.append(f"{number}: LibreOffice does not open it any more")
    print(f"{landed} of {BATCHES} batches landed over {len(files)} files")
    assert faults == []
