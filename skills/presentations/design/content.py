"""What a slide is to hold, before any layout is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from skills.presentations.design.archetypes import Kind
from skills.presentations.design.compose import Item
from skills.presentations.document.chart_data import Data
from skills.presentations.document.text import Line


@dataclass(frozen=True)
class Picture:
    """`data` as it is in the file; `alt` says what it shows."""

    data: bytes
    suffix: str
    alt: str


@dataclass(frozen=True)
class Content:
    """`lines` are the body's paragraphs; `items` are figures, steps, people or columns."""

    kind: Kind
    title: str
    subtitle: str = ""
    lines: Sequence[Line] = field(default=())
    items: Sequence[Item] = field(default=())
    rows: Sequence[Sequence[str]] = field(default=())
    chart: Data | None = None
    picture: Picture | None = None
    notes: str = ""
