"""Tables as a grid of cells, found by number ("T2") or by a paragraph inside."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot_server.errors import Refused, TargetNotFound
from skills.documents.document.inline import visible_text
from skills.documents.document.markup import (
    FALLBACK,
    PPR,
    RPR,
    TBL,
    TBLPR,
    TC,
    TCPR,
    TR,
    VAL,
    P,
    child,
    insert_in_order,
    is_on,
    make,
    number,
    properties,
    value,
    w,
)
from skills.documents.document.orders import TCPR_ORDER
from skills.documents.document.runs import first_run, run_like

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.story import Story
    from skills.documents.document.word import WordDocument

_NUMBER = re.compile(r"T(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """`column` counts grid columns from 1; `is_covered` where a vertical merge above shows instead."""

    element: Element
    row: int
    column: int
    span: int
    is_covered: bool

    @property
    def text(self) -> str:
        return "\n".join(visible_text(each) for each in self.element.iterchildren(P))

    @property
    def paragraphs(self) -> list[Element]:
        return list(self.element.iterchildren(P))


@dataclass(frozen=True, slots=True)
class Table:
    element: Element
    story: Story
    label: str

    @property
    def rows(self) -> list[Element]:
        """Those of this table, in controls too, but not of tables in its cells."""
        return [row for row in self.element.iter(TR) if next(row.iterancestors(TBL)) is self.element]

    @property
    def grid(self) -> list[list[Cell]]:
        return [list(_cells(row, index)) for index, row in enumerate(self.rows, 1)]

    @property
    def width(self) -> int:
        """Columns of the grid, the widest row's where the grid says less."""
        columns = child(self.element, "tblGrid")
        declared = 0 if columns is None else len(columns.findall(w("gridCol")))
        return max([declared, *(cells[-1].column + cells[-1].span - 1 for cells in self.grid if cells)])

    @property
    def header_rows(self) -> int:
        """How many rows at the top repeat on each page."""
        count = 0
        for row in self.rows:
            if not is_on(row.find(w("trPr")), "tblHeader"):
                break
            count += 1
        return count

    @property
    def style_id(self) -> str | None:
        return value(self.element.find(TBLPR), "tblStyle")

    def cell(self, row: int, column: int) -> Cell:
        """Raises TargetNotFound outside of the table, Refused for one hidden by a merge."""
        grid = self.grid
        if not 1 <= row <= len(grid):
            raise TargetNotFound(f"{self.label} has no row {row}; it has {len(grid)} rows")
        for each in grid[row - 1]:
            if each.column <= column < each.column + each.span:
                if each.is_covered:
                    raise Refused(f"{self.label} row {row} column {column} is covered by the merged cell above it")
                return each
        raise TargetNotFound(f"{self.label} row {row} has no column {column}; it has {self.width} columns")

    def column_named(self, name: str) -> int:
        """By the text of the first row, case and blanks aside. Raises TargetNotFound naming what there is."""
        names = [(" ".join(each.text.split()), each.column) for each in self.grid[0]]
        for text, column in names:
            if text.lower() == " ".join(name.split()).lower():
                return column
        raise TargetNotFound(f"{self.label} has no column {name!r}; its first row reads {[text for text, _ in names]}")


def tables(document: WordDocument, story: Story | None = None, *, editing: bool = False) -> list[Table]:
    """Of the body unless another story is given, numbered in document order, tables within tables too."""
    story = story or document.stories[0]
    root = document.edit(story.part) if editing else document.tree(story.part)
    prefix = f"{story.key}/" if story.key else ""
    twins = {table for fallback in root.iter(FALLBACK) for table in fallback.iter(TBL)}  # of a text box, told once
    found = (each for each in root.iter(TBL) if each not in twins)
    return [Table(each, story, f"{prefix}T{index}") for index, each in enumerate(found, 1)]


def is_table_label(at: str) -> bool:
    """`T2` or `header1/T1`, and not a paragraph's anchor."""
    return _NUMBER.fullmatch(at.strip().strip("[]").rpartition("/")[2]) is not None


def find_table(document: WordDocument, at: str, *, editing: bool = False) -> Table:
    """By number ("T2", "header1/T1") or by the anchor of any paragraph inside. Raises TargetNotFound."""
    key, _, name = at.strip().strip("[]").rpartition("/")
    match = _NUMBER.fullmatch(name)
    if match is None:
        paragraph = document.paragraph(at, editing=editing)
        table = next(paragraph.element.iterancestors(TBL), None)
        for each in tables(document, paragraph.story, editing=editing):
            if each.element is table:
                return each
        raise TargetNotFound(f"[{at}] stands in no table")
    found = tables(document, document.story(key), editing=editing)
    if not 1 <= int(match[1]) <= len(found):
        raise TargetNotFound(f"no table {name}; {_known(found)}")
    return found[int(match[1]) - 1]


def _known(found: Sequence[Table]) -> str:
    return f"there are T1 to T{len(found)}" if found else "there are no tables"


def _cells(row: Element, index: int) -> Iterator[Cell]:
    before = number(value(row.find(w("trPr")), "gridBefore"))
    column = 1 + before
    for cell in row.iter(TC):
        if next(cell.iterancestors(TR)) is not row:
            continue
        about = cell.find(TCPR)
        span = max(1, number(value(about, "gridSpan"), 1))
        merge = child(about, "vMerge")
        is_covered = merge is not None and merge.get(VAL, "continue") == "continue"
        yield Cell(cell, index, column, span, is_covered)
        column += span


def row_like(model: Element, texts: Sequence[str]) -> Element:
    """A copy of a row with other text, cell by cell formatted as the model's; it is no header row."""
    row = copy.deepcopy(model)
    row.tail = None
    about = row.find(w("trPr"))
    for name in ("tblHeader", "ins", "del", "trPrChange"):
        found = child(about, name)
        if about is not None and found is not None:
            about.remove(found)
    for index, cell in enumerate(each for each in row.iter(TC) if next(each.iterancestors(TR)) is row):
        _reset_cell(cell, texts[index] if index < len(texts) else "")
    return row


def cell_like(model: Element, text: str) -> Element:
    """A copy of a cell with other text."""
    cell = copy.deepcopy(model)
    cell.tail = None
    _reset_cell(cell, text)
    return cell


def _reset_cell(cell: Element, text: str) -> None:
    """One paragraph, formatted as the first was; merges downwards end here."""
    about = cell.find(TCPR)
    for name in ("vMerge", "cellIns", "cellDel", "cellMerge", "tcPrChange"):
        found = child(about, name)
        if about is not None and found is not None:
            about.remove(found)
    first = next(cell.iterchildren(P), None)
    paragraph = make("p")
    if first is not None and first.find(PPR) is not None:
        kept = copy.deepcopy(first.find(PPR))
        assert kept is not None  # noqa: S101 - looked for just now
        for change in kept.findall(w("pPrChange")):
            kept.remove(change)
        rpr = kept.find(RPR)
        for mark in [*rpr] if rpr is not None else []:
            if mark.tag in {w("ins"), w("del"), w("rPrChange")} and rpr is not None:
                rpr.remove(mark)
        paragraph.append(kept)
    if text:
        paragraph.append(run_like(first_run(first) if first is not None else None, text))
    for each in [each for each in cell if each.tag != TCPR]:
        cell.remove(each)
    cell.append(paragraph)


def set_width(cell: Element, width: int) -> None:
    """In twentieths of a point."""
    about = properties(cell, TCPR)
    found = child(about, "tcW")
    if found is None:
        found = insert_in_order(about, make("tcW"), TCPR_ORDER)
    found.set(w("w"), str(width))
    found.set(w("type"), "dxa")
