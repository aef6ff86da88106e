"""Drives the page as a person would: pages, choices, entries, and what it sends at the end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from skills.forms.model import items
from skills.forms.model.form import Definition, items_of
from skills.forms.model.items import Item

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
INBOX = "http://127.0.0.1:9/answers"


@contextmanager
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not here; install Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """A browser tab on the form; `sent` is what the page posted, `errors` what its script complained of."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.file = page, file
        self.sent: list[dict[str, Any]] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.route(INBOX, self._receive)
        page.goto(file.as_uri())

    def answer(self, definition: Definition, answers: Mapping[str, Any]) -> None:
        """Answer page by page and send."""
        for _ in range(40):
            section = self.page.locator("[data-section]:visible").first.get_attribute("data-section")
            inside = next(each for each in definition.sections if each.id == section)
            for item in inside.items:
                self._item(item, answers, f'[data-section] > [data-item="{item.id}"]')
            if self.page.locator("#submit").is_visible():
                self.page.click("#submit")
                return
            self.page.click("#next")
            assert not self.page.locator("#faults").is_visible(), self.page.locator("#faults").inner_text()
        raise AssertionError("the form has no end")

    def _item(self, item: Item, answers: Mapping[str, Any], root: str) -> None:
        value = answers.get(item.id)
        if value is None or not self.page.locator(root).is_visible():
            return
        if isinstance(item, items.Repeat):
            self._entries(item, value, root)
        else:
            self._value(item, value, answers, root)

    def _entries(self, item: items.Repeat, entries: list[dict[str, Any]], root: str) -> None:
        while self.page.locator(f"{root} .entry").count() < len(entries):
            self.page.locator(f"{root} [data-add]").click()
        for index, entry in enumerate(entries):
            for inner in item.items:
                self._item(inner, entry, f'{root} .entry:nth-child({index + 1}) [data-item="{inner.id}"]')

    def _value(  # noqa: C901, PLR0912 - a case for each kind of question
        self, item: Item, value: Any, answers: Mapping[str, Any], root: str
    ) -> None:
        page = self.page
        match item:
            case items.ChoiceQuestion(type="dropdown"):
                page.locator(f"{root} select").select_option(value)
            case items.ChoiceQuestion(type="ranking"):
                for place, option in enumerate(value, start=1):
                    page.locator(f'{root} [data-option="{option}"]').select_option(str(place))
            case items.ChoiceQuestion() | items.ScaleQuestion() | items.YesNoQuestion():
                for each in value if isinstance(value, list) else [value]:
                    page.check(f'{root} input[value="{json.dumps(each) if isinstance(each, bool) else each}"]')
            case items.MatrixQuestion():
                for row, cell in value.items():
                    for column in cell if isinstance(cell, list) else [cell]:
                        page.check(f'{root} [data-row="{row}"] input[value="{column}"]')
            case items.FileQuestion():
                files = [{"name": each["name"], "mimeType": "", "buffer": b"x" * 10} for each in value]
                page.set_input_files(f"{root} input", files)
                page.wait_for_function("root => document.querySelector(root + ' input').files.length > 0", arg=root)
            case items.BlockQuestion():
                for part, text in value.items():
                    page.fill(f'{root} [data-part="{part}"]', text)
            case items.ConsentQuestion():
                page.check(f"{root} input")
            case _:
                page.locator(root).locator("input, textarea").first.fill(str(value))
        other = answers.get(f"{item.id}_other")
        if other:
            page.fill(f"{root} [data-other]", other)

    def _receive(self, route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
        if route.request.method == "POST":
            self.sent.append(route.request.post_data_json)
        route.fulfill(status=200, body="{}", headers=headers)


def comparable(value: Any) -> Any:
    """Answers without what differs by nature: the bytes of files, and nothing for nothing."""
    if isinstance(value, dict):
        return {
            key: comparable(inner) for key, inner in value.items() if key not in {"data", "type"} and inner is not None
        }
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    return round(float(value), 6) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def calculated_ids(definition: Definition) -> set[str]:
    return {item.id for item in items_of(definition) if isinstance(item, (items.Calculated, items.HiddenQuestion))}


def slug(text: str) -> str:
    return re.sub(r"\W+", "-", text)
