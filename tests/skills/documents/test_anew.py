"""Documents written anew: nothing a check finds, contents numbered by the pages the renderer lays out."""

from __future__ import annotations

import pytest

from fixtures.documents.anew.make import DESIGNS, written
from skills.documents.checks import check
from skills.documents.checks.rendered import page_findings
from skills.documents.document.word import WordDocument
from skills.documents.edits.blocks import Insert
from skills.documents.writing.contents import headings
from tests.skills.documents.looks import texts


@pytest.mark.parametrize("name", [name for name in DESIGNS if name != "report"])
def test_a_document_written_anew_has_no_findings(name: str) -> None:
    assert check(written(name).document) == []


@pytest.mark.slow
@pytest.mark.soffice
def test_a_report_has_no_findings_on_its_pages_and_contents_that_count_them() -> None:
    report = written("report").document
    assert check(report) == []
    assert page_findings(report) == ()
    entries = [text.rpartition("\t") for text in texts(report) if "\t" in text]
    assert [name for name, _, _ in entries[:2]] == ["Summary", "What was surveyed"]
    numbers = [int(number) for _, _, number in entries]
    assert len(numbers) == len([each for each in headings(report) if each.level <= 2])
    assert numbers == sorted(numbers)
    assert numbers[0] == 3


@pytest.mark.slow
@pytest.mark.soffice
def test_a_page_with_one_line_and_a_heading_at_the_foot_are_seen() -> None:
    document = WordDocument.create()
    body = "\n\n".join(f"Line {number} of a page that fills." for number in range(60))
    Insert(op="insert", markdown=f"{body}\n\n{{page break}}\n\n# Alone\n\n{{page break}}\n\nLast words.").apply(
        document
    )
    found = page_findings(document)
    assert found is not None
    assert {each.code for each in found} == {"nearly-empty-page", "lone-heading"}
