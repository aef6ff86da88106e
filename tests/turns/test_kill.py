"""kill -9 at any moment: the turn goes on, no version is lost or doubled, no finished model call is paid twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from copilot_server.service import open_store
from copilot_server.settings import Settings
from tests.api.conftest import cell

ROOT = Path(__file__).resolve().parents[2]
# A longer campaign: COPILOT_KILLS is taken away from tests like every setting, so this one has a name of its own.
KILLS = int(os.environ.get("OFFICE_KILLS", "10"))
pytestmark = pytest.mark.slow


def start(home: Path, url: str = "", name: str = "victim") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.turns.victim", str(home), url, name]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)


def kill(process: subprocess.Popen[str]) -> None:
    """It and the processes it works with, as a machine that goes dark does."""
    os.killpg(process.pid, signal.SIGKILL)


def life(home: Path, seconds: float | None, url: str = "") -> str:
    """One life of the process, ended after so many seconds of work; what it said of the turn, if it came to that."""
    with start(home, url) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        timer = threading.Timer(seconds, kill, [process]) if seconds is not None else None
        if timer:
            timer.start()
        told = process.stdout.read()
        if timer:
            timer.cancel()
    return told.strip()


async def facts(home: Path, url: str, turn_id: str) -> dict[str, object]:
    store = open_store(Settings(home=home, database_url=url or None, blob_url=str(home / "blobs")))
    try:
        turn = await store.turns.get(turn_id)
        assert turn is not None
        versions = await store.documents.versions(turn.tenant_id, turn.document_id)
        _, events = await store.turns.news(turn_id, limit=10_000)
        data = await store.documents.content(turn.tenant_id, versions[-1])
        return {
            "state": turn.state,
            "versions": [(version.number, version.turn_id == turn_id) for version in versions],
            "cells": (cell(data, "C1"), cell(data, "C2")),
            "numbers": [event.number for event in events],
            "ends": [event.type for event in events if event.type == "turn.completed"],
        }
    finally:
        await store.database.close()


def killed_until_it_ends(home: Path, url: str, chance: random.Random) -> None:
    """Kill a turn's process some times at random, then let it live; check all that was promised."""
    kills = 0
    told = ""
    while not told:
        told = life(home, chance.uniform(0.0, 1.5) if kills < 3 else None, url)
        kills += not told
    turn_id, state = told.splitlines()[-1].split()
    assert state == "completed"
    found = asyncio.run(facts(home, url, turn_id))
    assert found["versions"] == [(0, False), (1, True)]
    assert found["cells"] == (1, 2)
    numbers = found["numbers"]
    assert isinstance(numbers, list)
    assert numbers == list(range(1, len(numbers) + 1))
    assert found["ends"] == ["turn.completed"]
    calls = [int(line) for line in (home / "calls.log").read_text().split()]
    assert calls == sorted(calls), "a finished call was made again"


def test_a_turn_survives_being_killed_at_random(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - the same moments each time, as far as the machine is as fast

    for number in range(max(1, KILLS // 3)):
        home = tmp_path / str(number)
        home.mkdir()
        killed_until_it_ends(home, "", chance)


def test_turns_of_a_worker_gone_for_good_are_taken_over(tmp_path: Path) -> None:
    with start(tmp_path, name="gone") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        threading.Timer(0.8, kill, [process]).start()

    with start(tmp_path, name="other") as other:
        told, _ = other.communicate(timeout=120)

    assert told.split()[-1] == "completed"


@pytest.mark.postgres
def test_a_turn_survives_being_killed_at_random_on_postgres(tmp_path: Path, postgres: str) -> None:
    chance = random.Random(8)  # noqa: S311 - as above

    killed_until_it_ends(tmp_path, postgres, chance)
