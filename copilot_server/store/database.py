"""The database: opened by URL, brought up to date on the way, SQLite tuned to be durable and shared."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVarTuple

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Row, Select, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from copilot_server.store import sqlite

Columns = TypeVarTuple("Columns")
_MIGRATIONS = Path(__file__).parent / "migrations"
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Database:
    """One engine a process; `session()` is one transaction, committed at its end or rolled back whole."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
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
        return cls(engine)

    async def migrate(self) -> None:
        """Bring the schema up to date; does nothing where it is."""
        async with self.engine.begin() as connection:
            await connection.run_sync(_upgrade)

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[AsyncSession]:
        async with self._sessions() as session, session.begin():
            yield session

    async def rows(self, statement: Select[*Columns], **values: Any) -> Sequence[Row[*Columns]]:
        """What a statement reads, without a session's bookkeeping: for what is asked many times a second."""
        async with self.engine.connect() as connection:
            return (await connection.execute(statement, values)).all()

    async def close(self) -> None:
        await self.engine.dispose()


def _tune_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """WAL lets readers and one writer work side by side."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
