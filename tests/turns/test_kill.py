"""kill -9 at any moment: turns go on, no version is lost or doubled, no finished model call is paid twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from copilot_server.service import Store, open_store
from copilot_server.settings import Settings
from copilot_server.store.tables import Turn
from tests.api.conftest import cell
from tests.turns.victim import DOCUMENTS, POINTS

ROOT = Path(__file__).resolve().parents[2]
# COPILOT_… is taken away from tests like every setting, so these have names of their own.
KILLS = int(os.environ.get("OFFICE_KILLS", "200"))
SEED = int(os.environ.get("OFFICE_SEED", "7"))
pytestmark = pytest.mark.slow


class Home:
    """A folder (and a database) whose process is killed again and again."""

    def __init__(self, folder: Path, url: str = "") -> None:
        folder.mkdir()
        self.folder, self.url = folder, url
        self.kills = 0
        self.told: list[str] = []

    def start(self, name: str = "victim", *point: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.turns.victim", str(self.folder), self.url, name, *point]
        return subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
        )

    def life(self, seconds: float | None = None, *point: str, name: str = "victim") -> None:
        """One life of the process, ended after so many seconds of work, at a point, or by the end of its turns."""
        with self.start(name, *point) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            timer = threading.Timer(seconds, kill, [process]) if seconds is not None else None
            if timer:
                timer.start()
            told = process.stdout.read().split()
            if timer:
                timer.cancel()
        self.told = told if process.returncode == 0 else []
        self.kills += process.returncode == -signal.SIGKILL
        assert process.returncode in {0, -signal.SIGKILL}

    def require_whole(self) -> None:
        """All that was promised: each turn ended once, with its version and all it told."""
        assert self.told[1::2] == ["completed"] * DOCUMENTS
        for turn_id in self.told[::2]:
            asyncio.run(self._require_whole(turn_id))
        calls = [line.split() for line in (self.folder / "calls.log").read_text().splitlines()]
        for document in {document for document, _ in calls}:
            steps = [step for each, step in calls if each == document]
            assert steps == sorted(steps), "a finished call was made again"

    async def _require_whole(self, turn_id: str) -> None:
        store = open_store(self.settings)
        try:
            turn = await store.turns.get(turn_id)
            assert turn is not None
            await _require_versions(store, turn)
            _, events = await store.turns.news(turn_id, limit=10_000)
            assert [event.number for event in events] == list(range(1, len(events) + 1))
            assert [event.type for event in events].count("turn.completed") == 1
            assert events[-1].type == "turn.completed"
        finally:
            await store.database.close()

    @property
    def settings(self) -> Settings:
        return Settings(home=self.folder, database_url=self.url or None, blob_url=str(self.folder / "blobs"))


async def _require_versions(store: Store, turn: Turn) -> None:
    versions = await store.documents.versions(turn.tenant_id, turn.document_id)
    assert [(version.number, version.turn_id) for version in versions] == [(0, None), (1, turn.id)]
    before, after = [await store.documents.content(turn.tenant_id, version) for version in versions]
    assert (cell(before, "C1"), cell(before, "C2")) == (None, None)
    assert (cell(after, "C1"), cell(after, "C2")) == (1, 2)


def kill(process: subprocess.Popen[str]) -> None:
    """It and the processes it works with, as a machine that goes dark does."""
    os.killpg(process.pid, signal.SIGKILL)


def campaign(folder: Path, urls: Sequence[str], kills: int) -> None:
    """Homes killed at every named point first, then at random moments, until there were so many kills."""
    chance = random.Random(SEED)  # noqa: S311 - the same moments each time, as far as the machine is as fast
    points = [(point, count) for point in POINTS for count in ("1", "2")]
    done = number = 0
    while done < kills:
        home = Home(folder / str(number), urls[number] if urls else "")
        for _ in range(4):
            if points:
                home.life(None, *points.pop())
            elif not home.told:
                home.life(chance.uniform(0.0, 1.2))
        home.life()
        home.require_whole()
        done, number = done + home.kills, number + 1
        print(f"{done} kills, {number} homes", file=sys.stderr)
    assert done >= kills


def test_turns_survive_being_killed_at_every_point_and_at_random(tmp_path: Path) -> None:
    campaign(tmp_path, [], KILLS // 2)


@pytest.mark.postgres
def test_turns_survive_being_killed_on_postgres(tmp_path: Path, postgres: str) -> None:
    campaign(tmp_path, databases(postgres, KILLS // 2 + 1), KILLS // 2)


@pytest.mark.postgres
def test_turns_of_a_worker_gone_for_good_are_finished_by_another(tmp_path: Path, postgres: str) -> None:
    home = Home(tmp_path / "home", postgres)
    home.life(None, "before save", "1", name="gone")
    died = time.monotonic()
    home.life(name="other")
    seconds = time.monotonic() - died

    assert home.kills == 1
    home.require_whole()
    assert seconds < 30


def databases(url: str, count: int) -> list[str]:
    """Empty ones on that server."""
    server, _, _ = url.rpartition("/")
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(count):
            connection.execute(f"CREATE DATABASE kill{number}")
    return [f"{server}/kill{number}" for number in range(count)]
