"""Changes a chart's part in place, so that what nobody spoke of looks as it did."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused
from copilot_server.office import xml
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.cell_writer import number_text
from skills.spreadsheets.document.charts.building import reference
from skills.spreadsheets.document.charts.reading import axes, plots
from skills.spreadsheets.document.charts.spec import Legend, Series, Source
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.references.holders.elements import child, children, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element

_POSITIONS: Final = {"right": "r", "bottom": "b", "top": "t", "left": "l"}
# CT_Chart, CT_CatAx and CT_ValAx as far as it matters (ISO/IEC 29500-1, A.5.1).
_BEHIND_TITLE: Final = frozenset({"axId", "scaling", "delete", "axPos", "majorGridlines", "minorGridlines"})
_BEFORE_SHAPE: Final = frozenset({"idx", "order", "tx"})


def set_title(root: Element, text: str) -> None:
    """The chart's own title; "" takes it away."""
    chart = _chart(root)
    _put_title(chart, text, place=0)
    flag = child(chart, "autoTitleDeleted")
    if flag is None:
        flag = etree.Element(_like(chart, "autoTitleDeleted"))
        chart.insert(int(child(chart, "title") is not None), flag)
    flag.set("val", "0" if text else "1")


def set_axis_title(root: Element, text: str, *, is_across: bool) -> None:
    """Of the axis of categories, or of values; raises Refused for charts without."""
    axis = axes(root)[0 if is_across else 1]
    if axis is None:
        raise Refused(f"the chart has no {'category' if is_across else 'value'} axis to name")
    _put_title(axis, text, place=sum(1 for each in axis if local_name(each) in _BEHIND_TITLE))


def set_legend(root: Element, legend: Legend) -> None:
    chart = _chart(root)
    old = child(chart, "legend")
    if legend == "none":
        if old is not None:
            chart.remove(old)
        return
    if old is None:
        old = etree.Element(_like(chart, "legend"))
        area = child(chart, "plotArea")
        if area is None:
            raise Refused("the chart has no plot area")
        area.addnext(old)
    position = child(old, "legendPos")
    if position is None:
        position = etree.Element(_like(chart, "legendPos"))
        old.insert(0, position)
    position.set("val", _POSITIONS[legend])


def set_number_format(root: Element, code: str) -> None:
    """Of the axis of values and of the labels there are."""
    axis = axes(root)[1]
    if axis is not None:
        found = child(axis, "numFmt")
        if found is None:
            found = etree.Element(_like(axis, "numFmt"))
            axis.insert(sum(1 for each in axis if local_name(each) in {*_BEHIND_TITLE, "title"}), found)
        found.set("formatCode", code)
        found.set("sourceLinked", "0")
    for labels in named(root, "dLbls"):
        if child(labels, "delete") is None:
            for old in children(labels, "numFmt"):
                labels.remove(old)
            new = etree.Element(_like(labels, "numFmt"), formatCode=code, sourceLinked="0")
            labels.insert(sum(1 for each in labels if local_name(each) == "dLbl"), new)


def set_value_range(root: Element, least: float | None, most: float | None) -> None:
    """Where the axis of values begins and ends; None leaves an end as it is."""
    axis = axes(root)[1]
    scaling = None if axis is None else child(axis, "scaling")
    if scaling is None:
        raise Refused("the chart has no axis of values to bound")
    for name, value in (("max", most), ("min", least)):  # in the order of CT_Scaling
        if value is None:
            continue
        for old in list(children(scaling, name)):
            scaling.remove(old)
        new = etree.Element(_like(scaling, name), val=number_text(value).decode())
        behind = {"logBase", "orientation", "max"} if name == "min" else {"logBase", "orientation"}
        scaling.insert(sum(1 for each in scaling if local_name(each) in behind), new)


def set_labels(root: Element, *, are_shown: bool) -> None:
    """Values at every point (shares in round charts), or none."""
    for group in plots(root):
        for labels in named(group, "dLbls"):
            if (parent := labels.getparent()) is not None:
                parent.remove(labels)
        series = list(children(group, "ser"))
        if are_shown and series:
            is_round = local_name(group) in {"pieChart", "doughnutChart"}
            labels = etree.Element(_like(group, "dLbls"))
            for name in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"):
                is_on = name == ("showPercent" if is_round else "showVal")
                etree.SubElement(labels, _like(group, name), val=str(int(is_on)))
            series[-1].addnext(labels)


def set_colors(root: Element, colors: Sequence[str | None]) -> None:
    """The series' colours, in order; None leaves one as it is."""
    found = [(group, each) for group in plots(root) for each in children(group, "ser")]
    for (group, series), color in zip(found, colors, strict=False):
        if color is None:
            continue
        old = child(series, "spPr")
        if old is not None:
            series.remove(old)
        place = sum(1 for each in series if local_name(each) in _BEFORE_SHAPE)
        series.insert(place, _shape(series, color, is_line=local_name(group) in {"lineChart", "scatterChart"}))


def set_sources(root: Element, series: Sequence[Series], fresh: bytes) -> None:
    """Let the chart show other cells, each series keeping its looks; `fresh` is a chart of the new ones.

    Series too many are dropped, new ones look like the last. Raises Refused for charts of several kinds whose
    number of series changes, where nobody can tell which is which.
    """
    groups = list(plots(root))
    old = [each for group in groups for each in children(group, "ser")]
    new = [each for group in plots(xml.parse(fresh)) for each in children(group, "ser")]
    if len(new) != len(series) or not old:
        raise Refused("the chart has no series to give another source")
    if len(groups) > 1 and len(new) != len(old):
        raise Refused(f"the chart combines kinds over {len(old)} series; give as many, or make it anew")
    holder = groups[-1]
    for index, source in enumerate(new):
        target = old[index] if index < len(old) else _added(holder, old[-1], index)
        _take_sources(target, source)
    for extra in old[len(new) :]:
        if (parent := extra.getparent()) is not None:
            parent.remove(extra)


def follow_table(root: Element, moves: dict[tuple[str, str], Source]) -> bool:
    """Sources that were exactly a grown table's column grow with it; whether any did."""
    is_changed = False
    for formula in named(root, "f"):
        text = (formula.text or "").strip()
        sheet, _, place = text.rpartition("!")
        found = moves.get((sheet.strip("'").replace("''", "'").casefold(), place))
        if found is not None:
            formula.text = reference(found)
            is_changed = True
    return is_changed


def _added(group: Element, model: Element, index: int) -> Element:
    new = copy.deepcopy(model)
    for name in ("spPr", "marker", "dPt"):
        for each in list(children(new, name)):
            new.remove(each)
    for name in ("idx", "order"):
        if (each := child(new, name)) is not None:
            each.set("val", str(index))
    for extension in list(children(new, "extLst")):  # holds an id that must be the series' own
        new.remove(extension)
    list(children(group, "ser"))[-1].addnext(new)
    return new


def _take_sources(target: Element, source: Element) -> None:
    """What a series is called and shows, put where its own stands."""
    order = ("tx", "cat", "val", "xVal", "yVal")
    for name in order:
        new = child(source, name)
        for old in list(children(target, name)):
            if new is not None:
                target.replace(old, _in_space_of(new, target))
                new = None
            else:
                target.remove(old)
        if new is None:
            continue
        moved = _in_space_of(new, target)
        if name == "tx":
            target.insert(sum(1 for each in target if local_name(each) in {"idx", "order"}), moved)
        else:
            after = child(target, "val") if name == "cat" else None
            if after is not None:
                after.addprevious(moved)
            else:
                target.append(moved)


def _in_space_of(element: Element, target: Element) -> Element:
    """A copy in the namespace of the other, which Strict files have their own of."""
    new, space = copy.deepcopy(element), f"{{{etree.QName(target).namespace}}}"
    for each in new.iter():
        if isinstance(each.tag, str) and etree.QName(each).namespace == etree.QName(element).namespace:
            each.tag = space + local_name(each)
    return new


def _chart(root: Element) -> Element:
    found = next((each for each in elements(root) if local_name(each) == "chart"), None)
    if found is None:
        raise Refused("the chart's part holds no chart")
    return found


def _put_title(holder: Element, text: str, place: int) -> None:
    """The old title's look is kept where it has runs of its own."""
    old = child(holder, "title")
    if not text:
        if old is not None:
            holder.remove(old)
        return
    if old is not None and (runs := named(old, "t")):
        runs[0].text = text
        for rest in runs[1:]:
            rest.text = ""
        return
    title = etree.Element(_like(holder, "title"))
    drawn = _drawing_space(holder)
    rich = etree.SubElement(etree.SubElement(title, _like(holder, "tx")), _like(holder, "rich"))
    etree.SubElement(rich, f"{drawn}bodyPr")
    etree.SubElement(rich, f"{drawn}lstStyle")
    run = etree.SubElement(etree.SubElement(rich, f"{drawn}p"), f"{drawn}r")
    etree.SubElement(run, f"{drawn}t").text = text
    etree.SubElement(title, _like(holder, "overlay"), val="0")
    if old is not None:
        holder.replace(old, title)
    else:
        holder.insert(place, title)


def _shape(series: Element, color: str, *, is_line: bool) -> Element:
    drawn = _drawing_space(series)
    shape = etree.Element(_like(series, "spPr"))
    holder = etree.SubElement(shape, f"{drawn}ln", w="28575") if is_line else shape
    etree.SubElement(etree.SubElement(holder, f"{drawn}solidFill"), f"{drawn}srgbClr", val=color)
    return shape


def _drawing_space(element: Element) -> str:
    space = str(etree.QName(element).namespace)
    return f"{{{space.removesuffix('/chart')}/main}}"


def _like(element: Element, name: str) -> str:
    return f"{{{etree.QName(element).namespace}}}{name}"
