"""Short text fills its place in our themes, and gives way again; a template of the user's keeps its own type."""

from __future__ import annotations

from skills.presentations.checks import check
from skills.presentations.document.deck import Deck
from skills.presentations.document.fitting import fit

SHORT = {"op": "add_slide", "title": "T", "text": ["Sign the lease", "Tell the team"]}


def _body_fit(deck):
    return fit(deck.slide(1).shape("body"))


def test_two_short_points_are_set_larger_and_further_apart_in_our_theme(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, SHORT)
    found = _body_fit(draft.document)
    assert draft.document.slide(1).layout_name == "Key Points"
    assert found.smallest == 34
    assert found.extent.height > 2 * 34 * 1.2 + 40
    assert found.extent.height < found.height * 0.75


def test_the_users_template_keeps_its_own_type(decks, draft_of, send):
    draft = draft_of(Deck.from_template(decks / "template.potx"))
    send(draft, SHORT)
    assert not len(draft.document.slide(1).shape("body").text_body.find("{*}lstStyle"))


def test_what_was_grown_gives_way_to_more_text(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, SHORT)
    points = [f"Point {n} with some words to it, of a line or nearly" for n in range(9)]
    send(draft, {"op": "set_text", "slide": 1, "shape": "body", "text": points})
    assert not len(draft.document.slide(1).shape("body").text_body.find("{*}lstStyle"))
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def test_figures_side_by_side_stand_on_cards_in_one_size(draft_of, send):
    draft = draft_of(Deck.create())
    items = [{"head": "€12.4M", "text": "Revenue"}, *({"head": f"{n} %", "text": "Share"} for n in (61, 5, 7))]
    send(draft, {"op": "add_slide", "kind": "key_figures", "title": "T", "items": items})
    slide = draft.document.slide(1)
    figures = [shape for shape in slide.shapes if shape.text in {"€12.4M", "61 %", "5 %", "7 %"}]
    assert len({fit(shape).smallest for shape in figures}) == 1
    for shape in figures:
        assert any(card.name.endswith("card") and shape.box.within(card.box) for card in slide.shapes)
