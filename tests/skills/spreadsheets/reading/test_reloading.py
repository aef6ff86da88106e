"""What is taken over from the version before is what reading from scratch gives."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.errors import ToolError
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.grid import Column
from skills.spreadsheets.reading.view import View
from skills.spreadsheets.tools import edit
from tests.properties.random_edits import VALUES, batch
from tests.skills.spreadsheets.books import book_of, edited, sales

FIXTURES = Path(__file__).parents[4] / "fixtures" / "spreadsheets"


def told(book: Workbook) -> tuple[object, ...]:
    return skill.outline(book), skill.check(book), [cells(View.of(sheet)) for sheet in book.sheets]


def cells(view: View) -> str:
    """All that is read of a sheet, numbers of another type or sign told apart."""
    return f"{view.grid.columns} {view.blocks}"


def anew(book: Workbook) -> Workbook:
    return Workbook.open(book.to_bytes())


def after_edit(book: Workbook, edits: list[dict[str, object]]) -> Workbook:
    """As a turn leaves it, measured and checked beside the version before; that one again where the edit fails."""
    draft = Draft(skill, book, Consent("delete, merge and replace whatever is in the way"))
    try:
        edit.run(draft, **edit.parse(json.dumps({"edits": edits})))
    except ToolError:
        return book
    return draft.document


def shared_columns(before: Sheet, after: Sheet) -> set[int]:
    old, new = View.of(before).grid.columns, View.of(after, before).grid.columns
    return {number for number, column in new.items() if column is old.get(number)}


@pytest.mark.parametrize("seed", range(4))
def test_cell_after_cell_reads_as_from_scratch(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - the same cells every time, no secret
    book = sales(30)
    kept = 0
    for _ in range(12):
        told(book)
        at = f"{random.choice('ABCDEFH')}{random.randint(1, 36)}"
        later = after_edit(book, [{"op": "set_cells", "at": at, "values": [[random.choice(VALUES)]]}])
        kept += later is not book and bool(shared_columns(book.sheets[0], later.sheets[0]))
        assert told(later) == told(anew(later)), at
        book = later
    assert kept > 5, "hardly anything was taken over"


@pytest.mark.parametrize("name", ["sales", "formulas", "table", "scores", "implied"])
def test_batch_after_batch_reads_as_from_scratch(name: str) -> None:
    random = Random(name)  # noqa: S311 - the same batches every time, no secret
    book = Workbook.open(FIXTURES / f"{name}.xlsx")
    for _ in range(20):
        told(book)
        book = after_edit(book, batch(random, book))
        assert told(book) == told(anew(book))


def test_a_column_without_a_change_is_the_same_object_and_brings_its_notes() -> None:
    before = sales(30)
    told(before)
    after, _ = edited(before, {"op": "set_cells", "at": "B5", "values": [["Centre"]]})

    assert shared_columns(before.sheets[0], after.sheets[0]) == {1, 3, 4, 5}
    assert View.of(after.sheets[0]).grid.columns[3].notes
    assert View.of(after.sheets[0]).grid.columns[2].value(5) == "Centre"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<v>6</v>", b"<v>-6</v>"),
        (b'<c r="C2"><v>6</v>', b'<c r="C2" t="b"><v>1</v>'),
        (b'<c r="C2"><v>6</v></c>', b""),
        (b'<c r="C2"><v>6</v>', b'<c r="C2"><f t="shared" ref="C2:C3" si="0">D2</f><v>6</v>'),
        (b'<c r="C2"><v>6</v></c>', b"<c><v>7</v></c>"),
        (b'<row r="5">.*?</row>', b""),
        (b'<row r="2"', b"<row"),
        (b'<row r="2"', b'<row r="2" hidden="1"'),
        (b'<row r="31"', b'<row hidden="1" r="31"'),
        (b"</sheetData>", b'<row r="90"><c r="B90"><v>1</v></c></row></sheetData>'),
        (b"</sheetData>", b"</sheetData><mergeCells><mergeCell ref='A1:B1'/></mergeCells>"),
    ],
)
def test_rows_written_in_any_way_read_as_from_scratch(old: bytes, new: bytes) -> None:
    before = sales(30)
    told(before)
    after = rewritten(before, old, new)
    View.of(after.sheets[0], before.sheets[0])

    assert told(after) == told(anew(after))


def rewritten(book: Workbook, old: bytes, new: bytes) -> Workbook:
    """With the first place in its only sheet's text that matches written otherwise."""
    after = book.fork()
    part = after.sheets[0].part
    data, found = re.subn(old, new, after.package.read(part), count=1)
    assert found
    after.package.write(part, data)
    after.reload()
    return after


def test_a_formula_that_others_share_is_read_with_them() -> None:
    master = rb'\1<c r="F2"><f t="shared" ref="F2:F3" si="0">C2*2</f><v>12</v></c></row>'
    book = rewritten(sales(30), rb'(<row r="2">.*?)</row>', master)
    before = rewritten(book, rb'(<row r="3">.*?)</row>', rb'\1<c r="F3"><f t="shared" si="0"/><v>8</v></c></row>')
    told(before)
    after = rewritten(before, rb"C2\*2", b"C2*3")

    assert View.of(after.sheets[0], before.sheets[0]).grid.columns[6].formulas == {2: "=C2*3", 3: "=C3*3"}
    assert told(after) == told(anew(after))


def test_a_truth_in_place_of_the_number_it_equals_is_read() -> None:
    before = book_of([["Name", "Yes"], ["a", 1], ["b", 2], ["c", 3]])
    told(before)
    after, _ = edited(before, {"op": "set_cells", "at": "B2", "values": [[True]]})

    assert View.of(after.sheets[0], before.sheets[0]).grid.columns[2].value(2) is True


def test_another_format_of_the_book_leaves_no_column_as_it_was_told() -> None:
    before = sales(30)
    told(before)
    after, _ = edited(before, {"op": "format", "range": "C2:C31", "number_format": "currency"})

    assert shared_columns(before.sheets[0], after.sheets[0]) == set()
    assert told(after) == told(anew(after))


def test_rows_alike_from_first_to_last_are_read_as_such_again() -> None:
    before = book_of([*[[1, 2, "x"]] * 19, [1, "y", "x"]])
    told(before)
    after, _ = edited(before, {"op": "set_cells", "at": "B20", "values": [[3]]})

    assert told(after) == told(anew(after))


def test_rows_put_in_between_leave_columns_without_them_as_they_were() -> None:
    before = rewritten(sales(30), b'<row r="9">.*?</row>', b"")
    told(before)
    after = rewritten(
        before, b'<row r="10">', b'<row r="9"><c r="B9"><v>1</v></c><c r="H9"><v>2</v></c></row><row r="10">'
    )

    assert shared_columns(before.sheets[0], after.sheets[0]) == {1, 3, 4, 5}
    assert told(after) == told(anew(after))


def test_rows_behind_one_put_in_between_that_do_not_say_their_number_get_another() -> None:
    before = rewritten(sales(30), b'<row r="9">.*?</row>', b"")
    before = rewritten(before, b'<row r="12">', b"<row>")
    told(before)
    after = rewritten(before, b'(<row r="10">.*?)<row r="11">.*?</row>', rb"\1")
    View.of(after.sheets[0], before.sheets[0])

    assert told(after) == told(anew(after))


def test_rows_that_do_not_say_their_number_are_read_as_from_scratch() -> None:
    before = rewritten(sales(30), b'<row r="3"', b"<row")
    told(before)
    after = rewritten(before, b'<c r="C3"><v>9</v>', b'<c r="C3"><v>10</v>')
    View.of(after.sheets[0], before.sheets[0])

    assert told(after) == told(anew(after))


def test_a_column_keeps_few_notes() -> None:
    column = Column(1, [1], [1.0], [0])
    for number in range(1000):
        assert column.noted(("number", number), lambda _, number=number: number) == number

    assert len(column.notes) < 100
