"""`office-copilot chat`: many turns over one file, each one undo step."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import click

from copilot_server import app
from copilot_server.agent.conversation import Conversation, Say
from copilot_server.agent.events import Emit
from copilot_server.agent.workbench import Opened
from copilot_server.cli import turning
from copilot_server.cli.output import print_json, print_outcome
from copilot_server.errors import CopilotError, TurnError, UpstreamError
from copilot_server.settings import load_settings

_HELP = "Say what you want. undo takes the last turn back, save writes the file now, quit ends."


@click.command("chat")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the result goes; default NAME.edited.")
@click.option("--in-place", is_flag=True, help="Replace the file itself.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a turn.")
@click.option("--events", "is_events", is_flag=True, help="Print events on stderr, a JSON object a line.")
@turning.model_option
def command(
    source: Path, output: Path | None, in_place: bool, is_json: bool, is_events: bool, model: str | None
) -> int:
    """Talk about the file IN: a message a line. The file is written after every turn that changed it."""
    opened = app.open_file(source)
    turning.check_output(opened, output)
    target = source if in_place else output or turning.free_name(source)
    talk = app.conversation(load_settings(model=model), opened)
    if sys.stdin.isatty():
        click.echo(_HELP, err=True)
    _Chat(talk, target, is_json, turning.progress(is_events=is_events)).run()
    return 0


class _Chat:
    """The versions of this chat, newest last; undo drops one."""

    def __init__(self, talk: Conversation, target: Path, is_json: bool, emit: Emit) -> None:
        self.talk, self.target, self.is_json, self.emit = talk, target, is_json, emit
        self.versions: list[Opened] = [talk.opened]
        self.is_asked = False

    def run(self) -> None:
        while (line := self._next_line()) is not None:
            text = line.strip()
            if not text:
                continue
            # An answer to a question may be any word: a command is then told by its stroke.
            is_command = text.startswith("/") or not self.is_asked
            match text.lower().removeprefix("/") if is_command else None:
                case "quit" | "exit":
                    return
                case "undo":
                    self._undo()
                case "save":
                    self._save()
                case "help":
                    click.echo(_HELP, err=True)
                case _:
                    self._turn(text)

    def _next_line(self) -> str | None:
        if sys.stdin.isatty():
            click.echo("> ", nl=False, err=True)
        line = sys.stdin.readline()
        return line or None

    def _turn(self, text: str) -> None:
        try:
            turn = self.talk.answer(text, self.emit) if self.is_asked else self.talk.say(Say(text), self.emit)
            outcome = asyncio.run(turn)
        except (TurnError, UpstreamError) as error:
            self._tell(error)
            return
        self.is_asked = outcome.status == "needs_answer"
        changed = self.talk.opened is not self.versions[-1]
        if changed:
            self.versions.append(self.talk.opened)
            self.talk.document.save(self.target)
        output = self.target if changed else None
        if self.is_json:
            print_json(outcome.to_json(str(output) if output else None))
        else:
            print_outcome(outcome, output)

    def _undo(self) -> None:
        if len(self.versions) == 1:
            click.echo("there is nothing to undo", err=True)
            return
        self.versions.pop()
        self.talk.opened = replace(self.versions[-1])
        self.versions[-1] = self.talk.opened
        self._save()

    def _save(self) -> None:
        self.talk.document.save(self.target)
        click.echo(f"wrote {self.target} (version {len(self.versions) - 1})", err=True)

    @staticmethod
    def _tell(error: CopilotError) -> None:
        click.echo(f"office-copilot: {error}", err=True)
