"""What differs in the parts that hang on sheets: tables, charts, pivot tables, notes, pictures; and any other part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from copilot_server.agent.changes import Change
from copilot_server.office.diff import PartDiff
from skills.spreadsheets.changes.books import Pairing
from skills.spreadsheets.changes.following import only_follows, resized_sources
from skills.spreadsheets.changes.moved import Carry, Moved
from skills.spreadsheets.document.addresses import quoted_sheet
from skills.spreadsheets.document.charts.drawing import charts_of
from skills.spreadsheets.document.pivots.formats import count_formats
from skills.spreadsheets.document.pivots.reading import pivot_line
from skills.spreadsheets.document.references.shared_history import history_parts
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.tables import Table
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.charts import chart_line
from skills.spreadsheets.reading.display import anchor, quoted

_READERS: Final = frozenset({"chart", "pivotCacheDefinition"})
_BOOKKEEPING: Final = re.compile(r"\[content_types\]\.xml|.*\.rels|docprops/.*", re.IGNORECASE)
_UNSHARED: Final = "the workbook is no longer shared: its history of changes is gone"
_MEASURED_BY_CONTENT: Final = ("styles", "sharedStrings", "calcChain", "sheetMetadata")
_KINDS: Final = {
    "chart": "chart", "chartEx": "chart", "drawing": "drawing", "vmlDrawing": "drawing", "comments": "note",
    "threadedComment": "note", "pivotTable": "pivot", "pivotCacheDefinition": "pivot", "pivotCacheRecords": "pivot",
    "image": "drawing", "theme": "theme",
}  # fmt: skip


def table_changes(before: Sheet, after: Sheet, moved: Moved) -> Iterator[Change]:
    """Tables added, deleted, resized, renamed, restyled."""
    old = {table.id: table for table in before.tables}
    new = {table.id: table for table in after.tables}
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        shown = other or one
        facts_before, facts_after = _facts(one, moved), _facts(other, Moved(after.name))
        if shown is None or facts_before == facts_after:
            continue
        where = anchor(after.name, shown.area)
        act = "added" if one is None else "removed" if other is None else "changed"
        differing = [
            name for name in facts_after or {} if facts_before and facts_before[name] != (facts_after or {})[name]
        ]
        detail = f" ({', '.join(differing)})" if differing else f" {shown.area}"
        yield Change("table", where, facts_before, facts_after, f"table {quoted(shown.name)} {act}{detail}")


def _facts(table: Table | None, moved: Moved) -> dict[str, object] | None:
    if table is None:
        return None
    return {
        "name": table.name,
        "area": str(moved.area(table.area)),
        "columns": list(table.columns) if not moved.moves_columns else None,
        "header_rows": table.header_rows,
        "totals_rows": table.totals_rows,
        "style": table.style,
    }


def part_changes(before: Workbook, after: Workbook, diff: PartDiff, pairing: Pairing, carry: Carry) -> Iterator[Change]:
    """One change for each part outside the bookkeeping that is not the same bytes, unless references alone moved."""
    owners = _owners(before) | _owners(after)
    measured = _measured(before) | _measured(after)
    is_moved = not carry.is_idle or bool(pairing.deleted)
    acts = (("changed", diff.changed), ("added", diff.added), ("removed", diff.removed))
    for act, names in acts:
        for name in names:
            if _BOOKKEEPING.fullmatch(name) or name.lower() in measured:
                continue
            if act == "removed" and history_parts(before.package)[:1] == [name]:
                yield Change("part", f"part:{name}", name, name, _UNSHARED, replayable=False)
            if act == "removed" and name in history_parts(before.package):
                continue
            sheet, kind = owners.get(name.lower(), ("", ""))
            if act == "changed" and is_moved and only_follows(before.package, after.package, name, carry):
                if kind in _READERS and sheet:
                    yield from _resized(before, after, sheet, kind, name)
                continue  # told by what it follows
            if act == "added" and kind.startswith("pivotCache"):
                continue  # told by the table made of it
            # What refers to cells follows them; the part is still told, as moved along.
            how = "follows the moved cells" if act == "changed" and is_moved else act
            if how != act and kind == "chart" and (found := resized_sources(before.package, after.package, name)):
                how += f", which are not as many now; it read {found[0][0]} before"
            where = anchor(sheet, "*") if sheet else f"part:{name}"
            title = f"{where}: {kind}" if sheet and kind else name
            if kind == "chart" and act != "removed" and sheet:
                title = f"{quoted_sheet(sheet)}: {_chart(after, sheet, name)}"
            if kind == "pivotTable" and act != "removed" and sheet:
                title = f"{quoted_sheet(sheet)}: {pivot_line(after.package, name)}"
                how += _dropped_formats(before, after, name)
            yield Change(_KINDS.get(kind, "part"), where, name, name, f"{title} {how}", replayable=False)


def _resized(before: Workbook, after: Workbook, sheet: str, kind: str, name: str) -> Iterator[Change]:
    """What a chart or pivot table reads, where rows or columns came or went inside of it."""
    found = resized_sources(before.package, after.package, name)
    if not found:
        return
    old, new = ([pair[side] for pair in found] for side in (0, 1))
    what = _chart(after, sheet, name) if kind == "chart" else "pivot table"
    shown = f"{', '.join(new[:3])}{' …' if len(new) > 3 else ''}"
    text = f"{quoted_sheet(sheet)}: {what} reads {shown} now, {old[0]} before"
    yield Change(_KINDS[kind], anchor(sheet, "*"), old, new, text, replayable=False)


def _dropped_formats(before: Workbook, after: Workbook, part: str) -> str:
    if part not in before.package:
        return ""
    gone = count_formats(before.package.xml(part)) - count_formats(after.package.xml(part))
    return f"; {gone} formats of areas it has no more are gone" if gone > 0 else ""


def _chart(book: Workbook, sheet: str, part: str) -> str:
    """What the chart shows now."""
    owner = next((each for each in book.sheets if each.name == sheet), None)
    placed = next((each for each in charts_of(owner) if each.part == part), None) if owner else None
    return chart_line(owner, placed) if owner and placed else "chart"


def _measured(book: Workbook) -> set[str]:
    """Parts whose changes are told by what they hold: cells, formats, tables, names."""
    sheets = {sheet.part for sheet in book.sheets}
    tables = {table.part for sheet in book.sheets if sheet.is_worksheet for table in sheet.tables}
    lists = {part for kind in _MEASURED_BY_CONTENT for part in book.package.related(book.main, kind)}
    return {name.lower() for name in {book.main, *sheets, *tables, *lists}}


def _owners(book: Workbook) -> dict[str, tuple[str, str]]:
    """Which sheet each part below a sheet belongs to, and by which kind of relationship."""
    found: dict[str, tuple[str, str]] = {}
    for sheet in book.sheets:
        waiting = [sheet.part]
        while waiting:
            part = waiting.pop()
            for each in book.package.relationships(part):
                key = each.target.lower()
                if not each.external and key not in found and each.target in book.package and each.kind != "worksheet":
                    found[key] = (sheet.name, each.kind)
                    waiting.append(each.target)
    return found
