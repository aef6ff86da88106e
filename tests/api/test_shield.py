"""What a request may bring: no more of its body is read than the server takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import pytest
from fastapi import FastAPI, File, Request, UploadFile
from prometheus_client import CollectorRegistry
from starlette.types import Message, Receive, Scope, Send

from copilot_server.api import problems
from copilot_server.api.shield import Shield

LARGEST = 10_000
CHUNK = b"x" * 1_000
HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"


class Client:
    """Sends one request by hand, to know how much of it was taken."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.taken = 0
        self.answered: list[Message] = []

    async def send(self, path: str, chunks: Iterable[bytes], *headers: tuple[bytes, bytes]) -> int:
        """The answer's status."""
        waiting = iter(chunks)

        async def receive() -> Message:
            chunk = next(waiting, b"")
            self.taken += len(chunk)
            return {"type": "http.request", "body": chunk, "more_body": bool(chunk)}

        async def send(message: Message) -> None:
            self.answered.append(message)

        about = [(b"host", b"localhost"), (b"content-type", b"multipart/form-data; boundary=edge"), *headers]
        scope: Scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": about}
        called: tuple[Scope, Receive, Send] = scope, receive, send
        await self.app(*called)
        return self.answered[0]["status"]


@pytest.fixture
def client() -> Client:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(Shield, hosts=[], origins=[], largest=LARGEST, registry=CollectorRegistry())

    @app.post("/form")
    async def form(file: Annotated[UploadFile, File()]) -> int:
        return len(await file.read())

    @app.post("/stream")
    async def stream(request: Request) -> int:
        return len([chunk async for chunk in request.stream()])

    _ = form, stream
    return Client(app)


def upload(chunks: int) -> Iterator[bytes]:
    yield HEAD
    for _ in range(chunks):
        yield CHUNK
    yield TAIL


async def test_an_upload_within_the_limit_is_taken(client: Client) -> None:
    assert await client.send("/form", upload(9)) == 200


@pytest.mark.parametrize("path", ["/form", "/stream"])
async def test_of_a_body_without_end_no_more_than_the_limit_is_read(client: Client, path: str) -> None:
    assert await client.send(path, upload(1_000)) == 413
    assert client.taken <= LARGEST + len(CHUNK)
    assert b"about:blank#too-large" in client.answered[1]["body"]


async def test_a_body_announced_as_too_large_is_not_read_at_all(client: Client) -> None:
    assert await client.send("/form", upload(1_000), (b"content-length", b"1000000")) == 413
    assert client.taken == 0
    assert b"about:blank#too-large" in client.answered[1]["body"]


async def test_a_length_that_is_no_number_is_not_believed(client: Client) -> None:
    assert await client.send("/form", upload(1_000), (b"content-length", "²".encode("latin-1"))) == 413
    assert client.taken <= LARGEST + len(CHUNK)
