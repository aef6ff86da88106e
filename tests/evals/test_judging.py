"""Judges end to end: two runs by the command, a panel reached over the wire, and panels that are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from copilot_server.cli.eval import command
from evals import building
from evals.judge import shipped
from evals.suites import chosen
from tests.evals.wire import Asked, message_of, provider, text_in

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
TASKS = {task.turns[0].text: task for task in chosen("documents", ["lease-rent", "minutes-date"])}
DONE = ("2,550", "16 April")  # what stands in a document where the job was done


def _works(body: Asked) -> Mapping[str, Any]:
    """gpt-5 does the job, gpt-4o only looks."""
    task = next(task for text, task in TASKS.items() if text in text_in(body))
    given = sum(each["role"] == "assistant" for each in body["messages"])
    return message_of(task.controls.reference[given]) if body["model"] == "gpt-5" else {"content": building.IDLE}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The folders of a run that did its tasks and of one that did not."""
    folder = tmp_path_factory.mktemp("runs")
    named = [argument for task in TASKS.values() for argument in ("--task", task.id)]
    with pytest.MonkeyPatch.context() as patch, provider(_works, patch) as name:
        for model in ("gpt-5", "gpt-4o"):
            options = ("--model", f"{name}/{model}", "--epochs", "1", "--out", str(folder / model))
            result = CliRunner().invoke(command, ("documents", *named, *options))
            assert result.exit_code == 0, result.output
    return str(folder / "gpt-5"), str(folder / "gpt-4o")


class Panel:
    """Judges by name: gemini is fair, grok takes what comes first or is longer, mistral talks and never answers."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, body: Asked) -> Mapping[str, Any]:
        self.asked += 1
        prompt = text_in(body)
        criteria = re.findall(r"^- (\w+):", prompt.rpartition("For each criterion")[2], re.MULTILINE)
        parts = [_part(prompt, name) for name in ("A", "B", "result")]
        verdict = self._verdict(body["model"], *parts)
        return {"content": "Well, well." if verdict is None else json.dumps(dict.fromkeys(criteria, verdict))}

    def _verdict(self, judge: str, a: str, b: str, single: str) -> str | bool | None:
        good = [any(word in text for word in DONE) for text in (a, b, single)]
        match judge, bool(single):
            case "gemini-3.1-pro-preview", True:
                return good[2]
            case "gemini-3.1-pro-preview", False:
                return "tie" if good[0] == good[1] else "A" if good[0] else "B"
            case "grok-4.7", True:
                return len(single) > 1000
            case "grok-4.7", False:
                return "A" if len(a) >= len(b) - 200 else "B"
            case _:
                return None


def _part(prompt: str, name: str) -> str:
    found = re.search(rf'name="{name}">\n(.*?)\n</document>', prompt, re.DOTALL)
    return found.group(1) if found else ""


def _judge(monkeypatch: pytest.MonkeyPatch, judges: tuple[str, ...], *arguments: str) -> tuple[int, str, str, int]:
    """(exit code, stdout, stderr, how often a judge was asked)."""
    panel = Panel()
    with provider(panel, monkeypatch) as name:
        named = [each for judge in judges for each in ("--judge", f"{name}/{judge}")]
        result = CliRunner().invoke(command, ("judge", *arguments, "--rubric", "documents-coherence", *named))
    return result.exit_code, result.stdout, result.stderr, panel.asked


def _figure(rates: Mapping[str, float], judge: str, canary: str = "") -> float:
    return next(rate for name, rate in rates.items() if judge in name and name.endswith(canary))


def test_two_runs_are_judged_in_both_orders_and_a_judge_led_by_looks_is_found_out(
    runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, errors, _ = _judge(monkeypatch, ("gemini-3.1-pro-preview", "grok-4.7"), *runs, "--json")
    assert code == 0, errors
    told = json.loads(out)

    assert told["is_advisory"]
    assert [each["name"] for each in told["overall"]] == ["A", "B"]
    assert _figure(told["flip_rate"], "gemini") == 0.0
    assert _figure(told["flip_rate"], "grok") == 1.0
    assert _figure(told["canaries"], "gemini", "/padded") == 0.0
    assert _figure(told["canaries"], "grok", "/padded") == 1.0
    assert set(told["unread"].values()) == {0.0}
    assert len(told["without"]) == 2
    assert {each["score_of_A"] for each in told["verdicts"]} == {0.5, 1.0}


def test_one_run_is_marked_criterion_by_criterion(runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, errors, _ = _judge(monkeypatch, ("gemini-3.1-pro-preview", "grok-4.7"), runs[0], "--json")
    assert code == 0, errors
    told = json.loads(out)

    assert _figure({name: each["mean"] for name, each in told["by_judge"].items()}, "gemini") == 1.0
    assert _figure(told["canaries"], "gemini", "/begging") == 0.0
    assert _figure(told["canaries"], "grok", "/padded") > 0.0
    assert told["agreement"] < 1.0


def test_what_is_told_to_people_begins_with_what_it_is_worth(
    runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, errors, _ = _judge(monkeypatch, ("gemini-3.1-pro-preview",), *runs)

    assert code == 0, errors
    assert out.startswith("ADVISORY: this panel is not calibrated")
    assert "documents-coherence, version 1" in out


@pytest.mark.soffice
def test_judges_that_see_are_handed_the_rendered_pages_of_both(
    runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[str]] = []

    def play(body: Asked) -> Mapping[str, Any]:
        content = body["messages"][-1]["content"]
        shown.append([each["image_url"]["url"] for each in content if each["type"] == "image_url"])
        is_pair = "pictures are the pages of A" in text_in(body)
        criteria = shipped.rubric("documents-coherence").criteria
        return {"content": json.dumps({each.id: "tie" if is_pair else None for each in criteria})}

    with provider(play, monkeypatch) as name:
        judges = ("--judge", f"{name}/gemini-3.1-pro-preview")
        result = CliRunner().invoke(
            command, ("judge", *runs, "--rubric", "documents-coherence", *judges, "--pages", "--limit", "1", "--json")
        )
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)

    assert set(told["unread"].values()) == {0.0}
    assert all(len(each) >= 2 and all(one.startswith("data:image/png;base64,") for one in each) for each in shown)
    assert shown[0] != shown[1]  # the other order
    assert sorted(shown[0]) == sorted(shown[1])
    assert told["judges"][0]["setting"]["is_seen"]


@pytest.mark.soffice
def test_a_judge_without_sight_is_refused_pages(
    runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blind = '[models."{}/blind"]\nfamily = "f"\nlineage = "l"\ntier = "large"\n'
    panel = Panel()
    with provider(panel, monkeypatch) as name:
        (tmp_path / "copilot.toml").write_text(blind.format(name), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        options = ("--rubric", "documents-coherence", "--judge", f"{name}/blind", "--pages")
        result = CliRunner().invoke(command, ("judge", *runs, *options))

    assert result.exit_code == 2
    assert "does not see pictures" in " ".join(result.stderr.split())
    assert panel.asked == 0


def test_a_judge_without_a_key_is_told_in_a_line(runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NOWHERE_API_KEY", "NOWHERE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    options = ("--rubric", "documents-coherence", "--judge", "openai-api/nowhere/gemini-3.1-pro-preview")

    result = CliRunner().invoke(command, ("judge", *runs, *options))

    assert result.exit_code == 2
    assert "cannot be asked" in result.stderr
    assert "NOWHERE_API_KEY" in result.stderr


def test_a_judge_that_cannot_be_read_is_asked_twice_and_counts_for_nobody(
    runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, errors, _ = _judge(monkeypatch, ("gemini-3.1-pro-preview", "mistral-large-4"), *runs, "--json")
    assert code == 0, errors
    told = json.loads(out)

    assert _figure(told["unread"], "mistral") == 1.0
    assert [name.rpartition("/")[2] for name in told["by_judge"]] == ["gemini-3.1-pro-preview"]


@pytest.mark.parametrize(
    ("judges", "more", "why"),
    [
        (("gpt-5.5",), (), "both are of the family"),
        (("claude-opus-5",), (), "both are of the family"),
        (("gemini-3.1-pro-preview", "gemini-3.8-flash"), (), "different tiers"),
        (("nobody-knows-me",), (), "is not declared"),
        (("gemini-3.1-pro-preview",), ("--maker", "gemini-2.5-pro"), "both are of the family"),
        (("gemini-3.1-pro-preview",), ("--generator", "my-own"), "is not declared"),
    ],
)
def test_a_panel_that_may_be_related_is_refused_before_anything_is_asked(
    judges: tuple[str, ...], more: tuple[str, ...], why: str, runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, errors, asked = _judge(monkeypatch, judges, *runs, *more)

    assert code == 2
    assert why in " ".join(errors.split())
    assert asked == 0
