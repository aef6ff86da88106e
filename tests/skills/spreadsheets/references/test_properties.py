"""What holds for all formulas and shifts, tried with random ones."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl.formula.tokenizer import Token, Tokenizer

from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.references.areas import corner
from skills.spreadsheets.document.references.formulas import Shifter, shift_formula, translate
from skills.spreadsheets.document.references.geometry import Axis, Shift
from skills.spreadsheets.document.references.spread import spread

lines = st.integers(1, 30)
axes = st.sampled_from(["row", "column"])


@st.composite
def cells(draw: st.DrawFn) -> str:
    dollars = draw(st.tuples(st.sampled_from(["", "$"]), st.sampled_from(["", "$"])))
    return f"{dollars[0]}{column_letters(draw(lines))}{dollars[1]}{draw(lines)}"


@st.composite
def ranges(draw: st.DrawFn) -> str:
    top, bottom = sorted(draw(st.tuples(lines, lines)))
    left, right = sorted(draw(st.tuples(lines, lines)))
    match draw(st.integers(0, 3)):
        case 0:
            return f"{column_letters(left)}:{column_letters(right)}"
        case 1:
            return f"${top}:${bottom}"
        case _:
            return f"{column_letters(left)}{top}:${column_letters(right)}${bottom}"


prefixes = st.sampled_from(["", "", "", "Data!", "'An Other'!", "[1]Data!"])
operands = st.one_of(
    st.builds("{}{}".format, prefixes, cells()),
    st.builds("SUM({}{})".format, prefixes, ranges()),
    st.sampled_from(['"A1:B2"', "1E5", "Rate", "LOG10(2)", "Table1[A1]", "#REF!", "TRUE", "{1,2;3,4}"]),
)
formulas = st.lists(operands, min_size=1, max_size=4).map("+".join)
shifts = st.builds(Shift, axes, lines, st.integers(1, 4), st.booleans())


@given(formulas, axes, lines, st.integers(1, 4))
def test_inserting_and_deleting_the_same_lines_gives_the_formula_back(
    text: str, axis: Axis, at: int, count: int
) -> None:
    there = shift_formula(text, Shift(axis, at, count), "Data", "Data")
    back = shift_formula(there, Shift(axis, at, count, deletes=True), "Data", "Data")
    assert back == text


@given(formulas, shifts)
def test_only_references_change(text: str, shift: Shift) -> None:
    before, after = (Tokenizer("=" + each).items for each in (text, shift_formula(text, shift, "Data", "Data")))
    for old, new in zip(before, after, strict=True):
        is_reference = old.type == Token.OPERAND and old.subtype == Token.RANGE
        assert old.value == new.value or is_reference


@given(formulas, st.integers(0, 5), st.integers(0, 5))
def test_translating_there_and_back_gives_the_formula_back(text: str, rows: int, columns: int) -> None:
    assert translate(translate(text, rows, columns), -rows, -columns) == text


@given(formulas, shifts)
def test_the_quick_way_and_the_exact_way_agree(text: str, shift: Shift) -> None:
    shifter = Shifter(shift, "Data")
    # Naming the sheet in a part that stays takes the whole formula through the exact scanner.
    exact = shifter.own(f'{text}+""')
    assert shifter.own(text) + '+""' == exact


areas = st.builds(
    lambda top, left, height, width: Area(top, left, top + height, left + width),
    lines, lines, st.integers(0, 8), st.integers(0, 3),
)  # fmt: skip


@given(st.lists(areas, min_size=1, max_size=2), formulas, shifts, st.booleans())
def test_each_cell_of_a_rule_reads_after_a_shift_what_it_read_before(
    found: list[Area], text: str, shift: Shift, is_own: bool
) -> None:
    assume(all(not one.intersects(other) for one in found for other in found if one is not other))
    shifter = Shifter(shift, "Data")
    pieces = spread(found, [text], shifter, is_own=is_own, what="a rule")
    origin = corner(found)
    for row, column in (cell for area in found for cell in area.cells()):
        landing = shift.cell(row, column) if is_own else (row, column)
        if landing is None:
            continue
        here = translate(text, row - origin[0], column - origin[1], wraps=True)
        expected = shifter.own(here) if is_own else shifter.foreign(here)
        assert _reading(pieces, landing) == [expected]


def _reading(pieces, cell: tuple[int, int]) -> list[str]:
    found = []
    for piece in pieces:
        if any(area.contains(*cell) for area in piece.areas):
            origin = corner(piece.areas)
            found.append(translate(piece.formulas[0], cell[0] - origin[0], cell[1] - origin[1], wraps=True))
    return found


@given(areas, formulas, axes, st.integers(1, 8), st.integers(1, 4))
def test_lines_inserted_inside_a_rules_area_belong_to_it(
    area: Area, text: str, axis: Axis, after: int, count: int
) -> None:
    first = area.top if axis == "row" else area.left
    shift = Shift(axis, first + after, count)
    pieces = spread([area], [text], Shifter(shift, "Data"), is_own=True, what="a rule")
    whole = shift.area(area)
    assert whole is not None
    assert all(len(_reading(pieces, cell)) == 1 for cell in whole.cells())
