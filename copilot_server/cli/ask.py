"""`office-copilot ask`: a question about a file, answered without changing it."""

from __future__ import annotations

from pathlib import Path

import click

from copilot_server import app
from copilot_server.agent.conversation import Say
from copilot_server.cli import turning
from copilot_server.cli.exits import exit_code_of
from copilot_server.settings import load_settings


@click.command("ask")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("question")
@click.option("--select", "selection", metavar="PLACE", help="What you point at, as A1:B4.")
@turning.turn_options
def command(
    source: Path,
    question: str,
    selection: str | None,
    model: str | None,
    answers: tuple[str, ...],
    no_input: bool,
    is_json: bool,
    is_events: bool,
) -> int:
    """Answer QUESTION about the file IN (- for stdin); nothing is changed."""
    talk = app.conversation(load_settings(model=model), turning.open_source(source))
    outcome = turning.carry(
        talk,
        Say(question, "ask", selection),
        turning.asking(answers, no_input=no_input),
        turning.progress(is_events=is_events),
    )
    turning.deliver(talk, outcome, None, is_json=is_json)
    return exit_code_of(outcome.status)
