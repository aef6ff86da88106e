"""The HTTP application, built from settings."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry
from starlette.routing import Match, Mount
from starlette.types import Scope

from copilot_server.api import about, answers, beside, documents, edits, previews, problems, sessions, turns
from copilot_server.api.access import caller_of, writer_of
from copilot_server.api.results import Results
from copilot_server.api.shield import Shield
from copilot_server.api.uploads import AROUND
from copilot_server.service import Service, running
from copilot_server.settings import Settings

_WEB = Path(__file__).resolve().parents[1] / "web"


def build(settings: Settings, sample: Path | None = None) -> FastAPI:
    """Importing this module starts nothing; the service starts and stops with the application.

    `sample` is a file the page may open a session with.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with running(settings, registry=app.state.registry) as service:
            app.state.service = service
            warming = asyncio.create_task(service.pool.warm())
            yield
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)

    app = FastAPI(
        title="Office copilot",
        version=version("office-copilot"),
        description="Edits and makes office documents by what people say; each edit comes with a measured receipt.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.edits_under_way = Counter[str]()
    app.state.results = Results(settings.home / "results")
    app.state.registry = CollectorRegistry()
    problems.install(app)
    app.include_router(edits.router, dependencies=[Depends(writer_of)])
    app.include_router(documents.uploads)
    for room in (documents, beside, previews, sessions, turns, answers, about):
        app.include_router(room.router)
    app.include_router(about.probes)
    if sample is not None:
        _offer(app, sample)
    app.router.routes.append(_Page("/", StaticFiles(directory=_WEB, html=True)))
    _surround(app, settings)
    return app


def build_probes(service: Service, registry: CollectorRegistry) -> FastAPI:
    """What a worker answers: whether it is well, and what it counted."""
    app = FastAPI(title="Office copilot worker", openapi_url=None)
    app.state.service = service
    app.state.registry = registry
    problems.install(app)
    app.include_router(about.probes)
    return app


class _Page(Mount):
    """Stands last, and leaves the API's own paths to it, so that a wrong method there is a 405 that names the right."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.NONE, {}) if scope["path"].startswith("/v1/") else super().matches(scope)


def _offer(app: FastAPI, sample: Path) -> None:
    async def given() -> FileResponse:
        return FileResponse(sample, filename=sample.name)

    app.add_api_route("/v1/sample", given, dependencies=[Depends(caller_of)], summary="The file to begin with")


def _surround(app: FastAPI, settings: Settings) -> None:
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=[
            "Authorization",
            "Content-Type",
            "If-Match",
            "Idempotency-Key",
            "If-None-Match",
            "Last-Event-ID",
            "Prefer",
        ],
        expose_headers=[
            "Allow",
            "Content-Disposition",
            "ETag",
            "Link",
            "Location",
            "Preference-Applied",
            "Retry-After",
            "X-Draft",
            "X-Request-ID",
        ],
    )
    app.add_middleware(
        Shield,
        hosts=settings.allowed_hosts,
        origins=settings.allowed_origins,
        largest=settings.max_upload_bytes + AROUND,
        registry=app.state.registry,
    )
