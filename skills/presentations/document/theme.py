"""A theme's colours and fonts, and what a colour written on a slide comes to."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot_server.office.xml import Element, local_name
from skills.presentations.document.markup import child, number, tag

if TYPE_CHECKING:
    from skills.presentations.document.parts import Parts

SLOTS = (
    "dk1",
    "lt1",
    "dk2",
    "lt2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
)
_PLAIN_MAP = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_PRESETS = {
    "black": "000000",
    "white": "FFFFFF",
    "red": "FF0000",
    "green": "008000",
    "blue": "0000FF",
    "yellow": "FFFF00",
    "gray": "808080",
    "grey": "808080",
    "orange": "FFA500",
    "purple": "800080",
    "cyan": "00FFFF",
    "navy": "000080",
    "magenta": "FF00FF",
    "ltGray": "D3D3D3",
    "lightGray": "D3D3D3",
    "dkGray": "A9A9A9",
    "darkGray": "A9A9A9",
}


@dataclass(frozen=True)
class Theme:
    """`colors` by slot, as RRGGBB; `mapping` from what slides say (bg1, tx1) to slots."""

    part: str | None
    name: str
    colors: Mapping[str, str]
    major: str
    minor: str
    mapping: Mapping[str, str]

    @classmethod
    def read(cls, parts: Parts, master: str) -> Theme:
        part = parts.one(master, "theme")
        root = parts.xml(part) if part else None
        elements = child(root, "a:themeElements")
        written = child(parts.xml(master), "p:clrMap")
        mapping = {**_PLAIN_MAP, **({str(k): str(v) for k, v in written.attrib.items()} if written is not None else {})}
        return cls(
            part=part,
            name=root.get("name", "") if root is not None else "",
            colors={local_name(slot): _plain(slot) for slot in _inside(child(elements, "a:clrScheme"))},
            major=_typeface(child(elements, "a:fontScheme/a:majorFont/a:latin")),
            minor=_typeface(child(elements, "a:fontScheme/a:minorFont/a:latin")),
            mapping=mapping,
        )

    def font(self, typeface: str | None) -> str:
        """The family behind `+mj-lt` and `+mn-lt`; any other name is itself."""
        if not typeface or typeface.startswith("+mn"):
            return self.minor
        return self.major if typeface.startswith("+mj") else typeface

    def slot(self, name: str) -> str | None:
        """RRGGBB of a scheme colour as slides name it (tx1, bg2, accent3)."""
        return self.colors.get(self.mapping.get(name, name))

    def color(self, fill: Element | None, placeholder: str | None = None) -> str | None:
        """RRGGBB of the colour inside a solidFill (or any holder of one); None when it cannot be told."""
        for element in _inside(fill):
            base = self._base(element, placeholder)
            if base is not None:
                return _modified(base, element)
        return None

    def _base(self, element: Element, placeholder: str | None) -> str | None:
        value = element.get("val", "")
        match tag(element):
            case "a:srgbClr":
                return value.upper() if len(value) == 6 else None
            case "a:schemeClr":
                return placeholder if value == "phClr" else self.slot(value)
            case "a:sysClr":
                return (element.get("lastClr") or ("FFFFFF" if value == "window" else "000000")).upper()
            case "a:prstClr":
                return _PRESETS.get(value)
            case _:
                return None


def opacity(fill: Element | None) -> float:
    """1 is opaque."""
    for element in _inside(fill):
        alpha = child(element, "a:alpha")
        return number(alpha, "val", 100000) / 100000
    return 1.0


def luminance(color: str) -> float:
    """Relative luminance of RRGGBB (WCAG 2.2)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white), as WCAG 2.2 measures it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _inside(element: Element | None) -> list[Element]:
    return [] if element is None else [inner for inner in element if isinstance(inner.tag, str)]


def _plain(slot: Element) -> str:
    for element in _inside(slot):
        return (element.get("lastClr") or element.get("val") or "000000").upper()
    return "000000"


def _typeface(latin: Element | None) -> str:
    return (latin.get("typeface") if latin is not None else None) or "Calibri"


def _modified(base: str, element: Element) -> str:
    """Apply lumMod, lumOff, shade and tint in order (ECMA-376 Part 1, 20.1.2.3)."""
    red, green, blue = (int(base[at : at + 2], 16) / 255 for at in (0, 2, 4))
    for change in _inside(element):
        share = number(change, "val", 100000) / 100000
        match tag(change):
            case "a:lumMod" | "a:lumOff" | "a:satMod":
                hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
                if tag(change) == "a:satMod":
                    saturation = min(saturation * share, 1)
                else:
                    light = light * share if tag(change) == "a:lumMod" else light + share
                red, green, blue = colorsys.hls_to_rgb(hue, min(max(light, 0), 1), saturation)
            case "a:shade":
                red, green, blue = red * share, green * share, blue * share
            case "a:tint":
                red, green, blue = (1 - (1 - c) * share for c in (red, green, blue))
            case _:
                pass
    return "".join(f"{round(min(max(c, 0), 1) * 255):02X}" for c in (red, green, blue))
