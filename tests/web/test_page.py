"""The page in a real browser: open a file, edit it by chat, answer, undo, at 320 px and in the dark."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "fixtures" / "spreadsheets" / "sales.xlsx"
pytestmark = [pytest.mark.chromium, pytest.mark.slow]
PATIENCE = 60_000
axe = Axe()
BRIEF = """# Winter plan for the harbour
## Where we stand
- Two of three cranes are in service
- Ice is expected from 4 December
## Three risks
- Spare parts arrive late
- One tug for two berths
## What we ask for
| What | Cost |
|---|---|
| Second tug | 120,000 |
| Parts | 35,000 |
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served page's address, token and sample included, as the command prints it."""
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-c", "from copilot_server.cli.main import main; main()", "serve"]
    options = ["--port", str(free_port()), "--model", "builtin", "--open", str(SAMPLE)]
    server = subprocess.Popen(
        [*command, *options], env=os.environ | {"COPILOT_HOME": str(home)}, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert server.stderr is not None
    found = re.search(r"Open (\S+)", server.stderr.readline())
    assert found
    drain = threading.Thread(target=server.stderr.read)  # a full pipe would stop the server
    drain.start()
    while not _answers(found.group(1)):
        assert server.poll() is None
    yield found.group(1)
    server.terminate()
    server.wait(timeout=30)
    drain.join()
    server.stderr.close()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url.partition("#")[0] + "healthz", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    expect(page.get_by_text("sales.xlsx is open")).to_be_visible(timeout=PATIENCE)
    yield page
    context.close()
    assert faults == []


def say(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")


def test_a_sentence_edits_the_workbook_and_undo_takes_it_back(page: Page) -> None:
    say(page, "make the header row bold; set B2 to 42")

    expect(page.locator("turn-card[data-state=completed]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".changes")).to_contain_text("B2")
    page.get_by_role("button", name="Versions").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("Version 1")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("version 0 again", timeout=PATIENCE)


def test_a_plan_waits_for_its_approval(page: Page) -> None:
    page.get_by_label("Mode").select_option("plan")
    say(page, "set B2 to 43")

    page.get_by_role("button", name="Approve the plan").click(timeout=PATIENCE)

    expect(page.locator("turn-card[data-state=completed]")).to_be_visible(timeout=PATIENCE)


def test_the_token_does_not_stay_in_the_address(page: Page) -> None:
    assert "token" not in page.url


def ended(page: Page, number: int, state: str = "completed") -> Locator:
    """The card of that turn, once it is in that state."""
    card = page.locator("turn-card").nth(number)
    expect(card).to_have_attribute("data-state", state, timeout=PATIENCE)
    return card


def looked_at(page: Page, name: str) -> None:
    """A picture for people, where a folder for them is named."""
    if folder := os.environ.get("OFFICE_PICTURES"):
        page.wait_for_timeout(600)  # pictures of pages fade in by themselves
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.soffice
def test_a_deck_is_made_from_a_brief_watched_edited_undone_and_downloaded(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(address.replace("&open=sample", ""))
    looked_at(page, "page-welcome")
    page.locator("#file").set_input_files({"name": "brief.md", "mimeType": "text/markdown", "buffer": BRIEF.encode()})
    page.get_by_label("Mode").select_option("plan")
    say(page, "make a deck from the brief")
    ended(page, 0, "needs_answer")
    looked_at(page, "page-plan")
    page.get_by_role("button", name="Approve the plan").click()
    ended(page, 0)
    expect(page.locator("page-list li")).to_have_count(4, timeout=PATIENCE)
    expect(page.locator(".sheet img").first).to_be_visible(timeout=PATIENCE)
    looked_at(page, "page-deck")

    page.get_by_label("Mode").select_option("edit")
    say(page, 'set the title of slide 2 to "Where we stand in November"')
    ended(page, 1)
    expect(page.locator("page-list .changed")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".sheet i").first).to_be_visible()
    looked_at(page, "page-edited")
    page.locator("turn-card").nth(1).get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Versions").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("version 1 again", timeout=PATIENCE)
    page.get_by_role("button", name="What version 2 changed").click()
    expect(page.locator("version-list details")).to_contain_text("November", timeout=PATIENCE)
    looked_at(page, "page-versions")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).first.click()
    assert download.value.suggested_filename.endswith(".pptx")
    context.close()


def test_a_selection_says_where_a_workbook_is_edited(page: Page) -> None:
    page.get_by_label("Selection").fill("B2:B4")
    say(page, "make it bold")

    card = ended(page, 0)

    expect(card.locator(".changes")).to_contain_text("B2:B4")
    card.locator(".changes button").first.click()
    assert "B2" in page.get_by_label("Selection").input_value()
    looked_at(page, "page")


def test_a_visit_again_finds_the_conversation(page: Page) -> None:
    say(page, "set B2 to 46")
    ended(page, 0)

    page.reload()

    ended(page, 0)
    expect(page.locator(".mine")).to_contain_text("set B2 to 46")


def test_preferences_are_added_and_forgotten(page: Page) -> None:
    page.get_by_role("button", name="Preferences").click()
    page.get_by_label("Name").fill("tone")
    page.get_by_label("Value").fill("short and warm")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("like-list li")).to_contain_text("short and warm")
    looked_at(page, "page-preferences")

    page.get_by_role("button", name="Forget tone").click()

    expect(page.locator("like-list li")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    say(page, "set B2 to 47; set C3 to 9")
    ended(page, 0)
    for shows in ("Versions", "Pages"):
        page.get_by_role("button", name=shows).click()
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
    looked_at(page, f"page-{scheme}")


def test_a_task_pane_of_320_pixels_shows_all_of_it(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    say(page, "set B2 to 44")
    ended(page, 0)
    looked_at(page, "page-task-pane")
    for view in ("Chat", "Document"):
        page.get_by_role("button", name=view, exact=True).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.get_by_label("Message", exact=True).focus()
    page.keyboard.type("set B2 to 48")
    page.keyboard.press("Enter")
    card = ended(page, 0)

    undo = card.get_by_role("button", name="Undo")
    for _ in range(40):
        if undo.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("holds what version 0 held")).to_be_visible(timeout=PATIENCE)
