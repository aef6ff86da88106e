"""Charts: the formulas their series, titles and labels come from, and the values kept of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.holders.elements import named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.rewriter import Rewriter, ShiftRewriter

# One row or column of one sheet, as charts keep their sources.
_VECTOR: Final = re.compile(r"('(?:[^']|'')*'|[^'!:,()]+)!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)\Z")
_CACHES: Final = frozenset({"numCache", "strCache", "multiLvlStrCache", "lvl", "dlblRangeCache"})


def rewrite_chart(root: Element, rewriter: Rewriter, sheet: str) -> None:
    """Every formula of a chart part of either generation; `sheet` is where the chart stands."""
    for element in named(root, "f", "sqref"):
        if element.text:
            element.text = rewriter.formula(element.text, sheet)


def shift_caches(root: Element, rewriter: ShiftRewriter) -> None:
    """The values kept of each source put where its cells now stand. Call it before the formulas are rewritten."""
    for element in named(root, "f"):
        source = _source(element.text or "", rewriter)
        holder = element.getparent()
        if source is None or holder is None:
            continue
        for cache in (each for each in holder if local_name(each) in _CACHES):
            _shift_cache(cache, source, rewriter)


def _source(text: str, rewriter: ShiftRewriter) -> Area | None:
    """The cells of a formula whose shape the shift changes, when they are one row or column along its axis."""
    match = _VECTOR.match(text)
    if match is None or rewriter.formula(text, None) == text:
        return None
    area = Area.find(match[2].replace("$", ""))
    if area is None or not (rewriter.shift.cuts(area) or rewriter.shift.swallows(area)):
        return None
    across = area.columns if rewriter.shift.axis == "row" else area.rows
    return area if across == 1 else None


def _shift_cache(cache: Element, source: Area, rewriter: ShiftRewriter) -> None:
    shift = rewriter.shift
    first, _ = shift.lines_of(source)
    moved = shift.area(source)
    start, end = shift.lines_of(moved) if moved else (1, 0)
    for point in named(cache, "pt"):
        line = shift.line(first + int(point.get("idx", "0")))
        holder = point.getparent()
        if line is not None:
            point.set("idx", str(line - start))
        elif holder is not None:
            holder.remove(point)
    for count in named(cache, "ptCount"):
        count.set("val", str(end - start + 1))
    for level in [each for each in (cache, *named(cache, "lvl")) if "ptCount" in each.attrib]:
        level.set("ptCount", str(end - start + 1))
