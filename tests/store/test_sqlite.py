"""SQLite's own driver: writers in turn, none failing for another, nobody's loop held up."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from copilot_server.store.database import Database
from copilot_server.store.sqlite import Gate


@pytest.fixture
def url(tmp_path: Path) -> str:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.executescript("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (0)")
    return f"sqlite:///{tmp_path / 'a.db'}"


async def add_one(database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("UPDATE t SET n = n + 1"))
        await asyncio.sleep(0)


async def test_two_hundred_writers_at_once_all_succeed(url: str) -> None:
    ours, theirs = Database.at(url), Database.at(url)

    await asyncio.gather(*(add_one(database) for database in (ours, theirs) * 100))

    async with ours.session() as session:
        assert await session.scalar(text("SELECT n FROM t")) == 200
    await ours.close()
    await theirs.close()


async def test_a_writer_of_another_process_is_waited_for_while_the_loop_goes_on(url: str) -> None:
    database = Database.at(url)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(add_one(database))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not waiting.done()
        other.execute("COMMIT")
        await waiting
    await database.close()


async def test_who_gives_up_at_the_gate_lets_the_next_one_in() -> None:
    gate = Gate()
    await gate.enter()
    gone, next_one = asyncio.create_task(gate.enter()), asyncio.create_task(gate.enter())
    await asyncio.sleep(0)
    gone.cancel()
    gate.leave()

    await next_one

    assert gone.cancelled()
