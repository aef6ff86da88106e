"""`office-copilot worker`: an engine of turns without the HTTP API, one of as many as needed."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import ExitStack

import click
import uvicorn
from prometheus_client import CollectorRegistry

from copilot_server import garbage
from copilot_server.api import server
from copilot_server.cli.keys import nothing, run
from copilot_server.cli.logs import configure
from copilot_server.cli.serve import listening
from copilot_server.cli.turning import model_option
from copilot_server.service import Service, running
from copilot_server.settings import Settings, load_settings
from copilot_server.turns.engine import passing_name


@click.command("worker")
@click.option("--name", default=None, help="Lasting name: started again, it goes on with its own turns at once.")
@click.option(
    "--port", type=int, default=None, help="Port to answer /healthz, /readyz and /metrics on; none by default."
)
@model_option
def command(name: str | None, port: int | None, model: str | None) -> int:
    """Carry turns until stopped; shares its database and blobs with the servers that take requests."""
    settings = load_settings(worker=name, worker_port=port, model=model)
    configure()
    garbage.collect_seldom()
    settings = settings.model_copy(update={"worker": settings.worker or passing_name()})
    with ExitStack() as held:
        at = None
        if settings.worker_port is not None:
            at = held.enter_context(listening(settings.worker_host, settings.worker_port))
        run(nothing)
        asyncio.run(_work(settings, at))
    return 0


async def _work(settings: Settings, at: socket.socket | None) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    registry = CollectorRegistry()
    async with running(settings, registry=registry) as service:
        click.echo(f"carrying turns as {settings.worker}", err=True)
        if at is None or stopped.is_set():  # a signal that came as it started
            await stopped.wait()
        else:
            await _answer(service, registry, at)


async def _answer(service: Service, registry: CollectorRegistry, at: socket.socket) -> None:
    """Until a signal comes, which uvicorn takes for itself meanwhile."""
    app = server.build_probes(service, registry)
    await uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off")).serve(sockets=[at])
