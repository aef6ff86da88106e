"""Compares what every referrer of a workbook pointed at before and after rows or columns came or went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tests.skills.spreadsheets.structure.referrers import Book, Place, Target, rule_cells, targets

_LIMITS = {"row": 1048576, "column": 16384}


@dataclass(frozen=True)
class Lines:
    """The edit, told anew: `count` lines inserted before `at`, or deleted from it on; cells of `whole` boxes stay."""

    sheet: str
    axis: str
    at: int
    count: int
    deletes: bool = False
    whole: tuple[tuple[int, int, int, int], ...] = ()

    def keeps(self, row: int | None, column: int | None) -> bool:
        return any(t <= (row or 0) <= b and x <= (column or 0) <= y for t, x, b, y in self.whole)

    def line(self, line: int) -> int | None:
        if line < self.at:
            return line
        if not self.deletes:
            return line + self.count
        return None if line < self.at + self.count else line - self.count

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        if (first, last) == (1, _LIMITS[self.axis]):
            return first, last
        if not self.deletes:
            return self.line(first) or 0, min(self.line(last) or 0, _LIMITS[self.axis])
        kept = [line for line in (first, last) if self.line(line)]
        if len(kept) == 2:
            return self.line(first) or 0, self.line(last) or 0
        if not kept:
            inside = first < self.at and last >= self.at + self.count
            return (first, last) if inside else None
        return (self.at, self.line(last) or 0) if kept == [last] else (first, self.at - 1)

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        if self.keeps(row, column):
            return row, column
        line = self.line(row if self.axis == "row" else column)
        if line is None:
            return None
        return (line, column) if self.axis == "row" else (row, line)

    def target(self, target: Target) -> Target | None:
        if target.sheet != self.sheet.casefold():
            return target
        (top, left), (bottom, right) = target.first, target.last
        if self.keeps(top, left) and self.keeps(bottom, right):
            return target
        if self.axis == "row":
            if top is None or bottom is None:
                return target
            rows = self.span(*sorted((top, bottom)))
            return rows and Target(target.sheet, (rows[0], left), (rows[1], right))
        if left is None or right is None:
            return target
        columns = self.span(*sorted((left, right)))
        return columns and Target(target.sheet, (top, columns[0]), (bottom, columns[1]))


def with_whole(lines: Lines, pivots: Iterable[tuple[int, int, int, int]]) -> Lines:
    """With the pivot tables that inserted lines would run through, which stay in one piece."""
    at, end = (0, 2) if lines.axis == "row" else (1, 3)
    kept = tuple(box for box in pivots if not lines.deletes and box[at] < lines.at <= box[end])
    return replace(lines, whole=kept)


def faults(before: Book, after: Book, lines: Lines) -> Iterator[str]:
    """Every referrer that does not point at what it pointed at, or is gone without its cell being deleted."""
    for place, (text, sheet) in before.formulas.items():
        landing = _landing(place, lines)
        if landing is None:
            continue
        if landing not in after.formulas:
            if not _may_go(place, text, sheet, lines):
                yield f"{place} {text!r} is gone"
            continue
        yield from _differences(place, text, after.formulas[landing][0], sheet, lines)
    for sheet in before.sheets:
        yield from _rule_faults(before, after, sheet, lines)
    yield from _content_faults(before, after, lines)
    expected = {moved for area in before.merges.get(lines.sheet, ()) if (moved := _moved_box(area, lines))}
    if expected != after.merges.get(lines.sheet, set()):
        yield f"merges are {after.merges.get(lines.sheet)}, should be {expected}"


def _content_faults(before: Book, after: Book, lines: Lines) -> Iterator[str]:
    """Values that did not go where their cell went; those of arrays that spill anew aside."""
    expected: dict[tuple[str, int, int], tuple[str, str, str]] = {}
    for (sheet, row, column), content in before.contents.items():
        cell = lines.cell(row, column) if sheet == lines.sheet else (row, column)
        if cell and not any(t <= row <= b and x <= column <= y for t, x, b, y in before.spills.get(sheet, ())):
            expected[sheet, *cell] = content
    for place, content in expected.items():
        if after.contents.get(place) != content and not _is_same_number(
            after.contents.get(place), content, lines, place
        ):
            yield f"{place} holds {after.contents.get(place)}, should hold {content}"
    spilt = [(sheet, box) for sheet, boxes in after.spills.items() for box in boxes]
    for sheet, row, column in after.contents.keys() - expected.keys():
        inside = any(sheet == name and t <= row <= b and x <= column <= y for name, (t, x, b, y) in spilt)
        # In a table, inserted columns are given headers.
        is_header = lines.axis == "column" and sheet == lines.sheet and lines.at <= column < lines.at + lines.count
        if not inside and not is_header:
            yield f"{sheet} row {row} column {column} holds {after.contents[sheet, row, column]} out of nowhere"


def _is_same_number(
    found: tuple[str, str, str] | None, wanted: tuple[str, str, str], lines: Lines, place: tuple[str, int, int]
) -> bool:
    """Of cells written anew where they stand, which may spell a number otherwise."""
    if found is None or place[0] != lines.sheet or not lines.keeps(*place[1:]) or {found[0], wanted[0]} != {"n"}:
        return False
    return float(found[1]) == float(wanted[1]) and found[2] == wanted[2]


def _differences(place: Place, text: str, new: str, sheet: str | None, lines: Lines) -> Iterator[str]:
    is_name = place[0] == "name" and not str(place[1]).startswith("_xlnm.")
    old_targets = [target for target in targets(text, sheet) if not is_name or "$" in target.text]
    expected = [lines.target(_ordered(target)) for target in old_targets]
    found = [_ordered(target) for target in targets(new, sheet)]
    if is_name:
        found = [target for target in found if "$" in target.text]
        if any(target.text.count("$") not in {2, 4} for target in old_targets):
            return
    if [target for target in expected if target] != found:
        yield f"{place} {text!r} -> {new!r}"
    if not is_name and None in expected and "#REF!" not in new and place[0] != "name":
        yield f"{place} {text!r} -> {new!r} hides a deleted reference"


def _rule_faults(before: Book, after: Book, sheet: str, lines: Lines) -> Iterator[str]:
    is_own = sheet == lines.sheet
    there, here = _readings(before, sheet), _readings(after, sheet)
    for kind, row, column in rule_cells(before, sheet):
        landing = lines.cell(row, column) if is_own else (row, column)
        if landing is None or max(landing[0] - 1048576, landing[1] - 16384) > 0:
            continue
        texts = there(kind, row, column)
        expected = sorted(_moved_targets(text, sheet, lines) for text in texts)
        found = sorted(_own_targets(text, sheet) for text in here(kind, *landing))
        if expected != found:
            yield f"rule {kind!r} of {sheet} in row {row}, column {column}: {texts} -> {here(kind, *landing)}"


def _readings(book: Book, sheet: str):
    """What the rules of a kind say in any cell, read from the areas that hold it."""
    from openpyxl.formula.translate import Translator  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    def read(kind: str, row: int, column: int) -> list[str]:
        found = []
        for other, areas, formulas in book.rules.get(sheet, []):
            for top, left, bottom, right in areas:
                if other == kind and top <= row <= bottom and left <= column <= right:
                    origin = f"{get_column_letter(min(a[1] for a in areas))}{min(a[0] for a in areas)}"
                    here = f"{get_column_letter(column)}{row}"
                    found.append("|".join(Translator("=" + f, origin).translate_formula(here)[1:] for f in formulas))
        return found

    return read


def _moved_targets(text: str, sheet: str, lines: Lines) -> list[tuple[object, ...]]:
    moved = (lines.target(_ordered(target)) for part in text.split("|") for target in targets(part, sheet))
    return sorted((target.sheet, target.first, target.last) for target in moved if target)


def _own_targets(text: str, sheet: str) -> list[tuple[object, ...]]:
    found = (_ordered(target) for part in text.split("|") for target in targets(part, sheet))
    return sorted((target.sheet, target.first, target.last) for target in found)


def _landing(place: Place, lines: Lines) -> Place | None:
    match place:
        case ("cell", sheet, int(row), int(column)) if sheet == lines.sheet:
            cell = lines.cell(row, column)
            return None if cell is None else ("cell", sheet, *cell)
        case _:
            return place


def _may_go(place: Place, text: str, sheet: str | None, lines: Lines) -> bool:
    """A print area or filter all of whose cells are deleted."""
    is_built_in = place[0] == "name" and str(place[1]).startswith("_xlnm.")
    return is_built_in and not any(lines.target(_ordered(target)) for target in targets(text, sheet))


def _moved_box(box: tuple[int, int, int, int], lines: Lines) -> tuple[int, int, int, int] | None:
    top, left, bottom, right = box
    span = lines.span(top, bottom) if lines.axis == "row" else lines.span(left, right)
    if span is None:
        return None
    moved = (span[0], left, span[1], right) if lines.axis == "row" else (top, span[0], bottom, span[1])
    return None if moved[:2] == moved[2:] and box != moved else moved


def _ordered(target: Target) -> Target:
    pairs = [sorted(pair, key=lambda line: line or 0) for pair in zip(target.first, target.last, strict=True)]
    (top, bottom), (left, right) = pairs
    return Target(target.sheet, (top, left), (bottom, right), target.text)
