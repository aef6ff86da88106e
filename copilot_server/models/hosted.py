"""A model behind an HTTP API: one streamed call, its failures in our terms, its connection closed with it."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import httpx2
import openai

from copilot_server.agent.messages import Prompt, Reply, TextDelta
from copilot_server.errors import ModelError
from copilot_server.models import faults
from copilot_server.models.registry import ModelCard

OPENAI_URL = "https://api.openai.com/v1"
_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is reached; `silence` is how many seconds it may say nothing before the call is given up."""

    model: str
    card: ModelCard
    base_url: str = OPENAI_URL
    key: str = ""
    silence: float = 300.0

    @property
    def place(self) -> faults.Place:
        return faults.Place(self.model, self.base_url, self.key)


class Collector(Protocol):
    """Puts the pieces of one streamed reply together."""

    def feed(self, event: Any) -> str:
        """Take one event; returns what of it is text to show. Raises ModelError when the provider breaks off."""
        ...

    @property
    def is_finished(self) -> bool: ...

    def reply(self) -> Reply: ...


class Wire(Protocol):
    """An API's words; `optional` are the fields of a request a server may refuse and do without."""

    @property
    def optional(self) -> tuple[str, ...]: ...

    def body(self, prompt: Prompt, endpoint: Endpoint, refused: frozenset[str]) -> dict[str, Any]: ...
    async def open(self, client: openai.AsyncOpenAI, body: Mapping[str, Any]) -> openai.AsyncStream[Any]: ...
    def collector(self, prompt: Prompt, endpoint: Endpoint) -> Collector: ...


class HostedModel:
    """Speaks `wire` to an endpoint; makes no second try of its own, except without a field the server refused."""

    def __init__(self, endpoint: Endpoint, wire: Wire) -> None:
        self.name = endpoint.model
        self.context_tokens = endpoint.card.context
        self._endpoint = endpoint
        self._wire = wire
        self._refused: frozenset[str] = frozenset()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[TextDelta | Reply, None]:
        """The reply comes after the connection is closed, so that whoever stops listening leaves nothing open."""
        collector = self._wire.collector(prompt, self._endpoint)
        place = self._endpoint.place
        try:
            async with _client(self._endpoint) as client, await self._open(client, prompt) as events:
                async for event in events:
                    with _taken_as_it_comes(place):
                        text = collector.feed(event)
                    if text:
                        yield TextDelta(text)
                kind = events.response.headers.get("content-type", "")
        except openai.OpenAIError as error:
            raise faults.model_error(error, place) from error
        except json.JSONDecodeError as error:
            raise ModelError(f"{place} sent what is not JSON: {error}", is_transient=True) from error
        if not collector.is_finished:
            raise _cut_off(kind, place)
        with _taken_as_it_comes(place):
            reply = collector.reply()
        yield reply

    async def _open(self, client: openai.AsyncOpenAI, prompt: Prompt) -> openai.AsyncStream[Any]:
        while True:
            try:
                return await self._wire.open(client, self._wire.body(prompt, self._endpoint, self._refused))
            except openai.APIStatusError as error:
                known = [field for field in self._wire.optional if field not in self._refused]
                named = frozenset(field for field in known if faults.names_field(error, field))
                if not named:
                    raise
                self._refused |= named


def _client(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """One client a call: nothing to close at exit, no ties to an event loop, and a cancelled call is hung up."""
    timeout = httpx2.Timeout(endpoint.silence, connect=min(_CONNECT_SECONDS, endpoint.silence))
    return openai.AsyncOpenAI(
        api_key=endpoint.key or "none",  # servers without keys ignore it, but the SDK wants one
        base_url=endpoint.base_url,
        timeout=timeout,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpx2Client(verify=_trust(), timeout=timeout),
    )


@cache
def _trust() -> ssl.SSLContext:
    """Loading the certificates is most of what a client costs (70 ms of 71)."""
    return httpx2.create_ssl_context()


@contextmanager
def _taken_as_it_comes(place: faults.Place) -> Generator[None, None, None]:
    """The SDK types what a server sends without looking at it, so a field may turn out to be anything."""
    try:
        yield
    except (AttributeError, TypeError) as error:
        raise ModelError(f"{place} sent what its API does not know: {error}", is_transient=True) from error


def _cut_off(content_type: str, place: faults.Place) -> ModelError:
    if "event-stream" in content_type:
        return ModelError(f"the reply of {place} was cut off", is_transient=True)
    return ModelError(
        f"{place} answered with {content_type or 'nothing'}, not with a stream: check OPENAI_BASE_URL, "
        "which mostly ends in /v1"
    )
