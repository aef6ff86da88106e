"""Turns that wait for room in their process, and that another process may take up meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

from dbos import DBOS

from copilot_server.service import Service, running
from copilot_server.settings import Settings
from tests.api.conftest import workbook
from tests.turns.test_engine import Talk, make_model, says


async def _talk_of(service: Service) -> Talk:
    caller = await service.store.keys.local()
    document, _ = await service.store.documents.create(caller, "a.xlsx", "spreadsheets", workbook())
    session = await service.store.sessions.create(caller, [(document.id, "edit")])
    return Talk(service, caller, session.id, document.id)


async def test_one_that_another_process_queued_takes_no_room_from_the_next(tmp_path: Path) -> None:
    is_asked, may_go_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        is_asked.set()
        await may_go_on.wait()

    settings = Settings(home=tmp_path, work_processes=1, worker="tests", turns_at_once=1)
    async with asyncio.timeout(40), running(settings, make_model) as service:
        first, second, third = [await _talk_of(service) for _ in range(3)]
        turn = await first.begin([wait, *says("Done.")])
        await is_asked.wait()
        queued = await second.begin()
        waiting = await third.begin(*[says("Done.")] * 8)
        await service.engine._queue(queued.id, 0)  # pyright: ignore[reportPrivateUsage] - as another's sweep does
        assert (await second.ended(queued)).state == "completed"
        may_go_on.set()

        assert (await first.ended(turn)).state == "completed"
        assert (await third.ended(waiting)).state == "completed"


async def test_one_that_waited_is_nobodys_child(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, work_processes=1, worker="tests", turns_at_once=1)
    async with asyncio.timeout(40), running(settings, make_model) as service:
        talks = [await _talk_of(service) for _ in range(3)]
        turns = [await talk.begin(*[says("Done.")] * 8) for talk in talks]
        ended = [await talk.ended(turn) for talk, turn in zip(talks, turns, strict=True)]
        runs = await DBOS.list_workflows_async()

    assert [turn.state for turn in ended] == ["completed"] * 3
    assert [run.parent_workflow_id for run in runs] == [None] * 3
