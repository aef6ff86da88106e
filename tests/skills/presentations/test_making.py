"""New slides: every archetype in every theme, fitted, clean, in real placeholders."""

from __future__ import annotations

import json

import pytest

from copilot_server.agent.phrases import Request
from copilot_server.office.text import faces
from skills.presentations.agent import skill
from skills.presentations.brief import slides_of
from skills.presentations.checks import check
from skills.presentations.design.archetypes import KINDS
from skills.presentations.document import tables
from skills.presentations.document.deck import Deck, theme_names
from skills.presentations.document.fitting import fit
from skills.presentations.document.markup import node
from skills.presentations.exhibit import chart_of
from skills.presentations.phrases import understand

ITEMS = [{"head": "First thing", "text": "What it is about"}, {"head": "Second"}, {"head": "Third", "text": "Last"}]
CHART = {"type": "column", "categories": ["A", "B"], "series": [{"name": "S", "values": [1, 2]}], "highlight": "B"}
FILLED = {
    "two_columns": {"items": ITEMS[:2]}, "comparison": {"items": ITEMS[:2]}, "key_figures": {"items": ITEMS},
    "timeline": {"items": ITEMS}, "process": {"items": ITEMS}, "team": {"items": ITEMS},
    "chart": {"chart": CHART, "text": ["Mind B"]},
    "table": {"table": [["Name", "Value"], ["A", 1], ["B", 2]]},
    "quote": {"text": ["Well said."], "subtitle": "Someone"},
    "picture": {"picture": "picture.png", "alt": "A blue field", "text": ["Blue"]}, "title_only": {}, "blank": {},
}  # fmt: skip


def slide_data(kind):
    content = FILLED.get(kind, {"text": ["A first point", "A second point"], "subtitle": "Below"})
    return {"op": "add_slide", "kind": kind, "title": f"A claim made by the {kind} slide", **content}


@pytest.mark.parametrize("theme", theme_names())
def test_every_archetype_in_every_theme_has_no_fault(theme, decks, draft_of, send):
    deck = Deck.create(theme)
    deck.attached = {"picture.png": (decks / "picture.png").read_bytes()}
    draft = draft_of(deck)
    send(draft, *(slide_data(kind) for kind in KINDS))
    assert [finding.text for finding in check(draft.document) if finding.severity == "fault"] == []
    assert len(draft.document.slides) == len(KINDS)


@pytest.mark.parametrize("theme", ["meridian", "nocturne-4x3"])
def test_content_goes_into_placeholders_of_the_fitting_layout(theme, draft_of, send):
    draft = draft_of(Deck.create(theme))
    send(draft, slide_data("comparison"), slide_data("chart"), slide_data("key_figures"))
    assert [slide.layout_name for slide in draft.document.slides] == [
        "Comparison of Few",
        "Chart with Takeaway",
        "Key Figures",
    ]
    assert all(
        shape.placeholder is not None or not shape.text for slide in draft.document.slides for shape in slide.shapes
    )


def test_too_much_text_goes_on_over_further_slides(draft_of, send):
    draft = draft_of(Deck.create())
    lines = [
        f"Point {n}: a sentence long enough to take up most of a line on the slide, and then some" for n in range(18)
    ]
    send(draft, {"op": "add_slide", "title": "Many points", "text": lines})
    slides = draft.document.slides
    assert len(slides) > 1
    assert slides[0].title == f"Many points (1/{len(slides)})"
    assert "\n".join(slide.shape("body").text for slide in slides).split("\n") == lines
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def test_a_long_table_repeats_its_header_on_each_slide(draft_of, send):
    draft = draft_of(Deck.create())
    rows = [["Name", "Value"], *([f"Row {n}", n] for n in range(40))]
    send(draft, {"op": "add_slide", "kind": "table", "title": "Long", "table": rows})
    tables = [slide.shape("table").table for slide in draft.document.slides]
    assert len(tables) > 1
    assert {next(table.iter("{*}t")).text for table in tables} == {"Name"}
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def test_a_brief_becomes_a_clean_deck(decks, draft_of, send):
    brief = (decks / "brief.md").read_text(encoding="utf-8")
    plan = skill.understand(Request("a talk", texts={"brief.md": brief}, is_new=True))
    draft = draft_of(Deck.create("nocturne"))
    send(draft, *json.loads(json.dumps([dict(each) for each in plan.edits])))
    layouts = [slide.layout_name for slide in draft.document.slides]
    assert layouts[:3] == ["Title Slide", "Agenda", "Section Header"]
    assert {"Chart with Takeaway", "Key Figures", "Quote", "Closing"} <= set(layouts)
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def test_a_deck_from_a_template_has_its_layouts_but_none_of_its_slides(decks, draft_of, send):
    deck = Deck.from_template(decks / "template.potx")
    assert deck.slides == ()
    draft = draft_of(deck)
    send(draft, {"op": "add_slide", "title": "Mine", "text": ["One"]})
    assert draft.document.slide(1).layout_name == "Title and Content"
    assert "template" not in draft.document.package.content_type(draft.document.main)


def test_japanese_and_arabic_are_marked_as_such_even_without_kana(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "業績報告", "text": ["تقرير الربع الثالث"]})
    send(
        draft,
        {"op": "add_slide", "kind": "title_only", "title": "今後の予定"},
        {"op": "add_slide", "kind": "title_only", "title": "予定"},
    )
    slide = draft.document.slide(1)
    assert draft.document.slide(3).title_shape.text_body.find(".//{*}rPr").get("lang") == "ja-JP"
    properties = slide.shape("body").text_body.find(".//{*}pPr")
    assert (properties.get("rtl"), properties.get("algn")) == ("1", "r")


def test_another_template_dresses_every_slide_and_leaves_nothing_of_the_old(decks, draft_of, send):
    draft = draft_of(Deck.create("grove"))
    send(draft, *(slide_data(kind) for kind in ("title", "bullets", "chart", "comparison")))
    told = send(draft, {"op": "apply_template", "template": "ledger"})
    assert [line for line in told.splitlines() if "ayout" in line] == [
        "template 'Grove' (19 layouts) → 'Ledger' (19 layouts)"
    ]
    deck = draft.document
    assert {deck.theme_of(master).name for master in deck.masters} == {"Ledger"}
    assert [slide.layout_name for slide in deck.slides] == [
        "Title Slide",
        "Title and Content",
        "Chart with Takeaway",
        "Comparison of Few",
    ]
    assert len([name for name in deck.package.names if "slideMasters/slideMaster" in name]) == 1
    assert not [finding for finding in check(deck) if finding.severity == "fault"]


def test_a_wrapped_paragraph_of_a_brief_becomes_its_sentences_and_steps_come_first():
    wrapped = (
        "The budget took forty lines in the gateway and nobody noticed. Deadlines took two\nteams three weeks of work."
    )
    made = slides_of(f"# Talk\n\n## Changes\n1. one\n2. two\n3. three\n\n{wrapped}\n")
    assert [slide["kind"] for slide in made] == ["title", "process", "bullets"]
    assert made[2]["text"] == [
        "The budget took forty lines in the gateway and nobody noticed.",
        "Deadlines took two teams three weeks of work.",
    ]


def test_a_chart_asked_for_shows_the_columns_that_share_an_axis():
    rows = [["month", "north", "south", "margin %"], ["Jan", "312", "248", "3.1"], ["Feb", "318", "251", "2.9"]]
    chart = chart_of(rows, "column")
    assert [series["name"] for series in chart["series"]] == ["north", "south"]


ARABIC = [
    {"head": "74 دقيقة", "text": "كان الانتظار"},
    {"head": "3.8٪", "text": "يغادرون"},
    {"head": "أخيرا", "text": "نعم"},
]


@pytest.mark.parametrize("kind", ["key_figures", "two_columns", "process", "timeline", "team"])
def test_what_stands_side_by_side_begins_at_the_right_in_arabic(kind, draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": kind, "title": "تقصير الانتظار", "items": ARABIC})
    slide = draft.document.slide(1)
    texts = [shape for head in ("74 دقيقة", "3.8٪", "أخيرا") for shape in slide.shapes if head in shape.text]
    assert [shape.box.x for shape in texts] == sorted((shape.box.x for shape in texts), reverse=True)
    assert {each.get("algn") for shape in texts for each in shape.text_body.iter("{*}pPr")} <= {"r"}
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def test_charts_and_tables_in_arabic_begin_at_the_right(draft_of, send):
    draft = draft_of(Deck.create())
    chart = {"type": "column", "categories": ["يناير", "فبراير"], "series": [{"name": "الانتظار", "values": [74, 69]}]}
    send(
        draft,
        {"op": "add_slide", "title": "ا", "chart": chart},
        {"op": "add_slide", "title": "ب", "table": [["شهر", "عدد"], ["يناير", 1]]},
    )
    deck = draft.document
    root = deck.parts.xml(deck.slide(1).shape("chart").chart_part)
    assert root.find(".//{*}catAx/{*}scaling/{*}orientation").get("val") == "maxMin"
    assert deck.slide(2).shape("table").table.find("{*}tblPr").get("rtl") == "1"


def test_points_at_uneven_times_are_not_set_side_by_side():
    rows = [["minute", "requests"], ["0", "900"], ["1", "4100"], ["20", "9700"], ["52", "1000"]]
    assert chart_of(rows)["type"] == "scatter_lines"
    assert chart_of([["week", "requests"], *([str(n), str(n * 9)] for n in range(1, 6))])["type"] == "column"


def test_a_single_sentence_is_no_list_and_is_set_large(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "title": "Did it help", "text": ["Peak load was 1.2 times the normal."]})
    body = draft.document.slide(1).shape("body")
    assert body.text_body.find(".//{*}buNone") is not None
    assert fit(body).smallest > 30
    send(draft, {"op": "set_text", "slide": 1, "shape": "body", "text": ["One of many points to make"] * 7})
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def test_no_word_of_a_table_is_broken_where_columns_are_narrow(decks, draft_of, send):
    draft = draft_of(Deck.from_template(decks / "template.potx"))
    rows = [["South", "May", "September", "Change"], ["Revenue, thousand euros", "268", "352.25", "+31 %"]]
    at = {"x": 1, "y": 1, "width": 4, "height": 4}
    send(draft, {"op": "add_slide", "title": "T"}, {"op": "add_exhibit", "slide": 1, "table": rows, "at": at})
    table = draft.document.slide(1).shape("table").table
    size = int(table.find(".//{*}rPr").get("sz")) / 100
    font = draft.document.theme_of(draft.document.masters[0]).minor
    for cells, width in zip(zip(*rows, strict=True), tables.widths(table), strict=True):
        widest = max(faces.width(word, font, size, is_bold=True) for cell in cells for word in cell.split())
        assert widest <= (width - 2 * 91440) / 12700


def test_notes_in_a_theme_that_fills_with_a_picture_leave_no_dangling_link(draft_of, send):
    deck = Deck.create()
    theme = deck.theme_of(deck.masters[0]).part
    deck.parts.write("ppt/media/fill.png", b"PNG", "image/png")
    rid = deck.parts.relate(theme, "image", "ppt/media/fill.png")
    fills = deck.parts.edit(theme).find(".//{*}fillStyleLst")
    fills[0].getparent().replace(fills[0], node("a:blipFill", None, node("a:blip", {"r:embed": rid})))
    draft = draft_of(Deck.open(deck.to_bytes()))
    send(draft, {"op": "add_slide", "title": "T", "notes": "Said"})
    assert draft.document.slide(1).notes == "Said"


def test_what_is_asked_above_a_brief_is_done_not_shown(draft_of):
    request = Request(
        'use the design nocturne; please be kind\nset the footer to "Draft"\n\n# Quarter\nBoard\n\n## One\n- a',
        is_new=True,
    )
    edits = understand(request).edits
    assert [edit["op"] for edit in edits] == ["apply_template", "add_slide", "add_slide", "set_footers"]
    assert edits[0]["template"] == "nocturne"
    assert "design" not in json.dumps(edits[1])
    assert "please be kind" in edits[1]["subtitle"]


@pytest.mark.parametrize("above", ["- a bullet", "| A | B |\n|---|---|\n| x | y |", "A sentence."])
def test_notes_need_no_blank_line_above(above):
    made = slides_of(f"# Talk\n\n## Changes\n{above}\nNotes: slowly")
    assert made[-1]["notes"] == "slowly"
    assert "slowly" not in json.dumps({**made[-1], "notes": ""})


def test_a_quotation_keeps_the_heading_it_stands_under(draft_of, send):
    draft = draft_of(Deck.create())
    send(draft, {"op": "add_slide", "kind": "quote", "title": "What they say", "text": ["Well said."]})
    slide = draft.document.slides[0]
    assert [shape.text for shape in slide.shapes] == ["Well said.", "What they say"]
    assert not [finding for finding in check(draft.document) if finding.severity == "fault"]


def test_lines_typed_with_numbers_are_a_real_numbered_list(draft_of, send):
    draft = draft_of(Deck.create())
    told = ["Before", "1. Approve", "\tby May", "2. Name an owner", "3) Go", "2026. No number"]
    send(draft, {"op": "add_slide", "title": "What we ask", "text": told})

    [slide] = draft.document.slides
    body = next(shape for shape in slide.shapes if shape.role == "body")
    schemes = [next((mark.get("type") for mark in p.iter("{*}buAutoNum")), "") for p in body.paragraphs]
    assert body.text.split("\n") == ["Before", "Approve", "by May", "Name an owner", "Go", "2026. No number"]
    assert schemes == ["", "arabicPeriod", "", "arabicPeriod", "arabicPeriod", ""]


def test_numbers_within_a_line_stay_and_a_second_list_is_one_too(draft_of, send):
    draft = draft_of(Deck.create())
    told = ["1. See chapter 3. Then go on", "2. Stop", "1. Begin again", "2. End"]
    send(draft, {"op": "add_slide", "title": "Two lists", "text": told})

    body = next(shape for shape in draft.document.slides[0].shapes if shape.role == "body")
    assert body.text.split("\n") == ["See chapter 3. Then go on", "Stop", "Begin again", "End"]
    assert all(list(paragraph.iter("{*}buAutoNum")) for paragraph in body.paragraphs)


def test_an_ordered_list_of_a_brief_keeps_its_numbers():
    slides = list(slides_of("# Plan\n\n## What we ask\n\n1. Approve the budget\n2. Name an owner\n"))
    assert slides[-1]["text"] == ["1. Approve the budget", "2. Name an owner"]
