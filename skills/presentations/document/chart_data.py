"""What a chart shows: categories and series, as given and as python-pptx wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pptx.chart.data import CategoryChartData, XyChartData

ChartType: TypeAlias = Literal[
    "column", "stacked_column", "bar", "stacked_bar", "line", "area", "stacked_area",
    "pie", "doughnut", "scatter", "scatter_lines",
    "combo",
]  # fmt: skip
SCATTERS = {"scatter", "scatter_lines"}


@dataclass(frozen=True, slots=True)
class Series:
    """`values` pair with the categories; None is a gap."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Data:
    """For a scatter the categories are the x values.

    `highlight` is a category or series to call out, `callout` what is said there.
    """

    type: ChartType
    categories: Sequence[str]
    series: Sequence[Series]
    number_format: str = "General"
    title: str = ""
    highlight: str = ""
    callout: str = ""

    @property
    def calls_a_series(self) -> bool:
        """Whether one of several series is highlighted; its name goes before that of a category."""
        return len(self.series) > 1 and self.highlight in [each.name for each in self.series]

    @property
    def calls_a_category(self) -> bool:
        return self.highlight in self.categories and not self.calls_a_series


def chart_data(data: Data) -> Any:
    if data.type in SCATTERS:
        return _scatter_data(data)
    made = CategoryChartData(number_format=data.number_format)
    made.categories = [str(category) for category in data.categories]
    for each in data.series:
        made.add_series(each.name, list(each.values))
    return made


def _scatter_data(data: Data) -> Any:
    made = XyChartData(number_format=data.number_format)
    for each in data.series:
        added = made.add_series(each.name)
        for x, y in zip(data.categories, each.values, strict=False):
            if y is not None:
                added.add_data_point(float(x), y)
    return made


def workbook(made: Any) -> bytes:
    return made._workbook_writer.xlsx_blob  # noqa: SLF001 - python-pptx offers the bytes nowhere else
