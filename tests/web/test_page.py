"""The page in a real browser: open a file, edit it by chat, answer, undo, at 320 px and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import PATIENCE, SAMPLE, ended, looked_at, say, served

pytestmark = [pytest.mark.chromium, pytest.mark.slow]
axe = Axe()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("home"), "builtin") as address:
        yield address


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


def test_a_sentence_edits_the_workbook_and_undo_takes_it_back(page: Page) -> None:
    say(page, "make the header row bold; set B2 to 42")

    expect(page.locator("turn-card[data-state=completed]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".changes")).to_contain_text("B2")
    page.get_by_role("button", name="Versions").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("Version 1")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("version 0 again", timeout=PATIENCE)


def test_an_older_change_is_not_undone_at_the_cost_of_newer_ones(page: Page) -> None:
    say(page, "set B2 to 42")
    first = ended(page, 0)
    say(page, "set B3 to 43")
    second = ended(page, 1)
    page.get_by_role("button", name="Versions").click()

    first.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert")).to_contain_text("drop them too")
    expect(page.locator("version-list li[aria-current]")).to_contain_text("Version 2")
    second.get_by_role("button", name="Undo").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("version 1 again", timeout=PATIENCE)
    first.get_by_role("button", name="Undo").click()
    expect(page.locator("version-list li[aria-current]")).to_contain_text("version 0 again", timeout=PATIENCE)


def test_files_that_cannot_be_opened_are_told_by_name(page: Page) -> None:
    for name in ("photo.png", "broken.xlsx"):
        page.locator("#file").set_input_files({"name": name, "mimeType": "image/png", "buffer": b"no workbook"})
        expect(page.get_by_role("alert").last).to_contain_text(f"{name}: ", timeout=PATIENCE)
    expect(page.get_by_text("Opening ")).to_have_count(0)


def test_a_plan_waits_for_its_approval(page: Page) -> None:
    page.get_by_label("Mode").select_option("plan")
    say(page, "set B2 to 43")

    page.get_by_role("button", name="Approve the plan").click(timeout=PATIENCE)

    expect(page.locator("turn-card[data-state=completed]")).to_be_visible(timeout=PATIENCE)


def test_a_turn_that_goes_on_after_an_answer_can_be_stopped(page: Page) -> None:
    page.get_by_label("Mode").select_option("plan")
    say(page, "set B2 to 42")
    ended(page, 0, "needs_answer")
    page.route("**/events", lambda _: None)  # no news of the turn comes

    page.get_by_role("button", name="Approve the plan").click()

    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.locator("turn-card")).to_contain_text("Approve the plan")
    say(page, "set B2 to 43")
    expect(page.locator(".mine")).to_have_count(1)  # one at a time
    page.unroute_all(behavior="ignoreErrors")


def test_who_comes_without_the_token_is_asked_for_a_key(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(address.partition("#")[0])
    key = page.get_by_label("API key")

    key.fill("oc_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not known")
    assert axe.run(page).violations_count == 0
    key.fill(address.partition("token=")[2].partition("&")[0])
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="What are we working on?")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_be_visible()
    context.close()


def test_several_files_are_opened_at_once(page: Page) -> None:
    files = [SAMPLE.parents[1] / "documents" / name for name in ("plain.docx", "report.docx")]
    page.locator("#file").set_input_files(files)

    expect(page.locator("#documents button")).to_have_text(
        ["sales.xlsx", "plain.docx", "report.docx"], timeout=PATIENCE
    )


def test_the_token_does_not_stay_in_the_address(page: Page) -> None:
    assert "token" not in page.url


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
