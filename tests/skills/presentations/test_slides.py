"""The list of slides: added, copied, deleted, moved, hidden, measured as such."""

from __future__ import annotations

import pytest

from copilot_server.errors import ToolError
from skills.presentations.changes.compare import compare
from skills.presentations.document import charts
from skills.presentations.document.deck import Deck


def kinds(draft):
    return [change.kind for change in draft.receipt().changes]


def test_a_duplicated_chart_is_independent_of_the_first(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    series = [{"name": "Revenue", "values": [1, 2, 3]}]
    send(
        draft,
        {"op": "duplicate_slide", "slide": 1},
        {"op": "set_chart_data", "slide": 2, "categories": ["a", "b", "c"], "series": series},
    )
    roots = [draft.document.parts.xml(draft.document.slide(n).shape("chart").chart_part) for n in (1, 2)]
    assert [charts.values(charts.series(root)[0]) for root in roots] == [["4.2", "3.1", "2.4"], ["1.0", "2.0", "3.0"]]
    assert kinds(draft) == ["slide_added"]


def test_a_deleted_slide_takes_its_chart_and_workbook_along(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    send(draft, {"op": "delete_slides", "slides": [1]})
    assert not [name for name in draft.document.package.names if "chart" in name or "embeddings" in name]


def test_deleting_needs_the_users_word(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"), words="make it nicer")
    with pytest.raises(ToolError, match="ask"):
        send(draft, {"op": "delete_slides", "slides": [1]})


def test_links_to_a_deleted_slide_are_taken_off(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "runs.pptx"))
    send(draft, {"op": "format_text", "slide": 2, "shape": "title", "link": "slide 1"})
    send(draft, {"op": "delete_slides", "slides": [1]})
    assert len(draft.document.slides) == 1
    assert draft.document.slide(1).root.find(".//{*}hlinkClick") is None


def test_a_move_is_one_change_however_many_slides_shift(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    send(draft, {"op": "move_slide", "slide": 3, "to": 1})
    assert [slide.title for slide in draft.document.slides] == ["A picture", "A chart", "A table"]
    assert kinds(draft) == ["slide_moved"]


def test_an_id_names_the_same_slide_after_it_moved(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    anchor = draft.document.slide(1).anchor
    send(draft, {"op": "move_slide", "slide": 1, "to": 3}, {"op": "hide_slides", "slides": [anchor]})
    assert draft.document.slide(3).is_hidden


def test_an_unknown_slide_is_named_and_nothing_happens(decks, draft_of, send):
    draft = draft_of(Deck.open(decks / "exhibits.pptx"))
    with pytest.raises(ToolError, match="slides 1 to 3"):
        send(draft, {"op": "hide_slides", "slides": [1]}, {"op": "hide_slides", "slides": [9]})
    assert draft.document is draft.base


def test_equal_decks_have_no_changes(decks):
    deck = Deck.open(decks / "exhibits.pptx")
    assert compare(deck, deck.fork()) == ()


def test_an_unchanged_deck_is_saved_byte_for_byte(decks):
    for name in ("runs.pptx", "strict.pptx", "template.potx", "exhibits.pptx"):
        deck = Deck.open(decks / name)
        deck.slide(1).edit()
        assert deck.fork().to_bytes() == (decks / name).read_bytes(), name


def test_what_came_in_this_turn_may_go_again_but_not_with_what_stood_before_in_it(draft_of, send):
    def box(words):
        return {"op": "add_shape", "slide": 1, "text": words, "x": 1, "y": 6, "width": 2, "height": 0.5}

    first = draft_of(Deck.create())
    send(first, {"op": "add_slide", "kind": "title_only", "title": "T"}, box("Old"))
    draft = draft_of(first.document, words="tidy up")
    send(draft, {"op": "duplicate_slide", "slide": 1}, {"op": "delete_slides", "slides": [2]})
    old, new = draft.document.slides[0].shapes[-1].key, str(draft.document.slides[0].free_shape_id)
    send(draft, box("Scratch"), {"op": "group_shapes", "slide": 1, "shapes": [old, new]})
    group = draft.document.slides[0].shapes[-1].parents[-1].find("{*}nvGrpSpPr/{*}cNvPr").get("id")
    for loss in ({"op": "delete_shapes", "slide": 1, "shapes": [group]}, {"op": "delete_slides", "slides": [1]}):
        with pytest.raises(ToolError, match="would destroy"):
            send(draft, loss)
    send(draft, {"op": "ungroup_shapes", "slide": 1, "shape": group})
    send(draft, {"op": "delete_shapes", "slide": 1, "shapes": [new]})
    assert [shape.text for shape in draft.document.slides[0].shapes] == ["T", "Old"]
