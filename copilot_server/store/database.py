"""The database: opened by URL, brought up to date on the way, SQLite tuned to be durable and shared."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, TypeVarTuple

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Row, Select, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from copilot_server.store import sqlite
from copilot_server.store.link import Link, ThroughCore

P = ParamSpec("P")
R = TypeVar("R")
Columns = TypeVarTuple("Columns")
_PG_FULL = "53100"  # PostgreSQL's disk_full
_HOLD_SCHEMA = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(1868985199)"}
_MIGRATIONS = Path(__file__).parent / "migrations"
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Database:
    """One a process and event loop. `session()` is one transaction, committed at its end or rolled back whole.

    What every turn asks goes without a session's bookkeeping: a function of plain statements, given to `transact`,
    `note` or `read`.
    """

    def __init__(self, engine: AsyncEngine, lane: sqlite.Lane | None = None) -> None:
        """`lane` is the same database, where it is SQLite."""
        self.engine = engine
        self._lane = lane
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @classmethod
    def at(cls, url: str) -> Database:
        """`url` as SQLAlchemy has it, the driver left out: sqlite:///file.db, postgresql://user@host/name."""
        scheme, _, rest = url.partition("://")
        driver = _DRIVERS.get(scheme.partition("+")[0], scheme)
        if not driver.startswith("sqlite"):
            return cls(create_async_engine(f"{driver}://{rest}", pool_pre_ping=True))
        path = make_url(f"{driver}://{rest}").database or ":memory:"
        engine = create_async_engine(f"{driver}://{rest}", async_creator=sqlite.connector(path))
        event.listen(engine.sync_engine, "connect", _tune_sqlite)
        return cls(engine, sqlite.Lane(path, engine.dialect))

    async def migrate(self) -> None:
        """Bring the schema up to date; does nothing where it is. Of processes that start together one does it."""
        async with self.engine.begin() as connection:
            await connection.exec_driver_sql(_HOLD_SCHEMA[self.engine.dialect.name])
            await connection.run_sync(_upgrade)

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[AsyncSession]:
        async with self._sessions() as session, session.begin():
            yield session

    async def transact(self, work: Callable[Concatenate[Link, P], R], *args: P.args, **options: P.kwargs) -> R:
        """One transaction, committed at its end or rolled back whole."""
        return await self._write(partial(_called, work, args, options), is_lasting=True)

    async def note(self, work: Callable[Concatenate[Link, P], R], *args: P.args, **options: P.kwargs) -> R:
        """As `transact`, for what a power cut may undo.

        It outlives this process from then on; on SQLite it is safe from the end of the machine only with the next
        transaction that is no note.
        """
        return await self._write(partial(_called, work, args, options), is_lasting=False)

    async def read(self, work: Callable[Concatenate[Link, P], R], *args: P.args, **options: P.kwargs) -> R:
        wanted = partial(_called, work, args, options)
        if self._lane is None:
            async with self.engine.connect() as connection:
                return await connection.run_sync(lambda each: wanted(ThroughCore(each)))
        with _as_sqlalchemy_raises():
            return self._lane.read(wanted)

    async def _write(self, work: Callable[[Link], R], *, is_lasting: bool) -> R:
        if self._lane is None:
            async with self.engine.begin() as connection:
                return await connection.run_sync(lambda each: work(ThroughCore(each)))
        with _as_sqlalchemy_raises():
            return await self._lane.write(work, is_lasting=is_lasting)

    async def rows(self, statement: Select[*Columns], **values: Any) -> Sequence[Row[*Columns]]:
        """What one statement reads, any that SQLAlchemy knows."""
        async with self.engine.connect() as connection:
            return (await connection.execute(statement, values)).all()

    async def close(self) -> None:
        if self._lane is not None:
            self._lane.close()
        await self.engine.dispose()


def is_full(error: BaseException) -> bool:
    """Whether the disk has no room left for what was to be written, by the database or a file."""
    if isinstance(error, DBAPIError):
        return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or _sqlstate(error) == _PG_FULL
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _called(work: Callable[..., R], args: tuple[Any, ...], options: dict[str, Any], link: Link) -> R:
    return work(link, *args, **options)


@contextmanager
def _as_sqlalchemy_raises() -> Generator[None]:
    """Those who wait out a database, or look for a row that is there already, know SQLAlchemy's errors."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(None, None, error) from error
    except sqlite3.OperationalError as error:
        raise OperationalError(None, None, error) from error


def _tune_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    sqlite.tune(cursor)
    cursor.close()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
