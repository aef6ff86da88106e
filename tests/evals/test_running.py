"""The suites at work: over inspect's models, over ours, from the command line, compared, and resumed after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from inspect_ai.model import ChatMessage, ModelOutput
from inspect_ai.tool import ToolInfo

from copilot_server.agent.messages import Model
from copilot_server.cli.eval import command
from evals import building, comparing, launching, running
from evals.inspect_model import ModelOfInspect
from evals.rows import Row
from evals.runs import Run, read_run
from evals.scoring.score import score
from evals.suites import suite
from evals.task import Task
from tests.evals.wire import Asked, Play, message_of, provider, text_in

# inspect_ai calls libraries in ways they deprecate.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
REPOSITORY = Path(__file__).resolve().parents[2]


class Answering:
    """What the adapter uses of an inspect model; inspect's own mock would fetch a tokenizer."""

    name = "model"

    def __init__(self, outputs: list[ModelOutput]) -> None:
        self.outputs = outputs

    async def generate(self, messages: list[ChatMessage], tools: list[ToolInfo], config: object) -> ModelOutput:
        assert all(tool.parameters.type == "object" for tool in tools)
        return self.outputs.pop(0)


async def test_our_loop_runs_unmodified_over_a_model_of_inspect() -> None:
    task = next(each for each in suite("spreadsheets") if each.id == "staff-bonus")
    edits = {
        "edits": [
            {"op": "set_cells", "sheet": "Staff", "at": "F1", "values": "Bonus"},
            {"op": "set_cells", "sheet": "Staff", "at": "F2:F21", "values": "=D2*4%"},
        ]
    }
    outputs = [
        ModelOutput.for_tool_call("mockllm/model", "edit", edits),
        ModelOutput.from_content("mockllm/model", "Column F is filled."),
    ]
    model = ModelOfInspect(Answering(outputs))  # type: ignore[arg-type]

    def make(_: object) -> Model:
        return model

    seen = await running.run(task, make)
    measures = score(seen.before, seen.after, seen.trace, task)

    assert measures["success"].value == 1.0, measures["success"].explanation
    assert [call.name for call in seen.trace.calls] == ["edit"]


def _eval(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_runs_a_suite_with_the_builtin_model_and_compares_two_runs(tmp_path: Path) -> None:
    tasks = ("--task", "twin-given-price", "--task", "sales-rename", "--epochs", "1", "--json")
    told = json.loads(_eval("spreadsheets", *tasks, "--out", str(tmp_path / "a")))
    _eval("spreadsheets", *tasks, "--out", str(tmp_path / "b"))

    assert told["tasks"] == 2
    assert told["errors"] == 0
    assert told["metrics"]["untouched"]["mean"] == 1.0
    compared = json.loads(
        _eval("compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json", "--html", str(tmp_path / "c.html"))
    )
    assert compared["verdict"] == "inconclusive"
    assert "<table>" in (tmp_path / "c.html").read_text(encoding="utf-8")


def test_an_unknown_task_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ("forms", "--task", "nowhere", "--out", str(tmp_path)))

    assert result.exit_code == 2
    assert "no task nowhere in forms" in result.output


def test_html_escapes_what_a_run_says_of_itself() -> None:
    rows = tuple(Row(f"t{n}", f"c{n}", 1, {"success": float(n % 2)}) for n in range(6))
    run = Run("<script>alert(1)</script>", "forms", rows, {}, {}, 0, True, False)

    page = comparing.as_html(comparing.Compare(run, run, comparing.compare(rows, rows, ["success"])))

    assert "<script>" not in page


def _run(rows: tuple[Row, ...], *, is_whole: bool = True, errors: int = 0) -> Run:
    return Run("builtin", "pptc", rows, {}, {}, errors, is_whole, False)


_CHECKED = tuple(Row(f"t{n}", f"c{n}", 1, {"success": float(n % 2)}) for n in range(6))
_ADVISORY = tuple(Row(f"a{n}", f"a{n}", 1, {"success": 1.0, "advisory": 1.0}) for n in range(6))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (_run(_ADVISORY), _run(_ADVISORY), "every task of pptc is advisory"),
        (_run(_CHECKED, is_whole=False), _run(_CHECKED), "run A was broken off"),
        (_run(_CHECKED[:1]), _run(_CHECKED[:1]), "fewer than two clusters"),
    ],
)
def test_no_verdict_is_given_where_none_can_be(old: Run, new: Run, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        comparing.of_runs(old, new)


def test_advisory_tasks_and_failed_tries_are_left_out_of_a_verdict_and_that_is_said() -> None:
    better = tuple(Row(row.task, row.cluster, 1, {"success": 0.0, "advisory": 1.0}) for row in _ADVISORY)

    result = comparing.of_runs(_run((*_CHECKED, *better)), _run((*_CHECKED[1:], *_ADVISORY), errors=2))

    assert result.comparison.verdict == "inconclusive"
    assert result.comparison.metrics[0].difference.tasks == 5
    assert result.notes == (
        "2 tries of B failed to run and are left out",
        "6 advisory tasks are left out",
        "1 tasks are only in A and are left out",
    )
    assert "6 advisory tasks are left out" in comparing.as_html(result)


@pytest.mark.slow
def test_a_run_killed_half_way_goes_on_where_it_was(tmp_path: Path) -> None:
    arguments = [
        "eval",
        "spreadsheets",
        "--epochs",
        "2",
        "--limit",
        "10",
        "--out",
        str(tmp_path),
        "--at-once",
        "1",
        "--json",
    ]
    call = [sys.executable, "-c", "from copilot_server.cli.main import main; main()", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        call, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as first:
        until = time.monotonic() + 240
        while _samples(tmp_path) < 3 and first.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        os.killpg(first.pid, signal.SIGKILL)
    kept = _samples(tmp_path)

    second = subprocess.run(
        call, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=400
    )

    assert 3 <= kept < 20
    assert json.loads(second.stdout)["tasks"] == 10
    assert len(read_run(tmp_path).rows) == 20
    assert len(list(tmp_path.glob("*.eval"))) == 1


def _samples(folder: Path) -> int:
    """Tries kept in the log so far."""
    try:
        return sum(len(run.rows) for run in map(read_run, folder.glob("*.eval")))
    except (OSError, ValueError, KeyError):
        return 0


def test_a_plan_with_a_providers_model_is_inspects_and_others_are_ours() -> None:
    assert not launching.Plan("forms", "openai/gpt-5").is_ours
    assert launching.Plan("forms", "builtin").is_ours
    assert launching.Plan("forms", "scripted:/tmp/answers.json").is_ours
    assert launching.Plan("forms", "openai/gpt-5", server="http://localhost:8000").is_ours


def _reader(tasks: Mapping[str, Task]) -> Play:
    """A model that knows what to do only where the room's SKILL.md is in the prompt."""
    manual = (REPOSITORY / "skills" / "documents" / "SKILL.md").read_text(encoding="utf-8").splitlines()
    telling = next(line for line in reversed(manual) if len(line) > 40)

    def play(body: Asked) -> dict[str, object]:
        told = text_in(body)
        script = next(task.controls.reference for text, task in tasks.items() if text in told)
        given = sum(message["role"] == "assistant" for message in body["messages"])
        if telling not in told:
            return {"content": building.IDLE}
        return message_of(script[given])

    return play


def _bare(ids: tuple[str, ...], out: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> str:
    """The command over inspect's own provider and the wire."""
    tasks = {each.turns[0].text: each for each in suite("documents") if each.id in ids}
    named = [argument for task in ids for argument in ("--task", task)]
    with provider(_reader(tasks), monkeypatch) as name:
        options = ("--model", f"{name}/reader", "--against-bare", "--epochs", "1", "--out", str(out))
        return _eval("documents", *named, *options, *more)


def test_what_skill_md_is_worth_is_told_against_the_same_tools_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads(_bare(("lease-rent", "minutes-date"), tmp_path, monkeypatch, "--json"))

    assert told["metrics"]["success"]["mean"] == 1.0
    assert told["without_skill"]["mean"] == 0.0
    assert told["skill_delta"]["delta"] == 1.0
    assert told["tokens_per_success"] == 2200
    assert told["money_per_success"] is None, "nobody knows what this model costs"


def test_tasks_of_one_cluster_leave_no_interval_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _bare(("lease-rent", "lease-tenant"), tmp_path, monkeypatch)

    assert "success 1.000" in text
    assert "without SKILL.md: success 0.000" in text
    assert "no interval for what SKILL.md is worth: 2 shared tasks in 1 cluster(s)" in text
