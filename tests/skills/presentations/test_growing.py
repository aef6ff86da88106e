"""Short text fills its place in our themes, and gives way again; a template of the user's keeps its own type."""

from __future__ import annotations

import pytest

from copilot_server.office.text.layout import measure
from skills.presentations.checks import check
from skills.presentations.document.deck import Deck
from skills.presentations.document.fitting import fit, measured, paragraph_tops
from skills.presentations.document.styles import Cascade

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


WORDS = (
    "Revenue, up 18 % on last year",
    "Gross margin",
    "Customers",
    "Satisfaction of 5",
    "Sites",
    "On time",
    "A",
    "B",
)
FIGURES = ("€12.4M", "61 %", "1,240", "4.6", "12", "98 %", "7", "8")


@pytest.mark.parametrize("theme", ["meridian", "grove-4x3"])
@pytest.mark.parametrize("count", range(1, 9))
def test_figures_stand_on_cards_in_one_size_with_labels_read_with_them(count, theme, draft_of, send):
    draft = draft_of(Deck.create(theme))
    items = [{"head": head, "text": words} for head, words in zip(FIGURES[:count], WORDS[:count], strict=True)]
    send(draft, {"op": "add_slide", "kind": "key_figures", "title": "T", "items": items})
    slide = draft.document.slide(1)
    cards = [shape.box for shape in slide.shapes if shape.name.endswith("card")]
    figures, labels = (
        [shape for shape in slide.shapes if shape.text in words] for words in (FIGURES[:count], WORDS[:count])
    )
    assert len(cards) == len(figures) == len(labels) == count
    for shape in (*figures, *labels):
        assert any(shape.box.within(card) for card in cards)
    [size], [small] = ({fit(shape).smallest for shape in alike} for alike in (figures, labels))
    assert 0.2 <= small / size <= 0.5
    assert small >= (20 if count <= 6 else 16)
    for figure, label in zip(figures, labels, strict=True):
        card = next(each for each in cards if figure.box.within(each))
        above = min(figure.box.y, label.box.y) - card.y
        below = card.bottom - max(figure.box.bottom, label.box.bottom)
        assert abs(above - below) <= card.height * 0.15
    assert sum(card.area for card in cards) >= 0.25 * slide.deck.size[0] * slide.deck.size[1]
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def test_a_short_nested_list_fills_its_place_and_what_leads_stays_above_what_is_below(draft_of, send):
    draft = draft_of(Deck.create())
    points = ["Freight costs less", "\tNew contract", "\tA fifth cheaper", "Scrap is down", "\tSecond shift trained"]
    send(draft, {"op": "add_slide", "title": "Two causes", "text": points})
    shape = draft.document.slide(1).shape("body")
    cascade = Cascade(shape)
    above, below = (cascade.run(shape.paragraphs[at], None) for at in (0, 1))
    assert (above.is_bold, below.is_bold) == (True, False)
    assert above.size / below.size == pytest.approx(28 / 22, abs=0.05)
    tops = paragraph_tops(shape)
    assert (tops[-1] - tops[0]) / shape.box.height > 0.6
    levels = [each.tag.rpartition("}")[2] for each in shape.text_body.find("{*}lstStyle")]
    assert levels == ["lvl1pPr", "lvl2pPr"]  # Office calls a file with another order damaged


def test_sentences_that_lead_are_not_set_bold(draft_of, send):
    draft = draft_of(Deck.create())
    points = ["Freight rates fell by a fifth after the new contract", "\tSince May", "Scrap is down"]
    send(draft, {"op": "add_slide", "title": "Two causes", "text": points})
    shape = draft.document.slide(1).shape("body")
    assert not Cascade(shape).run(shape.paragraphs[0], None).is_bold


@pytest.mark.parametrize(
    "change",
    [
        {"op": "replace_text", "find": "8 m t", "replace": "8 million tonnes"},
        {"op": "set_text", "slide": 1, "shape": "body", "text": ["8 million tonnes"]},
    ],
)
def test_a_figure_that_needs_a_smaller_size_takes_the_others_along(change, draft_of, send):
    draft = draft_of(Deck.create())
    items = [{"head": head, "text": "Of plastic film"} for head in ("8 m t", "2030", "0")]
    send(draft, {"op": "add_slide", "kind": "key_figures", "title": "T", "items": items})
    send(draft, change)
    slide = draft.document.slide(1)
    sizes = {fit(shape).smallest for shape in slide.shapes if shape.text in {"8 million tonnes", "2030", "0"}}
    assert len(sizes) == 1
    assert sizes.pop() < 80
    assert all(fit(shape).extent.lines == 1 for shape in slide.shapes if shape.text == "8 million tonnes")


def test_japanese_has_room_for_lines_that_a_renderer_breaks_earlier(draft_of, send):
    draft = draft_of(Deck.create())
    points = ["満足度は71%から84%へ", "離職率は9.8%から6.1%へ", "通勤は一人週平均5.2時間減", "回答1,240名、回答率86%"]
    chart = {"type": "column", "categories": ["満足度", "離職率"], "series": [{"name": "現在", "values": [84, 6.1]}]}
    send(draft, {"op": "add_slide", "kind": "chart", "title": "満足度", "text": points, "chart": chart})
    shape = draft.document.slide(1).shape("body")
    found, cascade = fit(shape), Cascade(shape)
    assert measure(measured(cascade, shape.paragraphs), found.width * 0.9).lines > found.extent.lines
    assert measure(measured(cascade, shape.paragraphs), found.width * 0.9).height <= found.height * 0.9
