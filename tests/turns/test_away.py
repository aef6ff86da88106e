"""What the service stands on goes away in the midst of a turn and comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
import pytest

from copilot_server.agent.messages import Reply, TextDelta
from copilot_server.api import server
from copilot_server.service import Service, running
from copilot_server.settings import Settings
from tests.api.conftest import TOKEN, cell, workbook
from tests.turns.conftest import Cluster
from tests.turns.test_engine import EDIT, Talk, make_model, says

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


async def _talk(service: Service) -> Talk:
    caller = await service.store.keys.local()
    document, _ = await service.store.documents.create(caller, "a.xlsx", "spreadsheets", workbook())
    session = await service.store.sessions.create(caller, [(document.id, "edit")])
    return Talk(service, caller, session.id, document.id)


async def test_a_database_restarted_in_the_midst_of_a_turn_loses_nothing(tmp_path: Path, cluster: Cluster) -> None:
    settings = Settings(home=tmp_path, database_url=cluster.url, work_processes=1, worker="away", token=TOKEN)
    is_back = asyncio.Event()
    async with asyncio.timeout(240), running(settings, make_model) as service:
        talk = await _talk(service)
        turn = await talk.begin([Reply(EDIT)], [TextDelta("thinking"), is_back.wait, *says("C1 is set.")])
        await talk.until(turn, "message.delta")

        await asyncio.to_thread(cluster.stop)
        app = server.build(settings)
        app.state.service = service
        transport = httpx2.ASGITransport(app)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
            away = [await client.get(path) for path in ("/readyz", "/v1/documents", f"/v1/turns/{turn.id}")]
            counted = await client.get("/metrics")
        await asyncio.to_thread(cluster.start)
        is_back.set()

        ended = await talk.ended(turn)
        assert [answer.status_code for answer in away] == [503, 503, 503]
        assert all(answer.headers["content-type"] == "application/problem+json" for answer in away)
        assert counted.status_code == 200
        assert ended.state == "completed"
        head = await service.store.documents.version(talk.caller.tenant_id, talk.document)
        assert (head.number, cell(await service.store.documents.content(talk.caller.tenant_id, head), "C1")) == (1, 5)
        numbers = [event.number for event in await talk.told(turn)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert (await talk.ended(await talk.begin(says("Hello.")))).state == "completed"
