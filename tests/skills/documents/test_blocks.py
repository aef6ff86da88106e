"""Paragraphs and tables inserted, deleted, moved, styled."""

from __future__ import annotations

import io

import docx
import pytest

from copilot_server.agent.draft import Draft
from copilot_server.errors import Refused, ToolError
from skills.documents.agent import skill
from skills.documents.document.markup import TC, TCPR, TR, child
from skills.documents.document.numbering import numbering_of
from skills.documents.document.styles import styles_of
from skills.documents.document.tables import find_table
from skills.documents.document.word import WordDocument
from skills.documents.edits.blocks import Delete, Insert, Move
from skills.documents.edits.format import Format, MakeList, Style
from skills.documents.edits.page import HeaderFooter
from skills.documents.edits.revisions import ResolveChanges
from skills.documents.edits.tables import AddRows, CellText, DeleteRows, MergeCells, SetCells
from tests.skills.documents.conftest import Begin, Open
from tests.skills.documents.looks import looks, texts

EVERYTHING = [
    Insert(op="insert", after='"The north pier is sound"', markdown="A *new* one.\n\n- item\n\n## Part", tracked=True),
    Delete(op="delete", at=['"We recommend"'], tracked=True),
    Move(op="move", at=['"Each plank was"'], before='"Each pier was"', tracked=True),
    Style(op="style", at=['"The ladder is missing"'], style="Quote", tracked=True),
    Format(op="format", at=['"Two bollards"'], words="bollards", bold=True, align="center", tracked=True),
    MakeList(op="list", at=['"The survey covers"'], kind="bullet", tracked=True),
    AddRows(op="add_rows", table="T1", rows=[["Paint", "3", "90"]], tracked=True),
    DeleteRows(op="delete_rows", table="T1", rows=[3], tracked=True),
]


@pytest.mark.parametrize("edit", EVERYTHING, ids=lambda edit: edit.op)
def test_every_tracked_edit_can_be_rejected_without_a_trace(begun: Begin, edit: Insert) -> None:
    draft = begun("report")
    before = looks(draft.base)
    draft.apply([edit])
    draft.apply([ResolveChanges(op="resolve_changes", action="reject")])
    assert looks(draft.document) == before


def test_inserted_text_looks_like_its_neighbours_and_lists_are_real(opened: Open) -> None:
    document = opened("report")
    Insert(op="insert", after='"Two bollards"', markdown="- A third\n\nPlain text.").apply(document)
    numbering = numbering_of(document, styles_of(document))
    third, second = (document.paragraph(f'"{words}"').element for words in ("A third", "Two bollards"))
    assert numbering.of(third) == numbering.of(second)
    assert document.paragraph('"Plain text."').style_id is None


def test_a_new_table_has_a_header_row_and_fits_the_page(opened: Open) -> None:
    document = opened("report")
    Insert(op="insert", markdown="| A | B |\n|---|---|\n| one | two |").apply(document)
    table = find_table(document, "T2")
    assert (table.header_rows, [[cell.text for cell in row] for row in table.grid]) == (1, [["A", "B"], ["one", "two"]])


def test_cells_are_set_by_row_and_header_text(opened: Open) -> None:
    document = opened("report")
    cell = CellText(row=2, column="Cost", text="2,500")
    SetCells(op="set_cells", table="T1", cells=[cell]).apply(document)
    assert find_table(document, "T1").cell(2, 3).text == "2,500"


def test_merged_cells_keep_all_their_text(opened: Open) -> None:
    document = opened("report")
    MergeCells(op="merge_cells", table="T1", top=2, left=1, bottom=3, right=1).apply(document)
    assert find_table(document, "T1").cell(2, 1).text == "Planks\nBollards"
    with pytest.raises(Refused, match="covered by the merged cell"):
        find_table(document, "T1").cell(3, 1)


def test_deleting_a_paragraph_takes_the_note_only_it_held(begun: Begin) -> None:
    draft = begun("report")
    draft.apply([Delete(op="delete", at=['"The survey covers"'])])
    assert b"fifth pier" not in draft.document.package.read("word/footnotes.xml")


def test_a_paragraph_moves_with_all_it_holds(begun: Begin) -> None:
    draft = begun("report")
    answer = draft.apply([Move(op="move", at=['"We recommend"'], after='"Summary"')])
    assert "moved" in answer
    assert texts(draft.document)[3].startswith("We recommend")


def test_a_whole_table_is_deleted_only_at_the_users_word(opened: Open) -> None:
    draft = Draft(skill, opened("report"))
    with pytest.raises(ToolError, match="did not ask"):
        draft.apply([Delete(op="delete", at=["T1"])])


def test_cells_merged_downwards_leave_no_paragraph_twice(begun: Begin) -> None:
    draft = begun("report")
    draft.apply([MergeCells(op="merge_cells", table="T1", top=1, left=1, bottom=2, right=1, tracked=False)])
    merged = find_table(draft.document, "T1", editing=False)
    assert [child(row.findall(TC)[0].find(TCPR), "vMerge") is not None for row in merged.element.findall(TR)[:2]] == [
        True,
        True,
    ]


def test_a_footer_with_fields_is_set_as_a_tracked_change(begun: Begin) -> None:
    draft = begun("report")
    before = looks(draft.base)
    footer = HeaderFooter(op="header_footer", which="footer", text="Page {page} of {pages}", tracked=True, author="Zoe")
    draft.apply([footer])
    done = {}
    for action in ("accept", "reject"):
        settled = Draft(skill, draft.document, draft.consent)
        settled.apply([ResolveChanges(op="resolve_changes", action=action, by="Zoe")])
        done[action] = settled.document
    assert looks(done["reject"]) == before
    footers = [each.text for each in done["accept"].paragraphs() if each.story.kind == "footer"]
    assert [text for text in footers if text.startswith("Page 1 of")] == footers


def test_a_paragraph_among_empty_ones_moves_as_a_tracked_change() -> None:
    made = docx.Document()
    for text in ("", "", "The first of the long paragraphs here.", "", "", "The last of the long paragraphs.", ""):
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    draft = Draft(skill, WordDocument.open(out.getvalue()))
    draft.apply([Move(op="move", at=['"The first"'], after='"The last"', tracked=True)])
    assert texts(draft.document)[-2:] == ["The first of the long paragraphs here.", ""]
