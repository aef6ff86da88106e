"""Splicing held against a reference: what is patched changes as told, everything else stays."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_server.errors import Refused
from fixtures.spreadsheets.odd import ODD
from fixtures.spreadsheets.raw import workbook, worksheet
from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.row_splice import RowSplicer
from skills.spreadsheets.document.workbook import Workbook
from tests.skills.spreadsheets.books import book_of, edited
from tests.skills.spreadsheets.document.model import sheet_model

WRITABLE = [name for name in ODD if name != "disordered.xlsx"]


@dataclass(frozen=True)
class Spelling:
    """How a made-up sheet is written."""

    prefix: str
    quote: str
    space: str
    comment: str


SPELLINGS = st.builds(
    Spelling,
    prefix=st.sampled_from(["", "x"]),
    quote=st.sampled_from(['"', "'"]),
    space=st.sampled_from(["", "\n  "]),
    comment=st.sampled_from(["", "", "<!-- <c r='A1'/> -->", "<?pi <row r='1'?>"]),
)
CELLS = st.dictionaries(
    st.tuples(st.integers(1, 12), st.integers(1, 30)),
    st.sampled_from(["number", "text", "shared", "empty", "closed", "formula", "cdata", "styled", "bare"]),
    max_size=25,
)
VALUES: st.SearchStrategy[CellValue] = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.none(),
)
PATCHES = st.dictionaries(st.tuples(st.integers(1, 14), st.integers(1, 32)), VALUES, min_size=1, max_size=12)


def written(cells: dict[tuple[int, int], str], how: Spelling) -> str:
    """A sheet's XML with these cells, the address left out where a cell is `bare` and follows another."""
    p = f"{how.prefix}:" if how.prefix else ""
    q = how.quote
    rows: list[str] = []
    for number in sorted({row for row, _ in cells}):
        inside = ""
        before = 0
        for column in sorted(column for row, column in cells if row == number):
            kind = cells[number, column]
            is_implied = kind == "bare" and column == before + 1
            name = "" if is_implied else f" r={q}{cell_name(number, column)}{q}"
            inside += _cell(kind, name, p, q) + how.space
            before = column
        rows.append(f"<{p}row r={q}{number}{q} spans={q}1:9{q}>{inside}</{p}row>{how.comment}")
    return worksheet(how.space.join(rows), prefix=how.prefix)


def _cell(kind: str, name: str, p: str, q: str) -> str:
    match kind:
        case "number":
            return f"<{p}c{name}><{p}v>1.50</{p}v></{p}c>"
        case "text":
            return f"<{p}c{name} t={q}inlineStr{q}><{p}is><{p}t>a &lt; b</{p}t></{p}is></{p}c>"
        case "shared":
            return f"<{p}c t={q}s{q}{name}><{p}v>0</{p}v></{p}c>"
        case "empty":
            return f"<{p}c{name}></{p}c>"
        case "closed":
            return f"<{p}c{name} />"
        case "formula":
            return f"<{p}c{name} s={q}2{q}><{p}f>A1&gt;1</{p}f><{p}v>1</{p}v></{p}c>"
        case "cdata":
            return f"<{p}c{name} t={q}str{q}><{p}v><![CDATA[<c r='B1'>]]></{p}v></{p}c>"
        case "styled":
            return f"<{p}c{name} s={q}1{q}/>"
        case _:
            return f"<{p}c{name}><{p}v>7</{p}v></{p}c>"


@settings(max_examples=120, deadline=None)
@given(CELLS, SPELLINGS, PATCHES)
def test_what_is_not_patched_stays_and_what_is_reads_back(
    cells: dict[tuple[int, int], str], how: Spelling, patches: dict[tuple[int, int], CellValue]
) -> None:
    before = workbook(written(cells, how))
    book = Workbook.open(before)
    book.active.write({place: Content(value) for place, value in patches.items()})
    after = book.to_bytes()
    old, new = sheet_model(before), sheet_model(after)
    for place in old.cells.keys() | new.cells.keys():
        if place not in patches:
            assert new.cells[place] == old.cells[place]
    assert {row: new.rows[row] for row in old.rows} == old.rows
    again = Workbook.open(after).active
    for (row, column), value in patches.items():
        cell = again.cell(row, column)
        assert (cell.value if cell else None) == value
        if (row, column) in old.cells and cell is not None:
            assert dict(new.cells[row, column].attributes).get("s") == dict(old.cells[row, column].attributes).get("s")


@settings(max_examples=60, deadline=None)
@given(CELLS, SPELLINGS, PATCHES)
def test_pending_changes_are_read_as_they_will_be_written(
    cells: dict[tuple[int, int], str], how: Spelling, patches: dict[tuple[int, int], CellValue]
) -> None:
    book = Workbook.open(workbook(written(cells, how)))
    book.active.write({place: Content(value) for place, value in patches.items()})
    pending = {(cell.row, cell.column): cell for cell in book.active.cells() if not cell.is_blank}
    used = book.active.used
    book.flush()
    assert {(cell.row, cell.column): cell for cell in book.active.cells() if not cell.is_blank} == pending
    now = Workbook.open(book.to_bytes()).active.used
    assert used is not None or now is None
    assert now is None or (used is not None and used.covers(now))


@pytest.mark.parametrize("name", WRITABLE)
def test_a_cell_is_set_in_every_odd_sheet_and_the_rest_stays(name: str) -> None:
    before = ODD[name]()
    book = Workbook.open(before)
    book.active.write({(20, 7): Content("new"), (1, 30): Content(2.5)})
    after = book.to_bytes()
    if name not in {"utf16.xlsx", "latin1.xlsx"}:
        old, new = sheet_model(before), sheet_model(after)
        assert {place: new.cells[place] for place in old.cells} == old.cells
    sheet = Workbook.open(after).active
    assert sheet.cell(20, 7).value == "new"  # type: ignore[union-attr]
    assert sheet.cell(1, 30).value == 2.5  # type: ignore[union-attr]


def test_rows_out_of_order_are_read_but_not_written_to() -> None:
    book = Workbook.open(ODD["disordered.xlsx"]())
    assert {cell.name: cell.value for cell in book.active.cells()} == {"A3": 3, "B1": 2, "A1": 1}
    book.active.write({(2, 1): Content(1)})
    with pytest.raises(Refused, match="out of order"):
        book.flush()


def test_the_encoding_of_a_sheet_is_kept() -> None:
    book = Workbook.open(ODD["utf16.xlsx"]())
    book.active.write({(2, 1): Content("größer")})
    book.flush()
    assert book.package.read("xl/worksheets/sheet1.xml").startswith(b"\xff\xfe")
    assert [cell.value for cell in Workbook.open(book.to_bytes()).active.cells()] == ["Größe", 2, "größer"]


def test_the_last_cell_of_a_sheet_makes_nothing_walk_the_rectangle() -> None:
    book = Workbook.open(ODD["last-cell.xlsx"]())
    book.active.write({(1, 1): Content(2)})
    assert [cell.name for cell in book.active.cells()] == ["A1", "XFD1048576"]
    book.flush()
    assert book.active.used == Area.whole()


def test_an_untouched_book_is_saved_byte_for_byte() -> None:
    data = ODD["formulas.xlsx"]()
    book = Workbook.open(data)
    list(book.active.cells())
    assert book.to_bytes() == data


def test_constants_replaced_quickly_read_as_those_spliced_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [5.25, -3, True, "new", "", CellError("#N/A"), 1e300]

    def written() -> tuple[bytes, list[object]]:
        book, _ = edited(
            book_of([["a", 1, 2.5], [True, "b", "=B1*2"], ["c", None, "a"]]),
            {"op": "format", "range": "A1:B2", "bold": True},
        )
        cells = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 3), (1, 3)]
        book.active.write({cell: Content(value) for cell, value in zip(cells, values, strict=True)})
        saved = Workbook.open(book.to_bytes())
        return saved.package.read(saved.active.part), [(each.name, each.value) for each in saved.active.cells()]

    quick = written()
    monkeypatch.setattr(RowSplicer, "_replaced", lambda *_: None)
    assert quick == written()
