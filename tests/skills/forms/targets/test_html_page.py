"""The web page in a real browser: the same rules as the model, and answers arrive as they were given."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from skills.forms.document import Form
from skills.forms.model.validation import validate
from skills.forms.simulate import respond
from skills.forms.targets import html
from tests.skills.forms.conftest import SAMPLES
from tests.skills.forms.targets.browser import INBOX, Visitor, chromium, comparable

pytestmark = [pytest.mark.chromium, pytest.mark.slow]
Sample = Callable[[str], Form]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Visitor]]:
    context = browser.new_context(viewport={"width": 900, "height": 900}, locale="en-GB")

    def open_page(form: Form, file: str = "form.html") -> Visitor:
        definition = form.definition.model_copy(update={"submit_url": INBOX})
        path = tmp_path / file
        path.write_bytes(html.export(definition).data)
        return Visitor(context.new_page(), path)

    yield open_page
    context.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_respondent_enters_is_what_is_sent(sample: Sample, visit: Callable[..., Visitor], name: str) -> None:
    form, today = sample(name), datetime.now(UTC).date()
    given = respond(form.definition, random.Random(3), today)  # noqa: S311 - repeatable, not secret
    visitor = visit(form)

    visitor.answer(form.definition, given.answers)
    visitor.page.wait_for_selector("#done:visible")

    expected = validate(form.definition, given.answers, today)
    assert expected.problems == ()
    assert comparable(visitor.sent[0]["answers"]) == comparable(dict(expected.values))
    assert visitor.errors == []


@pytest.mark.parametrize("name", SAMPLES)
def test_page_and_model_judge_the_same_answers_alike(sample: Sample, visit: Callable[..., Visitor], name: str) -> None:
    form, dice, today = sample(name), random.Random(8), datetime.now(UTC).date()  # noqa: S311 - repeatable, not secret
    cases = [_spoiled(respond(form.definition, dice, today).answers, dice) for _ in range(60)]
    visitor = visit(form)

    judged: list[dict[str, Any]] = visitor.page.evaluate(
        """cases => cases.map((answers) => {
            const { form } = officeForm;
            const { way, problems } = officeForm.validate(form, answers, TODAY, form.texts.en, form.words.en);
            return { values: way.values, problems: problems.map(({ place, code }) => [place, code]), end: way.loop };
        })""".replace("TODAY", f'"{today}"'),
        cases,
    )

    for answers, there in zip(cases, judged, strict=True):
        here = validate(form.definition, answers, today)
        assert comparable(there["values"]) == comparable(dict(here.values))
        known = [[problem.place, problem.code] for problem in here.problems if problem.code != "unknown"]
        assert there["problems"] == known


def _spoiled(answers: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Some answers left out, some replaced by what may be wrong."""
    spoiled = dict(answers)
    for name in sorted(answers):
        draw = dice.random()
        if draw < 0.1:
            del spoiled[name]
        elif draw < 0.2 and not isinstance(answers[name], (list, dict, bool)):
            spoiled[name] = dice.choice([-1, 10_000, 2.5, "2020-01-01", "?"])
    return spoiled


def test_faults_are_listed_and_told_at_their_question(sample: Sample, visit: Callable[..., Visitor]) -> None:
    visitor = visit(sample("event"))

    visitor.page.click("#next")

    assert visitor.page.locator("#faults li").count() == 3
    assert visitor.page.evaluate("document.activeElement.id") == "faults"
    assert visitor.page.get_attribute("#email", "aria-invalid") == "true"


def test_answers_are_kept_and_resumed_after_a_reload(sample: Sample, visit: Callable[..., Visitor]) -> None:
    visitor = visit(sample("job"))
    visitor.page.fill('[data-item="your_name"] [data-part="first"]', "Łucja")
    visitor.page.reload()

    assert visitor.page.input_value('[data-item="your_name"] [data-part="first"]') == "Łucja"


def test_arabic_turns_the_page_and_every_text(sample: Sample, visit: Callable[..., Visitor]) -> None:
    visitor = visit(sample("event"))

    visitor.page.select_option("#language", "ar")

    assert visitor.page.get_attribute("html", "dir") == "rtl"
    assert visitor.page.inner_text("h1") == "التسجيل في مؤتمر الربيع"
    assert visitor.page.inner_text("#next") == "التالي"


def test_the_page_loads_nothing_and_runs_only_its_own_script(sample: Sample, visit: Callable[..., Visitor]) -> None:
    visitor = visit(sample("survey"))

    blocked = visitor.page.evaluate(
        """() => { const made = document.createElement("script"); made.textContent = "window.hacked = 1";
        document.body.append(made); return window.hacked ?? null; }"""
    )

    assert blocked is None


def test_a_quiz_tells_its_score(sample: Sample, visit: Callable[..., Visitor]) -> None:
    form = sample("quiz")
    answers = {
        "first": "raise_the_alarm",
        "extinguisher": "water",
        "locked": False,
        "emergency": 112,
        "assembly": ["a_head_count", "a_report_to_the_fire_service"],
        "steps": ["look", "call", "help"],
    }
    visitor = visit(form)

    visitor.answer(form.definition, answers)
    visitor.page.wait_for_selector("#done:visible")

    assert "Your score: 7 of 8" in visitor.page.inner_text("#done")
    assert "Passed" in visitor.page.inner_text("#done")
