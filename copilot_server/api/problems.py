"""Errors as RFC 9457 problem+json, from the one exception tree."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from copilot_server.errors import CopilotError, Moderated, RequestError, TooMany, UpstreamError
from copilot_server.store.database import is_full

MEDIA_TYPE = "application/problem+json"
_NO_TEXT = "22021"  # PostgreSQL's character_not_in_repertoire: it keeps all but U+0000
log = structlog.get_logger("copilot.api")


def install(app: FastAPI) -> None:
    """Every error this application answers has the same shape; what we did not foresee is left to who calls it."""
    app.add_exception_handler(CopilotError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    for kind in (DBAPIError, OSError):
        app.add_exception_handler(kind, _of_database)


def problem(status: int, slug: str, title: str, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    body = {"type": f"about:blank#{slug}", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


async def _of_ours(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, RequestError):
        wait = {"Retry-After": str(max(1, round(error.retry_after)))} if isinstance(error, TooMany) else None
        return problem(error.status, error.slug, error.title, str(error), wait)
    if isinstance(error, Moderated):
        return problem(error.status, "refused", "The request was refused", str(error))
    if isinstance(error, UpstreamError):
        return problem(error.status, "upstream", "Something this server depends on failed", str(error))
    return problem(422, "turn", "The turn could not be carried out", str(error))


async def _of_validation(_: Request, error: Exception) -> JSONResponse:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(map(_said_of, faults))
    return problem(422, "bad-request", "The request is not well formed", detail)


def _said_of(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "json_invalid":
        return f"the body is no JSON: {fault['ctx']['error']} at character {fault['loc'][-1]}"
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    if detail == HTTPStatus(status).phrase:  # of the framework, which knows no route or no method
        detail = f"there is no {request.method} {request.url.path} here; /openapi.json lists what there is"
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
    slug = "too-large" if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "http"
    return problem(status, slug, HTTPStatus(status).phrase, detail, headers)


async def _of_database(request: Request, error: Exception) -> JSONResponse:
    """Away, cut off or waited for too long; nothing was changed, since each change is one transaction."""
    if is_full(error):
        log.error("disk full", path=request.url.path)
        detail = "The server's disk is full; nothing was changed."
        return problem(507, "full", "No room on the server", detail)
    if getattr(getattr(error, "orig", None), "sqlstate", None) == _NO_TEXT:
        return problem(400, "bad-request", "The request is not well formed", "text cannot hold the character U+0000")
    if not isinstance(error, OperationalError | InterfaceError | ConnectionError | TimeoutError):
        return await of_bug(request, error)
    log.warning("database away", path=request.url.path, kind=type(error).__qualname__)
    detail = "The database does not answer; try again in a moment."
    return problem(503, "upstream", "Something this server depends on failed", detail, {"Retry-After": "2"})


async def of_bug(request: Request, error: Exception) -> JSONResponse:
    """What nobody foresaw: logged, and told nothing of but the trace to find it by."""
    trace = uuid.uuid4().hex
    log.error("unforeseen error", trace=trace, path=request.url.path, exc_info=error)
    return problem(500, "bug", "Something went wrong here", f"Tell the operator this trace: {trace}")
