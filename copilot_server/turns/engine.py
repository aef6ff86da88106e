"""The engine of turns in this process: takes them off the queue, carries them durably, watches over other workers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from copilot_server.store.database import Database
from copilot_server.store.tables import Turn, Worker, now
from copilot_server.store.turns import Ending, Turns
from copilot_server.turns.carry import Means, carry
from copilot_server.turns.spool import Spool

log = structlog.get_logger("copilot.engine")
_QUEUE = "turns"
_APPLICATION_VERSION = "1"  # of the steps a turn takes; a change of their order needs a new one
_BEAT = 3.0
_GONE = timedelta(seconds=15)
_LOST = timedelta(seconds=10)
_LOOK = 0.3  # seconds between looks for turns to cancel
_POLL = 0.25  # seconds between looks at the queue, each of which costs some milliseconds of CPU


@dataclass(frozen=True, slots=True)
class Berth:
    """Where an engine keeps its own state: a SQLite file's path or a Postgres URL, and this process' name.

    `at_once` turns are carried of those this process begins, and as many of those it finds in the queue.
    """

    url: str
    name: str
    at_once: int


def lasting_name(port: int) -> str:
    """The same after a restart, so that a process takes up its own turns at once."""
    return f"{socket.gethostname()}:{port}"


def passing_name() -> str:
    """For one of many; whatever it leaves undone is taken over by others."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Engine:
    """One a process. What it begins runs on the loop of the caller, what it finds in the queue on one of DBOS' own.

    Connections belong to a loop, so `make_means` is called once on each.
    """

    def __init__(self, berth: Berth, make_means: Callable[[], Means], database: Database, spool: Spool) -> None:
        self._berth = berth
        self._spool = spool
        self._make_means = make_means
        self._means: dict[asyncio.AbstractEventLoop, Means] = {}
        self._database = database
        self._turns = Turns(database)
        self._running: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = {}
        self._begun: set[str] = set()  # runs begun here that have not ended
        self._stopping = asyncio.Event()
        self._chores: list[asyncio.Task[None]] = []
        self._carry: Any = None

    async def start(self) -> None:
        await asyncio.to_thread(self._launch)
        self._chores = [asyncio.create_task(chore()) for chore in (self._beat, self._sweep, self._cancel)]

    async def stop(self) -> None:
        """At once: what is under way goes on when a worker of this name starts again."""
        self._stopping.set()
        await asyncio.gather(*self._chores)
        for loop in tuple(self._means):
            letting_go = self._let_go(loop)
            if loop is asyncio.get_running_loop():
                await letting_go
            else:
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(letting_go, loop))
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)

    async def _let_go(self, here: asyncio.AbstractEventLoop) -> None:
        """On a loop of turns: none of them ends, each goes on from its last finished step."""
        tasks = [task for loop, task in self._running.values() if loop is here]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._means[here].close()

    async def enqueue(self, turn: Turn) -> None:
        """Here and now where there is room, else by whoever looks at the queue first.

        Asked twice, a part runs once: the part's name is the run's.
        """
        name = _run_name(turn.id, turn.part)
        if len(self._begun) >= self._berth.at_once:
            await self._queue(turn)
            return
        self._begun.add(name)
        try:
            with SetWorkflowID(name):
                await DBOS.start_workflow_async(self._carry, turn.id, turn.part)
        except BaseException:
            self._begun.discard(name)
            raise

    async def _queue(self, turn: Turn) -> None:
        with SetWorkflowID(_run_name(turn.id, turn.part)):
            await DBOS.enqueue_workflow_async(_QUEUE, self._carry, turn.id, turn.part)

    def cancel(self, turn_id: str) -> None:
        """Where the turn runs in this process; elsewhere its own process notices."""
        if found := self._running.pop(turn_id, None):  # once: the bookkeeping that follows must not be cancelled too
            loop, task = found
            loop.call_soon_threadsafe(task.cancel)

    def _launch(self) -> None:
        _prepare(self._berth.url)
        logging.getLogger("dbos").setLevel(logging.ERROR)
        config: DBOSConfig = {
            "name": "office-copilot",
            "system_database_url": self._berth.url,
            "application_version": _APPLICATION_VERSION,
            "executor_id": self._berth.name,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": 1.0,  # turns send each other nothing
        }
        DBOS.destroy(destroy_registry=True)
        DBOS(config=config)

        @DBOS.workflow(name="turn", max_recovery_attempts=1000)
        async def run(turn_id: str, part: int) -> None:
            await self._run(turn_id, part)

        self._carry = run
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE, worker_concurrency=self._berth.at_once, polling_interval_sec=_POLL, on_conflict="always_update"
        )

    async def _run(self, turn_id: str, part: int) -> None:
        try:
            await self._carried(turn_id, part)
        finally:
            self._begun.discard(_run_name(turn_id, part))

    async def _carried(self, turn_id: str, part: int) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if loop not in self._means:
            self._means[loop] = self._make_means()
        means = self._means[loop]
        started = await means.turns.start(turn_id, part)
        if started is None or task is None:
            return
        self._running[turn_id] = (loop, task)
        try:
            await carry(means, started)
        finally:
            self._running.pop(turn_id, None)

    async def _stops_within(self, seconds: float) -> bool:
        """Chores end between their rounds: a transaction cut off would keep its lock."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _beat(self) -> None:
        await _guarded(self._say_alive)
        while not await self._stops_within(_BEAT):
            await _guarded(self._say_alive)

    async def _say_alive(self) -> None:
        insert = postgresql.insert if self._database.engine.dialect.name == "postgresql" else sqlite.insert
        row = insert(Worker).values(id=self._berth.name, beat=now())
        async with self._database.session() as session:
            await session.execute(row.on_conflict_do_update(index_elements=["id"], set_={"beat": now()}))

    async def _sweep(self) -> None:
        while not await self._stops_within(_BEAT):
            await _guarded(self._take_over)
            await _guarded(self._find_lost)
            await asyncio.to_thread(self._spool.sweep)

    async def _take_over(self) -> None:
        """Turns of workers gone for good go back to the queue."""
        async with self._database.session() as session:
            gone = (
                await session.scalars(
                    select(Worker.id).where(Worker.beat < now() - _GONE, Worker.id != self._berth.name)
                )
            ).all()
        for name in gone:
            runs = await DBOS.list_workflows_async(status="PENDING", executor_id=name)
            for run in runs:
                await DBOS.resume_workflow_async(run.workflow_id, queue_name=_QUEUE)
            async with self._database.session() as session:
                await session.execute(delete(Worker).where(Worker.id == name, Worker.beat < now() - _GONE))
            log.warning("worker gone", worker=name, turns=len(runs))

    async def _find_lost(self) -> None:
        """A turn whose queueing a crash prevented is queued; one whose run failed outside of it is ended."""
        for turn in await self._turns.unfinished():
            if now() - turn.created < _LOST or turn.id in self._running:
                continue
            status = await DBOS.get_workflow_status_async(_run_name(turn.id, turn.part))
            if status is None:
                await self._queue(turn)
            elif status.status not in {"PENDING", "ENQUEUED", "DELAYED"}:
                message = "The server failed while it worked on this; nothing was changed. Try again."
                await self._turns.end(turn.id, turn.part, Ending("failed", {"status": "failed", "message": message}))

    async def _cancel(self) -> None:
        while not await self._stops_within(_LOOK):
            if self._running:
                await _guarded(self._cancel_asked)

    async def _cancel_asked(self) -> None:
        for turn_id in await self._turns.cancel_asked(list(self._running)):
            self.cancel(turn_id)


async def _guarded(chore: Callable[[], Any]) -> None:
    """A chore that fails is told and done again later: a database that is away must not end the watch."""
    try:
        await chore()
    except Exception as error:  # noqa: BLE001 - whatever failed, the next round tries again
        log.warning("chore failed", chore=chore.__name__, error=str(error))


def _run_name(turn_id: str, part: int) -> str:
    return f"{turn_id}-{part}"


def _prepare(url: str) -> None:
    """WAL stays with the file: readers and the writer of turns do not wait for each other."""
    if not url.startswith("sqlite:///"):
        return
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
