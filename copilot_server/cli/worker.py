"""`office-copilot worker`: an engine of turns without the HTTP API, one of as many as needed."""

from __future__ import annotations

import asyncio
import signal

import click
import uvicorn
from prometheus_client import CollectorRegistry

from copilot_server import garbage
from copilot_server.api import server
from copilot_server.cli.logs import configure
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
    asyncio.run(_work(settings.model_copy(update={"worker": settings.worker or passing_name()})))
    return 0


async def _work(settings: Settings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    registry = CollectorRegistry()
    async with running(settings, registry=registry) as service:
        click.echo(f"carrying turns as {settings.worker}", err=True)
        if settings.worker_port is None or stopped.is_set():  # a signal that came as it started
            await stopped.wait()
        else:
            await _answer(settings, service, registry)


async def _answer(settings: Settings, service: Service, registry: CollectorRegistry) -> None:
    """Until a signal comes, which uvicorn takes for itself meanwhile."""
    app = server.build_probes(service, registry)
    port = settings.worker_port or 0
    config = uvicorn.Config(app, settings.worker_host, port, log_config=None, lifespan="off")
    await uvicorn.Server(config).serve()
