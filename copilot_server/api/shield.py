"""Around every request: who may address this server from where, what browsers may do with answers, what is counted."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from urllib.parse import urlsplit

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot_server.api import problems
from copilot_server.api.uploads import announced, bounded, too_large

log = structlog.get_logger("copilot.http")
_HERE = ("localhost", "127.0.0.1", "[::1]")
_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors {ancestors}"
)


class Shield:
    """A browser page of another origin can neither read answers nor make requests, unless its origin is listed."""

    def __init__(
        self, app: ASGIApp, hosts: Sequence[str], origins: Sequence[str], largest: int, registry: CollectorRegistry
    ) -> None:
        """`largest` is what a request's body may have, in bytes: no more of it is read, so none is kept anywhere."""
        self._app = app
        self._largest = largest
        self._hosts = {*_HERE, *hosts}
        self._origins = set(origins)
        ancestors = " ".join(["'self'", *origins])
        self._headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Content-Security-Policy": _CONTENT_POLICY.format(ancestors=ancestors),
        }
        self._requests = Counter("http_requests", "Requests answered", ["method", "route", "status"], registry=registry)
        self._seconds = Histogram("http_seconds", "Time to the first byte", ["route"], registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = uuid.uuid4().hex

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(scope, MutableHeaders(scope=message), request_id)
                self._count(scope, message["status"], time.perf_counter() - started, request_id)
            await send(message)

        headers = Headers(scope=scope)
        if refusal := self._refusal(headers):
            await problems.problem(403, "forbidden", "Not from there", refusal)(scope, receive, sending)
        elif announced(headers) > self._largest:
            detail = too_large(self._largest).detail
            await problems.problem(413, "too-large", "Too large", detail)(scope, receive, sending)
        else:
            await self._answered(scope, bounded(receive, self._largest), sending)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What nobody foresaw is answered, counted and dressed like the rest, where nothing was sent yet."""
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if has_begun:
                raise
            await (await problems.of_bug(Request(scope), error))(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host = headers.get("host", "")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name not in self._hosts:
            return f"this server is not {name!r}; its operator can list that name in allowed_hosts"
        origin = headers.get("origin")
        if origin and origin not in self._origins and urlsplit(origin).netloc != host:
            return f"pages of {origin} may not call this server; its operator can list them in allowed_origins"
        return None

    def _dress(self, scope: Scope, headers: MutableHeaders, request_id: str) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        headers["X-Request-ID"] = request_id
        if scope["path"].startswith("/v1/"):
            headers.setdefault("Cache-Control", "no-store")

    def _count(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        """By route, never by path: paths hold ids without end."""
        route = getattr(scope.get("route"), "path", "other")
        self._requests.labels(scope["method"], route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        log.info("answered", request=request_id, method=scope["method"], route=route, status=status)
