"""What is waited out: a database that is away or full, whichever it is, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from copilot_server.turns import patience
from copilot_server.turns.patience import patiently


class DriverError(Exception):
    """As PostgreSQL's driver raises it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


async def _tries(monkeypatch: pytest.MonkeyPatch, sqlstate: str) -> int:
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.0)
    tries = 0

    async def write() -> int:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise DBAPIError(None, None, DriverError(sqlstate))
        return tries

    try:
        return await patiently(write)
    except DBAPIError:
        return tries


async def test_a_full_postgres_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await _tries(monkeypatch, "53100") == 3


async def test_an_error_that_does_not_pass_is_raised_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await _tries(monkeypatch, "42703") == 1
