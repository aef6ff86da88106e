"""Conditional formats: rules put over cells, and taken off them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copilot_server.errors import ToolError
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.cell_writer import number_text
from skills.spreadsheets.document.formats import elements, number
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.rules.area_lists import take_area, take_extended
from skills.spreadsheets.document.rules.extended import bar, fresh_id, refer, with_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.sheet import Sheet

ICONS: Final = {
    "arrows": "3Arrows",
    "lights": "3TrafficLights1",
    "flags": "3Flags",
    "symbols": "3Symbols",
    "arrows4": "4Arrows",
    "ratings": "5Rating",
    "quarters": "5Quarters",
    "arrows5": "5Arrows",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How cells look that meet a rule; colours are RRGGBB."""

    fill: str | None = None
    color: str | None = None
    bold: bool = False
    italic: bool = False
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A `cfRule`: its attributes and formulas as files keep them, relative to the first cell, and how it shows."""

    type: str
    attributes: tuple[tuple[str, str], ...] = ()
    formulas: tuple[str, ...] = ()
    look: Look | None = None
    scale: tuple[str, ...] = ()
    """Colours from the lowest to the highest value."""
    bar: str | None = None
    icons: str | None = None
    stops: bool = False


def add_rule(sheet: Sheet, area: Area, rule: Rule) -> None:
    """Put a rule over an area, behind those there are: the first that applies wins."""
    frame = sheet.frame
    holders = frame.find_all("conditionalFormatting")
    place = written(area)
    holder = next((each for each in holders if each.get("sqref") == place and each.get("pivot") is None), None)
    if holder is None:
        holder = frame.make("conditionalFormatting", sqref=place)
        holders.append(holder)
    last = max((number(each, "priority") for one in holders for each in elements(one)), default=0)
    element = frame.make("cfRule", type=rule.type)
    if rule.look is not None:
        element.set("dxfId", str(_look(sheet, rule.look)))
    element.set("priority", str(last + 1))
    if rule.stops:
        element.set("stopIfTrue", "1")
    for key, value in rule.attributes:
        element.set(key, value)
    element.extend(_children(sheet, rule))
    rules = [each for each in elements(holder) if local_name(each) == "cfRule"]
    holder.insert(holder.index(rules[-1]) + 1 if rules else 0, element)
    frame = frame.with_regions("conditionalFormatting", holders)
    if rule.bar is not None:
        rule_id = fresh_id(sheet.part, place, last + 1)
        refer(frame, element, rule_id)
        frame = with_rules(
            frame.with_regions("conditionalFormatting", holders),
            "conditionalFormatting",
            [bar(area, rule.bar, rule_id)],
        )
    sheet.frame = frame


def clear_rules(sheet: Sheet, area: Area) -> None:
    """Take all rules off an area; those that reach beyond it stay there."""
    holders = sheet.frame.find_all("conditionalFormatting")
    kept = [each for each in holders if take_area(each, area)]
    sheet.frame = sheet.frame.with_regions("conditionalFormatting", kept)
    take_extended(sheet, "conditionalFormattings", area)


def _look(sheet: Sheet, look: Look) -> int:
    """The index of the differential format; children in the order CT_Dxf wants."""
    styles = sheet.book.styles
    dxf = styles.make("dxf")
    marks = [name for name, is_on in (("b", look.bold), ("i", look.italic), ("strike", look.strike)) if is_on]
    if marks or look.color:
        font = styles.make("font")
        font.extend(styles.make(name) for name in marks)
        if look.color:
            font.append(styles.make("color", rgb="FF" + look.color))
        dxf.append(font)
    if look.fill:
        fill, pattern = styles.make("fill"), styles.make("patternFill")
        pattern.append(styles.make("bgColor", rgb="FF" + look.fill))
        fill.append(pattern)
        dxf.append(fill)
    if not len(dxf):
        raise ToolError("say how the cells shall look: `fill`, `color` or `bold`")
    return styles.add_differential(dxf)


def _children(sheet: Sheet, rule: Rule) -> Iterable[Element]:
    make = sheet.frame.make
    for text in rule.formulas:
        formula = make("formula")
        formula.text = text
        yield formula
    if rule.scale:
        scale = make("colorScale")
        points = [("min", None), ("max", None)] if len(rule.scale) == 2 else _MIDDLED
        scale.extend(_point(sheet, kind, value) for kind, value in points)
        scale.extend(make("color", rgb="FF" + color) for color in rule.scale)
        yield scale
    if rule.bar:
        plain = make("dataBar")
        plain.extend((_point(sheet, "min"), _point(sheet, "max"), make("color", rgb="FF" + rule.bar)))
        yield plain
    if rule.icons:
        icons = make("iconSet", iconSet=rule.icons)
        steps = int(rule.icons[0])
        shares = (number_text(round(100 * at / steps)).decode() for at in range(steps))
        icons.extend(_point(sheet, "percent", share) for share in shares)
        yield icons


_MIDDLED: Final = [("min", None), ("percentile", "50"), ("max", None)]


def _point(sheet: Sheet, kind: str, value: str | None = None) -> Element:
    point = sheet.frame.make("cfvo", type=kind)
    if value is not None:
        point.set("val", value)
    return point
