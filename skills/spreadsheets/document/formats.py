"""What a cell format looks like, read from the book's styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.number_formats import GENERAL, format_of_id
from skills.spreadsheets.document.style_parts import child_of

if TYPE_CHECKING:
    from copilot_server.office.xml import Element

_SIDES: Final = ("left", "right", "top", "bottom")
_OFF: Final = frozenset({"0", "false", "none"})


@dataclass(frozen=True, slots=True)
class Format:
    """Colours are RRGGBB where the file says so itself, else "theme 4", "theme 4 +0.4" or "palette 9".

    `borders` are the sides that have one, with its style: "bottom thin".
    """

    number_format: str = GENERAL
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    size: float | None = None
    font: str | None = None
    color: str | None = None
    fill: str | None = None
    borders: tuple[str, ...] = ()
    horizontal: str | None = None
    vertical: str | None = None
    wrap: bool = False
    indent: int = 0
    locked: bool = True


def elements(parent: Element) -> list[Element]:
    """The children that are elements."""
    return [child for child in parent if local_name(child)]


def items(styles: Element, region: str) -> list[Element]:
    """What a list of the styles part (fonts, cellXfs …) holds."""
    parent = child_of(styles, region)
    return [] if parent is None else elements(parent)


def own_formats(styles: Element) -> dict[int, str]:
    """The book's own number formats by id."""
    return {number(each, "numFmtId"): each.get("formatCode", "") for each in items(styles, "numFmts")}


def number(element: Element, name: str) -> int:
    """A whole number in an attribute, 0 when it is none."""
    text = element.get(name, "0").strip()
    return int(text) if text.isdecimal() else 0


def read_format(styles: Element, style: Element) -> Format:
    """Of an `xf`."""
    font = _piece(styles, "fonts", number(style, "fontId"))
    fill = _piece(styles, "fills", number(style, "fillId"))
    border = _piece(styles, "borders", number(style, "borderId"))
    alignment, protection = child_of(style, "alignment"), child_of(style, "protection")
    size = None if font is None else _value(font, "sz")
    return Format(
        number_format=format_of_id(number(style, "numFmtId"), own_formats(styles)),
        bold=_is_on(font, "b"),
        italic=_is_on(font, "i"),
        underline=_is_on(font, "u"),
        strike=_is_on(font, "strike"),
        size=float(size) if size else None,
        font=None if font is None else _value(font, "name"),
        color=None if font is None else _color(child_of(font, "color")),
        fill=_fill(fill),
        borders=_borders(border),
        horizontal=None if alignment is None else alignment.get("horizontal"),
        vertical=None if alignment is None else alignment.get("vertical"),
        wrap=alignment is not None and alignment.get("wrapText", "0") not in _OFF,
        indent=0 if alignment is None else number(alignment, "indent"),
        locked=protection is None or protection.get("locked", "1") not in _OFF,
    )


def _piece(styles: Element, region: str, index: int) -> Element | None:
    pieces = items(styles, region)
    return pieces[index] if 0 <= index < len(pieces) else None


def _value(parent: Element, name: str) -> str | None:
    child = child_of(parent, name)
    return None if child is None else child.get("val")


def _is_on(font: Element | None, name: str) -> bool:
    child = None if font is None else child_of(font, name)
    return child is not None and child.get("val", "1") not in _OFF


def _color(color: Element | None) -> str | None:
    if color is None:
        return None
    if rgb := color.get("rgb"):
        return rgb[-6:].upper()
    tint = float(color.get("tint", "0"))
    shade = f" {tint:+.2g}" if tint else ""
    if theme := color.get("theme"):
        return f"theme {theme}{shade}"
    return f"palette {indexed}{shade}" if (indexed := color.get("indexed")) else None


def _fill(fill: Element | None) -> str | None:
    pattern = None if fill is None else child_of(fill, "patternFill")
    if pattern is None:
        return None if fill is None or not elements(fill) else "gradient"
    kind = pattern.get("patternType", "none")
    if kind == "none":
        return None
    color = _color(child_of(pattern, "fgColor"))
    return color if kind == "solid" else f"{kind} {color or ''}".strip()


def _borders(border: Element | None) -> tuple[str, ...]:
    if border is None:
        return ()
    sides = ((name, child_of(border, name)) for name in _SIDES)
    return tuple(f"{name} {side.get('style')}" for name, side in sides if side is not None and side.get("style"))
