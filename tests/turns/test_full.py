"""A disk without room under the SQLite file, the blobs and all: a small file system of its own, filled for real."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from copilot_server.agent.messages import Reply, TextDelta
from copilot_server.api import server
from copilot_server.service import Service, running
from copilot_server.settings import Settings
from copilot_server.turns import patience
from tests.api.conftest import TOKEN, cell, workbook
from tests.turns.test_engine import EDIT, Talk, make_model, says

pytestmark = pytest.mark.slow


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 12 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("this user may not mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all room there is, to the last byte."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while out.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    assert os.statvfs(folder).f_bavail == 0
    return ballast


async def talk_of(service: Service) -> Talk:
    caller = await service.store.keys.local()
    document, _ = await service.store.documents.create(caller, "a.xlsx", "spreadsheets", workbook())
    session = await service.store.sessions.create(caller, [(document.id, "edit")])
    return Talk(service, caller, session.id, document.id)


async def require_whole(talk: Talk, versions: int) -> None:
    documents = talk.service.store.documents
    kept = await documents.versions(talk.caller.tenant_id, talk.document)
    assert len(kept) == versions
    for version in kept:
        assert cell(await documents.content(talk.caller.tenant_id, version), "A1") == cell(workbook(), "A1")
    async with talk.service.store.database.engine.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar_one() == "ok"


async def asked(service: Service, settings: Settings, talk: Talk) -> list[httpx2.Response]:
    app = server.build(settings)
    app.state.service = service
    headers = {"Authorization": f"Bearer {TOKEN}"}
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        return [
            await client.post(f"/v1/sessions/{talk.session}/turns", json={"text": "more"}),
            await client.post("/v1/sessions", json={"documents": [{"id": talk.document}]}),
            await client.post("/v1/documents", files={"file": ("b.xlsx", workbook(["other", 1]))}),
            await client.get(f"/v1/documents/{talk.document}"),
        ]


async def test_a_disk_that_is_full_for_a_while_only_holds_a_turn_up(small: Path) -> None:
    settings = Settings(home=small, work_processes=1, worker="full", token=SecretStr(TOKEN))
    has_room, is_waiting = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        is_waiting.set()
        await has_room.wait()

    async with asyncio.timeout(240), running(settings, make_model) as service:
        talk, other = await talk_of(service), await talk_of(service)
        turn = await talk.begin([Reply(EDIT)], [TextDelta("thinking"), wait, *says("C1 is set.")])
        await asyncio.wait_for(is_waiting.wait(), 60)
        ballast = fill(small)
        has_room.set()

        refused = await asked(service, settings, other)
        assert [answer.status_code for answer in refused[:2]] == [507, 507]
        assert refused[2].status_code in {503, 507}, "the blob store may be the first to find no room"
        assert all("full" in answer.text or "No space left" in answer.text for answer in refused[:3])
        assert all(answer.headers["content-type"] == "application/problem+json" for answer in refused[:3])
        assert refused[3].status_code == 200, "what is there can still be read"
        assert (await service.store.turns.find(talk.caller.tenant_id, turn.id)).state == "running"
        ballast.unlink()

        assert (await talk.ended(turn)).state == "completed"
        numbers = [event.number for event in await talk.told(turn)]
        assert numbers == list(range(1, len(numbers) + 1))
        await require_whole(talk, versions=2)
        assert (await other.ended(await other.begin([Reply(EDIT)], says("C1 is set.")))).state == "completed"
        await require_whole(other, versions=2)


async def test_a_disk_that_stays_full_fails_the_turn_and_says_why(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_SECONDS", 1.0)
    settings = Settings(home=small, work_processes=1, worker="full", token=SecretStr(TOKEN))
    ballasts: list[Path] = []

    async def full() -> None:
        ballasts.append(fill(small))

    async with asyncio.timeout(240), running(settings, make_model) as service:
        talk = await talk_of(service)
        turn = await talk.begin([Reply(EDIT)], [TextDelta("thinking"), full, *says("C1 is set.")])
        while not ballasts:
            await asyncio.sleep(0.05)
        await asyncio.sleep(4)  # longer than it has patience: for the reply, then for the end
        ballasts[0].unlink()

        ended = await talk.ended(turn)
        assert ended.state == "failed"
        assert "nothing was changed" in (ended.outcome or {})["message"]
        assert (await talk.told(turn))[-1].type == "turn.failed"
        await require_whole(talk, versions=1)
        assert (await talk.ended(await talk.begin([Reply(EDIT)], says("C1 is set.")))).state == "completed"
        await require_whole(talk, versions=2)
