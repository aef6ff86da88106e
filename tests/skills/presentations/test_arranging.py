"""Groups, reading order, crops, backgrounds, placeholders that come back, and charts of two kinds."""

from __future__ import annotations

import pytest

from copilot_server.errors import ToolError
from skills.presentations.checks import check
from skills.presentations.document import charts, tables
from skills.presentations.document.deck import Deck
from skills.presentations.document.numerals import numeral
from skills.presentations.document.shapes import Box
from skills.presentations.reading.detail import detail
from skills.presentations.reading.outline import outline


@pytest.fixture
def boxes(draft_of, send):
    """A slide with three squares whose ids are 3, 4 and 5."""
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "title_only", "title": "Three squares"})
    place = {"op": "add_shape", "slide": 1, "shape": "rect", "y": 3, "width": 1, "height": 1}
    send(draft, *({**place, "x": 2 * at, "text": f"{at}"} for at in (1, 2, 3)))
    return draft


def drawn(draft) -> list[str]:
    return [shape.key for shape in draft.document.slide(1).shapes]


def test_grouping_and_ungrouping_leave_everything_where_it_is_seen(boxes, send):
    before = {shape.key: shape.box for shape in boxes.document.slide(1).shapes}
    send(boxes, {"op": "group_shapes", "slide": 1, "shapes": ["3", "4"], "name": "Pair"})
    group = boxes.document.slide(1).shape("Pair")
    assert group.box == Box(1828800, 2743200, 2743200, 914400)
    assert [s.key for s in boxes.document.slide(1).shapes if s.parents] == ["3", "4"]
    send(boxes, {"op": "place_shape", "slide": 1, "shape": group.key, "width": 6, "height": 2})
    send(boxes, {"op": "ungroup_shapes", "slide": 1, "shape": group.key})
    after = {shape.key: shape.box for shape in boxes.document.slide(1).shapes}
    assert after["4"] == Box(1828800 + 2 * 1828800, 2743200, 1828800, 1828800)
    assert after["5"] == before["5"]
    assert not [shape for shape in boxes.document.slide(1).shapes if shape.parents]


def test_a_placeholder_is_not_put_into_a_group(boxes, send):
    with pytest.raises(ToolError, match="placeholders"):
        send(boxes, {"op": "group_shapes", "slide": 1, "shapes": ["title", "3"]})


def test_shapes_are_read_in_the_order_given(boxes, send):
    assert drawn(boxes)[-3:] == ["3", "4", "5"]
    send(boxes, {"op": "order_shapes", "slide": 1, "shapes": ["5", "3"]})
    assert drawn(boxes)[-3:] == ["5", "4", "3"]


def test_a_crop_leaves_the_rest_at_its_size_and_can_be_taken_back(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    before = draft.document.slide(3).shape("picture").box
    send(draft, {"op": "crop_picture", "slide": 3, "left": 25, "bottom": 50})
    box = draft.document.slide(3).shape("picture").box
    assert (box.x, box.width, box.height) == (
        before.x + round(before.width / 4), round(before.width * 0.75), round(before.height / 2)
    )  # fmt: skip
    assert not [f for f in check(draft.document) if f.code == "stretched"]
    send(draft, {"op": "crop_picture", "slide": 3})
    assert draft.document.slide(3).shape("picture").box == before


def test_a_title_that_a_slide_lacks_comes_back_from_its_layout(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "title_only"})
    assert draft.document.slide(1).title_shape is None
    send(draft, {"op": "set_text", "slide": 1, "text": ["At last"]})
    assert draft.document.slide(1).title == "At last"


def test_an_empty_slide_goes_without_the_users_word(draft_of, send):
    draft = draft_of(Deck.create(), words="tidy up")
    send(draft, {"op": "add_slide", "kind": "blank"}, {"op": "add_slide", "title": "Full"})
    send(draft, {"op": "delete_slides", "slides": [1]})
    draft = draft_of(draft.document, words="tidy up")
    with pytest.raises(ToolError, match="would destroy"):
        send(draft, {"op": "delete_slides", "slides": [1]})


def test_a_picture_becomes_the_background_and_fades(decks, draft_of, send):
    deck = Deck.open(decks / "exhibits.pptx")
    deck.attached = {"new.png": (decks / "picture.png").read_bytes()}
    draft = draft_of(deck)
    send(draft, {"op": "set_background", "slides": [1], "picture": "new"})
    send(draft, {"op": "set_background", "slides": [1], "lighten": 60})
    blip = draft.document.slide(1).root.find(".//{*}bgPr/{*}blipFill/{*}blip")
    assert blip.find("{*}alphaModFix").get("amt") == "40000"
    with pytest.raises(ToolError, match="no background picture"):
        send(draft, {"op": "set_background", "slides": [2], "lighten": 60})


def test_attached_files_are_listed_with_their_size(decks):
    deck = Deck.open(decks / "runs.pptx")
    deck.attached = {"new.png": (decks / "picture.png").read_bytes()}
    assert "attached files: new.png (" in outline(deck)


def combo(values: list[float]) -> dict[str, object]:
    series = [{"name": "Sales", "values": [10, 20, 30]}, {"name": "Margin", "values": values}]
    return {
        "op": "add_slide",
        "title": "Both",
        "chart": {"type": "combo", "categories": ["a", "b", "c"], "series": series},
    }


@pytest.mark.parametrize(("values", "axes"), [([12, 18, 25], 1), ([0.1, 0.2, 0.3], 2)])
def test_a_combination_has_an_axis_of_its_own_only_where_figures_are_far_apart(draft_of, send, values, axes):
    draft = draft_of(Deck.create())
    send(draft, combo(values))
    deck = draft.document
    root = deck.parts.xml(deck.slide(1).shape("chart").chart_part)
    assert charts.kind(root) == "column+line"
    assert len(root.findall(".//{*}valAx")) == axes
    series = [{"name": "Sales", "values": [1, 2]}, {"name": "Margin", "values": [3, 4]}]
    send(draft, {"op": "set_chart_data", "slide": 1, "categories": ["x", "y"], "series": series})
    root = draft.document.parts.xml(draft.document.slide(1).shape("chart").chart_part)
    assert charts.data(root) == {"": ["x", "y"], "0:Sales": ["1.0", "2.0"], "1:Margin": ["3.0", "4.0"]}


def test_a_series_and_a_category_take_the_colour_given(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, combo([12, 18, 25]))
    send(draft, {"op": "style_chart", "slide": 1, "colors": {"Margin": "accent4"}, "low": 5, "high": 40})
    root = draft.document.parts.xml(draft.document.slide(1).shape("chart").chart_part)
    line = root.find(".//{*}lineChart/{*}ser")
    assert line.find("{*}spPr/{*}ln/{*}solidFill/{*}schemeClr").get("val") == "accent4"
    assert [each.get("val") for each in root.find(".//{*}valAx/{*}scaling")] == ["40", "5"]
    with pytest.raises(ToolError, match="Sales, Margin"):
        send(draft, {"op": "style_chart", "slide": 1, "colors": {"Profit": "accent4"}})


def test_one_column_of_a_table_is_formatted_shaded_and_widened(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    send(
        draft,
        {"op": "format_text", "slide": 2, "shape": "table", "column": 2, "bold": True},
        {"op": "edit_table", "slide": 2, "widths": [2, 5], "cells": [{"row": 2, "column": 2, "fill": "accent2"}]},
    )
    table = draft.document.slide(2).shape("table").table
    bold = [[body.find(".//{*}rPr[@b='1']") is not None for body in row] for row in tables.cells(table)]
    assert [row[1] for row in bold] == [True, True, True]
    assert not bold[2][0]
    assert tables.widths(table) == [1828800, 4572000]
    assert tables.cell(table, 2, 2).find("{*}tcPr/{*}solidFill/{*}schemeClr").get("val") == "accent2"


def test_three_columns_become_cards_without_marks_or_faults(draft_of, send):
    draft = draft_of(Deck.create())
    text = "**Ask:** why is there such a hurry now, and who gains by it?\nThen call\nSomebody you know"
    items = [{"head": f"Sign {n}", "text": f"{text}, on a number you have"} for n in range(3)]
    send(draft, {"op": "add_slide", "kind": "two_columns", "title": "Signs", "items": items})
    slide = draft.document.slide(1)
    assert not any("**" in shape.text for shape in slide.shapes)
    assert slide.shape("Column 1").element.findall(".//{*}r/{*}rPr[@b='1']")
    assert not [f for f in check(draft.document) if f.severity != "hint"]


def test_a_turned_shape_that_reaches_beyond_the_slide_is_found(boxes, send):
    send(boxes, {"op": "place_shape", "slide": 1, "shape": "3", "x": 0.1, "width": 1, "height": 4.3, "rotation": 90})
    assert [finding.code for finding in check(boxes.document) if finding.code == "off_slide"] == ["off_slide"]


def test_a_copied_shape_has_its_models_looks_and_its_own_text(boxes, send):
    send(boxes, {"op": "style_shape", "slide": 1, "shape": "3", "fill": "accent4"})
    send(boxes, {"op": "copy_shape", "slide": 1, "shape": "3", "x": 9, "text": ["New"], "name": "Twin"})
    twin = boxes.document.slide(1).shape("Twin")
    assert (twin.text, twin.box.x, twin.key) == ("New", 9 * 914400, "6")
    assert twin.element.find("{*}spPr/{*}solidFill/{*}schemeClr").get("val") == "accent4"


def test_a_picture_is_copied_to_another_slide_and_keeps_its_proportions(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    send(draft, {"op": "copy_shape", "slide": 3, "shape": "picture", "to": 1, "name": "Twin"})
    send(draft, {"op": "place_shape", "slide": 1, "shape": "Twin", "width": 1.5})
    deck = Deck.open(draft.document.to_bytes())
    twin = deck.slide(1).shape("Twin")
    assert (twin.box.width, twin.box.height) == (1371600, 685800)
    assert deck.parts.target(deck.slide(1).part, twin.picture_id)


@pytest.mark.parametrize(
    ("number", "scheme", "shown"),
    [
        (4, "romanUcPeriod", "IV."),
        (2, "arabicParenR", "2)"),
        (27, "alphaLcPlain", "aa"),
        (9, "romanLcParenBoth", "(ix)"),
    ],
)
def test_a_number_is_shown_as_its_scheme_has_it(number, scheme, shown):
    assert numeral(number, scheme) == shown


def test_numbered_paragraphs_are_read_with_their_numbers_and_places(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "Steps", "text": ["one", "two", "\tdetail", "three"]})
    send(draft, {"op": "format_text", "slide": 1, "shape": "body", "paragraphs": [1, 2, 4], "bullets": "roman"})
    shown = detail(draft.document.slide(1))
    assert "  I. one\n  II. two\n  \tdetail\n  III. three\n  paragraphs from y 1.57 " in shown


def _line_chart(draft_of, send, series, **fields):
    draft = draft_of(Deck.create())
    categories = [f"M{n}" for n in range(len(series[0]["values"]))]
    chart = {"type": "line", "categories": categories, "series": series, **fields}
    send(draft, {"op": "add_slide", "title": "T", "chart": chart})
    deck = draft.document
    return deck.parts.xml(deck.slide(1).shape("chart").chart_part)


def test_the_series_called_out_has_the_accent_and_the_others_are_greys(draft_of, send):
    series = [{"name": name, "values": [1, 2]} for name in ("North", "South", "West")]
    root = _line_chart(draft_of, send, series, highlight="South")
    slots = [each.find("{*}spPr/{*}ln/{*}solidFill/{*}schemeClr").get("val") for each in charts.series(root)]
    assert slots == ["bg1", "accent1", "bg1"]


@pytest.mark.parametrize(
    ("values", "low"), [([27.6, 21.7, 32.8], "15"), ([100, 900], None), ([-5, 5], None), ([7, 7], None)]
)
def test_lines_that_vary_little_have_an_axis_that_begins_near_them(draft_of, send, values, low):
    root = _line_chart(draft_of, send, [{"name": "Margin", "values": values}])
    found = root.find(".//{*}valAx/{*}scaling/{*}min")
    assert (found.get("val") if found is not None else None) == low


def test_slices_too_light_for_light_labels_have_dark_ones(draft_of, send):
    draft = draft_of(Deck.create("grove"))
    chart = {"type": "doughnut", "categories": ["a", "b", "c"], "series": [{"name": "S", "values": [60, 25, 15]}]}
    send(draft, {"op": "add_slide", "title": "T", "chart": chart})
    deck = draft.document
    root = deck.parts.xml(deck.slide(1).shape("chart").chart_part)
    dark = {each.find("{*}idx").get("val"): each for each in root.iter("{*}dLbl")}
    assert "2" in dark  # yellow
    assert "0" not in dark  # green
    assert dark["2"].find("{*}txPr//{*}schemeClr").get("val") == "tx1"


def test_a_table_made_higher_has_higher_rows(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "table", "title": "T", "table": [["A", "B"], ["1", "2"]]})
    told = send(draft, {"op": "place_shape", "slide": 1, "shape": "table", "width": 6, "height": 3})
    assert "columns now 3 3 in" in told
    table = draft.document.slide(1).shape("table").table
    assert sum(int(row.get("h")) for row in table.iter("{*}tr")) == pytest.approx(3 * 914400, abs=4)
    assert sum(tables.widths(table)) == pytest.approx(6 * 914400, abs=4)


@pytest.mark.parametrize(
    "slide",
    [
        {"kind": "title", "title": "One year on", "subtitle": "For the board"},
        {"title": "Where we are", "text": ["Most is moved", "Two centres closed"]},
        {"title": "Who owns what", "table": [["Team", "Lead"], ["Payments", "Ana"]]},
        {"kind": "title_only", "title": "Nothing yet"},
    ],
)
@pytest.mark.parametrize("what", ["picture", "chart"])
def test_an_exhibit_without_a_place_stands_where_there_is_room(draft_of, send, decks, slide, what):
    draft = draft_of(Deck.create())
    draft.document.attached = {"logo.png": (decks / "picture.png").read_bytes()}
    chart = {"type": "column", "categories": ["A", "B"], "series": [{"name": "S", "values": [1, 2]}]}
    send(draft, {"op": "add_slide", **slide})

    send(
        draft, {"op": "add_exhibit", "slide": 1, **({"picture": "logo.png"} if what == "picture" else {"chart": chart})}
    )

    assert [each.text for each in check(draft.document) if each.code in {"overlap", "off_slide"}] == []
