"""A scripted server that speaks the real wire on loopback: status, headers and stream byte by byte, faults included."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the server sends to one request.

    `is_cut` closes the connection in the middle of the body; `is_silent` sends nothing until the client hangs up.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    is_cut: bool = False
    is_silent: bool = False


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: Any


class WireServer:
    """Gives the answers in order, then fails the test by an answer that says the script is over."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[Seen] = []
        self.was_hung_up = asyncio.Event()
        self._connections: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await asyncio.gather(*self._connections)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection
        self._connections.append(connection)
        await self._serve(reader, writer)
        writer.close()
        await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append(Seen(head[0].split()[1], headers, json.loads(body)))
        answer = self._answers.pop(0) if self._answers else refused(418, "the script is over")
        writer.write(_bytes_of(answer))
        if answer.is_silent:
            await reader.read()
            self.was_hung_up.set()


def _bytes_of(answer: Answer) -> bytes:
    headers = {"content-type": "text/event-stream", **answer.headers}
    if not answer.is_silent:
        headers["content-length"] = str(len(answer.body) + (1 if answer.is_cut else 0))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if answer.is_silent and not answer.body:
        return b""
    return f"HTTP/1.1 {answer.status} whatever\r\n{head}\r\n".encode("latin-1") + answer.body


def refused(status: int, message: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    """An error as OpenAI words it; `more` are fields of the error (code, param, type)."""
    body = json.dumps({"error": {"message": message, **more}}).encode()
    return Answer(body, status, {"content-type": "application/json", **(headers or {})})


def events(records: Iterable[Record | str], *, named: bool = False) -> bytes:
    """Server-sent events; `named` puts the record's type before each, as the responses API does."""
    lines: list[str] = []
    for record in records:
        name = f"event: {record['type']}\n" if named and not isinstance(record, str) else ""
        lines.append(f"{name}data: {record if isinstance(record, str) else json.dumps(record)}\n\n")
    return "".join(lines).encode()


def chunk(delta: Record | None = None, *, finish: str | None = None, usage: Record | None = None) -> Record:
    """One chat completions chunk; without a delta and a reason it has no choices, as the one with the usage."""
    choices = [] if delta is None and finish is None else [{"index": 0, "delta": delta or {}, "finish_reason": finish}]
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}
    return base | ({"usage": usage} if usage else {})


USAGE: Record = {
    "prompt_tokens": 120,
    "completion_tokens": 7,
    "total_tokens": 127,
    "prompt_tokens_details": {"cached_tokens": 100},
}


def chat(*deltas: Record, finish: str | None = "stop", usage: Record | None = USAGE, is_cut: bool = False) -> Answer:
    """A streamed chat completion of these deltas."""
    records: list[Record | str] = [chunk(delta) for delta in deltas]
    records += [chunk(finish=finish)] if finish else []
    records += [chunk(usage=usage)] if usage else []
    return Answer(events(records if is_cut else [*records, "[DONE]"]), is_cut=is_cut)


def call(index: int | None, id: str | None = None, name: str | None = None, arguments: str | None = None) -> Record:  # noqa: A002
    """A delta with one piece of a tool call."""
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    piece: dict[str, Any] = {"function": function}
    piece |= {} if index is None else {"index": index}
    piece |= {} if id is None else {"id": id, "type": "function"}
    return {"tool_calls": [piece]}


def response(
    output: Sequence[Record], *, status: str = "completed", texts: Sequence[str] = (), **more: Any
) -> list[Record]:
    """The events of the responses API for these items; `texts` are the pieces in which text is streamed."""
    whole: dict[str, Any] = {
        "id": "r1",
        "object": "response",
        "created_at": 1,
        "model": "m",
        "status": status,
        "output": list(output),
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    whole |= more
    records: list[Record] = [{"type": "response.created", "response": whole | {"output": [], "status": "in_progress"}}]
    spot = {"item_id": "i", "output_index": 0, "content_index": 0, "logprobs": []}
    records += [{"type": "response.output_text.delta", "delta": text, **spot} for text in texts]
    records += [
        {"type": "response.output_item.done", "output_index": index, "item": item} for index, item in enumerate(output)
    ]
    records.append({"type": f"response.{status}", "response": whole})
    return [{"sequence_number": number, **record} for number, record in enumerate(records)]


def responses(output: Sequence[Record], **more: Any) -> Answer:
    return Answer(events(response(output, **more), named=True))
