"""What the model and the person without one see: the tools' size, the outline's, the phrases."""

from __future__ import annotations

import json

import pytest

from copilot_server.agent.looking import look
from copilot_server.agent.phrases import Request
from copilot_server.agent.tool import look_up
from copilot_server.agent.workbench import ask
from copilot_server.models import dialect
from skills.presentations.agent import skill
from skills.presentations.document.deck import Deck
from skills.presentations.reading.outline import outline
from skills.presentations.tools import find, read

TEXTS = {"sales.csv": "Region,Sales\nNorth,3\nSouth,4.5\n"}
UNDERSTOOD = {
    'change the title of slide 2 to "X"': [{"op": "set_text", "slide": "2", "shape": "title", "text": ["X"]}],
    'add a slide titled "X" with bullets a; b; c (after slide 3)': [
        {"op": "add_slide", "kind": "bullets", "title": "X", "text": ["a", "b", "c"], "after": "3"}
    ],
    "delete slides 2, 4-6": [{"op": "delete_slides", "slides": ["2", "4", "5", "6"]}],
    "move slide 5 after slide 2": [{"op": "move_slide", "slide": "5", "to": 3}],
    "duplicate slide 2 then hide slide 3": [
        {"op": "duplicate_slide", "slide": "2"}, {"op": "hide_slides", "slides": ["3"], "hidden": True},
    ],
    'replace "a" with "b"': [{"op": "replace_text", "find": "a", "replace": "b"}],
    "add notes to slide 3: Say this; and that": [
        {"op": "set_notes", "slide": "3", "notes": "Say this; and that", "append": True}
    ],
    "set the notes of the last slide to Bye": [{"op": "set_notes", "slide": "last", "notes": "Bye"}],
    'set the title of the last slide to "The last slide"': [
        {"op": "set_text", "slide": "last", "shape": "title", "text": ["The last slide"]}
    ],
    "delete the last slide": [{"op": "delete_slides", "slides": ["last"]}],
    "make the title of slide 1 bold": [{"op": "format_text", "slide": "1", "shape": "title", "bold": True}],
    "put the logo brand.png on slide 2": [{"op": "add_exhibit", "slide": "2", "picture": "brand.png"}],
    'set the footer to "Internal"': [{"op": "set_footers", "footer": "Internal"}],
    "apply template corp.potx": [{"op": "apply_template", "template": "corp.potx"}],
}  # fmt: skip


def test_the_tools_are_described_in_under_3000_tokens():
    described = [{"name": t.name, "description": t.description, "parameters": t.parameters} for t in skill.tools]
    assert len(json.dumps(described, ensure_ascii=False)) / 4 < 3000


def test_the_outline_takes_under_60_tokens_a_slide(decks, draft_of, send):
    deck = Deck.open(decks / "exhibits.pptx")
    assert len(outline(deck)) / 4 < 60 * len(deck.slides) + 60


def test_reading_a_slide_shows_ids_places_words_and_series(decks):
    deck = Deck.open(decks / "exhibits.pptx")
    shown = read.run(deck, slides=["1", "2"])
    assert "series Revenue: 4.2, 3.1, 2.4" in shown
    assert "North | 4.2" in shown
    assert "1,2 7×4" in shown


def test_finding_names_slide_and_shape_also_in_groups_tables_and_notes(decks):
    assert "#258/" in find.run(Deck.open(decks / "exhibits.pptx"), text="inside a GROUP")
    assert "#257/" in find.run(Deck.open(decks / "exhibits.pptx"), text="south")
    assert "/notes" in find.run(Deck.open(decks / "runs.pptx"), text="thank")


@pytest.mark.parametrize("words", UNDERSTOOD)
def test_plain_commands_are_understood(words):
    assert [dict(each) for each in skill.understand(Request(words, texts=TEXTS)).edits] == UNDERSTOOD[words]


def test_a_chart_is_made_from_an_attached_file():
    made = skill.understand(Request("add a column chart from sales.csv", texts=TEXTS)).edits[0]
    assert made["chart"]["categories"] == ["North", "South"]
    assert made["chart"]["series"] == [{"name": "Sales", "values": [3.0, 4.5]}]


def test_what_is_not_understood_is_named_and_nothing_is_done():
    plan = skill.understand(Request("make it pop; delete slide 1"))
    assert (plan.edits, plan.unknown) == ((), ("make it pop",))


def test_all_a_model_that_sees_is_offered_stays_within_the_budget():
    described = look_up(skill.tools)
    assert described is not None
    shown = [
        {"name": each.name, "description": each.description, "parameters": dialect.plain(each.parameters)}
        for each in (*skill.tools, ask, described, look)
    ]
    assert len(json.dumps(shown, ensure_ascii=False)) / 4 < 3_000
