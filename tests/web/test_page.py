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

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "fixtures" / "spreadsheets" / "sales.xlsx"
pytestmark = [pytest.mark.chromium, pytest.mark.slow]
PATIENCE = 60_000


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
    context = browser.new_context(viewport={"width": 1200, "height": 760})
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
    expect(page.locator("version-list li[aria-current]")).to_contain_text("Version 1")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("version 0 again", timeout=PATIENCE)


def test_a_plan_waits_for_its_approval(page: Page) -> None:
    page.get_by_label("Mode").select_option("plan")
    say(page, "set B2 to 43")

    page.get_by_role("button", name="yes").click(timeout=PATIENCE)

    expect(page.locator("turn-card[data-state=completed]")).to_be_visible(timeout=PATIENCE)


def test_the_token_does_not_stay_in_the_address(page: Page) -> None:
    assert "token" not in page.url


def test_nothing_is_wider_than_a_task_pane(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    say(page, "set B2 to 44")
    expect(page.locator("turn-card[data-state=completed]")).to_be_visible(timeout=PATIENCE)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_every_control_has_a_name(page: Page) -> None:
    say(page, "set B2 to 45")
    expect(page.locator("turn-card[data-state=completed]")).to_be_visible(timeout=PATIENCE)

    nameless = page.evaluate(
        """[...document.querySelectorAll('button,input,select,textarea,img')].filter(each =>
        !each.textContent.trim() && !each.labels?.length && !each.getAttribute('aria-label') && !each.alt)
        .map(each => each.outerHTML)"""
    )

    assert nameless == []
