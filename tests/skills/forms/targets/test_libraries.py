"""Libraries of the web: axe-core judges the page, SurveyJS (fetched from npm) loads its form and follows its logic."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser

from skills.forms.document import Form
from skills.forms.model import items
from skills.forms.model.validation import validate
from skills.forms.simulate import respond
from skills.forms.targets import export
from tests.skills.forms.conftest import SAMPLES
from tests.skills.forms.targets.browser import chromium

pytestmark = [pytest.mark.chromium, pytest.mark.slow]
Sample = Callable[[str], Form]
Library = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A file of an npm package; the test is skipped where npm or its registry is not to be had."""
    folder = tmp_path_factory.mktemp("npm")

    def fetch(package: str, file: str) -> Path:
        if shutil.which("npm") is None:
            _missing("npm is not installed")
        unpacked = folder / package
        if not unpacked.exists():
            packed = subprocess.run(
                ["npm", "pack", package, "--silent"], cwd=folder, capture_output=True, timeout=120, check=False
            )
            if packed.returncode:
                _missing(f"npm cannot fetch {package}: {packed.stderr.decode()[-200:]}")
            with tarfile.open(folder / packed.stdout.decode().split()[-1]) as archive:
                archive.extractall(unpacked, filter="data")
        return unpacked / "package" / file

    return fetch


def _missing(reason: str) -> None:
    """A skip, but where the environment says it must run."""
    if "npm" in os.environ.get("COPILOT_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("name", SAMPLES)
def test_axe_finds_nothing_wrong_with_any_page(sample: Sample, browser: Browser, tmp_path: Path, name: str) -> None:
    axe = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    path = tmp_path / "form.html"
    path.write_bytes(export(sample(name), "html").data)
    context = browser.new_context(bypass_csp=True)  # our policy rightly keeps the checker out
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate(axe)
    sections = page.locator("[data-section]").count()

    for index in range(sections):
        page.evaluate(
            """index => document.querySelectorAll("[data-section]").forEach((each, i) => {
                each.hidden = i !== index; each.querySelectorAll("[hidden]").forEach((inner) => { inner.hidden = false; });
            })""",
            index,
        )
        found = page.evaluate("axe.run().then((result) => result.violations.map((v) => [v.id, v.nodes[0].html]))")
        assert found == []
    context.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_surveyjs_library_loads_every_question(
    sample: Sample, library: Library, browser: Browser, name: str
) -> None:
    code = library("survey-core", "survey.core.min.js").read_text(encoding="utf-8")
    made = json.loads(export(sample(name), "surveyjs").data)
    page = browser.new_page()
    page.evaluate(code)

    loaded = page.evaluate(
        """json => { const survey = new Survey.Model(json);
        return { errors: (survey.jsonErrors ?? []).map((each) => each.message),
                 names: survey.pages.flatMap((page) => page.elements.map((each) => each.name)) }; }""",
        made,
    )

    wanted = [element["name"] for each in made["pages"] for element in each["elements"]]
    assert loaded["errors"] == []
    assert loaded["names"] == wanted
    page.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_surveyjs_library_shows_what_the_model_shows(
    sample: Sample, library: Library, browser: Browser, name: str
) -> None:
    code = library("survey-core", "survey.core.min.js").read_text(encoding="utf-8")
    form, dice, today = sample(name), random.Random(5), datetime.now(UTC).date()  # noqa: S311 - repeatable
    given = [respond(form.definition, dice, today).answers for _ in range(40)]
    page = browser.new_page()
    page.evaluate(code)

    shown = page.evaluate(
        """([json, given]) => given.map((answers) => { const survey = new Survey.Model(json); survey.data = answers;
        survey.getAllQuestions().forEach((question) => question.panels);  // made, and calculated, when first looked at
        return survey.visiblePages.flatMap((p) => p.elements.filter((e) => e.isVisible).map((e) => e.name)); })""",
        [json.loads(export(form, "surveyjs").data), given],
    )

    for answers, there in zip(given, shown, strict=True):
        way = validate(form.definition, answers, today).walk
        here = [
            each.item.id for each in way.shown if not each.group and not isinstance(each.item, items.HiddenQuestion)
        ]
        assert there == list(dict.fromkeys(here))
    page.close()
