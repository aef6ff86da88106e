"""What a chart calls out is drawn, or refused with the way out; a callout keeps the value it stands over."""

from __future__ import annotations

import pytest

from copilot_server.errors import ToolError
from skills.presentations.document import charts
from skills.presentations.document.deck import Deck
from skills.presentations.document.figures import is_told, written

NAMES = ["Q1", "Q2", "Q3"]
SALES = {"name": "Sales", "values": [1000, 2000, 3000]}
MARGIN = {"name": "Margin", "values": [0.1, 0.2, None]}


def chart(draft_of, send, kind, highlight="Q2", callout="", series=(SALES, MARGIN), **more):
    draft = draft_of(Deck.create())
    data = {"type": kind, "categories": NAMES, "series": list(series), "highlight": highlight, "callout": callout}
    if kind.startswith("scatter"):
        data["categories"] = [1, 2, 3]
    send(draft, {"op": "add_slide", "title": "A claim", "chart": {**data, **more}})
    deck = draft.document
    return deck.parts.xml(deck.slide(1).shape("chart").chart_part)


def called(root):
    """(series, point, words) of the labels with words of their own."""
    return [
        (
            charts.series_name(series),
            label.find("{*}idx").get("val"),
            [p.findtext(".//{*}t") for p in text.iter("{*}p")],
        )
        for series in charts.series(root)
        for label in series.iter("{*}dLbl")
        if (text := label.find("{*}tx")) is not None
    ]


def test_a_combination_says_the_callout_at_its_column_or_at_the_end_of_its_line(draft_of, send):
    root = chart(draft_of, send, "combo", callout="Twice as much")
    assert called(root) == [("Sales", "1", ["Twice as much"])]
    root = chart(draft_of, send, "combo", "Margin", "Margin 20 %")
    assert called(root) == [("Margin", "1", ["Margin 20 %"])]
    slots = [series.find("{*}spPr//{*}schemeClr").get("val") for series in charts.series(root)]
    assert slots == ["bg1", "accent1"]


@pytest.mark.parametrize("kind", ["column", "bar", "stacked_column", "stacked_bar", "combo"])
def test_a_category_among_several_series_stands_out_from_faded_ones(kind, draft_of, send):
    columns = charts.series(chart(draft_of, send, kind))[0]
    faded = {
        point.find("{*}idx").get("val") for point in columns.iter("{*}dPt") if point.find(".//{*}alpha") is not None
    }
    assert faded == {"0", "2"}


def test_a_callout_keeps_the_value_whose_label_it_replaces_unless_it_says_it(draft_of, send):
    more = {"series": (SALES,), "number_format": "#,##0"}
    assert called(chart(draft_of, send, "column", callout="New plant", **more))[0][2] == ["New plant", "2,000"]
    assert called(chart(draft_of, send, "column", callout="2,000 with the plant", **more))[0][2] == [
        "2,000 with the plant"
    ]


@pytest.mark.parametrize(
    ("kind", "highlight", "callout", "told"),
    [
        ("column", "Q9", "", "no category or series 'Q9'.*Q1, Q2, Q3, Sales"),
        ("column", "", "Look", "needs highlight"),
        ("doughnut", "Q2", "Look", "no callout is drawn on a doughnut chart"),
        ("stacked_column", "Q2", "Look", "no callout is drawn on a stacked column chart"),
        ("pie", "Sales", "", "name a category"),
        ("area", "Q2", "", "no points to highlight"),
    ],
)
def test_what_would_not_be_drawn_is_refused_with_the_way_out(kind, highlight, callout, told, draft_of, send):
    with pytest.raises(ToolError, match=told):
        chart(draft_of, send, kind, highlight, callout)


def test_a_scatter_calls_out_the_point_after_a_gap(draft_of, send):
    series = [{"name": "S", "values": [None, 5, 6]}]
    assert called(chart(draft_of, send, "scatter", "3", "Here", series))[0][:2] == ("S", "1")


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [(0.125, "0.0%", "12.5%"), (-1234.5, "$#,##0", "-$1,234"), (3.5, "General", "3.5"), (2, '0 "ms"', "2 ms")],
)
def test_a_value_is_written_by_its_format(value, number_format, shown):
    assert written(value, number_format) == shown
    assert is_told(value, f"it was {shown}", number_format)
    assert not is_told(value, "it was Q7", number_format)


@pytest.mark.parametrize(
    ("kind", "highlight", "callout", "told"),
    [
        ("combo", "Q2", "Twice as much", "column+line chart, 'Q2' highlighted, callout “Twice as much”"),
        ("combo", "Margin", "", "column+line chart, 'Margin' highlighted"),
        ("line", "Sales", "Up", "line chart, 'Sales' highlighted, callout “Up”"),
        ("scatter", "2", "", "scatter chart, '2' highlighted"),
        ("scatter", "Margin", "", "scatter chart, 'Margin' highlighted"),
        ("doughnut", "Q2", "", "doughnut chart, 'Q2' highlighted"),
        ("stacked_bar", "Q2", "", "bar chart, 'Q2' highlighted"),
        ("column", "", "", "column chart\n"),
    ],
)
def test_the_answer_tells_the_chart_and_what_it_calls_out(kind, highlight, callout, told, draft_of, send):
    data = {"type": kind, "categories": NAMES, "series": [SALES, MARGIN], "highlight": highlight, "callout": callout}
    if kind == "scatter":
        data["categories"] = [1, 2, 3]
    answer = send(draft_of(Deck.create()), {"op": "add_slide", "title": "A claim", "chart": data})
    assert f": {told}" in answer


def test_the_answer_tells_what_was_drawn(draft_of, send):
    items = [{"head": "First"}, {"head": "Second"}, {"head": "Third"}]
    table = [["Name", "Value"], ["A", 1], ["B", 2]]
    kinds = {
        "process": "process of 3",
        "timeline": "timeline of 3",
        "team": "team of 3",
        "key_figures": "3 key figures",
    }
    for kind, told in kinds.items():
        answer = send(draft_of(Deck.create()), {"op": "add_slide", "kind": kind, "title": "A claim", "items": items})
        assert f": {told}\n" in answer
    assert ": table 3×2\n" in send(draft_of(Deck.create()), {"op": "add_slide", "title": "A claim", "table": table})


def test_new_data_under_an_old_callout_is_told(draft_of, send):
    draft = draft_of(Deck.create())
    data = {"type": "column", "categories": NAMES, "series": [SALES], "highlight": "Q2", "callout": "2000 of them"}
    send(draft, {"op": "add_slide", "title": "A claim", "chart": data})
    series = [{"name": "Sales", "values": [1, 2, 3]}]
    told = send(draft, {"op": "set_chart_data", "slide": 1, "categories": NAMES, "series": series})
    assert "; as before: 'Q2' highlighted, callout “2000 of them”" in told
