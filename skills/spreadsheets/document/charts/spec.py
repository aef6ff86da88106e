"""What a chart shows, apart from how files spell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from skills.spreadsheets.document.addresses import Area

Kind: TypeAlias = Literal["column", "bar", "line", "area", "pie", "doughnut", "scatter", "radar"]
Stacking: TypeAlias = Literal["none", "stacked", "percent"]
Legend: TypeAlias = Literal["none", "right", "bottom", "top", "left"]

ROUND: Final = frozenset({"pie", "doughnut"})


@dataclass(frozen=True, slots=True)
class Source:
    """Cells of one sheet."""

    sheet: str
    area: Area


@dataclass(frozen=True, slots=True)
class Series:
    """`name` is where its name stands, or the name itself; `kind` None for the chart's own."""

    values: Source
    categories: Source | None = None
    name: Source | str | None = None
    kind: Kind | None = None
    is_secondary: bool = False
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Titles and formats None where the chart has none."""

    kind: Kind
    series: tuple[Series, ...]
    stacking: Stacking = "none"
    title: str | None = None
    x_title: str | None = None
    y_title: str | None = None
    y2_title: str | None = None
    number_format: str | None = None
    has_labels: bool = False
    legend: Legend | None = None
    value_range: tuple[float | None, float | None] = (None, None)
    """Where the axis of values begins and ends; None as it falls out."""
