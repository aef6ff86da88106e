"""The OpenAI wire in a thread of its own, played by a function: for models and judges reached as real ones are."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pytest

from evals.task import Edits, Says, Step

Asked: TypeAlias = Mapping[str, Any]
Play: TypeAlias = Callable[[Asked], Mapping[str, Any]]
"""A request's body -> the assistant's message."""


@contextmanager
def provider(play: Play, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """inspect's name of a provider whose models `play` answers for; one of its own each time, as inspect keeps clients."""
    with wire(play) as address:
        name = f"wire{urlsplit(address).port}"
        monkeypatch.setenv(f"{name.upper()}_BASE_URL", address)
        monkeypatch.setenv(f"{name.upper()}_API_KEY", "x")
        yield f"openai-api/{name}"


@contextmanager
def wire(play: Play) -> Generator[str]:
    """The base URL under which `play` answers chat completions."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                status, told = 200, _completion(body["model"], play(body))
            except (
                KeyError,
                IndexError,
                StopIteration,
                AssertionError,
            ) as error:  # a 500 would be tried again for ever
                status, told = 400, {"error": {"message": repr(error)}}
            answer = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _completion(model: str, message: Mapping[str, Any]) -> dict[str, Any]:
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    }


def message_of(step: Step) -> dict[str, Any]:
    """A step of a task's agent as the assistant's message."""
    if isinstance(step, Says):
        return {"content": step.text}
    assert isinstance(step, Edits)
    function = {"name": "edit", "arguments": json.dumps({"edits": [dict(each) for each in step.edits]})}
    return {"content": None, "tool_calls": [{"id": "call", "type": "function", "function": function}]}


def text_in(body: Asked) -> str:
    """All that is said in a request, pictures left out."""
    pieces: list[str] = []
    for message in body["messages"]:
        content = message.get("content") or ""
        pieces += [content] if isinstance(content, str) else [part.get("text", "") for part in content]
    return "\n".join(pieces)
