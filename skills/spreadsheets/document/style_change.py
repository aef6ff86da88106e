"""What to change in a cell's format; the rest of the format stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Horizontal: TypeAlias = Literal["general", "left", "center", "right", "fill", "justify", "centerContinuous"]
Vertical: TypeAlias = Literal["top", "center", "bottom", "justify"]
BorderStyle: TypeAlias = Literal["none", "thin", "medium", "thick", "dashed", "dotted", "double", "hair"]


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of a border; `color` is RRGGBB, None for automatic."""

    style: BorderStyle
    color: str | None = None


@dataclass(frozen=True, slots=True)
class StyleChange:
    """None keeps what is there. Colours are RRGGBB, sizes in points; `fill` "" takes the fill away.

    `only_if_general` leaves cells alone whose number format someone has chosen; `base` is the index of a format to
    start from instead of the cell's own, 0 for the default one.
    """

    number_format: str | None = None
    only_if_general: bool = False
    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    strike: bool | None = None
    size: float | None = None
    font: str | None = None
    color: str | None = None
    fill: str | None = None
    top: Edge | None = None
    bottom: Edge | None = None
    left: Edge | None = None
    right: Edge | None = None
    horizontal: Horizontal | None = None
    vertical: Vertical | None = None
    wrap: bool | None = None
    indent: int | None = None
    rotation: int | None = None
    locked: bool | None = None
    hidden: bool | None = None
    base: int | None = None
