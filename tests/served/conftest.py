"""The whole server behind a real socket of this machine."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import httpx2
import pytest
import uvicorn
from pydantic import SecretStr

from copilot_server.api import server
from copilot_server.settings import Settings
from tests.api.conftest import workbook

TOKEN = "a-token-of-tests"


@dataclass(frozen=True)
class Served:
    """A server, and a client of it that holds its token."""

    address: tuple[str, int]
    client: httpx2.AsyncClient

    async def session(self) -> str:
        sent = await self.client.post("/v1/documents", files={"file": ("a.xlsx", workbook())})
        attached = {"documents": [{"id": sent.raise_for_status().json()["id"]}]}
        return (await self.client.post("/v1/sessions", json=attached)).raise_for_status().json()["id"]

    async def turn(self, session: str, text: str = "go", **headers: str) -> dict[str, Any]:
        answer = await self.client.post(f"/v1/sessions/{session}/turns", json={"text": text}, headers=headers)
        return answer.raise_for_status().json()


Serve: TypeAlias = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """`serve(script, **settings)`: the script is what the model says, reply by reply of a session."""

    @asynccontextmanager
    async def serving(script: Sequence[Any] = (), **more: Any) -> AsyncGenerator[Served]:
        (tmp_path / "script.json").write_text(json.dumps(script), encoding="utf-8")
        model = f"scripted:{tmp_path / 'script.json'}" if script else "builtin"
        known = {"home": tmp_path / "home", "model": model, "token": SecretStr(TOKEN), "work_processes": 1}
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(64)
            address = listening.getsockname()
            async with _running(Settings(**known | more), listening):
                headers = {"Authorization": f"Bearer {TOKEN}"}
                url = f"http://127.0.0.1:{address[1]}"
                async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=120) as client:
                    yield Served(address, client)

    return serving


@asynccontextmanager
async def _running(settings: Settings, listening: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(server.build(settings), log_config=None, timeout_graceful_shutdown=1)
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve([listening]))
    while not running.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        running.should_exit = True
        await task
        for _ in range(3):  # the last connections close in the rounds that follow
            await asyncio.sleep(0)
