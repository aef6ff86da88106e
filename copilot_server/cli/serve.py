"""`office-copilot serve`: the HTTP API in this process."""

from __future__ import annotations

import click
import uvicorn

from copilot_server.api import server
from copilot_server.cli.turning import model_option
from copilot_server.settings import load_settings


@click.command("serve")
@click.option("--host", default=None, help="Address to listen on; the default answers this machine only.")
@click.option("--port", type=int, default=None, help="Port to listen on.")
@model_option
def command(host: str | None, port: int | None, model: str | None) -> int:
    """Serve the HTTP API until stopped."""
    settings = load_settings(host=host, port=port, model=model)
    uvicorn.run(server.build(settings), host=settings.host, port=settings.port, log_level="info")
    return 0
