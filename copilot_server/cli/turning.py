"""How a command carries a turn: options they share, questions on the terminal, and the file written at its end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click
from pydantic import JsonValue

from copilot_server import app
from copilot_server.agent.conversation import Conversation, Say
from copilot_server.agent.events import Emit
from copilot_server.agent.loop import Outcome
from copilot_server.agent.skill import Beside
from copilot_server.agent.workbench import Opened
from copilot_server.cli.output import Progress, print_beside, print_json, print_outcome
from copilot_server.office.suffixes import OFFICE_SUFFIXES

F = TypeVar("F", bound=Callable[..., Any])
PIPE = Path("-")


def open_source(path: Path) -> Opened:
    """The file named, or for - the one on stdin."""
    return app.open_stream(sys.stdin.buffer.read()) if path == PIPE else app.open_file(path)


def check_output(opened: Opened, target: Path | None) -> None:
    """Before anything is paid for: raises UsageError for a place or a kind of file that could not be written."""
    if target is None or target == PIPE:
        return
    if target.is_dir() or not target.parent.is_dir():
        what = "is a folder" if target.is_dir() else f"cannot be written: there is no folder {target.parent}"
        raise click.UsageError(f"{target} {what}")
    ours, theirs = Path(opened.name).suffix.lower(), target.suffix.lower()
    kinds = opened.skill.card.suffixes
    if theirs not in kinds or (ours != theirs and {ours, theirs} <= OFFICE_SUFFIXES):
        fitting = ", ".join(kind for kind in kinds if kind == ours or kind not in OFFICE_SUFFIXES)
        raise click.UsageError(f"{opened.name} cannot be saved as {target.name}: its name may end in {fitting}")


def model_option(function: F) -> F:
    return click.option(
        "--model", metavar="NAME", help="Model to use; 'builtin' needs no key and understands plain commands."
    )(function)


def turn_options(function: F) -> F:
    """--model, --answer, --no-input, --json and --events, as every command that runs a turn has them."""
    options = (
        click.option("--answer", "answers", multiple=True, metavar="TEXT", help="Answer to a question; repeatable."),
        click.option("--no-input", is_flag=True, help="Never ask on the terminal; end with exit code 3 instead."),
        click.option("--json", "is_json", is_flag=True, help="Print one JSON object."),
        click.option("--events", "is_events", is_flag=True, help="Print events on stderr, a JSON object a line."),
    )
    for option in reversed(options):
        function = option(function)
    return model_option(function)


@dataclass(frozen=True)
class Asking:
    """Where answers come from: those given along, then the terminal unless that is off."""

    answers: Sequence[str] = ()
    is_interactive: bool = False

    def reply(self, index: int, outcome: Outcome) -> str | None:
        if index < len(self.answers):
            return self.answers[index]
        if not self.is_interactive or outcome.question is None:
            return None
        choices = f" [{' / '.join(outcome.question.choices)}]" if outcome.question.choices else ""
        click.echo(f"{outcome.text}{choices}", err=True)
        return click.prompt(">", prompt_suffix=" ", err=True)


def asking(answers: Sequence[str], *, no_input: bool) -> Asking:
    return Asking(answers, not no_input and sys.stdin.isatty() and sys.stderr.isatty())


def carry(talk: Conversation, said: Say, ask: Asking, emit: Emit) -> Outcome:
    """One message to its end, questions answered on the way."""

    async def turns() -> Outcome:
        outcome = await talk.say(said, emit)
        index = 0
        while outcome.status == "needs_answer":
            reply = ask.reply(index, outcome)
            if reply is None:
                return outcome
            outcome = await talk.answer(reply, emit)
            index += 1
        return outcome

    return asyncio.run(turns())


def deliver(talk: Conversation, outcome: Outcome, target: Path | None, *, is_json: bool) -> None:
    """Write the file where the turn made a version (or the caller named a place), and print the result."""
    if target == PIPE:
        _pipe(talk, outcome, is_json=is_json)
        return
    output: Path | None = None
    beside: Sequence[Beside] = ()
    if outcome.status == "completed" and target is not None:
        beside = talk.opened.skill.beside(talk.document, target.name)
        talk.document.save(target)
        for file in beside:
            target.with_name(file.name).write_bytes(file.data)
        output = target
    if is_json:
        print_json(outcome.to_json(str(output) if output else None) | _told(beside, output))
    else:
        print_outcome(outcome, output)
        print_beside(beside, output)


def mention_beside(talk: Conversation, source: Path, *, is_json: bool) -> None:
    """Where nothing changed nothing is written, though the document may have files that go out with it."""
    names = [file.name for file in talk.opened.skill.beside(talk.document, source.name)]
    if names and not is_json:
        click.echo(f"nothing new to write; name the output with -o to have {' and '.join(names)} made again", err=True)


def _pipe(talk: Conversation, outcome: Outcome, *, is_json: bool) -> None:
    """The file on stdout for the next program, what is said of it on stderr."""
    if outcome.status == "completed":
        with TemporaryDirectory() as folder:
            # By its name, which tells a csv from a workbook.
            path = Path(folder) / Path(talk.opened.name).name
            talk.document.save(path)
            sys.stdout.buffer.write(path.read_bytes())
    if is_json:
        print_json(outcome.to_json(None), is_stdout_taken=True)
    else:
        print_outcome(outcome, None, is_stdout_taken=True)


def _told(beside: Sequence[Beside], output: Path | None) -> dict[str, JsonValue]:
    if output is None or not beside:
        return {}
    return {"beside": [{"output": str(output.with_name(file.name)), "notes": list(file.notes)} for file in beside]}


def progress(*, is_events: bool) -> Emit:
    return Progress(as_events=is_events).emit


def free_name(source: Path) -> Path:
    """A name beside the source that overwrites nothing: report.edited.xlsx, report.edited-2.xlsx, …"""
    candidate = source.with_name(f"{source.stem}.edited{source.suffix}")
    number = 2
    while candidate.exists():
        candidate = source.with_name(f"{source.stem}.edited-{number}{source.suffix}")
        number += 1
    return candidate
