"""Columns with a line over them: the last series of a column chart as a line, on an axis of its own where it must."""

from __future__ import annotations

import copy

from copilot_server.office.xml import Element
from skills.presentations.document import charts
from skills.presentations.document.building import fill
from skills.presentations.document.markup import child, children, need, node, put, remove

_APART = 5  # series that differ by more than this factor do not share an axis


def combine(root: Element, slot: str) -> None:
    """Changes a column chart of two series or more, the line in that slot; one series stays as it is."""
    area, columns = need(root, "c:chart/c:plotArea"), charts.plots(root)[0]
    drawn = children(columns, "c:ser")
    if len(drawn) < 2:
        return
    last = drawn[-1]
    columns.remove(last)
    _as_line(last, slot)
    axes = [axis.get("val", "") for axis in children(columns, "c:axId")]
    is_apart = _largest([last]) * _APART < _largest(drawn[:-1]) or _largest([last]) > _APART * _largest(drawn[:-1])
    chosen = _own_axes(area, axes) if is_apart else axes
    line = node(
        "c:lineChart",
        None,
        node("c:grouping", {"val": "standard"}),
        node("c:varyColors", {"val": 0}),
        last,
        node("c:marker", {"val": 1}),
        *(node("c:axId", {"val": axis}) for axis in chosen),
    )
    columns.addnext(line)


def _largest(series: list[Element]) -> float:
    return max((abs(float(value)) for each in series for value in charts.values(each) if value), default=0.0)


def _as_line(series: Element, slot: str) -> None:
    for name in ("c:invertIfNegative", "c:dPt", "c:dLbls"):
        for old in children(series, name):
            remove(old)
    stroke = node("a:ln", {"w": 31750, "cap": "rnd"}, fill(slot), node("a:round"))
    put(series, node("c:spPr", None, stroke))
    looks = node("c:spPr", None, fill(slot), node("a:ln", None, node("a:noFill")))
    put(series, node("c:marker", None, node("c:symbol", {"val": "circle"}), node("c:size", {"val": 7}), looks))
    put(series, node("c:smooth", {"val": 0}))


def _own_axes(area: Element, axes: list[str]) -> list[str]:
    """Copies of the two axes: the names' hidden, the values' at the right and without gridlines."""
    made = [str(int(axis) + 7) for axis in axes]
    for name, own, crossing in (("c:catAx", made[0], made[1]), ("c:valAx", made[1], made[0])):
        model = children(area, name)[0]
        axis = copy.deepcopy(model)
        need(axis, "c:axId").set("val", own)
        need(axis, "c:crossAx").set("val", crossing)
        if name == "c:catAx":
            put(axis, node("c:delete", {"val": 1}))
        else:
            remove(child(axis, "c:majorGridlines"))
            put(axis, node("c:axPos", {"val": "r"}))
            put(axis, node("c:crosses", {"val": "max"}))
        children(area, "c:valAx")[-1].addnext(axis)
    return made
