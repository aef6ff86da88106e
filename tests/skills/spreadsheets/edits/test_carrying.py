"""What goes along with copied and moved cells: conditional formats, validations, formulas that turn."""

from __future__ import annotations

import re

import pytest

from copilot_server.errors import ToolError
from fixtures.spreadsheets.raw import workbook, worksheet
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.rules.carrying import Strip
from skills.spreadsheets.document.workbook import Workbook
from tests.skills.spreadsheets.books import book_of, edited, sales

SCALE = {"op": "conditional_format", "range": "C2:C9", "when": "color_scale"}
RULE = {"op": "conditional_format", "range": "C2:C9", "when": "formula", "value": "=C2>$D2", "fill": "FFC7CE"}
LIST = {"op": "validate", "range": "B2:B9", "allow": "list", "choices": ["North", "South"]}


def rules(book: Workbook, name: str = "conditionalFormatting", sheet: str = "Sheet1") -> list[tuple[str, list[str]]]:
    """(areas, formulas) of each."""
    found = book.sheet(sheet).frame.find_all(name)
    items = found if name == "conditionalFormatting" else [each for one in found for each in one]
    return [(each.get("sqref", ""), [str(f.text) for f in each.iter("{*}formula", "{*}formula1")]) for each in items]


def test_a_copy_brings_its_rules_and_validations_along_on_the_same_sheet() -> None:
    book, said = edited(sales(8), RULE, LIST, {"op": "copy_range", "source": "B2:C4", "to": "H2"})

    assert rules(book) == [("C2:C9 I2:I4", ["C2>$D2"])]
    assert rules(book, "dataValidations") == [("B2:B9 H2:H4", ['"North,South"'])]
    assert "conditional format" in said


def test_a_copy_within_the_cells_of_a_rule_leaves_the_rule_as_it_is() -> None:
    book, _ = edited(sales(8), SCALE, {"op": "copy_range", "source": "C2", "to": "C5"})

    assert rules(book) == [("C2:C9", [])]


def test_a_copy_to_another_sheet_brings_rules_of_its_own_there() -> None:
    add = {"op": "add_sheet", "name": "Out"}
    copy = {"op": "copy_range", "sheet": "Sheet1", "source": "C4:C9", "to": "B1", "to_sheet": "Out"}
    book, _ = edited(sales(8), RULE, add, copy)

    assert rules(book, sheet="Out") == [("B1:B6", ["B1>$D1"])]
    assert rules(book) == [("C2:C9", ["C2>$D2"])]


def test_a_list_of_choices_keeps_its_cells_when_copied_to_another_sheet() -> None:
    fixed = {"op": "validate", "range": "B2:B9", "allow": "list", "choices": "B2:B5"}
    add = {"op": "add_sheet", "name": "Out"}
    copy = {"op": "copy_range", "sheet": "Sheet1", "source": "B2:B3", "to": "A1", "to_sheet": "Out"}
    book, _ = edited(sales(8), fixed, add, copy)

    assert rules(book, "dataValidations", "Out") == [("A1:A2", ["Sheet1!$B$2:$B$5"])]


def test_values_alone_bring_no_rules() -> None:
    book, _ = edited(sales(8), RULE, {"op": "copy_range", "source": "C2:C4", "to": "H2", "what": "values"})

    assert rules(book) == [("C2:C9", ["C2>$D2"])]


def test_moved_cells_take_their_rules_with_them_and_leave_none_behind() -> None:
    book, _ = edited(sales(8), RULE, LIST, {"op": "copy_range", "source": "B2:C4", "to": "H2", "move": True})

    assert rules(book) == [("C5:C9", ["C5>$D5"]), ("I2:I4", ["I2>$D2"])]
    assert rules(book, "dataValidations") == [("B5:B9", ['"North,South"']), ("H2:H4", ['"North,South"'])]


def test_a_rule_goes_whole_with_all_of_its_cells_and_reads_what_moved_with_them() -> None:
    book, _ = edited(sales(8), RULE, {"op": "copy_range", "source": "A1:E9", "to": "H3", "move": True})

    assert rules(book) == [("J4:J11", ["J4>$K4"])]


def test_a_rule_may_move_onto_cells_it_held_in() -> None:
    book, _ = edited(sales(8), RULE, {"op": "copy_range", "source": "C2:C9", "to": "C4", "move": True})

    assert rules(book) == [("C4:C11", ["C4>$D2"])]


def test_rules_move_to_another_sheet() -> None:
    add = {"op": "add_sheet", "name": "Out"}
    move = {"op": "copy_range", "sheet": "Sheet1", "source": "C2:C9", "to": "A1", "to_sheet": "Out", "move": True}
    book, _ = edited(sales(8), SCALE, add, move)

    assert rules(book) == []
    assert rules(book, sheet="Out") == [("A1:A8", [])]


def test_a_copy_of_matching_rows_brings_the_rules_of_just_those() -> None:
    where = {"column": "Region", "value": "North"}
    copy = {"op": "copy_range", "source": "A2:E9", "to": "H2", "where": where}
    book, _ = edited(sales(8), {**SCALE, "range": "C5:C9"}, copy)

    ((areas, _),) = rules(book)
    assert areas == "C5:C9 J3"


def test_blanks_of_the_source_leave_what_stands_at_the_target() -> None:
    rows = [["new", "old"], [1, 10], [None, 20], [3, 30]]
    book, said = edited(book_of(rows), {"op": "copy_range", "source": "A2:A4", "to": "B2", "skip_blanks": True})

    assert [cell.value for cell in book.active.cells(Area.parse("B2:B4"))] == [1, 20, 3]
    assert "B3" not in said


def test_formulas_turn_with_their_cells() -> None:
    rows = [["a", 1, "=B1*2"], ["b", 2, "=B2*$B$1"], ["c", 3, "=SUM(B1:B3)"]]
    book, _ = edited(book_of(rows), {"op": "copy_range", "source": "A1:C3", "to": "E5", "transpose": True})

    held = {cell.name: cell.formula or cell.value for cell in book.active.cells(Area.parse("E5:G7"))}
    assert held == {
        "E5": "a", "F5": "b", "G5": "c", "E6": 1, "F6": 2, "G6": 3,
        "E7": "=E6*2", "F7": "=F6*$B$1", "G7": "=SUM(E6:G6)",
    }  # fmt: skip
    with pytest.raises(ToolError, match="does not turn"):
        edited(book_of([["a", "=$A1"]]), {"op": "copy_range", "source": "A1:B1", "to": "D1", "transpose": True})


def test_a_part_of_a_turned_strip_lands_turned() -> None:
    strip = Strip(Area.parse("B2:D9"), 20, 5, is_turned=True)

    assert str(strip.landing) == "E20:L22"
    assert str(strip.lands(Area.parse("C3:C5"))) == "F21:H21"


def test_pictures_and_linked_data_in_cells_go_along_with_them() -> None:
    """A cell's `vm` tells which; its value is only what older programs show."""
    rows = worksheet(
        '<row r="1"><c r="A1"><v>2</v></c><c r="B1" t="e" vm="1"><v>#VALUE!</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" vm="2"><v>7</v></c></row>'
    )
    book = Workbook.open(workbook(rows))

    def held(after: Workbook) -> dict[str, tuple[object, int | None]]:
        saved = Workbook.open(after.to_bytes())
        return {cell.name: (str(cell.value), cell.rich_value) for cell in saved.active.cells() if cell.column > 1}

    after, _ = edited(book, {"op": "sort", "range": "A1:B2", "by": "A", "has_header": False})
    assert held(after) == {"B1": ("7", 2), "B2": ("#VALUE!", 1)}
    after, _ = edited(book, {"op": "copy_range", "source": "B1:B2", "to": "D1"})
    assert held(after) == {"B1": ("#VALUE!", 1), "B2": ("7", 2), "D1": ("#VALUE!", 1), "D2": ("7", 2)}
    after, _ = edited(book, {"op": "set_cells", "at": "B1", "values": 5})
    assert held(after) == {"B1": ("5", None), "B2": ("7", 2)}


def _bars() -> Workbook:
    rows = [["n"], [5], [-3], [2]]
    bar = {"op": "conditional_format", "range": "A2:A4", "when": "data_bar"}
    return edited(book_of(rows), {"op": "add_sheet", "name": "Other"}, {**bar, "sheet": "Sheet1"})[0]


def _halves(book: Workbook, sheet: str) -> list[tuple[str, str, str]]:
    """Of each data bar: its cells, those of its half of Excel 2010, and whether they name each other."""
    data = book.package.read(book.sheet(sheet).part).decode()
    places = re.findall(r'<conditionalFormatting sqref="([^"]*)">', data)
    halves = re.findall(r"<xm:sqref>([^<]*)</xm:sqref>", data)
    names, ids = (
        re.findall(r"<x14:id>([^<]*)</x14:id>", data),
        re.findall(r'<x14:cfRule type="dataBar" id="([^"]*)"', data),
    )
    return list(
        zip(
            places,
            halves,
            ["same" if one == other else "apart" for one, other in zip(names, ids, strict=True)],
            strict=True,
        )
    )


def test_a_data_bar_has_a_half_that_shows_negative_values_from_an_axis() -> None:
    book = _bars()
    assert _halves(book, "Sheet1") == [("A2:A4", "A2:A4", "same")]
    assert b"axisColor" in book.package.read(book.sheet("Sheet1").part)
    book, _ = edited(book, {"op": "conditional_format", "sheet": "Sheet1", "range": "A3", "when": "clear"})
    assert _halves(book, "Sheet1") == [("A2 A4", "A2 A4", "same")]


def test_both_halves_of_a_rule_go_along_to_another_sheet() -> None:
    copy = {"op": "copy_range", "sheet": "Sheet1", "source": "A2:A3", "to": "C5", "to_sheet": "Other"}
    book, _ = edited(_bars(), copy)
    assert (_halves(book, "Sheet1"), _halves(book, "Other")) == (
        [("A2:A4", "A2:A4", "same")],
        [("C5:C6", "C5:C6", "same")],
    )
    ids = [re.findall(rb'id="(\{[^"]*)"', book.package.read(book.sheet(name).part)) for name in ("Sheet1", "Other")]
    assert not {*ids[0]} & {*ids[1]}
    move = {**copy, "source": "A2:A4", "move": True}
    book, _ = edited(_bars(), move)
    assert (_halves(book, "Sheet1"), _halves(book, "Other")) == ([], [("C5:C7", "C5:C7", "same")])
