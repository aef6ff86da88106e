"""`office-copilot worker`: an engine of turns without the HTTP API, one of as many as needed."""

from __future__ import annotations

import asyncio
import signal

import click

from copilot_server.cli.logs import configure
from copilot_server.cli.turning import model_option
from copilot_server.service import running
from copilot_server.settings import Settings, load_settings
from copilot_server.turns.engine import passing_name


@click.command("worker")
@click.option("--name", default=None, help="Lasting name: started again, it goes on with its own turns at once.")
@model_option
def command(name: str | None, model: str | None) -> int:
    """Carry turns until stopped; shares its database and blobs with the servers that take requests."""
    settings = load_settings(worker=name, model=model)
    configure()
    asyncio.run(_work(settings.model_copy(update={"worker": settings.worker or passing_name()})))
    return 0


async def _work(settings: Settings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running(settings):
        click.echo(f"carrying turns as {settings.worker}", err=True)
        await stopped.wait()
