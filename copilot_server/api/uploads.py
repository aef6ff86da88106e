"""Bodies of requests: no more of one is read than its sender may send."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from copilot_server.api.access import bearer, caller_of, upload_limit

AROUND = 2 << 20  # bytes that may come with the files of a request: what to do, answers, names


class Upload(APIRoute):
    """A route that takes a file: who sends it, and how much they may, is known before any of it is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def known(request: Request) -> Response:
            service = request.app.state.service
            caller = await caller_of(service, await bearer(request))
            largest = upload_limit(service, caller) + AROUND
            if announced(request.headers) > largest:
                raise too_large(largest)
            return await handle(Request(request.scope, bounded(request.receive, largest)))

        return known


def bounded(receive: Receive, largest: int) -> Receive:
    """Raises HTTPException 413 as soon as more than `largest` bytes of a body came."""
    received = 0

    async def receiving() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > largest:
            raise too_large(largest)
        return message

    return receiving


def too_large(largest: int) -> HTTPException:
    return HTTPException(413, f"the request is over {largest / 2**20:.3g} MB, the most this server or key takes")


def announced(headers: Headers) -> int:
    """The length a body says it has; 0 where it does not say, or in a form the server will not take anyway."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0
