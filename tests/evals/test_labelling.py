"""From a run to a judge that may decide: sheets, people's answers, calibration and the gate, all by the command.

The people and the judges are scripted: this shows the path, and calibrates nobody.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from copilot_server.cli import main as program
from evals import building
from evals.judge import label_page, shipped
from evals.judge.labels import Item, mark_of, pair_of, read_labels, sheet, shuffled
from evals.judge.material import text_of
from evals.suites import chosen
from evals.trace import File
from tests.evals.wire import Asked, message_of, provider, text_in

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
NAMES = ("lease-rent", "policy-hotel", "report-delete-row", "minutes-date", "contract-fill", "plain-sentence")
TASKS = {task.turns[0].text: task for task in chosen("documents", NAMES)}
DONE = frozenset(NAMES[::2])
RUBRIC: dict[str, Any] = {
    "name": "did-it", "version": 1, "written_by": "a scripted person",
    "reviewed_by": [{"name": "a scripted person", "date": "2026-01-01"}],
    "thresholds": {"items": 6, "clusters": 6, "people": 2},
    "criteria": [{"id": "done", "text": "What was asked for is there."}],
}  # fmt: skip
JUDGE = "gemini-3.1-pro-preview"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def _run(*arguments: object) -> Ran:
    """As the program runs it: the gate is its exit code."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err, pytest.raises(SystemExit) as end:
        program.main(["eval", *map(str, arguments)])
    return Ran(int(end.value.code or 0), out.getvalue(), err.getvalue())


def _works(body: Asked) -> Mapping[str, Any]:
    """gpt-5 does every second task."""
    task = next(task for text, task in TASKS.items() if text in text_in(body))
    given = sum(each["role"] == "assistant" for each in body["messages"])
    return message_of(task.controls.reference[given]) if task.id in DONE else {"content": building.IDLE}


ORIGINALS = {text_of(File(task.name, task.source())) for task in TASKS.values() if task.source}


def _looks(body: Asked) -> Mapping[str, Any]:
    """A judge that sees whether any line of the original is gone, and is fooled by nothing added."""
    found = re.search(r'name="result">\n(.*?)\n</document>', text_in(body), re.DOTALL)
    assert found
    lines = set(found.group(1).splitlines())
    is_old = any(lines >= set(text.splitlines()) for text in ORIGINALS)
    return {"content": json.dumps({"done": not is_old})}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, `run`, and a rubric of people's own, `rubric.json`."""
    folder = tmp_path_factory.mktemp("labels")
    (folder / "rubric.json").write_text(json.dumps(RUBRIC), encoding="utf-8")
    named = [argument for name in NAMES for argument in ("--task", name)]
    with pytest.MonkeyPatch.context() as patch, provider(_works, patch) as name:
        result = _run("documents", *named, "--model", f"{name}/gpt-5", "--epochs", 1, "--out", folder / "run")
        assert result.code == 0, result.err
    return folder


def _filled(place: Path, who: str) -> Path:
    """The sheet a scripted person makes, opening each file."""
    path = place / f"{who}.csv"
    result = _run("label", place / "run", "--rubric", place / "rubric.json", "-o", path, "--labeller", who)
    assert result.code == 0, result.err
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    for row in rows:
        found = place / f"{who}-files" / row["item"] / "result.docx"
        row["label"] = "no" if text_of(File("r.docx", found.read_bytes())) in ORIGINALS else "yes"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def _judge(place: Path, name: str, *arguments: object) -> Ran:
    judge = ("judge", place / "run", "--judge", f"{name}/{JUDGE}", "--maker", "gpt-5")
    return _run(*judge, "--rubric", place / "rubric.json", *arguments)


def test_a_judge_that_agrees_with_people_may_gate_and_no_other(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = [argument for who in ("ann", "ben") for argument in ("--labels", _filled(place, who))]
    made, asked = place / "calibration.json", place / "judged.json"
    with provider(_looks, monkeypatch) as name:
        refused = _judge(place, name, "--gate", "--at-least", 0.4)
        first = _judge(place, name, "--json")
        asked.write_text(first.out, encoding="utf-8")
        rubric = ("--rubric", place / "rubric.json")
        held = _run("calibrate", *rubric, *sheets, "--judge-run", asked, "-o", made)
        kept = ("--calibration", made)
        passed = _judge(place, name, *kept, "--gate", "--at-least", 0.4)
        failed = _judge(place, name, *kept, "--gate", "--at-least", 0.6)
        seen = _judge(place, name, *kept, "--pages", "--gate", "--at-least", 0.4)

    assert refused.code == 2
    assert "nothing was asked" in refused.err
    assert json.loads(first.out)["is_advisory"]
    assert held.code == 0, held.err
    assert f"{JUDGE}: calibrated, against ann, ben" in held.out
    assert passed.code == 0, passed.err
    assert passed.out.startswith("calibrated against people's labels")
    assert failed.code == 1
    assert "without rendered pages" in " ".join(seen.err.split())


def test_what_is_told_of_a_judge_that_is_not_calibrated_says_why(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = place / "judged.json"
    with provider(lambda _: {"content": '{"done": true}'}, monkeypatch) as name:
        asked.write_text(_judge(place, name, "--json").out, encoding="utf-8")
    sheets = ("--labels", _filled(place, "ann"), "--labels", _filled(place, "synthetic-ben"))

    rubric = ("--rubric", place / "rubric.json")
    held = _run("calibrate", *rubric, *sheets, "--judge-run", asked, "-o", place / "none.json")

    assert held.code == 1
    assert "NOT calibrated" in held.out
    assert "falls short: the labels are synthetic" in held.out
    assert "falls short: done: kappa with people 0.00" in held.out


def _prefers(body: Asked) -> Mapping[str, Any]:
    """A judge of two that sees in which nothing was done."""
    parts = [re.search(rf'name="{side}">\n(.*?)\n</document>', text_in(body), re.DOTALL) for side in "AB"]
    lines = [set(part.group(1).splitlines()) for part in parts if part]
    old = [any(each >= set(text.splitlines()) for text in ORIGINALS) for each in lines]
    return {"content": json.dumps({"done": "tie" if old[0] == old[1] else "B" if old[0] else "A"})}


@pytest.mark.slow
def test_of_two_runs_people_and_judges_mean_the_same_side(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = [argument for name in NAMES for argument in ("--task", name)]
    with provider(lambda _: {"content": building.IDLE}, monkeypatch) as name:
        model = f"{name}/gpt-5"
        assert _run("documents", *named, "--model", model, "--epochs", 1, "--out", place / "idle").code == 0
    path, rubric, asked = place / "pairs.csv", ("--rubric", place / "rubric.json"), place / "pairs.json"
    assert _run("label", place / "run", place / "idle", *rubric, "-o", path, "--labeller", "ann").code == 0
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    for row in rows:
        left = (place / "pairs-files" / row["item"] / "left.docx").read_bytes()
        row["label"] = "right" if text_of(File("l.docx", left)) in ORIGINALS else "left"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with provider(_prefers, monkeypatch) as name:
        runs = ("judge", place / "run", place / "idle", "--judge", f"{name}/{JUDGE}", "--maker", "gpt-5")
        asked.write_text(_run(*runs, *rubric, "--json").out, encoding="utf-8")

    held = _run("calibrate", *rubric, "--labels", path, "--judge-run", asked, "-o", place / "c.json")

    found = json.loads((place / "c.json").read_text(encoding="utf-8"))["calibrations"][0]["criteria"][0]
    assert held.code == 1  # one person is too few
    assert (found["items"], found["accuracy"]["value"]) == (len(DONE), 1.0)


def test_a_sheet_is_blind_and_shuffled(place: Path) -> None:
    one, other = (place / name for name in ("one.html", "other.html"))
    for path, seed in ((one, 1), (other, 2)):
        assert _run("label", place / "run", "--rubric", "documents-tone", "-o", path, "--seed", seed).code == 0
    page = one.read_text(encoding="utf-8")

    assert "gpt-5" not in page
    assert not any(name in page for name in NAMES)
    assert re.findall(r'(?:src|href)="(?!data:)[^"]*"', page) == []
    assert page.count("<section") == len(NAMES)
    assert re.findall(r"<blockquote>(.*?)</blockquote>", page) != re.findall(
        r"<blockquote>(.*?)</blockquote>", other.read_text(encoding="utf-8")
    )


@pytest.mark.slow
@pytest.mark.chromium
def test_what_is_answered_on_the_page_is_kept_saved_and_read_back(place: Path, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert _run("label", place / "run", "--rubric", place / "rubric.json", "-o", path, "--limit", 3).code == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(accept_downloads=True)
        page.goto(path.as_uri())
        page.get_by_label("Your name").fill('Zoë, "Z"')
        page.get_by_label("Yes").nth(0).check()
        page.get_by_label("No").nth(1).check()
        page.get_by_label("Can't tell").nth(2).check()
        page.reload()  # what was answered is still there
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save labels").click()
        saved.value.save_as(tmp_path / "labels.csv")
        browser.close()

    found = read_labels([tmp_path / "labels.csv"], shipped.rubric(str(place / "rubric.json")))
    assert [each.said for each in found] == ["yes", "no"]
    assert {each.labeller for each in found} == {'Zoë, "Z"'}


@pytest.mark.slow
@pytest.mark.soffice
def test_people_are_shown_rendered_pages_too(fixtures: Path) -> None:
    path = next((fixtures / "presentations").rglob("*.pptx"))
    items = [Item("write", (File(path.name, path.read_bytes()),), ("m",))]

    page = label_page.page(shipped.rubric("presentations-design"), items, is_seen=True)

    assert '<img alt="Result, page 1" src="data:image/png;base64,' in page


def test_a_form_is_shown_as_those_who_fill_it_in_see_it(fixtures: Path) -> None:
    path = next((fixtures / "forms").rglob("*.form.json"))
    items = [Item("write", (File(path.name, path.read_bytes()),), ("m",))]

    assert '<iframe sandbox="allow-scripts"' in label_page.page(shipped.rubric("forms-wording"), items)


def test_nothing_of_a_result_is_run_by_the_page() -> None:
    items = [Item("<script>alert(1)</script>", (File("x.csv", b"</script><script>alert(2)"),), ("m",))]
    page = label_page.page(shipped.rubric("documents-tone"), items)

    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page


RUBRIC_1 = shipped.rubric("documents-tone")


def _pair(seed: int) -> Item:
    files = tuple(File(f"{text}.docx", text.encode()) for text in ("aa", "bb"))
    return shuffled([Item("write", files, tuple(mark_of("write", each.data) for each in files))], seed)[0]


def test_of_two_results_a_label_means_the_same_whatever_side_it_was_shown_on(tmp_path: Path) -> None:
    shown = {seed: _pair(seed) for seed in range(8)}
    said: set[str] = set()
    for seed, item in shown.items():
        side = "left" if item.files[0].data == b"aa" else "right"
        path = tmp_path / f"{seed}.csv"
        path.write_text(sheet(RUBRIC_1, [item], "ann").replace(",,ann", f",{side},ann"), encoding="utf-8")
        said |= {each.said for each in read_labels([path], RUBRIC_1)}

    assert len({item.marks for item in shown.values()}) == 2
    assert len(said) == 1
    assert {item.name for item in shown.values()} == {pair_of(*shown[0].marks)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace(",,ann", ",perhaps,ann"), "line 2: 'perhaps' is none of yes, no"),
        (lambda text: text.replace(",,ann", ",yes,"), "line 2: no labeller"),
        (lambda text: text.replace(",,ann", ",yes,gpt-5"), "'gpt-5' is a model"),
        (lambda text: text, "nothing is filled in"),
        (lambda text: text.replace(RUBRIC_1.digest, "0" * 16).replace(",,ann", ",yes,ann"), "as it was then"),
        (lambda text: text.replace(",,ann", ",yes,ann").replace("reader", "other"), "no criterion 'other'"),
        (lambda text: text + text.partition("\n")[2].replace(",,ann", ",no,ann"), "something else of this before"),
        (lambda _: "a,b\n1,2\n", "columns item, left"),
    ],
)
def test_a_sheet_that_cannot_be_trusted_is_refused_with_its_line(change: Any, why: str, tmp_path: Path) -> None:
    item = Item("write", (File("x.docx", b"x"),), ("m1",))
    text = sheet(RUBRIC_1, [item], "ann")
    path = tmp_path / "labels.csv"
    if "something else" in why:
        text = text.replace(",,ann", ",yes,ann", 1) + text.partition("\n")[2].replace(",,ann", ",no,ann")
        path.write_text(text, encoding="utf-8")
    else:
        path.write_text(change(text), encoding="utf-8")

    with pytest.raises(ValueError, match=re.escape(why)):
        read_labels([path], RUBRIC_1)


def test_a_sheet_saved_with_semicolons_is_read(tmp_path: Path) -> None:
    item = Item("write", (File("x.docx", b"x"),), ("m1",))
    rows = list(csv.reader(sheet(RUBRIC_1, [item], "ann").splitlines()))
    path = tmp_path / "labels.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([rows[0], *([*row[:5], "Yes", *row[6:]] for row in rows[1:])])

    assert {each.said for each in read_labels([path], RUBRIC_1)} == {"yes"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": 0}, "version"),
        ({"criteria": []}, "criteria"),
        ({"criteria": RUBRIC["criteria"] * 2}, "an id of its own"),
        ({"written_by": ""}, "written_by"),
        ({"author": "x"}, "author"),
        ({"thresholds": {"kappa": 3}}, "thresholds.kappa"),
    ],
)
def test_a_rubric_of_peoples_own_is_validated(change: dict[str, Any], why: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**RUBRIC, **change}), encoding="utf-8")

    with pytest.raises(ValueError, match=why):
        shipped.rubric(str(path))
