"""`office-copilot edit`: a file and a sentence in, the edited file and a receipt out."""

from __future__ import annotations

from pathlib import Path

import click

from copilot_server import app
from copilot_server.agent.conversation import Say
from copilot_server.agent.workbench import Mode
from copilot_server.cli import naming, turning
from copilot_server.cli.exits import exit_code_of
from copilot_server.settings import load_settings


@click.command("edit")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("request")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the edited file goes; - for stdout.")
@click.option("--in-place", is_flag=True, help="Replace the file itself.")
@click.option("--select", "selection", metavar="PLACE", help="What you point at, as A1:B4.")
@click.option("--mode", type=click.Choice(["edit", "plan", "ask"]), default="edit", show_default=True)
@click.option(
    "--with",
    "others",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Another file to read from, data as csv, or a picture; a file REQUEST says to read is found by its name.",
)
@turning.turn_options
def command(
    source: Path,
    request: str,
    output: Path | None,
    in_place: bool,
    selection: str | None,
    mode: Mode,
    others: tuple[Path, ...],
    model: str | None,
    answers: tuple[str, ...],
    no_input: bool,
    is_json: bool,
    is_events: bool,
) -> int:
    """Edit the file IN as REQUEST says; everything else in it stays as it was.

    Without -o or --in-place the result lies beside the file, as NAME.edited.SUFFIX. With - for IN the file is read
    from stdin and the result written to stdout, as it came where nothing was to change; words go to stderr.
    """
    if output and in_place:
        raise click.UsageError("give -o or --in-place, not both")
    if source == turning.PIPE:
        if in_place:
            raise click.UsageError("a file from stdin has no place: its result goes to stdout, or where -o says")
        output = output or turning.PIPE
    opened = turning.open_source(source)
    turning.check_output(opened, output)
    others = (*others, *naming.named_files(request, others, besides=source))
    app.attach(opened, others)
    texts = app.read_texts([other for other in others if other.suffix.lower() in app.TEXT_SUFFIXES])
    readable = [app.open_file(other) for other in others if app.is_document(other) and other.name not in texts]
    talk = app.conversation(load_settings(model=model), opened, readable)
    outcome = turning.carry(
        talk,
        Say(request, mode, selection, texts),
        turning.asking(answers, no_input=no_input),
        turning.progress(is_events=is_events),
    )
    named = source if in_place else output
    is_made = not outcome.receipt.is_empty
    target = named or (turning.free_name(source) if is_made else None)
    turning.deliver(talk, outcome, target if is_made or output else None, is_json=is_json)
    if not is_made and not output:
        turning.mention_beside(talk, source, is_json=is_json)
    return exit_code_of(outcome.status)
