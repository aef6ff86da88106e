"""Replacing words: what stays looks as before, in runs, levels, notes and Strict files."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from copilot_server.errors import ToolError
from skills.presentations.document.deck import Deck
from skills.presentations.tools import find, read


def looks(shape):
    runs = [(run.findtext("{*}t"), run.find("{*}rPr")) for run in shape.text_body.iter("{*}r")]
    return [(words, None if properties is None else properties.get("b")) for words, properties in runs]


def test_changed_words_leave_the_other_runs_of_a_title_alone(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    send(draft, {"op": "set_text", "slide": 1, "shape": "title", "text": ["Sales grew slowly this year"]})
    assert looks(draft.document.slide(1).title_shape) == [("Sales ", None), ("grew slowly", "1"), (" this year", None)]


def test_a_wholly_new_title_takes_the_looks_of_the_longest_run(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    send(draft, {"op": "set_text", "slide": 1, "shape": "title", "text": ["Quite another thing"]})
    assert [words for words, _ in looks(draft.document.slide(1).title_shape)] == ["Quite another thing"]


def test_words_are_replaced_across_runs_tables_and_notes(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    send(
        draft,
        {"op": "replace_text", "find": "grew fast this", "replace": "fell last"},
        {"op": "replace_text", "find": "Acme", "replace": "Globex"},
    )
    slide = draft.document.slide(1)
    assert slide.title == "Sales fell last year"
    assert slide.notes == "Thank Globex first."
    assert draft.document.slide(2).title == "Globex in numbers"


def test_new_bullets_take_levels_from_tabs_and_emphasis_from_asterisks(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    send(
        draft, {"op": "set_text", "slide": 1, "shape": "body", "text": ["**First** point", "\tdetail"], "append": True}
    )
    body = draft.document.slide(1).shape("body")
    assert body.text.split("\n")[-2:] == ["First point", "detail"]
    assert ("First", "1") in looks(body)
    assert [p.find("{*}pPr").get("lvl") if p.find("{*}pPr") is not None else None for p in body.paragraphs][-1] == "1"


def test_text_that_is_not_what_was_expected_changes_nothing(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    with pytest.raises(ToolError, match="not 'Costs'"):
        send(draft, {"op": "set_text", "slide": 1, "shape": "title", "text": ["X"], "expect": "Costs"})
    assert draft.document is draft.base


def test_a_strict_deck_stays_strict_and_only_its_slide_changes(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "strict.pptx"))
    send(draft, {"op": "set_text", "slide": 2, "shape": "title", "text": ["Zebra"]})
    assert draft.receipt().parts.touched == ("ppt/slides/slide2.xml",)
    assert b"purl.oclc.org" in draft.document.package.read("ppt/slides/slide2.xml")
    assert Deck.open(draft.document.to_bytes()).slide(2).title == "Zebra"


def test_notes_are_made_with_their_master_where_there_were_none(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    send(draft, {"op": "set_notes", "slide": 1, "notes": "Say this.\nThen that."})
    assert Deck.open(draft.document.to_bytes()).slide(1).notes == "Say this.\nThen that."
    assert [change.kind for change in draft.receipt().changes] == ["notes"]


def test_long_text_is_set_smaller_but_never_below_twelve_points(decks, draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "T", "text": ["short"]})
    send(
        draft,
        {
            "op": "set_text",
            "slide": 1,
            "shape": "body",
            "text": [f"Point number {n} with some words" for n in range(12)],
        },
    )
    scale = draft.document.slide(1).shape("body").text_body.find("{*}bodyPr/{*}normAutofit")
    assert 54_000 < int(scale.get("fontScale")) < 100_000
    answer = send(draft, {"op": "set_text", "slide": 1, "shape": "body", "text": ["A long line of text " * 8] * 20})
    assert "overflow" not in answer
    assert "higher than its box" in answer


def test_paragraphs_come_after_the_nth_and_the_others_stay_as_they_are(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "bullets", "title": "T", "text": ["One **two**", "Three"]})
    before = draft.document.slides[0].shape("body").paragraphs
    send(draft, {"op": "set_text", "slide": 1, "shape": "body", "text": ["New", "Newer"], "after": 1})
    after = draft.document.slides[0].shape("body")
    assert after.text.split("\n") == ["One two", "New", "Newer", "Three"]
    assert [etree.tostring(each) for each in (after.paragraphs[0], after.paragraphs[3])] == [
        etree.tostring(each) for each in before
    ]
    with pytest.raises(ToolError, match="there are 4 paragraphs, no 5"):
        send(draft, {"op": "set_text", "slide": 1, "shape": "body", "text": ["New"], "after": 5})


def test_a_result_says_when_new_words_made_the_type_smaller(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "bullets", "title": "T", "text": ["a", "b"]})
    body = {"op": "set_text", "slide": 1, "shape": "body"}
    assert "pt" not in send(draft, {**body, "text": ["a", "c"]})
    assert re.search(
        r"text now [12]\d(\.\d)? pt \(was 34\)", send(draft, {**body, "text": ["words of a long line " * 8] * 6})
    )


def test_the_break_that_read_shows_is_one_when_it_is_sent_back(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "One ⏎ two", "text": ["a"]})
    title = {"op": "set_text", "slide": 1}
    assert draft.document.slide(1).title_shape.text == "One\vtwo"
    assert "One ⏎ two" in read.run(draft.document, slides=["1"])
    send(draft, {**title, "text": ["One ⏎ three"], "expect": "One ⏎ two"})
    send(draft, {"op": "replace_text", "find": "One ⏎ three", "replace": "Four"})
    assert draft.document.slide(1).title == "Four"


def test_a_change_deep_in_a_long_text_is_what_the_result_shows(draft_of, send):
    draft = draft_of(Deck.create())
    words = "a long beginning that stays as it is, on and on and on, for more than a line of it, then "
    send(draft, {"op": "add_slide", "title": "T", "text": [words + "old"]})
    told = send(draft, {"op": "set_text", "slide": 1, "shape": "body", "text": [words + "new"]})
    assert "old” → “…" in told
    assert "new”" in told


def test_a_chart_named_after_its_slides_title_is_named_after_the_new_one(draft_of, send):
    draft = draft_of(Deck.create())
    chart = {"type": "column", "categories": ["A"], "series": [{"name": "S", "values": [1]}]}
    send(draft, {"op": "add_slide", "title": "Old claim", "chart": chart})
    send(draft, {"op": "add_slide", "title": "Old claim", "chart": {**chart, "title": "Revenue"}})
    told = send(draft, *({"op": "set_text", "slide": n, "text": ["New claim"]} for n in (1, 2)))
    assert [draft.document.slide(n).shape("chart").alt for n in (1, 2)] == ["New claim", "Revenue"]
    assert "alternative text “New claim”" in told


def test_a_result_names_the_formatting_that_changed(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "T", "text": ["One", "\tTwo"]})
    told = send(
        draft, {"op": "format_text", "slide": 1, "shape": "body", "size": 18, "color": "accent2", "bullets": "number"}
    )
    assert "size 18" in told
    assert "colour accent2" in told
    assert "bullets arabicPeriod" in told
    assert "size 18 → 16" in send(draft, {"op": "format_text", "slide": 1, "shape": "body", "size": 16})
    assert "no bullets" not in read.run(draft.document, slides=["1"])
    send(draft, {"op": "format_text", "slide": 1, "shape": "body", "bullets": "none"})
    assert "no bullets" in read.run(draft.document, slides=["1"])


def test_words_replaced_on_one_slide_are_told_of_its_notes_too(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    told = send(draft, {"op": "replace_text", "find": "Acme", "replace": "Globex", "slide": 1})
    assert "its notes: “Thank Acme first.” → “Thank Globex first.”" in told
    assert draft.document.slide(2).title == "Acme in numbers"


@pytest.mark.parametrize("words", ["Write Agenda", "writing agendas", "Write an agenda hear"])
def test_words_that_stand_nowhere_are_answered_with_what_is_near(words, draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "Agenda", "text": ["Write an agenda here.", "Something else"]})
    assert find.run(draft.document, text=words).endswith("; near: slide 1 #256/3: Write an agenda here.")
    with pytest.raises(ToolError, match="near: slide 1"):
        send(draft, {"op": "replace_text", "find": words, "replace": "x", "slide": 1})
    assert find.run(draft.document, text="budget").endswith("nowhere in the deck")
