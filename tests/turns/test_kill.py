"""kill -9 at any moment: turns go on, no version is lost or doubled, no finished model call is paid twice."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from copilot_server.service import Store, open_store
from copilot_server.settings import Settings
from copilot_server.store.tables import Turn
from tests.api.conftest import cell
from tests.turns.victim import DOCUMENTS, POINTS, Life, live

# COPILOT_… is taken away from tests like every setting, so these have names of their own.
KILLS = int(os.environ.get("OFFICE_KILLS", "200"))
SEED = int(os.environ.get("OFFICE_SEED", "7"))
SECONDS = 60.0  # a life that takes longer hangs
# 255 is what multiprocessing says when it cannot know: a life killed while it asks the fork server for a process takes
# that along; the next life starts a new one.
KILLED = {-signal.SIGKILL, 255}
pytestmark = pytest.mark.slow


@dataclass
class Home:
    """A folder (and a database) whose process is killed again and again."""

    folder: Path
    url: str | None = None
    kills: int = 0
    told: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def life(self, seconds: float | None = None, **ends: Any) -> None:
        """One life of the process, ended after so many seconds of work, at a point, or by the end of its turns."""
        ours, theirs = multiprocessing.Pipe()
        process = _nursery().Process(target=live, args=(Life(self.folder, self.url, **ends), theirs, _address()))
        process.start()
        theirs.close()
        try:
            assert ours.poll(SECONDS), "the process does not become ready"
            assert ours.recv() == "ready"
            if not ours.poll(SECONDS if seconds is None else seconds):
                assert seconds is not None, "the turns do not end"
                os.kill(process.pid or 0, signal.SIGKILL)
            self.told = ours.recv()
        except EOFError:
            self.told = []
        finally:
            self._bury(process)

    def _bury(self, process: BaseProcess) -> None:
        process.join(SECONDS)
        process.kill()
        process.join()
        self.kills += process.exitcode in KILLED
        assert process.exitcode in {0, *KILLED}

    def require_whole(self) -> None:
        """All that was promised: each turn ended once, with its version and all it told."""
        assert [state for _, state in self.told] == ["completed"] * DOCUMENTS
        for turn_id, _ in self.told:
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
        return Settings(home=self.folder, database_url=self.url, blob_url=str(self.folder / "blobs"))


async def _require_versions(store: Store, turn: Turn) -> None:
    versions = await store.documents.versions(turn.tenant_id, turn.document_id)
    assert [(version.number, version.turn_id) for version in versions] == [(0, None), (1, turn.id)]
    before, after = [await store.documents.content(turn.tenant_id, version) for version in versions]
    assert (cell(before, "C1"), cell(before, "C2")) == (None, None)
    assert (cell(after, "C1"), cell(after, "C2")) == (1, 2)


def _nursery() -> Any:
    """Forks processes that have imported all they need."""
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["copilot_server.turns.rooms", "tests.turns.victim"])
    return context


def _address() -> str:
    server: Any = forkserver._forkserver
    server.ensure_running()
    return server._forkserver_address


def campaign(homes: Iterator[Home], kills: int) -> None:
    """Homes killed at a random moment, then at named points until all were met, then at random moments on."""
    chance = random.Random(SEED)  # noqa: S311 - the same moments each time, as far as the machine is as fast
    points = [(point, count) for point in POINTS for count in (1, 2)]
    chance.shuffle(points)
    done, began, missed = 0, time.monotonic(), list[str]()
    while done < kills:
        home = next(homes)
        home.life(chance.uniform(0.0, 0.8))
        for _ in range(3):
            if home.told:
                break
            if points:
                point, count = points.pop()
                before = home.kills
                home.life(point=point, count=count, into=chance.uniform(0.0, 0.01))
                missed += [f"{point} {count}"] * (home.kills == before)
            else:
                home.life(chance.uniform(0.0, 0.8))
        if not home.told:
            home.life()
        home.require_whole()
        done += home.kills
        print(f"{done} kills in {time.monotonic() - began:.0f} s, points never come by: {missed}", file=sys.stderr)


def test_turns_survive_being_killed_at_every_point_and_at_random(tmp_path: Path) -> None:
    campaign((_home(tmp_path / str(number)) for number in range(KILLS)), KILLS // 2)


@pytest.mark.postgres
def test_turns_survive_being_killed_on_postgres(tmp_path: Path, postgres: str) -> None:
    campaign((_home(tmp_path / str(number), _database(postgres, number)) for number in range(KILLS)), KILLS // 2)


@pytest.mark.postgres
def test_turns_of_a_worker_gone_for_good_are_finished_by_another(tmp_path: Path, postgres: str) -> None:
    home = _home(tmp_path / "home", postgres)
    home.life(name="gone", point="before save")
    died = time.monotonic()
    home.life(name="other")
    seconds = time.monotonic() - died

    assert home.kills == 1
    home.require_whole()
    assert seconds < 30


def _home(folder: Path, url: str | None = None) -> Home:
    folder.mkdir()
    return Home(folder, url)


def _database(url: str, number: int) -> str:
    """An empty one on that server."""
    server, _, _ = url.rpartition("/")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE kill{number}")
    return f"{server}/kill{number}"
