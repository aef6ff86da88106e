"""Plain statements: the same rows by SQLite's own driver as by SQLAlchemy, whole transactions, nobody's loop held up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from copilot_server.store.database import Database
from copilot_server.store.link import Link, ThroughCore
from copilot_server.store.tables import Tenant, User, now

_ADD = insert(Tenant)
_ONE = select(Tenant.id, Tenant.name, Tenant.created).where(Tenant.name == bindparam("wanted"))
_RENAME = update(Tenant).where(Tenant.name == bindparam("wanted"))


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.at(f"sqlite:///{tmp_path}/copilot.db")
    await opened.migrate()
    yield opened
    await opened.close()


def add(link: Link, *names: str) -> None:
    link.run(_ADD, [{"id": name * 2, "name": name, "created": now()} for name in names])


async def test_rows_are_the_same_as_sqlalchemy_gives(database: Database) -> None:
    await database.note(add, "a", "b")
    changed = await database.transact(lambda link: link.run(_RENAME, {"wanted": "b", "name": "c"}))

    [ours] = await database.read(lambda link: link.rows(_ONE, {"wanted": "c"}))
    async with database.engine.connect() as connection:
        [theirs] = await connection.run_sync(lambda each: ThroughCore(each).rows(_ONE, {"wanted": "c"}))

    assert changed == 1
    assert tuple(ours) == tuple(theirs)
    assert ours.created.tzinfo is not None
    assert ours._fields == theirs._fields


@pytest.mark.parametrize("is_lasting", [True, False])
async def test_a_transaction_that_fails_leaves_nothing(database: Database, *, is_lasting: bool) -> None:
    def half(link: Link) -> None:
        add(link, "a")
        add(link, "a")

    with pytest.raises(IntegrityError):
        await (database.transact if is_lasting else database.note)(half)

    assert await database.read(lambda link: link.rows(_ONE, {"wanted": "a"})) == []
    await database.note(add, "a")


async def test_a_note_waits_for_the_writer_of_another_process_asleep(database: Database, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "copilot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(database.note(add, "a"))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not waiting.done()
        assert await database.read(lambda link: link.rows(_ONE, {"wanted": "a"})) == []
        other.execute("COMMIT")
        await waiting


async def test_one_cancelled_while_it_commits_leaves_the_next_one_a_whole_database(database: Database) -> None:
    tasks = [asyncio.create_task(database.transact(add, name)) for name in "abcdefgh"]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)

    await database.transact(add, "z")
    assert [type(each) for each in ended[1::2]] == [type(None)] * 4


async def test_a_value_that_was_forgotten_is_no_null(database: Database) -> None:
    with pytest.raises(AssertionError, match="no value for wanted"):
        await database.read(lambda link: link.rows(_ONE, {"name": "a"}))


async def test_columns_with_a_default_of_ours_must_be_given(database: Database) -> None:
    with pytest.raises(AssertionError, match="default"):
        await database.note(lambda link: link.run(insert(User), {"tenant_id": "a"}))
