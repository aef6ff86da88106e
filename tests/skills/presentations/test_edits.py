"""Edits of shapes, tables, charts, pictures and of what all slides share."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from copilot_server.errors import ToolError
from skills.presentations.document import charts, tables
from skills.presentations.document.deck import Deck


@pytest.fixture
def exhibits(decks, draft_of):
    deck = Deck.open(decks / "exhibits.pptx")
    deck.attached = {"new.png": (decks / "picture.png").read_bytes(), "other.pptx": (decks / "runs.pptx").read_bytes()}
    return draft_of(deck)


def test_replaced_chart_data_keeps_the_format_and_reaches_the_workbook(exhibits, send):
    series = [{"name": "Profit", "values": [1, 2, 3, 4]}]
    send(exhibits, {"op": "set_chart_data", "slide": 1, "categories": ["a", "b", "c", "d"], "series": series})
    deck = Deck.open(exhibits.document.to_bytes())
    part = deck.slide(1).shape("chart").chart_part
    root = deck.parts.xml(part)
    assert root.find(".//{*}gapWidth").get("val") == "33"
    assert charts.data(root) == {"": ["a", "b", "c", "d"], "0:Profit": ["1.0", "2.0", "3.0", "4.0"]}
    book = openpyxl.load_workbook(io.BytesIO(deck.package.read(deck.parts.one(part, "package"))))
    assert [row[1] for row in book.active.iter_rows(values_only=True)] == ["Profit", 1, 2, 3, 4]


def test_new_table_rows_take_the_looks_of_body_rows(exhibits, send):
    edit = {
        "op": "edit_table",
        "slide": 2,
        "cells": [{"row": 2, "column": 1, "text": "Far North"}],
        "add_rows": [["West", "2.4"]],
    }
    send(exhibits, edit)
    table = exhibits.document.slide(2).shape("table").table
    assert tables.texts(table)[1:] == [["Far North", "4.2"], ["South", "3.1"], ["West", "2.4"]]
    assert tables.cell(table, 2, 1).find(".//{*}rPr").get("b") == "1"
    assert tables.cell(table, 4, 1).find(".//{*}rPr[@b]") is None


def test_deleting_table_rows_needs_the_users_word(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"), words="tidy up")
    with pytest.raises(ToolError, match="would destroy rows"):
        send(draft, {"op": "edit_table", "slide": 2, "delete_rows": [2]})


def test_a_replaced_picture_keeps_its_frame(exhibits, send):
    before = exhibits.document.slide(3).shape("picture").box
    send(exhibits, {"op": "replace_picture", "slide": 3, "picture": "new.png", "alt": "Blue"})
    shape = exhibits.document.slide(3).shape("picture")
    assert (shape.box, shape.alt) == (before, "Blue")


def test_a_picture_that_is_not_attached_is_refused_by_name(exhibits, send):
    with pytest.raises(ToolError, match=r"attached are: new\.png"):
        send(exhibits, {"op": "replace_picture", "slide": 3, "picture": "/etc/passwd"})


def test_a_connector_is_attached_to_both_shapes(exhibits, send):
    boxes = [
        {"op": "add_shape", "slide": 2, "shape": "rect", "text": t, "x": x, "y": 5, "width": 1, "height": 1}
        for t, x in (("A", 1), ("B", 5))
    ]
    send(exhibits, *boxes)
    first, last = (shape.key for shape in exhibits.document.slide(2).shapes[-2:])
    send(exhibits, {"op": "connect", "slide": 2, "start": first, "end": last})
    made = exhibits.document.slide(2).shapes[-1].element
    assert (made.find(".//{*}stCxn").get("id"), made.find(".//{*}endCxn").get("id")) == (first, last)


def test_numbered_lists_links_and_emphasis_touch_only_the_words_meant(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    send(
        draft,
        {"op": "format_text", "slide": 1, "shape": "body", "bullets": "roman", "paragraphs": [1]},
        {
            "op": "format_text",
            "slide": 1,
            "shape": "body",
            "find": "market",
            "link": "https://example.org",
            "italic": True,
        },
    )
    body = draft.document.slide(1).shape("body").text_body
    assert [e.get("type") for e in body.iter("{*}buAutoNum")] == ["romanUcPeriod"]
    assert [run.findtext("{*}t") for run in body.iter("{*}r") if run.find("{*}rPr/{*}hlinkClick") is not None] == [
        "market"
    ]


@pytest.mark.parametrize("link", ["file:///etc/passwd", "javascript:alert(1)", "smb://host/share"])
def test_links_to_anything_but_the_web_and_slides_are_refused(exhibits, send, link):
    with pytest.raises(ToolError, match="http"):
        send(exhibits, {"op": "format_text", "slide": 1, "shape": "title", "link": link})


def test_footers_come_from_the_layouts_own_places(exhibits, send):
    send(exhibits, {"op": "set_footers", "footer": "Internal", "numbers": True})
    roles = [{shape.role: shape.text for shape in slide.shapes} for slide in exhibits.document.slides]
    assert all(shown["footer"] == "Internal" and "number" in shown for shown in roles)


def test_theme_colours_reach_every_slide_without_touching_one(exhibits, send):
    send(exhibits, {"op": "set_theme", "colors": {"accent1": "AA3377"}})
    assert exhibits.receipt().parts.touched == ("ppt/theme/theme1.xml",)


def test_slides_copied_from_another_deck_keep_words_and_notes(exhibits, send):
    send(exhibits, {"op": "copy_slides", "deck": "other.pptx", "slides": [1], "after": 1})
    slide = exhibits.document.slide(2)
    assert (slide.title, slide.notes) == ("Sales grew fast this year", "Thank Acme first.")


def test_sections_transitions_and_backgrounds_are_told_as_changes(exhibits, send):
    send(
        exhibits,
        {"op": "set_sections", "sections": {"One": 1, "Two": 3}},
        {"op": "set_transition", "effect": "fade", "slides": [1]},
        {"op": "set_background", "slides": [2], "color": "accent1"},
    )
    assert {change.kind for change in exhibits.receipt().changes} == {"sections", "transition", "background"}


def test_every_saved_deck_is_a_sound_zip(exhibits, send):
    send(exhibits, {"op": "duplicate_slide", "slide": 1}, {"op": "delete_shapes", "slide": 1, "shapes": ["chart"]})
    with zipfile.ZipFile(io.BytesIO(exhibits.document.to_bytes())) as archive:
        assert archive.testzip() is None


def test_no_fill_is_none_and_not_a_colour_of_that_name(exhibits, send):
    box = {"op": "add_shape", "slide": 1, "shape": "rect", "x": 1, "y": 1, "width": 1, "height": 1, "text": "A"}
    send(exhibits, {**box, "fill": "none", "line": "none"})
    made = exhibits.document.slide(1).shapes[-1].element
    assert [each.tag.rpartition("}")[2] for each in made.find("{*}spPr")][-2:] == ["noFill", "ln"]
    assert made.find("{*}spPr/{*}ln/{*}noFill") is not None
    assert not made.findall(".//{*}schemeClr[@val='none']")


def test_a_mend_that_is_not_enough_is_told_how_much_is_left(exhibits, send):
    words = {"text": "words that will not fit " * 8, "x": 1, "y": 1, "width": 2, "height": 0.5, "name": "Long"}
    send(exhibits, {"op": "add_shape", "slide": 1, **words})
    told = send(exhibits, {"op": "place_shape", "slide": 1, "shape": "Long", "height": 1})
    assert re.search(r"still too high: #\d+/\d+: text is \d\.\d\d in higher than its box \(was \d\.\d\d\)", told)
