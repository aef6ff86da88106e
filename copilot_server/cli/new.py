"""`office-copilot new`: a document made from a description."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from copilot_server import app
from copilot_server.agent.conversation import Say
from copilot_server.agent.workbench import Opened
from copilot_server.cli import naming, turning
from copilot_server.cli.exits import exit_code_of
from copilot_server.settings import load_settings


@click.command("new")
@click.argument("noun", metavar="deck|sheet|doc|form")
@click.argument("description", default="")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Where the new file goes.")
@click.option("--brief", type=click.Path(path_type=Path, allow_dash=True), help="A text file with the brief, or -.")
@click.option("--data", multiple=True, type=click.Path(path_type=Path), help="A file to take facts from; repeatable.")
@click.option("--template", type=click.Path(path_type=Path), help="Your own template.")
@turning.turn_options
def command(
    noun: str,
    description: str,
    output: Path,
    brief: Path | None,
    data: tuple[Path, ...],
    template: Path | None,
    model: str | None,
    answers: tuple[str, ...],
    no_input: bool,
    is_json: bool,
    is_events: bool,
) -> int:
    """Make a new deck, sheet, doc or form as DESCRIPTION (and the brief) says."""
    text = "\n\n".join(part for part in (description, _read_brief(brief)) if part)
    if not text and not data:
        raise click.UsageError("say what it should be: a DESCRIPTION, --brief FILE, or --data FILE to make it of")
    text = text or f"What {' and '.join(path.name for path in data)} hold."
    texts, others = _split(data)
    opened = app.create(noun, output.name, template)
    turning.check_output(opened, output)
    app.attach(opened, data, naming.pictures_of(text, brief.parent if brief else Path()))
    talk = app.conversation(load_settings(model=model), opened, others, is_new=True)
    outcome = turning.carry(
        talk,
        Say(text, texts=texts),
        turning.asking(answers, no_input=no_input),
        turning.progress(is_events=is_events),
    )
    turning.deliver(talk, outcome, output, is_json=is_json)
    return exit_code_of(outcome.status)


def _read_brief(brief: Path | None) -> str:
    if brief is None:
        return ""
    if str(brief) == "-":
        return sys.stdin.read()
    return next(iter(app.read_texts([brief]).values()))


def _split(data: tuple[Path, ...]) -> tuple[dict[str, str], list[Opened]]:
    """Plain texts go along as they are; Office files are opened to be read from."""
    plain = [path for path in data if path.suffix.lower() in app.TEXT_SUFFIXES]
    return app.read_texts(plain), [app.open_file(path) for path in data if path not in plain and app.is_document(path)]
