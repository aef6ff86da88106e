"""Every real Word file: untouched, one word replaced, the same word replaced as a tracked change and rejected."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.errors import FileError
from skills.documents.agent import skill
from skills.documents.document.bindings import data_parts
from skills.documents.document.markup import SDT, w
from skills.documents.document.word import WordDocument
from skills.documents.edits.revisions import ResolveChanges
from skills.documents.edits.text import Replace
from tests.fidelity.judge import (
    Judge,
    judge,  # noqa: F401 - a fixture
)
from tests.fidelity.sweep import Choose, sweep
from tests.skills.documents.looks import looks

pytestmark = pytest.mark.slow


def _replacing(*, tracked: bool) -> Choose:
    def choose(document: WordDocument) -> tuple[list[Any], list[str]] | None:
        """A word of three letters or more that stands in one run, two thirds into the file."""
        found = [
            (paragraph, match.group())
            for paragraph in document.paragraphs()
            if paragraph.story.kind != "comments"
            for each in paragraph.inlines
            if each.kind == "text" and not each.lock
            for match in re.finditer(r"\w{3,}", each.text)
        ][:2000]
        if not found:
            return None
        paragraph, word = found[len(found) * 2 // 3]
        edit = Replace(
            op="replace", find=word, text="Zebra", at=paragraph.anchor, all=True, tracked=tracked, author="Zed"
        )
        controls = (*paragraph.element.iterancestors(SDT), *paragraph.element.iter(SDT))
        is_bound = any(each.find(f"{w('sdtPr')}/{w('dataBinding')}") is not None for each in controls)
        return [edit], [paragraph.story.part, *(data_parts(document) if is_bound else ())]

    return choose


def _nothing_more(before: bytes, after: bytes, document: WordDocument, edits: list[Any]) -> list[str]:
    return []


def _rejecting_restores(before: bytes, after: bytes, document: WordDocument, edits: list[Any]) -> list[str]:
    draft = Draft(skill, WordDocument.open(after))
    draft.apply([ResolveChanges(op="resolve_changes", action="reject", by="Zed")])
    return [] if looks(draft.document) == looks(WordDocument.open(before)) else ["rejecting does not restore it"]


def test_opening_and_saving_changes_no_byte(corpus: Path) -> None:
    for path in sorted((corpus / "docx").iterdir()):
        data = path.read_bytes()
        try:
            document = WordDocument.open(data).fork()
        except FileError:
            continue
        for story in document.stories:
            document.edit(story.part)
        assert document.to_bytes() == data, path.name


@pytest.mark.parametrize("tracked", [False, True], ids=["plain", "tracked"])
def test_one_replaced_word_changes_nothing_else(corpus: Path, judge: Judge, tracked: bool) -> None:  # noqa: F811
    verify = _rejecting_restores if tracked else _nothing_more
    found = sweep(sorted((corpus / "docx").iterdir()), _replacing(tracked=tracked), judge, verify)
    print(found)
    assert not found.spoiled
    assert not found.crashed
    assert found.clean_share >= 0.99
