"""What this server is and how it fares: skills, capabilities, health, metrics."""

from __future__ import annotations

import shutil
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from copilot_server.agent import skill as rooms
from copilot_server.api import problems
from copilot_server.api.access import Reader, ServiceHere

router = APIRouter(tags=["about"])
probes = APIRouter(tags=["about"])  # what a worker answers too; asked without a key


@router.get("/v1/skills", summary="What can be edited and made")
async def skills(_: Reader) -> list[dict[str, Any]]:
    return [
        {
            "name": card.name,
            "kind": card.kind,
            "noun": card.noun,
            "suffixes": card.suffixes,
            "description": card.description,
        }
        for card in rooms.cards()
    ]


@router.get("/v1/capabilities", summary="What this server can do")
async def capabilities(service: ServiceHere, _: Reader) -> dict[str, Any]:
    settings = service.settings
    return {
        "model": settings.model_name,
        "models": list(dict.fromkeys(["builtin", settings.model_name, *settings.models])),
        "previews": "pages" if shutil.which("soffice") else "drafts",
        "max_upload_bytes": settings.max_upload_bytes,
        "modes": ["ask", "plan", "edit"],
        "deliver": ["changes", "package", "both"],
        "limits": {"steps": settings.max_steps, "tokens": settings.max_tokens, "seconds": settings.max_seconds},
    }


@probes.get("/healthz", summary="Whether the process answers")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@probes.get("/readyz", summary="Whether it can work: the database answers")
async def readyz(service: ServiceHere) -> JSONResponse:
    try:
        async with service.store.database.session() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return problems.problem(503, "not-ready", "Not ready", "the database does not answer")
    return JSONResponse({"status": "ok"})


@probes.get("/metrics", summary="For Prometheus", response_class=Response)
async def metrics(request: Request, service: ServiceHere) -> Response:
    """Of this process; but `turns_open` is of all of them, where the database answers."""
    counted = generate_latest(request.app.state.registry)
    try:
        waiting = Gauge("turns_open", "Turns of the whole fleet that have not ended", ["state"], registry=None)
        for state, count in (await service.store.turns.open()).items():
            waiting.labels(state).set(count)
        gathered = CollectorRegistry()
        gathered.register(waiting)
        counted += generate_latest(gathered)
    except (SQLAlchemyError, OSError):
        pass  # what this process counted is told all the same
    return Response(counted, media_type=CONTENT_TYPE_LATEST)
