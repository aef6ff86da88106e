"""Tenants and users: made by whoever names them first, once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import func, select

from copilot_server.store.database import Database
from copilot_server.store.keys import Keys
from copilot_server.store.tables import Tenant, User


async def test_first_requests_that_come_together_find_one_tenant(tmp_path: Path) -> None:
    database = Database.at(f"sqlite:///{tmp_path}/copilot.db")
    await database.migrate()
    keys = Keys(database)

    callers = await asyncio.gather(*(keys.local() for _ in range(8)))

    assert len({(caller.tenant_id, caller.user_id) for caller in callers}) == 1
    async with database.session() as session:
        for table in (Tenant, User):
            assert await session.scalar(select(func.count()).select_from(table)) == 1
    await database.close()
