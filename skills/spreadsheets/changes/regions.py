"""What differs in what surrounds a sheet's cells: merges, columns, panes, rules, filters, page, protection …"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, Final

from lxml import etree

from copilot_server.agent.changes import Change
from copilot_server.office.xml import NS, Element, local_name
from skills.spreadsheets.changes.moved import Moved
from skills.spreadsheets.changes.settings import setting_runs, spans_by_column
from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.columns import DEFAULT_WIDTH, ColumnSpan
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.references.holders.elements import discard
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.display import anchor, quoted
from skills.spreadsheets.reading.features import frozen_at
from skills.spreadsheets.reading.page_words import page_words

# Bookkeeping, or told elsewhere: cells, columns, tables, drawings have their own changes.
_SILENT: Final = frozenset(
    {
        "dimension", "sheetFormatPr", "sheetData", "cols", "mergeCells", "sheetViews", "tableParts", "drawing",
        "legacyDrawing",
    }
)  # fmt: skip
_KINDS: Final = {
    "conditionalFormatting": "rule",
    "dataValidations": "validation",
    "hyperlinks": "link",
    "autoFilter": "filter",
    "sortState": "filter",
    "sheetPr": "tab",
    "sheetProtection": "protection",
    "protectedRanges": "protection",
    "printOptions": "page",
    "pageMargins": "page",
    "pageSetup": "page",
    "headerFooter": "page",
    "rowBreaks": "page",
    "colBreaks": "page",
    "ignoredErrors": "ignored errors",
}
_MOST_RUNS: Final = 3
_FORMULAS: Final = frozenset({"formula", "formula1", "formula2", "f"})
_PLACES: Final = ("sqref", "ref", "location")


def region_changes(before: Sheet, after: Sheet, moved: Moved) -> Iterator[Change]:
    """Everything but cells; places of the earlier version are compared where they stand now."""
    if before.frame.head == after.frame.head and before.frame.tail == after.frame.tail:
        return
    unlike = _unlike_regions(before, after, moved)
    if "mergeCells" in unlike:
        yield from _merges(before, after, moved)
    if "cols" in unlike or "sheetFormatPr" in unlike:
        yield from _columns(before, after, moved)
    if "sheetViews" in unlike:
        yield from _views(before, after)
    names = [name for name in unlike if name not in _SILENT]
    yield from _page(before, after, [name for name in names if _KINDS.get(name) == "page"], moved)
    for name in names:
        if _KINDS.get(name) != "page":
            yield from _items(name, before, after, moved)


def _page(before: Sheet, after: Sheet, names: Sequence[str], moved: Moved) -> Iterator[Change]:
    """How the sheet prints, told as a whole: what it comes to now."""
    old, new = page_words(before, moved.area), page_words(after)
    rest = (name for name in names if name not in {"rowBreaks", "colBreaks"})  # whose lines are in the words
    if old != new or any(True for name in rest for _ in _items(name, before, after, moved)):
        where = anchor(after.name, "*")
        yield Change("page", where, old, new, f"{where}: prints {new or 'as Excel does by itself'}", replayable=False)


def _unlike_regions(before: Sheet, after: Sheet, moved: Moved) -> list[str]:
    """The names of the regions that may read otherwise: those written otherwise, all where places have moved."""
    old, new = before.frame.sources, after.frame.sources
    names = dict.fromkeys((*old, *new))
    is_still = moved.is_still and before.frame.namespaces == after.frame.namespaces
    return [name for name in names if not is_still or old.get(name) != new.get(name)]


def _merges(before: Sheet, after: Sheet, moved: Moved) -> Iterator[Change]:
    # A merge of which one cell is left is none any more, and merges nobody undid are not told.
    old = {area for merge in before.merges if (area := moved.area(merge)) and (area == merge or not area.is_cell)}
    new = set(after.merges)
    for area in sorted(new - old):
        yield Change("merge", anchor(after.name, area), False, True, f"{anchor(after.name, area)}: merged")
    for area in sorted(old - new):
        yield Change("merge", anchor(after.name, area), True, False, f"{anchor(after.name, area)}: unmerged")


def _columns(before: Sheet, after: Sheet, moved: Moved) -> Iterator[Change]:
    """Widths and hidden columns; formats of columns are told with the cells'."""
    old = spans_by_column(before, moved)
    new = spans_by_column(after, Moved(after.name))
    widths: list[tuple[str, float | None, float | None]] = []
    for first, last, one, other in setting_runs(old, new):
        place = f"{column_letters(first)}:{column_letters(last)}"
        was, width = _width(one, before), _width(other, after)
        if was != width:
            widths.append((place, was, width))
        was_level, level = (0 if span is None else span.level for span in (one, other))
        if was_level != level:
            where = anchor(after.name, place)
            text = f"{where}: {f'outline level {level}' if level else 'no longer grouped'}"
            yield Change("columns grouped", where, was_level, level, text)
        was_hidden, is_hidden = (span is not None and span.is_hidden for span in (one, other))
        if was_hidden != is_hidden:
            where = anchor(after.name, place)
            yield Change(
                "columns hidden", where, was_hidden, is_hidden, f"{where}: {'hidden' if is_hidden else 'shown'}"
            )
    yield from _widths(after.name, widths)


def _widths(sheet: str, widths: Sequence[tuple[str, float | None, float | None]]) -> Iterator[Change]:
    """Each run of columns for itself; many as one change by run."""
    if len(widths) > _MOST_RUNS:
        where = anchor(sheet, f"{widths[0][0].partition(':')[0]}:{widths[-1][0].partition(':')[2]}")
        before, after = {place: was for place, was, _ in widths}, {place: width for place, _, width in widths}
        yield Change("columns resized", where, before, after, f"{where}: {len(widths)} widths changed")
        return
    for place, was, width in widths:
        where = anchor(sheet, place)
        text = f"{where}: width {'default' if width is None else f'{width:g}'}"
        yield Change("columns resized", where, was, width, text)


def _width(span: ColumnSpan | None, sheet: Sheet) -> float | None:
    """In characters; None for the sheet's default, said or not."""
    if span is None or span.width is None:
        return None
    region = sheet.frame.find("sheetFormatPr")
    stated = None if region is None else region.get("defaultColWidth")
    default = float(stated) if stated else DEFAULT_WIDTH + 5 / 7
    return None if abs(span.width - default) < 0.02 else round(span.width, 4)


def _views(before: Sheet, after: Sheet) -> Iterator[Change]:
    old, new = frozen_at(before), frozen_at(after)
    if old != new:
        where = anchor(after.name, "*")
        text = f"{where}: panes frozen at {new}" if new else f"{where}: panes no longer frozen"
        yield Change("freeze", where, str(old) if old else None, str(new) if new else None, text)


def _items(name: str, before: Sheet, after: Sheet, moved: Moved) -> Iterator[Change]:
    """A region's items as a multiset: those gone and those new, the rest may have moved along with their cells."""
    old = Counter(_keys(before, name, moved))
    new = Counter(_keys(after, name, Moved(after.name)))
    gone, added = list((old - new).elements()), list((new - old).elements())
    kinds = {key: _kind_of(name, key) for key in (*gone, *added)}
    for kind in dict.fromkeys(kinds.values()):
        ones, others = ([key for key in side if kinds[key] == kind] for side in (gone, added))
        for one, other in zip_longest(ones, others):
            yield _item_change(kind, name, after.name, one, other)


def _kind_of(name: str, key: Key) -> str:
    """What changed; among a sheet's extensions stand rules of Excel 2010 (`x14`)."""
    if name != "extLst":
        return _KINDS.get(name, "sheet setting")
    tag = _TAG.match(key[1])
    return _OF_2010.get(tag[1] if tag else "", "sheet setting")


Key = tuple[str, str]
_TAG: Final = re.compile(r"<(?:\w+:)?(\w+)")
_OF_2010: Final = {"conditionalFormatting": "rule", "dataValidation": "validation"}
_HOLDERS: Final = frozenset({"conditionalFormattings", "dataValidations"})
_RULES_OF_2010: Final = frozenset(f"{{{NS['x14']}}}{name}" for name in _OF_2010)


def _item_change(kind: str, name: str, sheet: str, one: Key | None, other: Key | None) -> Change:
    shown = other or one or ("", "")
    where = anchor(sheet, shown[0].split()[0] if shown[0] else "*")
    act = "changed" if one and other else "added" if other else "removed"
    before = _json(one)
    after = _json(other)
    return Change(kind, where, before, after, f"{where}: {_words(kind, name)} {act}{_gist(shown)}", replayable=False)


def _words(kind: str, name: str) -> str:
    return {"rule": "conditional format", "sheet setting": name}.get(kind, kind)


def _gist(key: Key) -> str:
    texts = [text for text in re.findall(r">([^<>]+)<", key[1]) if not text.startswith("{") and text != key[0]]
    return f" ({quoted(', '.join(texts), 80)})" if texts else ""


def _json(key: Key | None) -> dict[str, Any] | None:
    return None if key is None else {"place": key[0], "xml": key[1]}


def _keys(sheet: Sheet, name: str, moved: Moved) -> Iterator[Key]:
    """Each item's place and its own XML, as they read in the later version."""
    for region in sheet.frame.find_all(name):
        if name == "sheetPr" and not _says_of_tab(region):
            continue
        if name == "extLst":
            yield from _extended_keys(region, moved)
            continue
        has_items = name in {"conditionalFormatting", "dataValidations", "hyperlinks", "rowBreaks", "colBreaks"}
        for item in elements(region) if has_items else [region]:
            place = region.get("sqref") or item.get("sqref") or item.get("ref") or ""
            yield _moved_places(place, moved), _source(item, moved)


def _extended_keys(region: Element, moved: Moved) -> Iterator[Key]:
    """Rules of Excel 2010 one by one, and the rest of a sheet's extensions as one."""
    for rule in [each for each in region.iter() if isinstance(each.tag, str) and each.tag in _RULES_OF_2010]:
        place = next((each.text or "" for each in elements(rule) if local_name(each) == "sqref"), "")
        yield _moved_places(place, moved), _source(rule, moved)
        discard(rule)
    for holder in [each for each in region.iter() if local_name(each) in _HOLDERS and not elements(each)]:
        if (extension := holder.getparent()) is not None:
            discard(extension)
    if elements(region):
        yield "", _source(region, moved)


def _says_of_tab(region: Element) -> bool:
    """Whether there is more than that the sheet fits its pages, which is told with how it prints."""
    for each in [each for each in elements(region) if local_name(each) == "pageSetUpPr"]:
        region.remove(each)
    return bool(len(region) or region.attrib)


def _moved_places(places: str, moved: Moved) -> str:
    if not moved.shifts:
        return places
    areas = ((text, Area.find(text)) for text in places.split())
    return " ".join(str(new) for text, area in areas if (new := moved.area(area) if area else text) is not None)


def _source(item: Element, moved: Moved) -> str:
    """The item's XML without its place, its formulas as they read now."""
    for place in _PLACES:
        item.attrib.pop(place, None)
    item.attrib.pop("count", None)
    if not moved.is_still:
        for each in item.iter():
            if not each.text:
                continue
            if local_name(each) in _FORMULAS:
                each.text = moved.formula(each.text)
            elif local_name(each) == "sqref":  # of the x14 rules and sparklines within extLst
                each.text = _moved_places(each.text, moved)
    return etree.tostring(item, method="c14n", exclusive=True).decode()
