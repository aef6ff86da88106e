"""SpreadsheetBench and OfficeBench's cell checks: values after recalculation, and nothing else changed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
from lxml import etree
from openpyxl.utils.cell import get_column_letter, range_boundaries

from evals.building import does
from evals.public.reading import Row, folder_of, rows_of
from evals.scoring.engine import Value, place, recalculated, same
from evals.scoring.spreadsheets import cells_of
from evals.task import Controls, Said, Scope, Task
from evals.trace import Seen

_AREA = re.compile(r"\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?")


@dataclass(frozen=True)
class AsGold:
    """The answer's cells are worth what the gold's are, both recalculated by another engine.

    Where that engine does not get the value Excel left in the gold (array formulas it does not know, dates of today)
    it has no say: there Excel's value counts, as recalculated or as it stands in the file.
    """

    gold: Path
    areas: tuple[str, ...]
    metric: ClassVar[str] = "values"

    def fault(self, seen: Seen) -> str | None:
        gold = self.gold.read_bytes()
        wanted, found = recalculated(gold), recalculated(seen.after.data)
        for address in chain.from_iterable(map(cells_of, self.areas)):
            at = place(address)
            have, value = found.get(at), wanted.get(at)
            if same(have, value):
                continue
            excels, stands = stored(gold).get(at), stored(seen.after.data).get(at)
            if excels is None or same(value, excels) or not (same(have, excels) or same(stands, excels)):
                return f"{address} is {have!r}, not {value if excels is None else excels!r}"
        return None


@lru_cache(maxsize=4)
def stored(data: bytes) -> Mapping[tuple[str, str], Value]:
    """The values that stand in a file, as the program left them that saved it; dates are left out."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, (str, int, float, bool))
    }


@dataclass(frozen=True)
class ElsewhereAsBefore:
    """Outside the answer a cell is worth what it was, or what it is in the gold, where whole rows may go.

    Stands in for a scope of cells, which cannot tell rows that were meant to go from others.
    """

    gold: Path
    areas: tuple[str, ...]
    metric: ClassVar[str] = "elsewhere"

    def fault(self, seen: Seen) -> str | None:
        answer = {place(each) for each in chain.from_iterable(map(cells_of, self.areas))}
        before, after = recalculated(seen.before.data), recalculated(seen.after.data)
        gold = recalculated(self.gold.read_bytes())
        written = {at for values in (before, after) for at, _ in values.items()}
        for at in sorted(written - answer):
            have = after.get(at)
            if not same(have, before.get(at)) and not same(have, gold.get(at)):
                return f"{at[0]}!{at[1]} is {have!r}, was {before.get(at)!r}"
        return None


@dataclass(frozen=True)
class CellReads:
    """A cell of the first sheet is worth the text or number a set names."""

    cell: str
    wanted: str
    metric: ClassVar[str] = "values"

    def fault(self, seen: Seen) -> str | None:
        values = recalculated(seen.after.data)
        have = values.get((values.sheets[0], self.cell))
        return None if same(have, as_value(self.wanted)) or str(have) == self.wanted else f"{self.cell} is {have!r}"


def as_value(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text


def spreadsheetbench() -> Iterator[Task]:
    """Each variant of each question; variants of one question are a cluster."""
    folder = folder_of("spreadsheetbench")
    for row in rows_of("spreadsheetbench"):
        for number, (given, gold) in enumerate(zip(row["inputs"], row["expected"], strict=True), 1):
            yield _variant(row, number, folder / given, folder / gold)


# Where the input holds the answer already, so that doing nothing would pass; seen by scoring every input.
_HELD = frozenset({
    "ssb-402-43.1", "ssb-402-43.2", "ssb-402-43.3", "ssb-11842.2", "ssb-32023.2", "ssb-32023.3", "ssb-59224.3",
    "ssb-10747.2", "ssb-42181.2", "ssb-49036.3", "ssb-54144.3", "ssb-37378.3", "ssb-57590.3",
})  # fmt: skip


def _variant(row: Row, number: int, given: Path, gold: Path) -> Task:
    areas = answer_areas(row["checker"], given)
    where = f"The answer belongs in {', '.join(areas)}."
    is_strict = row["checker"]["instruction_type"] != "Sheet-Level Manipulation"
    elsewhere = () if is_strict else (ElsewhereAsBefore(gold, areas),)
    return Task(
        id=f"{row['id']}.{number}",
        skill="spreadsheets",
        kind="edit",
        cluster=row["id"],
        name=given.name,
        turns=(Said(f"{row['instruction']}\n\n{where}"),),
        controls=Controls((), (), ()),
        source=given.read_bytes,
        criteria=(AsGold(gold, areas), *elsewhere),
        scope=Scope(areas if is_strict else ("*",)),
        advisory="the input holds the answer already" if f"{row['id']}.{number}" in _HELD else "",
    )


def answer_areas(checker: Row, given: Path) -> tuple[str, ...]:
    """`Sheet!A1:B2` of each part of an answer position, as unevenly as the set quotes them."""
    names = sheets_of(given)
    areas: list[str] = []
    for part in str(checker["answer_position"]).split(","):
        sheet, _, area = part.strip().rpartition("!")
        found = _AREA.search(area.upper())
        if found:
            named = sheet.strip("' ") or str(checker.get("answer_sheet", "")).strip("' ")
            areas.append(f"{_alike(named, names)}!{found.group().replace('$', '')}")
    return tuple(areas)


def _alike(name: str, names: tuple[str, ...]) -> str:
    return next((each for each in names if each.casefold() == name.casefold()), names[0])


@cache
def sheets_of(given: Path) -> tuple[str, ...]:
    with zipfile.ZipFile(given) as package:
        root = etree.fromstring(package.read("xl/workbook.xml"), etree.XMLParser(resolve_entities=False))
    return tuple(str(each.get("name")) for each in root.iterfind("{*}sheets/{*}sheet"))


def with_controls(task: Task) -> Task | None:
    """The gold's values written by our own tools; and a wreck, and a half. None where the input holds the answer."""
    criterion = next(each for each in task.criteria if isinstance(each, AsGold))
    assert task.source is not None
    old, gold = recalculated(task.source()), recalculated(criterion.gold.read_bytes())
    cells = list(chain.from_iterable(map(cells_of, criterion.areas)))
    wrong = [each for each in cells if not same(old.get(place(each)), gold.get(place(each)))]
    if not wrong:
        return None
    edits = [_put(each, gold.get(place(each))) for each in wrong]
    sheet = place(cells[0])[0]
    beside = max(range_boundaries(place(each)[1])[2] or 1 for each in criterion.areas if place(each)[0] == sheet) + 1
    wreck = _put(f"{sheet}!{get_column_letter(beside)}2", "wrecked")
    return replace(task, controls=Controls(does(*edits), does(*edits, wreck), does(*edits[:-1])))


def _put(address: str, value: Value) -> dict[str, Any]:
    sheet, cell = place(address)
    return {"op": "set_cells", "sheet": sheet, "at": cell, "values": [[value]]}
