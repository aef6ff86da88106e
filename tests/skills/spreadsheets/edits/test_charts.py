"""Charts made, read, changed and deleted."""

from __future__ import annotations

import io

import openpyxl
import pytest

from copilot_server.agent.guard import Consent
from copilot_server.errors import ToolError
from copilot_server.office.xml import qname
from skills.spreadsheets.document.charts.drawing import charts_of
from skills.spreadsheets.document.charts.reading import read_chart
from skills.spreadsheets.document.charts.spec import Chart
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.outline import outline
from tests.skills.spreadsheets.books import book_of, edited, sales
from tests.skills.spreadsheets.edits.test_ranges import asked

KINDS = ["column", "bar", "line", "area", "pie", "doughnut", "scatter", "radar"]


def make(**fields: object) -> dict[str, object]:
    return {"op": "make_chart", "at": "H2", **fields}


def charts(book: Workbook) -> list[Chart]:
    sheet = book.active
    return [found for each in charts_of(sheet) if (found := read_chart(book.package.xml(each.part)))]


def cached(book: Workbook, number: int = 1) -> list[str]:
    """The values kept of the first series."""
    root = book.package.xml(charts_of(book.active)[number - 1].part)
    values = next(root.iter(qname("c:val")))
    return [each.text or "" for each in values.iter(qname("c:v"))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_chart_is_read_back_as_made(kind: str) -> None:
    book, answer = edited(sales(8), make(kind=kind, data="B1:C9", title="Units"))
    (chart,) = charts(book)
    assert (chart.kind, chart.title, str(chart.series[0].values.area)) == (kind, "Units", "C2:C9")
    assert str(chart.series[0].categories.area) == "B2:B9"  # type: ignore[union-attr]
    assert f'chart 1 {kind} "Units" of C2:C9 by B2:B9 at H2:O16 added' in answer
    assert f'chart 1 {kind} "Units"' in outline(book)
    assert len(openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active._charts) == 1


def test_the_values_of_the_cells_are_kept_with_the_chart() -> None:
    book, _ = edited(sales(3), make(data="B1:C4"))
    assert cached(book) == ["6", "9", "12"]


def test_a_combination_has_a_second_axis_for_its_line() -> None:
    series = [{"values": "Units"}, {"values": "Revenue", "kind": "line", "secondary": True, "color": "00B050"}]
    book, _ = edited(sales(8), make(categories="Date", series=series, title="Both", number_format="integer"))
    (chart,) = charts(book)
    assert [(each.kind, each.is_secondary) for each in chart.series] == [(None, False), ("line", True)]
    assert [str(each.name.area) for each in chart.series] == ["C1", "E1"]  # type: ignore[union-attr]
    text = book.package.read(charts_of(book.active)[0].part).decode()
    assert text.count("<c:valAx>") == 2
    assert "<c:dateAx>" in text
    assert 'formatCode="#,##0"' in text


def test_years_head_a_chart_and_are_not_drawn() -> None:
    book, _ = edited(book_of([["Year", "Sold"], [2024, 5], [2025, 7], [2026, 9]]), make(kind="line"))
    (chart,) = charts(book)
    assert [str(each.values.area) for each in chart.series] == ["B2:B4"]
    assert str(chart.series[0].categories.area) == "A2:A4"  # type: ignore[union-attr]


def test_a_chart_is_restyled_in_place_and_given_another_source() -> None:
    book, _ = edited(sales(8), make(data="B1:C9", title="Old"), make(data="B1:C9", at="H30"))
    change = {
        "op": "change_chart",
        "chart": "Old",
        "title": "New",
        "x_title": "Region",
        "data": "B1:D9",
        "labels": True,
        "legend": "left",
        "number_format": "0.0",
        "colors": ["FF0000", "00FF00"],
        "to": "H2:P19",
    }
    book, answer = edited(book, change)
    first, second = charts(book)
    assert (first.title, first.x_title, first.legend, first.has_labels) == ("New", "Region", "left", True)
    assert [str(each.values.area) for each in first.series] == ["C2:C9", "D2:D9"]
    assert str(charts_of(book.active)[0].area) == "H2:P19"
    assert second.title is None
    assert 'chart 1 column "New"' in answer
    openpyxl.load_workbook(io.BytesIO(book.to_bytes()))
    book, _ = edited(book, {"op": "change_chart", "chart": 1, "kind": "line"})
    assert (charts(book)[0].kind, charts(book)[0].title, len(charts(book)[0].series)) == ("line", "New", 2)


def test_a_deleted_chart_takes_its_part_along() -> None:
    book, _ = edited(sales(8), make(data="B1:C9"))
    part = charts_of(book.active)[0].part
    with pytest.raises(ToolError, match="did not ask"):
        edited(book, {"op": "change_chart", "delete": True})
    assert Consent("delete the chart").covers_loss
    book = asked(book, "delete the chart", {"op": "change_chart", "delete": True})
    assert part not in book.package
    assert not charts_of(book.active)


def test_charts_of_a_table_grow_with_it() -> None:
    book, _ = edited(
        book_of([["Item", "Sold"], ["a", 1], ["b", 2]]),
        {"op": "make_table", "name": "T"},
        make(data="T"),
        {"op": "set_cells", "at": "A4", "values": [["c", 3]]},
        {"op": "change_table", "table": "T", "range": "A1:B4"},
    )
    assert str(charts(book)[0].series[0].values.area) == "B2:B4"


def test_what_cannot_be_drawn_is_explained() -> None:
    with pytest.raises(ToolError, match="one series"):
        edited(sales(8), make(kind="pie", data="B1:D9"))
    with pytest.raises(ToolError, match="no chart 3"):
        edited(sales(8), make(data="B1:C9"), {"op": "change_chart", "chart": 3, "title": "x"})


def test_a_series_added_as_a_line_is_drawn_as_one_and_the_rest_looks_as_it_did() -> None:
    made = {"op": "make_chart", "data": "A1:C9", "title": "Units", "labels": True, "number_format": "#,##0", "at": "H2"}
    columns = {**made, "data": None, "categories": "Date", "series": [{"values": "C2:C9", "color": "2F5597"}]}
    series = [{"values": "C2:C9", "name": "=C1"}, {"values": "D2:D9", "kind": "line", "color": "C00000"}]
    changed = {"op": "change_chart", "chart": "Units", "categories": "A2:A9", "series": series}
    book, said = edited(sales(8), columns, changed)

    assert "chart 1 column+line" in said
    (placed,) = charts_of(book.active)
    chart = read_chart(book.package.xml(placed.part))
    assert chart is not None
    assert [(each.kind, each.color) for each in chart.series] == [(None, "2F5597"), ("line", "C00000")]
    assert (chart.title, chart.number_format, chart.has_labels) == ("Units", "#,##0", True)


def test_colours_of_new_sources_are_taken() -> None:
    made = {"op": "make_chart", "data": "A1:C9", "title": "T", "at": "H2"}
    changed = {"op": "change_chart", "series": [{"values": "D2:D9", "color": "C00000"}]}
    book, _ = edited(sales(8), made, changed)

    (placed,) = charts_of(book.active)
    chart = read_chart(book.package.xml(placed.part))
    assert chart is not None
    assert [(str(each.values.area), each.color) for each in chart.series] == [("D2:D9", "C00000")]


@pytest.mark.parametrize("kind", ["column", "bar"])
def test_titles_and_formats_go_to_the_axes_they_are_for(kind: str) -> None:
    fields = {"x_title": "Where", "y_title": "How many", "number_format": "#,##0"}
    book, _ = edited(sales(8), make(kind=kind, data="B1:C9", **fields))

    root = book.package.xml(charts_of(book.active)[0].part)
    (names,), (values,) = (list(root.iter(qname(f"c:{name}"))) for name in ("catAx", "valAx"))
    assert ["".join(axis.itertext()) for axis in (names, values)] == ["Where", "How many"]
    assert values.find(qname("c:majorGridlines")) is not None
    assert [each.get("formatCode") for each in values.iter(qname("c:numFmt"))] == ["#,##0"]


def test_the_axis_of_values_begins_and_ends_where_asked() -> None:
    book, _ = edited(sales(8), make(data="B1:C9", y_min=5), {"op": "change_chart", "y_max": 40.5})
    assert charts(book)[0].value_range == (5, 40.5)
    book, _ = edited(book, {"op": "change_chart", "kind": "line"})
    assert charts(book)[0].value_range == (5, 40.5)


def test_bars_stand_in_the_order_of_their_rows() -> None:
    book, _ = edited(sales(8), make(kind="bar", data="B1:C9"))
    root = book.package.xml(charts_of(book.active)[0].part)
    (names,) = root.iter(qname("c:catAx"))
    assert [each.get("val") for each in names.iter(qname("c:orientation"))] == ["maxMin"]
