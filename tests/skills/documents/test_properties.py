"""Random batches: a failed one changes nothing, a tracked one is rejected without a trace, others' work stays."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.errors import ToolError
from skills.documents.agent import skill
from skills.documents.document.comments import comments
from skills.documents.document.revisions import revisions
from skills.documents.document.word import WordDocument
from skills.documents.tools import edit
from tests.skills.documents.looks import looks

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "documents"
WORDS = st.sampled_from(["pier", "the", "planks", "new", "of", "work", "Two", "members", "nowhere", "June"])
TEXTS = st.sampled_from(["", "quay", "a longer stretch of words", "tab\there", "Ünïcode 漢字", "two\nlines"])


@st.composite
def edits(draw: st.DrawFn, anchors: list[str]) -> dict[str, Any]:
    at = draw(st.sampled_from(anchors))
    return draw(
        st.one_of(
            st.builds(lambda f, t, a: {"op": "replace", "find": f, "text": t, "all": a}, WORDS, TEXTS, st.booleans()),
            st.builds(lambda t: {"op": "set_text", "at": at, "text": t}, TEXTS),
            st.builds(lambda t: {"op": "insert", "after": at, "markdown": f"x {t}\n\n- item\n\n## Part"}, TEXTS),
            st.just({"op": "delete", "at": [at]}),
            st.just({"op": "move", "at": [at], "before": draw(st.sampled_from(anchors))}),
            st.builds(lambda s: {"op": "style", "at": [at], "style": s}, st.sampled_from(["Quote", "Heading 2", "No"])),
            st.builds(lambda w: {"op": "format", "at": [at], "words": w, "bold": True}, st.none() | WORDS),
            st.just({"op": "list", "at": [at], "kind": "number"}),
            st.just({"op": "add_rows", "table": "T1", "rows": [["a", "b"]]}),
            st.just({"op": "delete_rows", "table": "T1", "rows": [2]}),
        )
    )


def _batch(data: st.DataObject, document: WordDocument) -> list[dict[str, Any]]:
    anchors = [paragraph.place for paragraph in document.paragraphs() if paragraph.story.kind in {"body", "header"}]
    return data.draw(st.lists(edits(anchors), min_size=1, max_size=5))


def _attempt(draft: Draft[WordDocument], batch: list[dict[str, Any]], *, track: bool) -> bool:
    try:
        edit.run(draft, **edit.parse(json.dumps({"edits": batch, "track": track, "author": "Zoe"})))
    except ToolError:
        return False
    return True


@pytest.mark.parametrize("name", ["report", "reviewed", "plain", "strict", "contract"])
@pytest.mark.parametrize("track", [False, True], ids=["plain", "tracked"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_batch_lands_whole_or_not_at_all(name: str, track: bool, data: st.DataObject) -> None:
    original = (FOLDER / f"{name}.docx").read_bytes()
    draft = Draft(skill, WordDocument.open(original), Consent("delete whatever"))
    batch = _batch(data, draft.base)
    if not _attempt(draft, batch, track=track):
        assert draft.document.to_bytes() == original
        return
    assert draft.base.to_bytes() == original
    saved = draft.document.to_bytes()
    if name != "strict":  # python-docx does not open that dialect
        docx.Document(io.BytesIO(saved))
    assert [finding for finding in draft.receipt().new if finding.code.startswith(("broken", "half"))] == []
    if track:
        _assert_rejected_whole(original, saved)


def _assert_rejected_whole(original: bytes, saved: bytes) -> None:
    draft = Draft(skill, WordDocument.open(saved), Consent("reject"))
    before = WordDocument.open(original)
    _attempt(draft, [{"op": "resolve_changes", "action": "reject", "by": "Zoe"}], track=False)
    assert looks(draft.document) == looks(before)
    assert [each.text for each in comments(draft.document)] == [each.text for each in comments(before)]
    assert _others(draft.document) == _others(before)


def _others(document: WordDocument) -> set[tuple[str, str]]:
    """Revisions by author and kind: an edit over one may part it, but not end it."""
    return {(each.author, each.kind) for each in revisions(document.body)}
