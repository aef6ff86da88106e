"""OfficeBench: the requests about one Office file, with checks made anew; the set's own look for keywords."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
from openpyxl.utils.cell import get_column_letter

from evals.building import does
from evals.public import beside, papers
from evals.public.advisory import advisory, file_for, said_in
from evals.public.books import CellReads, as_value, sheets_of
from evals.public.reading import Row, folder_of, rows_of
from evals.scoring.spreadsheets import book
from evals.task import Controls, Criterion, EditData, Said, Scope, Task
from evals.trace import Seen

Cells = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class RowsAre:
    """The first sheet holds these rows and nothing else, text and number being the same where they read the same."""

    rows: Cells
    metric: ClassVar[str] = "values"

    def fault(self, seen: Seen) -> str | None:
        have = _rows(book(seen.after).worksheets[0])
        for number, (found, wanted) in enumerate(zip(have, self.rows, strict=False), 1):
            if _plain(found) != _plain(wanted):
                return f"row {number} is {found}, not {wanted}"
        return None if len(have) == len(self.rows) else f"{len(have)} rows, not {len(self.rows)}"


def _plain(row: Sequence[Any]) -> tuple[str, ...]:
    texts = tuple("" if value is None else str(as_value(str(value))) for value in row)
    return texts[: max((at for at, text in enumerate(texts, 1) if text), default=0)]


def _rows(sheet: Any) -> Cells:
    rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    return tuple(rows)


def rows_in(path: Path) -> Cells:
    """Those of the first sheet."""
    return _rows(openpyxl.load_workbook(path, read_only=False).worksheets[0])


def officebench() -> Iterator[Task]:
    """Where the set names cells, lines removed or a gold workbook it is checked; keywords are advisory.

    Documents made out of a workbook have it beside them. Left out are requests that want mail, calendars, pictures or
    PDF too, those for which no Office file is given, and what is open to taste.
    """
    folder = folder_of("officebench")
    for row in rows_of("officebench"):
        given = file_for(row, folder)
        if by_words := papers.checked(row, folder):
            yield from by_words
        elif (
            checked := beside.checked(row, folder)
            or _by_cells(row, folder)
            or _by_removal(row, folder)
            or _by_gold(row, folder)
        ):
            yield checked
        elif given is not None or not row["inputs"]:
            yield advisory(row, said_in(row), given, "the set's checks are keywords")


def _checks(row: Row, function: str) -> list[Mapping[str, Any]]:
    """Those of the one kind the row has; none where it has others too."""
    checks: list[Mapping[str, Any]] = row["checker"]["evaluation"]
    return checks if all(each["function"] == function for each in checks) else []


def _named(row: Row, folder: Path, name: str) -> Path | None:
    found = [folder / each for each in row["inputs"] if each.rpartition("/")[2] == name.rpartition("/")[2]]
    return found[0] if len(found) == 1 else None


def _by_cells(row: Row, folder: Path) -> Task | None:
    checks = _checks(row, "evaluate_excel_cell_value")
    given = {_named(row, folder, each["args"]["file"]) for each in checks}
    if len(given) != 1 or (path := given.pop()) is None:
        return None
    wanted = [match for each in checks for match in each["args"]["matches"]]
    cells = {f"{get_column_letter(int(each['col']))}{each['row']}": str(each["value"]) for each in wanted}
    put = [{"op": "set_cells", "at": cell, "values": [[as_value(value)]]} for cell, value in cells.items()]
    places = tuple(
        f"{sheets_of(path)[0]}!{each}" for each in (*cells, *_room(path, {int(each["row"]) for each in wanted}))
    )
    return _task(row, path, [CellReads(cell, value) for cell, value in cells.items()], Scope(places), put, put[:-1])


def _room(path: Path, lines: set[int]) -> Iterator[str]:
    """What is empty of the lines: a name may go beside the value the set looks for."""
    rows = rows_in(path)
    for at in sorted(lines):
        held = rows[at - 1] if at <= len(rows) else ()
        first = max((place for place, value in enumerate(held, 1) if value is not None), default=0) + 1
        yield f"{get_column_letter(first)}{at}:XFD{at}"


def _by_removal(row: Row, folder: Path) -> Task | None:
    """Lines whose every cell is among the words that must go; what is left must be left as it was, in its order."""
    checks = _checks(row, "evaluate_diff_contain_text")
    path = _named(row, folder, checks[0]["args"]["output_file"]) if len(checks) == 1 else None
    if path is None:
        return None
    words = set(checks[0]["args"]["keywords"])
    rows = rows_in(path)
    gone = [at for at, cells in enumerate(rows, 1) if {str(each) for each in cells if each is not None} <= words]
    kept = tuple(cells for at, cells in enumerate(rows, 1) if at not in gone)
    if not gone:
        return None
    sheet = sheets_of(path)[0]
    down = [{"op": "clear", "sheet": sheet, "range": f"A{len(kept) + 1}:Z{len(rows)}", "what": "contents"}]
    up = [
        {"op": "set_cells", "sheet": sheet, "at": f"A{at}", "values": [list(each)]} for at, each in enumerate(kept, 1)
    ]
    emptied = [{"op": "clear", "sheet": sheet, "range": f"A{at}", "what": "contents"} for at in gone]
    return _task(row, path, [RowsAre(kept)], Scope(("*",)), [*up, *down], emptied)


def _by_gold(row: Row, folder: Path) -> Task | None:
    """One workbook of the inputs, changed as the gold is; the set misspells one name and names others by the deed."""
    checks = _checks(row, "evaluate_exact_match")
    if len(checks) != 1:
        return None
    result = checks[0]["args"]["result_file"].replace("salery", "salary").rpartition("/")[2]
    wanted = checks[0]["args"]["expected_file"].replace("salery", "salary").rpartition("/")[2]
    path = _named(row, folder, result.removeprefix("sorted_"))
    gold = next((folder / each for each in row["expected"] if each.rpartition("/")[2] == wanted), None)
    if path is None or gold is None:
        return None
    before, after = rows_in(path), rows_in(gold)
    sheet = sheets_of(path)[0]
    put = [
        {"op": "set_cells", "sheet": sheet, "at": f"{get_column_letter(column)}{at}", "values": [[value]]}
        for at, (was, now) in enumerate(zip(before, after, strict=False), 1)
        for column, (old, value) in enumerate(zip(was, now, strict=False), 1)
        if old != value
    ]
    return _task(row, path, [RowsAre(after)], Scope(("*",)), put, put[:-1]) if put else None


def _task(
    row: Row,
    path: Path,
    criteria: Sequence[Criterion],
    scope: Scope,
    steps: Sequence[EditData],
    partial: Sequence[EditData],
) -> Task:
    wreck = {"op": "set_cells", "at": "A1", "values": [["wrecked"]]}
    return Task(
        id=row["id"],
        skill="spreadsheets",
        kind="edit",
        cluster=row["group"],
        name=path.name,
        turns=(Said(row["instruction"]),),
        controls=Controls(does(*steps), does(*steps, wreck), does(*partial)),
        source=path.read_bytes,
        criteria=tuple(criteria),
        scope=scope,
    )
