"""The suites at work: over inspect's models, over ours, from the command line, compared, and resumed after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from click.testing import CliRunner
from inspect_ai.model import ChatMessage, ModelOutput
from inspect_ai.tool import ToolInfo

from copilot_server.agent.messages import Model, Prompt, Reply, SystemMessage, TextDelta, UserMessage
from copilot_server.cli.eval import command
from evals import building, comparing, inspect_task, launching, running
from evals.compare import Row
from evals.inspect_model import ModelOfInspect
from evals.runs import Run, read_run
from evals.scoring.score import score
from evals.suites import suite

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
    return result.output


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


def test_what_skill_md_is_worth_is_told_against_the_same_tools_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that knows what to do only where the room's SKILL.md is in the prompt."""
    manual = (REPOSITORY / "skills" / "spreadsheets" / "SKILL.md").read_text(encoding="utf-8").splitlines()
    telling = next(line for line in reversed(manual) if len(line) > 40)
    tasks = {each.turns[0].text: each for each in suite("spreadsheets") if each.id in {"sales-rename", "staff-bonus"}}
    seen: list[bool] = []

    def model(_: object, __: object) -> Model:
        able = {text: building.agent(task.controls.reference) for text, task in tasks.items()}
        idle = building.agent(())

        class Reader:
            name = "reader"
            context_tokens = idle.context_tokens

            def stream(self, prompt: Prompt) -> AsyncGenerator[TextDelta | Reply, None]:
                knows = any(telling in each.text for each in prompt.messages if isinstance(each, SystemMessage))
                seen.append(knows)
                asked = " ".join(each.text for each in prompt.messages if isinstance(each, UserMessage))
                mine = next(agent for text, agent in able.items() if text in asked)
                return (mine if knows else idle).stream(prompt)

        return Reader()

    monkeypatch.setattr(inspect_task, "model_for", model)
    plan = launching.Plan("spreadsheets", "reader", epochs=1, tasks=("sales-rename", "staff-bonus"))

    told = launching.carry_out(plan, tmp_path, against_bare=True)

    assert told.metrics["success"].mean == 1.0
    assert told.skill_delta is not None
    assert told.skill_delta.delta == 1.0
    assert set(seen) == {True, False}
    assert "SKILL.md is worth +1.000" in launching.as_text(told)
