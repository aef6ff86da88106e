"""The HTTP application, built from settings."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from copilot_server.api import edits, problems
from copilot_server.api.results import Results
from copilot_server.settings import Settings


def build(settings: Settings) -> FastAPI:
    """Importing this module starts nothing; every call builds an application of its own."""
    app = FastAPI(
        title="Office copilot",
        version=version("office-copilot"),
        description="Edits and makes office documents by what people say; each edit comes with a measured receipt.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.results = Results(settings.home / "results")
    problems.install(app)
    app.include_router(edits.router)

    @app.get("/healthz", summary="Whether the process answers")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    return app
