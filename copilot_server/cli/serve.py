"""`office-copilot serve`: the HTTP API and the page, with an engine of turns, in this process."""

from __future__ import annotations

import ipaddress
import secrets
from pathlib import Path

import click
import uvicorn
from pydantic import SecretStr

from copilot_server import garbage
from copilot_server.api import server
from copilot_server.cli.logs import configure
from copilot_server.cli.turning import model_option
from copilot_server.settings import Settings, load_settings


@click.command("serve")
@click.option("--host", default=None, help="Address to listen on; the default answers this machine only.")
@click.option("--port", type=int, default=None, help="Port to listen on.")
@click.option("--token", default=None, help="Token of the local user; by default a new one each launch, on loopback.")
@click.option("--open", "sample", type=click.Path(path_type=Path, exists=True), help="File to begin a session with.")
@model_option
def command(host: str | None, port: int | None, token: str | None, sample: Path | None, model: str | None) -> int:
    """Serve the HTTP API and the page until stopped."""
    settings = with_token(load_settings(host=host, port=port, token=token, model=model))
    configure()
    click.echo(_address(settings, sample), err=True)
    app = server.build(settings, sample)
    garbage.collect_seldom()
    uvicorn.run(app, host=settings.host, port=settings.port, log_config=None, timeout_graceful_shutdown=3)
    return 0


def with_token(settings: Settings) -> Settings:
    """On loopback a token is made where none is set; elsewhere only API keys (or a token set on purpose) open."""
    if settings.token is not None or not _is_loopback(settings.host):
        return settings
    return settings.model_copy(update={"token": SecretStr(secrets.token_urlsafe(24))})


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(settings: Settings, sample: Path | None) -> str:
    address = f"http://{settings.host}:{settings.port}/"
    if settings.token is None:
        return f"Serving {address} for holders of API keys; make one with: office-copilot keys make TENANT USER"
    # After '#', so that no server and no log of one ever sees it.
    return f"Open {address}#token={settings.token.get_secret_value()}" + ("&open=sample" if sample else "")
