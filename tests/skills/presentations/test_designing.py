"""What makes a slide look designed: the layout that suits how much is said, the point called out, balanced lines."""

from __future__ import annotations

import pytest

from skills.presentations.checks import check
from skills.presentations.document.deck import Deck, theme_names
from skills.presentations.document.markup import number
from skills.presentations.document.text import of_paragraph
from tests.validator import needs_validator, validator_errors

SERIES = [{"name": "p95", "values": [810, 790, 420, 380]}]
LINE = {"type": "line", "categories": ["Jan", "Feb", "Mar", "Apr"], "series": SERIES, "highlight": "Mar"}
SHORT = [{"head": "Well", "text": "Two accounts\nNo backlog"}, {"head": "Not", "text": "Hiring\nMigration"}]
LONG = [{**each, "text": "\n".join([each["text"]] * 3)} for each in SHORT]
MADE = [
    ({"text": ["Check the sender", "Report it"]}, "Key Points"),
    ({"text": ["One sentence, which says it all"]}, "Key Points"),
    ({"text": [f"Point {n}" for n in range(5)]}, "Title and Content"),
    ({"text": ["Check the sender", "\tIts address", "Report it"]}, "Key Points"),
    ({"text": ["Check", *(f"\tPart {n} of what is to be checked" for n in range(9))]}, "Title and Content"),
    ({"text": ["Check", "\tIts address", "\t\tIts name"]}, "Title and Content"),
    (
        {"text": ["A point that takes three lines, for it goes on and on about what was found " * 2, "B"]},
        "Title and Content",
    ),
    ({"kind": "comparison", "items": SHORT}, "Comparison of Few"),
    ({"kind": "comparison", "items": LONG}, "Comparison"),
    ({"kind": "chart", "chart": LINE, "text": ["It fell in March"]}, "Takeaway over Chart"),
    ({"kind": "chart", "chart": LINE, "text": ["It fell", "In March"]}, "Chart and Points"),
    ({"kind": "chart", "chart": {**LINE, "highlight": ""}, "text": ["It fell", "In March"]}, "Points and Chart"),
    ({"kind": "two_columns", "text": ["Mail", "Phone", "Post"]}, "Two Short Lists"),
    ({"kind": "two_columns", "text": [f"Point {n}" for n in range(9)]}, "Two Content"),
    ({"kind": "chart", "chart": {**LINE, "type": "column"}, "text": ["It fell"]}, "Chart with Takeaway"),
]


@pytest.mark.parametrize(("content", "layout"), MADE)
def test_how_much_is_said_decides_on_the_layout_in_our_themes(content, layout, draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "A claim", **content})
    assert draft.document.slide(1).layout_name == layout
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


@pytest.mark.parametrize("words", ["It fell", "انخفض"])
@pytest.mark.parametrize("highlight", ["Mar", ""])
def test_a_chart_that_calls_something_out_is_read_before_its_points_and_else_after_them(
    words, highlight, draft_of, send
):
    draft = draft_of(Deck.create())
    chart = {**LINE, "highlight": highlight}
    send(draft, {"op": "add_slide", "kind": "chart", "title": words, "text": [words, words], "chart": chart})
    slide = draft.document.slide(1)
    chart_left, points_left = slide.shape("chart").box.x, slide.shape("body").box.x
    is_chart_left = chart_left < points_left
    assert is_chart_left == (bool(highlight) == (words == "It fell"))


def test_words_in_a_table_keep_away_from_the_figures_that_end_beside_them(draft_of, send):
    draft = draft_of(Deck.create())
    send(
        draft, {"op": "add_slide", "title": "T", "table": [["Region", "Change", "Why"], ["North", "4", "New accounts"]]}
    )
    cells = draft.document.slide(1).shape("table").table.iter("{*}tcPr")
    assert [cell.get("marL") for cell in cells] == ["91440", "91440", "365760"] * 2


def test_a_template_of_the_user_has_no_say_in_it(decks, draft_of, send):
    draft = draft_of(Deck.from_template(decks / "template.potx"))
    send(draft, {"op": "add_slide", "title": "A claim", "text": ["Check the sender", "Report it"]})
    assert draft.document.slide(1).layout_name == "Title and Content"


def test_steps_with_long_names_stand_one_below_the_other_in_type_that_can_be_read(draft_of, send):
    draft = draft_of(Deck.create())
    names = [
        "Retry in one layer only",
        "A retry budget",
        "Deadlines travel with the request",
        "Queues are last in, first out under overload",
    ]
    items = [{"head": name, "text": "At most 10 % of requests may be retries"} for name in names]
    send(draft, {"op": "add_slide", "kind": "process", "title": "What we changed", "items": [*items, items[0]]})
    steps = [shape for shape in draft.document.slide(1).shapes if shape.name.startswith("Step ")]
    assert len({shape.box.x for shape in steps}) == 1
    assert min(number(each, "sz") for shape in steps for each in shape.text_body.iter("{*}rPr")) >= 1800
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def chart_root(deck):
    return deck.parts.xml(deck.slide(1).shape("chart").chart_part)


@pytest.mark.parametrize("kind", ["line", "column", "bar", "scatter_lines"])
def test_words_stand_at_the_point_called_out_in_larger_type(kind, draft_of, send):
    draft = draft_of(Deck.create())
    names = [1, 2, 5, 9] if kind == "scatter_lines" else LINE["categories"]
    chart = {**LINE, "type": kind, "categories": names, "highlight": str(names[2]), "callout": "Cache: 420 ms"}
    send(draft, {"op": "add_slide", "title": "A claim", "chart": chart})
    label = chart_root(draft.document).find(".//{*}dLbl")
    assert label.find("{*}idx").get("val") == "2"
    assert "".join(label.find("{*}tx").itertext()) == "Cache: 420 ms"
    sizes = {number(each, "sz") for each in chart_root(draft.document).iter("{*}defRPr")}
    assert number(label.find(".//{*}rPr"), "sz") == max(sizes)


def test_a_series_called_out_among_others_is_named_at_its_end(draft_of, send):
    draft = draft_of(Deck.create())
    series = [*SERIES, {"name": "p50", "values": [90, 80, 70, None]}]
    chart = {**LINE, "series": series, "highlight": "p50", "callout": "p50: 70 ms"}
    send(draft, {"op": "add_slide", "title": "A claim", "chart": chart})
    first, second = chart_root(draft.document).iter("{*}ser")
    assert first.find(".//{*}dLbl") is None
    assert second.find(".//{*}dLbl/{*}idx").get("val") == "2"


TITLES = ["The new portal saved our customers two days on every single order they place",
          "新しいポータルによりすべての注文で二日が節約され満足度も向上しました"]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_no_title_ends_in_a_line_of_one_word(title, draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "title_only", "title": title})
    shape = draft.document.slide(1).title_shape
    assert number(shape.text_body.find("{*}bodyPr"), "rIns") > 0
    assert of_paragraph(shape.paragraphs[0]) == title
    send(draft, {"op": "set_text", "slide": 1, "shape": "title", "text": ["Short"]})
    assert shape.text_body.find("{*}bodyPr").get("rIns") is None or not number(
        draft.document.slide(1).title_shape.text_body.find("{*}bodyPr"), "rIns"
    )


@pytest.mark.parametrize("theme", theme_names())
def test_a_deck_in_arabic_begins_at_the_right_with_marks_and_panels(theme, draft_of, send):
    draft = draft_of(Deck.create(theme))
    slides = [
        {"kind": "title", "title": "تقصير الانتظار", "subtitle": "تقرير"},
        {"kind": "agenda", "title": "جدول الأعمال", "text": ["أولا", "ثانيا"]},
        {"kind": "comparison", "title": "ما نجح وما لم ينجح", "items": [{"head": "نجح", "text": "عقد"}] * 2},
        {"kind": "closing", "title": "قرارات اليوم", "text": ["اعتماد التجربة"]},
    ]
    told = send(draft, *({"op": "add_slide", **each} for each in slides))
    deck = draft.document
    assert "template turned to begin at the right" in told
    assert told.count("ayout") <= 2 * len(slides)
    agenda = deck.parts.xml(deck.slide(2).layout)
    panel = next(agenda.iter("{*}off"))
    assert number(panel, "x") > deck.size[0] / 2
    assert not [finding for finding in check(deck) if finding.severity == "fault"]


def test_a_deck_that_speaks_english_too_stays_as_it_is(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "title", "title": "Waiting"})
    told = send(draft, {"op": "add_slide", "kind": "title_only", "title": "تقصير الانتظار"})
    assert "turned" not in told


def test_a_theme_put_on_an_arabic_deck_is_turned_as_well(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "title_only", "title": "تقصير الانتظار"})
    send(draft, {"op": "apply_template", "template": "grove"})
    deck = draft.document
    mark = deck.parts.xml(deck.masters[0]).find(".//{*}sp//{*}off")
    assert number(mark, "x") > deck.size[0] / 2


@pytest.mark.slow
@needs_validator
@pytest.mark.parametrize("theme", theme_names())
def test_what_is_made_is_valid_to_the_schema(theme, tmp_path, decks, draft_of, send):
    deck = Deck.create(theme)
    deck.attached = {"picture.png": (decks / "picture.png").read_bytes()}
    draft = draft_of(deck)
    kinds = ["column", "stacked_column", "bar", "line", "area", "pie", "doughnut", "scatter", "scatter_lines", "combo"]
    figures = {"categories": ["1", "2", "3"], "title": "T"}
    called_out = {"column", "bar", "line", "scatter", "scatter_lines", "combo"}
    two = [{"name": name, "values": [1, 2, 3]} for name in "ab"]
    for kind in kinds:
        series = two if kind == "combo" else two[:1]
        called = {"callout": "two"} if kind in called_out else {}
        called |= {"highlight": "2"} if kind != "area" else {}
        chart = {**figures, "type": kind, "series": series, **called}
        send(draft, {"op": "add_slide", "title": kind, "chart": chart})
    send(draft, *({"op": "add_slide", "title": "T", **content} for content, _ in MADE))
    items = [{"head": f"Head {n}", "text": "Said of it"} for n in range(3)]
    for kind in ("process", "timeline", "team", "key_figures", "two_columns"):
        send(draft, {"op": "add_slide", "kind": kind, "title": kind, "items": items})
    send(draft, {"op": "add_slide", "kind": "picture", "title": "P", "picture": "picture.png", "alt": "Blue"})
    path = tmp_path / "made.pptx"
    draft.document.save(path)
    assert validator_errors(path) == []
