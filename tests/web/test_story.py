"""The whole story of a deck: from a brief, by way of a question, watched, edited by chat, undone, downloaded."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation

from tests.web.conftest import PATIENCE, ended, looked_at, say, served

pytestmark = [pytest.mark.chromium, pytest.mark.soffice, pytest.mark.slow]
BRIEF = """# Winter plan for the harbour
Two of three cranes are in service. Ice is expected from 4 December. Spare parts arrive late; there is one tug for two
berths. We ask for a second tug (120,000) and for parts (35,000).
"""
QUESTION = "Who will look at this deck: the board, or the crews?"
_RISKS = {"op": "add_slide", "title": "Spare parts and one tug are the risks", "text": ["Parts arrive late", "One tug"]}
_ASK = {
    "op": "add_slide",
    "kind": "table",
    "title": "We ask the board for 155,000",
    "table": [["What", "Cost"], ["Second tug", 120_000], ["Parts", 35_000]],
}


def _edit(*edits: dict[str, Any]) -> dict[str, Any]:
    return {"tool_calls": [{"name": "edit", "arguments": {"edits": edits}}]}


# What the model says, call by call: it asks first, and builds in two steps once it is answered.
SCRIPT = [
    {"tool_calls": [{"name": "ask", "arguments": {"question": QUESTION, "choices": ["The board", "The crews"]}}]},
    _edit(
        {"op": "add_slide", "kind": "title", "title": "Winter plan for the harbour", "subtitle": "For the board"},
        {"op": "add_slide", "title": "Two of three cranes are ready for the ice", "text": ["Ice from 4 December"]},
    ),
    _edit(_RISKS, _ASK),
    {"content": "The deck has four slides for the board and ends with what it is asked to decide."},
    _edit({"op": "set_text", "slide": "2", "shape": "title", "text": ["Where we stand in November"]}),
    {"content": "The title of slide 2 is changed."},
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "script.json").write_text(json.dumps(SCRIPT), encoding="utf-8")
    with served(tmp_path / "home", f"scripted:{tmp_path / 'script.json'}") as address:
        yield address.replace("&open=sample", "")


def test_a_deck_is_asked_about_built_edited_undone_and_downloaded(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(address)
    looked_at(page, "page-welcome")
    page.locator("#file").set_input_files({"name": "brief.md", "mimeType": "text/markdown", "buffer": BRIEF.encode()})
    say(page, "make a deck from the brief")
    _answers_the_question(page)
    _watches_it_built(page)
    _edits_and_undoes(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).first.click()
    assert download.value.suggested_filename.endswith(".pptx")
    deck = Presentation(io.BytesIO(Path(download.value.path()).read_bytes()))
    titles = [slide.shapes.title.text for slide in deck.slides if slide.shapes.title is not None]
    assert titles[1] == "Two of three cranes are ready for the ice"
    assert len(deck.slides) == 4
    context.close()


def _answers_the_question(page: Page) -> None:
    card = ended(page, 0, "needs_answer")
    expect(card.get_by_role("group", name="Question")).to_contain_text(QUESTION)
    assert Axe().run(page).violations_count == 0
    looked_at(page, "page-question")
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark")
    box = card.get_by_role("group", name="Question").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 320
    looked_at(page, "page-question-pane")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    card.get_by_role("button", name="The board").click()


def _watches_it_built(page: Page) -> None:
    card = ended(page, 0)
    expect(card.locator(".steps li")).to_have_count(3)  # asked, and built in two steps
    expect(page.locator("page-list li")).to_have_count(4, timeout=PATIENCE)
    expect(page.locator(".sheet img").first).to_be_visible(timeout=PATIENCE)
    expect(card.locator(".changes")).to_contain_text("Slide 2")
    looked_at(page, "page-deck")


def _edits_and_undoes(page: Page) -> None:
    say(page, 'set the title of slide 2 to "Where we stand in November"')
    expect(ended(page, 1).locator(".changes")).to_contain_text("Slide 2, title")
    expect(page.locator("page-list .changed")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".sheet i").first).to_be_visible()
    looked_at(page, "page-edited")
    page.locator("turn-card").nth(1).get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Versions").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("version 1 again", timeout=PATIENCE)
    page.get_by_role("button", name="What version 2 changed").click()
    expect(page.locator("version-list details")).to_contain_text("November", timeout=PATIENCE)
    looked_at(page, "page-versions")
