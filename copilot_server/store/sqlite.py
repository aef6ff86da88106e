"""SQLite on an event loop without a thread, since statements cost less than a hop.

Writers of this process take their turn at a gate, and those of other processes are waited for asleep: the event loop
is never held up by a lock. Committing waits for the disk, so that alone is done in a thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import Dialect

from copilot_server.store.link import Direct, Link

R = TypeVar("R")

_PATIENCE = 15.0  # seconds to wait for writers of other processes
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY, sqlite3.SQLITE_LOCKED})


class Gate:
    """Lets one writer in at a time, first come first served, on whichever event loop each of them runs."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[Future[None]] = deque()
        self._is_taken = False

    async def enter(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            turn: Future[None] = Future()
            self._waiting.append(turn)
        try:
            await asyncio.wrap_future(turn)
        except asyncio.CancelledError:
            with self._guard:
                is_let_in = turn.done() and not turn.cancelled()  # at the very moment of going away
            if is_let_in:
                self.leave()
            raise

    def leave(self) -> None:
        with self._guard:
            while self._waiting:
                turn = self._waiting.popleft()
                if turn.set_running_or_notify_cancel():
                    turn.set_result(None)
                    return
            self._is_taken = False


# Databases of one process that open the same file share its gate; nothing else could tell them of each other.
_gates: WeakValueDictionary[str, Gate] = WeakValueDictionary()


def gate_of(path: str) -> Gate:
    return _gates.setdefault(path, Gate())


def connector(path: str) -> Callable[[], Any]:
    """What `create_async_engine` takes as `async_creator`."""
    gate = gate_of(path)

    async def connect() -> Connection:
        return Connection(sqlite3.connect(path, timeout=0, check_same_thread=False), gate)

    return connect


def tune(connection: Any, *, is_lasting: bool = True) -> None:
    """WAL lets readers and one writer work side by side.

    What is not lasting is not waited for on the disk: it outlives the process, and the machine once a lasting
    transaction follows. Folding the log into the file waits for the disk too, so that is left to the lasting ones.
    """
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA synchronous={'FULL' if is_lasting else 'NORMAL'}")
    if not is_lasting:
        connection.execute("PRAGMA wal_autocheckpoint=0")


class Lane:
    """Whole transactions of one event loop, each a function of plain statements that runs without being interrupted.

    A writer has the file's lock before its first statement, so that none of them can fail for another process' sake.
    """

    def __init__(self, path: str, dialect: Dialect) -> None:
        self._path = path
        self._gate = gate_of(path)
        self._dialect = dialect
        self._open: dict[bool, sqlite3.Connection] = {}

    def read(self, work: Callable[[Link], R]) -> R:
        connection = self._connection(is_lasting=False)
        connection.execute("BEGIN")
        try:
            return work(Direct(connection, self._dialect))
        finally:
            if connection.in_transaction:  # SQLite ends it itself where the disk fails
                connection.execute("ROLLBACK")

    async def write(self, work: Callable[[Link], R], *, is_lasting: bool) -> R:
        await self._gate.enter()
        try:
            connection = self._connection(is_lasting=is_lasting)
            await _when_free(lambda: connection.execute("BEGIN IMMEDIATE"))
            try:
                made = work(Direct(connection, self._dialect))
                if is_lasting:
                    await _to_the_end(asyncio.to_thread(connection.execute, "COMMIT"))
                else:
                    connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return made
        finally:
            self._gate.leave()

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def _connection(self, *, is_lasting: bool) -> sqlite3.Connection:
        if is_lasting not in self._open:
            made = sqlite3.connect(self._path, timeout=0, check_same_thread=False, isolation_level=None)
            try:
                tune(made, is_lasting=is_lasting)
            except BaseException:
                made.close()
                raise
            self._open[is_lasting] = made
        return self._open[is_lasting]


async def _to_the_end(work: Coroutine[Any, Any, object]) -> None:
    """Wait for it even when cancelled meanwhile: what it works on is not ours until it ends."""
    task, is_cancelled = asyncio.ensure_future(work), False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            is_cancelled = True
    task.result()
    if is_cancelled:
        raise asyncio.CancelledError


async def _when_free(run: Callable[[], object]) -> None:
    pause, waited = 0.002, 0.0
    while True:
        try:
            run()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in _BUSY or waited >= _PATIENCE:
                raise
        else:
            return
        await asyncio.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, 0.05)


class Connection:
    """As aiosqlite's; used on one event loop at a time."""

    def __init__(self, connection: sqlite3.Connection, gate: Gate) -> None:
        self._connection = connection  # by this name SQLAlchemy asks whether it is open
        self._gate = gate
        self._is_inside = False

    def cursor(self) -> Cursor:
        return Cursor(self._connection.cursor(), self)

    async def create_function(self, *args: Any, **options: Any) -> None:
        self._connection.create_function(*args, **options)

    async def prepare(self, statement: str) -> None:
        """Before a statement: the first that writes waits at the gate."""
        if not self._is_inside and statement.lstrip()[:7].upper().startswith(_WRITES):
            await self._gate.enter()
            self._is_inside = True

    async def commit(self) -> None:
        try:
            if self._connection.in_transaction:
                await _to_the_end(asyncio.to_thread(self._connection.commit))
        finally:
            self._go()

    async def rollback(self) -> None:
        try:
            self._connection.rollback()
        finally:
            self._go()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        self._connection.close()
        self._go()

    def _go(self) -> None:
        if self._is_inside:
            self._is_inside = False
            self._gate.leave()


class Cursor:
    """As aiosqlite's."""

    def __init__(self, cursor: sqlite3.Cursor, connection: Connection) -> None:
        self._cursor = cursor
        self._connection = connection

    async def __aenter__(self) -> Cursor:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection.prepare(statement)
        await _when_free(lambda: self._cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Sequence[Any]) -> None:
        await self._connection.prepare(statement)
        await _when_free(lambda: self._cursor.executemany(statement, parameters))

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()
