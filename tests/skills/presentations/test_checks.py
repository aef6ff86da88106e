"""Faults that must be found, and things done on purpose that must not be."""

from __future__ import annotations

import pytest

from skills.presentations.checks import check
from skills.presentations.document.deck import Deck


def codes(deck, number):
    anchor = deck.slide(number).anchor
    return {finding.code for finding in check(deck) if finding.where.partition("/")[0] == anchor}


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, {"overlap"}), (2, {"off_slide"}), (3, {"prompt_text", "empty_placeholder"}), (4, {"overflow", "small_type"})],
)
def test_each_fault_of_the_faulty_deck_is_found_on_its_slide(decks, number, expected):
    assert expected <= codes(Deck.open(decks / "faulty.pptx"), number)


def test_a_faultless_deck_has_no_fault(decks):
    assert [finding for finding in check(Deck.open(decks / "exhibits.pptx")) if finding.severity == "fault"] == []


def test_pale_text_is_found_and_names_both_colours(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    answer = send(draft, {"op": "format_text", "slide": 2, "shape": "title", "color": "EEEEEE"})
    assert "contrast 1.2 of text EEEEEE on FFFFFF" in answer


def test_text_on_a_dark_panel_is_judged_by_the_panel(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "title_only", "title": "On a panel"})
    panel = {"op": "add_shape", "slide": 1, "shape": "rect", "x": 1, "y": 2, "width": 5, "height": 3, "fill": "tx2"}
    words = {
        "op": "add_shape",
        "slide": 1,
        "text": "White on navy",
        "x": 2,
        "y": 3,
        "width": 3,
        "height": 1,
        "color": "bg1",
    }
    assert "!" not in send(draft, panel, words)


def test_a_stretched_picture_is_found(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    assert "out of proportion" in send(
        draft, {"op": "place_shape", "slide": 3, "shape": "picture", "width": 3, "height": 3}
    )


def test_faults_that_were_there_before_are_not_told_again(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "faulty.pptx"))
    answer = send(draft, {"op": "set_notes", "slide": 1, "notes": "A word"})
    assert "overlap" not in answer


def test_a_mended_fault_is_told_as_fixed(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "faulty.pptx"))
    key = draft.document.slide(1).shapes[-1].key
    assert "fixed: " in send(draft, {"op": "place_shape", "slide": 1, "shape": key, "x": 5})


def test_a_table_hardly_seen_on_its_slides_ground_is_found(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "T", "table": [["Season", "Feature"], ["Spring", "Rain"]]})
    assert not [f for f in check(draft.document) if f.code == "contrast"]
    told = send(draft, {"op": "set_background", "slides": ["1"], "color": "7A4E8A"})
    assert "of cell text" in told
    cells = [{"row": row, "column": column, "fill": "bg1"} for row in (1, 2) for column in (1, 2)]
    send(draft, {"op": "edit_table", "slide": 1, "cells": cells})
    assert not [f for f in check(draft.document) if "cell text" in f.text]
