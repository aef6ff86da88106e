"""Habits a document does not keep, each told once."""

from __future__ import annotations

from skills.documents.checks.habits import habit_findings
from skills.documents.document.word import WordDocument
from skills.documents.edits.blocks import Insert
from skills.documents.edits.format import Format


def _codes(markdown: str) -> set[str]:
    document = WordDocument.create()
    Insert(op="insert", markdown=markdown).apply(document)
    return {each.code for each in habit_findings(document)}


def test_dates_and_numbers_written_in_two_ways_are_told() -> None:
    assert _codes("On 12 June 2026 for 1,200.\n\nOn 2026-07-01 for 1.200 more.") == {"mixed-dates", "mixed-numbers"}
    assert _codes("On 12 June 2026 for 1,200.\n\nOn 1 July 2026 for 3.5 more.") == set()


def test_defined_terms_are_held_to_their_definition() -> None:
    assert _codes("The buyer (the “Client”) pays.\n\nThe client pays the Client.") == {"term-spelling"}
    assert _codes("The buyer (the “Client”) pays.") == {"term-unused"}
    assert _codes("A (the “Client”) and B (the “Client”).\n\nThe Client pays.") == {"term-defined-twice"}


def test_a_size_set_by_hand_all_over_is_told_once() -> None:
    document = WordDocument.create()
    Insert(op="insert", markdown="\n\n".join(f"Line {number}." for number in range(8))).apply(document)
    places = [each.place for each in document.paragraphs(document.stories[0])]
    Format(op="format", at=places, size=13).apply(document)
    assert [each.code for each in habit_findings(document)] == ["direct-formatting"]
