"""A suite over HTTP against `office-copilot serve` itself: question, answer, edit and the file that is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner

from copilot_server.agent.messages import Reply
from copilot_server.cli.eval import command
from copilot_server.models import recording
from evals import building
from evals.suites import chosen
from tests.ports import free_port

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
TASK = chosen("documents", ["unclear-rent"])[0]


def _replies(folder: Path) -> Path:
    """The task's reference agent as a script of replies."""
    replies = [Reply(building.reply(step, at)) for at, step in enumerate(TASK.controls.reference)]
    rows = [{**recording.row_of(each), "finish": None} for each in replies]
    path = folder / "replies.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    call = [sys.executable, "-c", "from copilot_server.cli.main import main; main()", "serve", "--token", "opensesame"]
    options = ["--port", str(port), "--model", f"scripted:{_replies(tmp_path)}"]
    environment = os.environ | {"COPILOT_HOME": str(tmp_path / "home")}
    with subprocess.Popen([*call, *options], env=environment, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        _await(address, process)
        yield address
        process.terminate()


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx2.get(f"{address}/healthz", timeout=5).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not come up: {process.poll()}")


def _eval(arguments: Sequence[str]) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, ["documents", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.slow
def test_a_suite_runs_over_http_with_the_servers_own_model(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE_COPILOT_KEY", "opensesame")
    options = ("--task", TASK.id, "--epochs", "1", "--out", str(tmp_path / "runs"), "--json")

    code, stdout, stderr = _eval(("--server", server, *options))
    told = json.loads(stdout)

    assert code == 0, stderr
    assert told["metrics"]["success"]["mean"] == 1.0, told["failures"]
    assert (told["ask_precision"], told["ask_recall"]) == (1.0, 1.0)
    assert told["model"] == f"its own model at {server}"
    assert f"1/1 {TASK.id} 1: success" in stderr


def test_a_server_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"

    code, _, stderr = _eval(("--server", address, "--task", TASK.id, "--epochs", "1", "--out", str(tmp_path)))

    assert code == 2
    assert "Error: no try of documents could be run: ConnectError" in stderr


def test_bare_tools_cannot_be_asked_of_a_server(tmp_path: Path) -> None:
    code, _, stderr = _eval(("--server", "http://127.0.0.1:1", "--against-bare", "--out", str(tmp_path)))

    assert code == 2
    assert "--against-bare and --server exclude each other" in stderr
