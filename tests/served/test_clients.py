"""Clients that read slowly or go away: they cost nobody else anything, and nothing of theirs stays."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.served.conftest import TOKEN, Serve, Served

pytestmark = pytest.mark.slow
WAIT = {"Prefer": "wait=60"}
LARGE = "x" * 4_000_000  # more than the sockets between the two hold


async def _stream(here: Served, turn: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A watcher that has sent its request and read nothing; its socket takes little."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, here.address)
    reader, writer = await asyncio.open_connection(sock=raw, limit=1 << 20)
    writer.write(
        f"GET /v1/turns/{turn}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Authorization: Bearer {TOKEN}\r\n\r\n".encode()
    )
    await writer.drain()
    return reader, writer


async def test_a_client_that_reads_slowly_holds_up_nobody_and_gets_all_of_it(serve: Serve) -> None:
    async with asyncio.timeout(300), serve([{"content": LARGE}]) as here:
        turn = (await here.turn(await here.session(), **WAIT))["id"]
        reader, writer = await _stream(here, turn)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")  # and then nothing for a while

        others = [await here.turn(await here.session(), **WAIT) for _ in range(3)]

        assert [each["state"] for each in others] == ["completed"] * 3
        got = await reader.read()
        assert b"event: turn.completed" in got
        assert got.count(b"x") >= len(LARGE)
        writer.close()
        await writer.wait_closed()


async def test_clients_that_vanish_leave_nothing_behind(serve: Serve) -> None:
    async with asyncio.timeout(300), serve([{"content": LARGE}]) as here:
        session = await here.session()
        turn = (await here.turn(session, **WAIT))["id"]
        await here.client.get("/healthz")
        before = len(asyncio.all_tasks())
        watching = [await _stream(here, turn) for _ in range(10)]
        for reader, _ in watching:
            await reader.readline()
        assert len(asyncio.all_tasks()) > before

        for _, writer in watching:
            writer.transport.abort()

        while len(asyncio.all_tasks()) > before:
            await asyncio.sleep(0.05)
        assert (await here.client.get("/healthz")).status_code == 200


async def test_a_turn_whose_client_vanishes_goes_on_to_its_end(serve: Serve) -> None:
    edit = {"name": "edit", "arguments": {"edits": [{"op": "set_cells", "at": "C1", "values": [[5]]}]}}
    async with asyncio.timeout(300), serve([{"tool_calls": [edit]}, {"content": "Set C1 to 5."}]) as here:
        session = await here.session()
        _, writer = await asyncio.open_connection(*here.address)
        body = b'{"text": "go"}'
        writer.write(
            f"POST /v1/sessions/{session}/turns HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Prefer: wait=60\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        while not (turns := (await here.client.get(f"/v1/sessions/{session}")).json()["turns"]):
            await asyncio.sleep(0.02)
        writer.transport.abort()

        while (turn := (await here.client.get(f"/v1/turns/{turns[0]['id']}")).json())["state"] in {"queued", "running"}:
            await asyncio.sleep(0.05)

        assert (turn["state"], turn["outcome"]["version"]) == ("completed", 1)
