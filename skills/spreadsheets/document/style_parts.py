"""The pieces a cell format is made of (font, fill, border, alignment), changed element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.cell_writer import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.style_change import Edge, StyleChange

# Excel writes and expects these orders (CT_Font, CT_Border; ISO/IEC 29500-1, A.2).
_FONT_ORDER: Final = [
    "b",
    "i",
    "strike",
    "condense",
    "extend",
    "outline",
    "shadow",
    "u",
    "vertAlign",
    "sz",
    "color",
    "name",
    "family",
    "charset",
    "scheme",
]
_BORDER_ORDER: Final = ["start", "end", "left", "right", "top", "bottom", "diagonal", "vertical", "horizontal"]


def changed_font(font: Element, change: StyleChange) -> None:
    """Set what the change names in a `font`."""
    for name, flag in (("b", change.bold), ("i", change.italic), ("strike", change.strike)):
        if flag is not None:
            _put(font, name, {} if flag else None, _FONT_ORDER)
    if change.underline is not None:
        _put(font, "u", {} if change.underline else None, _FONT_ORDER)
    if change.size is not None:
        _put(font, "sz", {"val": number_text(change.size).decode()}, _FONT_ORDER)
    if change.color is not None:
        _put(font, "color", {"rgb": "FF" + change.color} if change.color else None, _FONT_ORDER)
    if change.font is not None:
        _put(font, "name", {"val": change.font}, _FONT_ORDER)
        for stale in ("family", "charset", "scheme"):
            _put(font, stale, None, _FONT_ORDER)


def changed_fill(fill: Element, color: str) -> None:
    """Make a `fill` one plain colour, none for ""."""
    for child in list(fill):
        fill.remove(child)
    pattern = etree.SubElement(fill, _like(fill, "patternFill"), patternType="solid" if color else "none")
    if color:
        etree.SubElement(pattern, _like(fill, "fgColor"), rgb="FF" + color)
        etree.SubElement(pattern, _like(fill, "bgColor"), indexed="64")


def changed_border(border: Element, change: StyleChange) -> None:
    """Set the sides the change names in a `border`."""
    sides = {"left": change.left, "right": change.right, "top": change.top, "bottom": change.bottom}
    for name, edge in sides.items():
        if edge is not None:
            _set_edge(border, name, edge)


def set_alignment(style: Element, change: StyleChange) -> bool:
    """Set what the change names in the `alignment` of an `xf`; whether it names anything."""
    wanted: dict[str, str | None] = {
        "horizontal": change.horizontal,
        "vertical": change.vertical,
        "wrapText": None if change.wrap is None else str(int(change.wrap)),
        "indent": None if change.indent is None else str(change.indent),
        "textRotation": None if change.rotation is None else str(change.rotation),
    }
    return _set_child(style, "alignment", wanted)


def set_protection(style: Element, change: StyleChange) -> bool:
    """Set what the change names in the `protection` of an `xf`; whether it names anything."""
    wanted = {
        "locked": None if change.locked is None else str(int(change.locked)),
        "hidden": None if change.hidden is None else str(int(change.hidden)),
    }
    return _set_child(style, "protection", wanted)


def child_of(parent: Element, name: str) -> Element | None:
    """The first child of that local name."""
    return next((child for child in parent if local_name(child) == name), None)


def _set_child(style: Element, name: str, wanted: Mapping[str, str | None]) -> bool:
    given = {key: value for key, value in wanted.items() if value is not None}
    if not given:
        return False
    child = child_of(style, name)
    if child is None:
        child = etree.Element(_like(style, name))
        style.insert(0 if name == "alignment" else int(child_of(style, "alignment") is not None), child)
    for key, value in given.items():
        child.set(key, value)
    return True


def _set_edge(border: Element, name: str, edge: Edge) -> None:
    attributes = {} if edge.style == "none" else {"style": edge.style}
    side = _put(border, name, attributes, _BORDER_ORDER)
    if side is not None and attributes:
        color = {"rgb": "FF" + edge.color} if edge.color else {"auto": "1"}
        etree.SubElement(side, _like(border, "color"), color)


def _put(parent: Element, name: str, attributes: Mapping[str, str] | None, order: Sequence[str]) -> Element | None:
    """Replace the child of that name, put it in where the order wants it, or take it away."""
    old = child_of(parent, name)
    if old is not None:
        parent.remove(old)
    if attributes is None:
        return None
    new = etree.Element(_like(parent, name), dict(attributes))
    rank = order.index(name)
    before = [child for child in parent if local_name(child) in order[:rank]]
    parent.insert(parent.index(before[-1]) + 1 if before else 0, new)
    return new


def _like(element: Element, name: str) -> str:
    """The name in the namespace of the element, which is another in ISO Strict files."""
    return f"{{{etree.QName(element).namespace}}}{name}"
