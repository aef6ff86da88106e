"""The schema: brought up to date where it is not, equal to what the code declares, and holding its promises."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from copilot_server.store.database import Database
from copilot_server.store.tables import Base, Document, Session, Tenant, Turn, User


@pytest.fixture
async def database(tmp_path: Path):
    opened = Database.at(f"sqlite:///{tmp_path}/copilot.db")
    await opened.migrate()
    yield opened
    await opened.close()


def _drift(connection: Connection) -> list[object]:
    return compare_metadata(MigrationContext.configure(connection), Base.metadata)


async def test_migrations_make_what_the_tables_declare_and_run_again_harmlessly(database: Database) -> None:
    await database.migrate()

    async with database.engine.connect() as connection:
        assert await connection.run_sync(_drift) == []


async def test_of_processes_that_start_together_one_makes_the_schema(tmp_path: Path) -> None:
    together = [Database.at(f"sqlite:///{tmp_path}/new.db") for _ in range(4)]

    await asyncio.gather(*(each.migrate() for each in together))

    async with together[0].engine.connect() as connection:
        assert await connection.run_sync(_drift) == []
    for each in together:
        await each.close()


async def _turn(database: Database, state: str) -> None:
    async with database.session() as session:
        session.add(Turn(tenant_id="t", session_id="s", document_id="d", state=state, request={}, base_version=0))


async def _furnish(database: Database) -> None:
    async with database.session() as session:
        session.add(Tenant(id="t", name="t"))
        session.add(User(id="u", tenant_id="t", name="u"))
        await session.flush()
        session.add(Document(id="d", tenant_id="t", user_id="u", name="a.xlsx", skill="spreadsheets"))
        session.add(Session(id="s", tenant_id="t", user_id="u"))


async def test_a_document_has_one_active_turn_at_most(database: Database) -> None:
    await _furnish(database)
    await _turn(database, "running")
    await _turn(database, "completed")

    with pytest.raises(IntegrityError):
        await _turn(database, "queued")


async def _half(database: Database) -> None:
    async with database.session() as session:
        session.add(Tenant(name="half"))
        await session.flush()
        raise ZeroDivisionError


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _half(database)

    async with database.session() as session:
        assert (await session.scalars(select(Tenant))).all() == []


async def test_times_come_back_aware(database: Database) -> None:
    await _furnish(database)

    async with database.session() as session:
        tenant = (await session.scalars(select(Tenant))).one()

    assert tenant.created.tzinfo is not None
