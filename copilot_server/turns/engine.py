"""The engine of turns in this process: takes them off the queue, carries them durably, watches over other workers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from dbos._core import WorkflowHandleAsyncTask
from sqlalchemy import bindparam, delete, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import ConnectionPoolEntry

from copilot_server.store.database import Database
from copilot_server.store.tables import Turn, Worker, now
from copilot_server.store.turn_rows import Ending
from copilot_server.store.turns import Started, Turns
from copilot_server.turns.bell import Bell
from copilot_server.turns.carry import Means, carry
from copilot_server.turns.spool import Spool

log = structlog.get_logger("copilot.engine")
_QUEUE = "turns"
_OTHERS = select(Worker).where(Worker.id != bindparam("name"))
_APPLICATION_VERSION = "1"  # of the steps a turn takes; a change of their order needs a new one
_BEAT = 3.0
_GONE = timedelta(seconds=15)
_LOST = timedelta(seconds=10)
_LOOK = 0.3  # seconds between looks for turns to cancel, and for news of turns carried elsewhere
_TIDY = 300.0
_POLL = 1.0  # seconds between looks at the queue, each of which costs some milliseconds of CPU


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

    def __init__(
        self, berth: Berth, make_means: Callable[[], Means], database: Database, spool: Spool, bell: Bell
    ) -> None:
        self._berth = berth
        self._bell = bell
        self._spool = spool
        self._make_means = make_means
        self._means: dict[asyncio.AbstractEventLoop, Means] = {}
        self._database = database
        self._turns = Turns(database)
        self._running: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = {}
        self._begun: dict[str, Turn | None] = {}  # runs begun here that have not ended; their turns until they run
        self._backlog: dict[str, Turn] = {}  # turns that wait for room here
        self._is_alone = True  # no other process takes turns off the queue
        self._stopping = asyncio.Event()
        self._chores: list[asyncio.Task[None]] = []
        self._drawing: set[asyncio.Task[None]] = set()
        self._carry: Any = None
        self._notes: sqlalchemy.Engine | None = None

    async def start(self) -> None:
        await asyncio.to_thread(self._launch)
        chores = (self._beat, self._sweep, self._tidy, self._cancel, self._watch)
        self._chores = [asyncio.create_task(chore()) for chore in chores]

    async def stop(self) -> None:
        """At once: what is under way goes on when a worker of this name starts again."""
        self._stopping.set()
        await asyncio.gather(*self._chores, *self._drawing)
        for loop in tuple(self._means):
            letting_go = self._let_go(loop)
            if loop is asyncio.get_running_loop():
                await letting_go
            else:
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(letting_go, loop))
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if self._notes is not None:
            self._notes.dispose()

    async def _let_go(self, here: asyncio.AbstractEventLoop) -> None:
        """On a loop of turns: none of them ends, each goes on from its last finished step."""
        tasks = [task for loop, task in self._running.values() if loop is here]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._means[here].close()

    async def enqueue(self, turn: Turn) -> None:
        """Here and now where there is room, else as soon as there is, or by whoever looks at the queue first.

        Asked twice, a part runs once: the part's name is the run's.
        """
        if len(self._begun) < self._berth.at_once:
            await self._begin(turn, turn)
        elif self._is_alone:
            self._backlog[turn.id] = turn  # a crash leaves it to the sweep, as one not queued yet
        else:
            await self._queue(turn.id, turn.part)

    async def _begin(self, turn: Turn, fresh: Turn | None) -> None:
        """`fresh` is the turn as it stands, so that it need not be read."""
        name = _run_name(turn.id, turn.part)
        self._begun[name] = fresh
        try:
            with SetWorkflowID(name):
                handle = await DBOS.start_workflow_async(self._carry, turn.id, turn.part)
        except BaseException:
            self._begun.pop(name, None)
            raise
        if not isinstance(handle, WorkflowHandleAsyncTask):  # another process queued it first, so nothing runs here
            self._begun.pop(name, None)

    async def _queue(self, turn_id: str, part: int) -> None:
        with SetWorkflowID(_run_name(turn_id, part)):
            await DBOS.enqueue_workflow_async(_QUEUE, self._carry, turn_id, part)

    async def _draw(self) -> None:
        """Begin what waits for room, the oldest first."""
        while self._backlog and len(self._begun) < self._berth.at_once and not self._stopping.is_set():
            turn = self._backlog.pop(next(iter(self._backlog)))
            await _guarded(partial(self._begin, turn, turn))  # nobody else begins, ends or answers it meanwhile

    def cancel(self, turn_id: str) -> None:
        """Where the turn runs in this process; elsewhere its own process notices."""
        if found := self._running.pop(turn_id, None):  # once: the bookkeeping that follows must not be cancelled too
            loop, task = found
            loop.call_soon_threadsafe(task.cancel)
        elif waiting := self._backlog.pop(turn_id, None):  # it ends as soon as it runs
            self._later(_guarded(partial(self._begin, waiting, None)))

    def _later(self, drawing: Coroutine[Any, Any, None]) -> None:
        """Outside of the run that made room, whose child the one it begins would else be."""
        self._drawing.add(task := asyncio.create_task(drawing, context=Context()))
        task.add_done_callback(self._drawing.discard)

    def _launch(self) -> None:
        self._notes = _own_engine(self._berth.url)
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
        if self._notes is not None:
            config["system_database_engine"] = self._notes
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
        name = _run_name(turn_id, part)
        is_ours = name in self._begun
        try:
            await self._carried(turn_id, part)
        finally:
            self._begun.pop(name, None)
            if is_ours:
                self._later(self._draw())

    async def _carried(self, turn_id: str, part: int) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if loop not in self._means:
            self._means[loop] = self._make_means()
        means = self._means[loop]
        fresh = self._begun.get(_run_name(turn_id, part))
        started = Started(fresh, None) if fresh else await means.turns.start(turn_id, part)
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
            await self._draw()

    async def _tidy(self) -> None:
        while not await self._stops_within(_TIDY):
            await _guarded(partial(asyncio.to_thread, self._spool.sweep))

    async def _take_over(self) -> None:
        """Turns of workers gone for good go back to the queue."""
        async with self._database.session() as session:
            others = {each.id: each.beat for each in await session.scalars(_OTHERS, {"name": self._berth.name})}
        gone = [name for name, beat in others.items() if beat < now() - _GONE]
        self._is_alone = len(gone) == len(others)
        for name in gone:
            runs = await DBOS.list_workflows_async(status="PENDING", executor_id=name)
            for run in runs:
                await DBOS.resume_workflow_async(run.workflow_id, queue_name=_QUEUE)
            async with self._database.session() as session:
                await session.execute(delete(Worker).where(Worker.id == name, Worker.beat < now() - _GONE))
            log.warning("worker gone", worker=name, turns=len(runs))

    async def _find_lost(self) -> None:
        """A turn whose queueing a crash prevented is queued; one whose run failed outside of it is ended."""
        for turn_id, part in await self._turns.unfinished(now() - _LOST):
            if turn_id in self._running or turn_id in self._backlog:
                continue
            status = await DBOS.get_workflow_status_async(_run_name(turn_id, part))
            if status is None:
                await self._queue(turn_id, part)
            elif status.status not in {"PENDING", "ENQUEUED", "DELAYED"}:
                message = "The server failed while it worked on this; nothing was changed. Try again."
                await self._turns.end(turn_id, part, Ending("failed", {"status": "failed", "message": message}))

    async def _cancel(self) -> None:
        while not await self._stops_within(_LOOK):
            if self._running:
                await _guarded(self._cancel_asked)

    async def _cancel_asked(self) -> None:
        for turn_id in await self._turns.cancel_asked(list(self._running)):
            self.cancel(turn_id)

    async def _watch(self) -> None:
        """Ring for the turns carried elsewhere that somebody here waits for."""
        seen: dict[str, tuple[str, int]] = {}
        while not await self._stops_within(_LOOK):
            here = {*self._running, *self._backlog, *(name.rpartition("-")[0] for name in tuple(self._begun))}
            elsewhere = [turn_id for turn_id in self._bell.listened() if turn_id not in here]
            seen = {turn_id: seen[turn_id] for turn_id in elsewhere if turn_id in seen}
            if elsewhere:
                await _guarded(partial(self._look_at, elsewhere, seen))

    async def _look_at(self, turn_ids: Sequence[str], seen: dict[str, tuple[str, int]]) -> None:
        for turn_id, mark in (await self._turns.marks(turn_ids)).items():
            if seen.get(turn_id) != mark:
                self._bell.ring(turn_id, is_over=mark[0] not in {"queued", "running"})
            seen[turn_id] = mark


async def _guarded(chore: Callable[[], Any]) -> None:
    """A chore that fails is told and done again later: a database that is away must not end the watch."""
    try:
        await chore()
    except Exception as error:  # noqa: BLE001 - whatever failed, the next round tries again
        log.warning("chore failed", chore=getattr(chore, "__name__", str(chore)), kind=type(error).__qualname__)


def _run_name(turn_id: str, part: int) -> str:
    return f"{turn_id}-{part}"


def _own_engine(url: str) -> sqlalchemy.Engine | None:
    """Of the notes DBOS keeps in a SQLite file; None for Postgres, which DBOS connects to as it likes.

    As DBOS would make it, but WAL lets readers and the writer work side by side, and no note waits for the disk: one
    that a power cut undoes is made anew by the sweep, from our own rows.
    """
    if not url.startswith("sqlite:///"):
        return None
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(url)

    @event.listens_for(engine, "connect")
    def tune(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.isolation_level = "IMMEDIATE"

    _ = tune
    return engine
