"""Measured changes between two versions of a workbook; only the parts that differ are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from copilot_server.agent.changes import Change
from copilot_server.office.diff import part_diff
from skills.spreadsheets.changes.alignment import aligned
from skills.spreadsheets.changes.books import Pairing, name_changes, pair_sheets, sheet_changes
from skills.spreadsheets.changes.contents import content_changes, recalculated_change, written_whole
from skills.spreadsheets.changes.deleted import held
from skills.spreadsheets.changes.deltas import Delta
from skills.spreadsheets.changes.lineage import same_strings, same_styles
from skills.spreadsheets.changes.looks import column_look_changes, look_changes
from skills.spreadsheets.changes.moved import Carry, Moved, inserted
from skills.spreadsheets.changes.parts import part_changes, table_changes
from skills.spreadsheets.changes.regions import region_changes
from skills.spreadsheets.changes.sheet_cells import RowChange, SheetComparison
from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.references.rewriter import ShiftRewriter
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.display import anchor, quoted
from skills.spreadsheets.reading.folding import row_spans

_LAST: Final = {"drawing": 1, "format": 2, "rows resized": 2, "columns resized": 2, "recalculated": 3}


def compare(before: Workbook, after: Workbook) -> list[Change]:
    """Structure first, then cells, charts, rules and the rest sheet by sheet; looks, then recalculated results last.

    So where only the first ones are shown, those left out are what matters least.
    """
    before.flush()
    after.flush()
    diff = part_diff(before.package, after.package)
    if not (diff.changed or diff.added or diff.removed):
        return []
    pairing = pair_sheets(before, after)
    is_related = same_strings(before, after) and same_styles(before, after)
    moves = _moves(before, after, pairing, is_related=is_related)
    carry = Carry(
        tuple(ShiftRewriter(shift, moved.sheet) for moved in moves for shift in moved.shifts), pairing.renamed
    )
    changes = [*sheet_changes(pairing, before, after)]
    for old, new in pairing.pairs:
        if old.is_worksheet and new.is_worksheet and not (is_related and _is_same(old, new)):
            moved = next((each for each in moves if each.sheet == old.name), Moved(old.name))
            found = Moved(old.name, moved.shifts, carry)
            changes.extend(_sheet_changes(old, new, found, is_related=is_related))
    changes.extend(_new_sheets(pairing))
    changes.extend(name_changes(before, after, carry))
    changes.extend(part_changes(before, after, diff, pairing, carry))
    return sorted(changes, key=lambda change: _LAST.get(change.kind, 0))


def _moves(before: Workbook, after: Workbook, pairing: Pairing, *, is_related: bool) -> list[Moved]:
    """The shifts of each sheet: as the later version noted them, or for files of another origin as rows line up."""
    if before.origin is after.origin and after.moves[: len(before.moves)] == before.moves:
        new = after.moves[len(before.moves) :]
        parts = dict.fromkeys(move.part for move in new)
        names = {old.part: old.name for old, _ in pairing.pairs}
        return [
            Moved(names[part], tuple(move.shift for move in new if move.part == part))
            for part in parts
            if part in names
        ]
    pairs = [(old, new) for old, new in pairing.pairs if old.is_worksheet and new.is_worksheet]
    return [
        Moved(old.name, shifts)
        for old, new in pairs
        if not (is_related and _is_same(old, new)) and (shifts := aligned(old, new))
    ]


def _is_same(old: Sheet, new: Sheet) -> bool:
    """Whether nothing of the sheet's own part and of its tables has changed."""
    package, other = new.book.package, old.book.package
    parts = (new.part, *package.related(new.part, "table"))
    return old.part == new.part and all(part in other and package.shares(part, other) for part in parts)


def _sheet_changes(old: Sheet, new: Sheet, moved: Moved, *, is_related: bool) -> Iterator[Change]:
    yield from _lines(old, new.name, moved.shifts)
    yield from region_changes(old, new, moved)
    yield from table_changes(old, new, moved)
    if old.part == new.part and is_related and new.book.package.shares(new.part, old.book.package):
        return
    found = SheetComparison(old, new, moved, is_related=is_related)
    headers = [delta for delta in found.content if found.is_new_line(delta) and _heads_table(new, delta)]
    yield from (_new_header(new.name, delta) for delta in headers)
    yield from content_changes(new, [delta for delta in found.content if delta not in headers])
    yield from _row_settings(new.name, found.rows)
    columns = list(column_look_changes(old, new, moved, is_related=is_related))
    yield from columns
    yield from look_changes(new.name, found.looks, found.formats, columns, found.inherited)
    if found.recalculated:
        yield recalculated_change(new.name, found.recalculated)


def _heads_table(sheet: Sheet, delta: Delta) -> bool:
    return any(table.header and table.header.contains(delta.row, delta.column) for table in sheet.tables)


def _new_header(sheet: str, delta: Delta) -> Change:
    """A column that came into a table got a name, as every one must have."""
    where, name = anchor(sheet, Area.cell(delta.row, delta.column)), delta.value_after
    return Change("table", where, None, name, f"{where}: new column of the table, called {quoted(str(name))}")


def _lines(old: Sheet, sheet: str, shifts: Sequence[Shift]) -> Iterator[Change]:
    """Rows and columns that came (where they are now) or went (where they were)."""
    for shift, first, last in inserted(shifts):
        yield _line_change(sheet, shift, first, last)
    for at, shift in enumerate(shifts):
        if shift.deletes:
            yield _line_change(sheet, shift, shift.at, shift.last, held(old, shift, shifts[:at]))


def _line_change(sheet: str, shift: Shift, first: int, last: int, had: str = "") -> Change:
    act = "deleted" if shift.deletes else "inserted"
    place = f"{first}:{last}" if shift.axis == "row" else f"{column_letters(first)}:{column_letters(last)}"
    where, count = anchor(sheet, place), last - first + 1
    kept = f"; {', '.join(map(str, shift.kept))} stays in one piece where it is" if shift.kept else ""
    text = f"{where}: {count} {shift.axis}{'s' if count > 1 else ''} {act}{had}{kept}"
    return Change(f"{shift.axis}s {act}", where, None, {"at": shift.at, "count": shift.count}, text)


def _row_settings(sheet: str, rows: Sequence[RowChange]) -> Iterator[Change]:
    heights: dict[tuple[float | None, float | None], list[int]] = {}
    hidden: dict[bool, list[int]] = {}
    levels: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        if row.level[0] != row.level[1]:
            levels.setdefault(row.level, []).append(row.row)
        if row.height[0] != row.height[1]:
            heights.setdefault(row.height, []).append(row.row)
        if row.is_hidden[0] != row.is_hidden[1]:
            hidden.setdefault(row.is_hidden[1], []).append(row.row)
    for (old, new), numbers in heights.items():
        for first, last in row_spans(numbers):
            where = anchor(sheet, f"{first}:{last}")
            text = f"{where}: height {'default' if new is None else f'{new:g}'}"
            yield Change("rows resized", where, old, new, text)
    for (old_level, level), numbers in levels.items():
        where = anchor(sheet, f"{numbers[0]}:{numbers[-1]}")
        text = f"{where}: {len(numbers)} rows {f'at outline level {level}' if level else 'no longer grouped'}"
        yield Change("rows grouped", where, old_level, {"level": level, "rows": row_spans(numbers)}, text)
    for is_hidden, numbers in hidden.items():
        for first, last in row_spans(numbers):
            where = anchor(sheet, f"{first}:{last}")
            yield Change(
                "rows hidden", where, not is_hidden, is_hidden, f"{where}: {'hidden' if is_hidden else 'shown'}"
            )


def _new_sheets(pairing: Pairing) -> Iterator[Change]:
    """What stands on sheets that were not there before."""
    for sheet in pairing.added:
        if sheet.is_worksheet:
            cells = (cell for cell in sheet.cells() if not cell.is_blank)
            yield from written_whole(sheet, [Delta(cell.row, cell.column, None, cell) for cell in cells])
