"""The page served by the command itself, and a browser to drive it with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "fixtures" / "spreadsheets" / "sales.xlsx"
PATIENCE = 60_000


@contextmanager
def served(home: Path, model: str) -> Generator[str]:
    """The address, token and sample included, as the command prints it."""
    command = [sys.executable, "-c", "from copilot_server.cli.main import main; main()", "serve"]
    options = ["--port", str(free_port()), "--model", model, "--open", str(SAMPLE)]
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


def say(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")


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
