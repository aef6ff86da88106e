"""`office-copilot serve`: the HTTP API and the page, with an engine of turns, in this process."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from contextlib import suppress
from pathlib import Path

import click
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from copilot_server import garbage
from copilot_server.api import server
from copilot_server.cli.keys import nothing, run
from copilot_server.cli.logs import configure
from copilot_server.cli.turning import model_option
from copilot_server.errors import BadRequest
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
    with listening(settings.host, settings.port) as at:
        run(nothing)
        settings = settings.model_copy(update={"port": at.getsockname()[1]})
        click.echo(_address(settings, sample), err=True)
        garbage.collect_seldom()
        return _answer(server.build(settings, sample), at)


def listening(host: str, port: int) -> socket.socket:
    """Taken before anything is begun: a second server of one port must not take up the turns of the first.

    Raises BadRequest where it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        said = error.strerror or error
        raise BadRequest(
            f"cannot listen on {host} port {port}: {said}; choose another with --host or --port"
        ) from error


def _answer(app: FastAPI, at: socket.socket) -> int:
    """Until a signal comes; the exit code."""
    serving = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=3))
    with suppress(KeyboardInterrupt):
        serving.run(sockets=[at])
    return 0 if serving.started else 1


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
