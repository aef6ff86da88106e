"""The processes for documents: one that dies, hangs or eats memory costs only its own work."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from pebble import ProcessPool

from copilot_server.errors import ToolError
from copilot_server.turns.pool import Pool


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(1, seconds=1.0, megabytes=1024)
    yield pool
    pool.close()


async def test_a_process_killed_while_idle_is_replaced(pool: Pool) -> None:
    os.kill(await pool.run(os.getpid), signal.SIGKILL)

    assert await pool.run(len, "alive") == 5


async def test_work_over_its_time_is_stopped_and_the_next_is_done(pool: Pool) -> None:
    with pytest.raises(ToolError, match="over 1 seconds"):
        await pool.run(time.sleep, 30)

    assert await pool.run(len, "alive") == 5


async def test_work_over_its_memory_fails_alone(pool: Pool) -> None:
    with pytest.raises(ToolError, match="more memory"):
        await pool.run(bytes, 2 << 30)

    assert await pool.run(len, "alive") == 5


async def test_nobody_is_held_up_while_a_process_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    start = ProcessPool._start_pool  # pyright: ignore[reportPrivateUsage]
    loop_went_on = threading.Event()
    seen: list[bool] = []

    def slowly(pool: ProcessPool) -> None:
        seen.append(loop_went_on.wait(20))
        start(pool)

    monkeypatch.setattr(ProcessPool, "_start_pool", slowly)
    pool = Pool(1, seconds=60.0, megabytes=1024)
    warming = asyncio.create_task(pool.warm())
    for _ in range(10):
        await asyncio.sleep(0)  # the task begins in one of these rounds
    loop_went_on.set()
    await warming
    pool.close()

    assert seen[0]


def test_a_version_goes_where_it_is_known_unless_that_has_much_more_to_do() -> None:
    pool = Pool(2, seconds=1.0, megabytes=1024)
    first = pool.seat()
    first.waiting.append(time.monotonic())
    second = pool.seat_knowing("a version")
    first.waiting.clear()

    assert second is not first
    assert pool.seat_knowing("a version") is second
    assert pool.seat_knowing("another") is first
    second.waiting += [time.monotonic()] * 4
    assert pool.seat_knowing("a version") is second
    second.waiting += [time.monotonic()]
    assert pool.seat_knowing("a version") is first
    assert pool.seat_knowing("a version") is first
    pool.note("a version", second)
    second.waiting[:] = [time.monotonic() - 60]
    assert pool.seat_knowing("a version") is first
    second.waiting.clear()
    pool.close()
