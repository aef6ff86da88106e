"""The command `office-copilot`: its commands are loaded one by one, when used."""

from __future__ import annotations

import errno
import importlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from copilot_server.cli.exits import exit_code
from copilot_server.errors import CopilotError

if TYPE_CHECKING:
    from copilot_server.agent.conversation import Understand
    from copilot_server.agent.messages import Model

# name -> (module, what the list of commands says); importing a module is what costs, so only the used one is.
COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("new", "Make a new sheet, deck, doc or form from a description."),
    "edit": ("edit", "Edit a file by a sentence; everything else in it stays as it was."),
    "ask": ("ask", "Ask about a file; nothing is changed."),
    "chat": ("chat", "Talk about a file over many turns, with undo."),
    "preview": ("preview", "Show the pages of a file as pictures."),
    "diff": ("diff", "Say what differs between two files, in their own terms."),
    "doctor": ("doctor", "Say what works here, what does not, and how to mend it."),
    "config": ("config", "Show the settings in force and where each comes from."),
    "serve": ("serve", "Serve the HTTP API and the page."),
    "worker": ("worker", "Carry turns for servers that share a database."),
    "keys": ("keys", "Make, list and revoke API keys."),
    "versions": ("versions", "List documents a server keeps, and their versions."),
    "eval": ("eval", "Run a skill's suite over a model; compare two runs."),
    "undo": ("undo", "Take the last turn on such a document back."),
}


class LazyGroup(click.Group):
    """Knows its commands by name and summary; imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *_rooms_commands()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            return importlib.import_module(f"copilot_server.cli.{COMMANDS[cmd_name][0]}").command
        if cmd_name not in _rooms_commands():
            return None
        room, _ = _rooms_commands()[cmd_name]
        added: Sequence[click.Command] = importlib.import_module(f"skills.{room}.commands").commands
        return next(command for command in added if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        summaries = {name: summary for name, (_, summary) in COMMANDS.items()}
        summaries |= {name: said for name, (_, said) in _rooms_commands().items()}
        with formatter.section("Commands"):
            formatter.write_dl(list(summaries.items()))


def _rooms_commands() -> dict[str, tuple[str, str]]:
    """name -> the room that adds it, and what the list of commands says; only the rooms' front matter is read."""
    from copilot_server.agent.card import cards  # noqa: PLC0415 - reading YAML is what `--version` should not cost

    return {name: (card.folder.name, said) for card in cards() for name, said in card.commands.items()}


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="office-copilot", prog_name="office-copilot")
@click.pass_context
def program(context: click.Context) -> None:
    """Edit and make office documents by saying what you want."""
    context.obj = _model  # rooms know no models: their commands are handed the one the user chose


def _model(name: str | None, understand: Understand) -> Model:
    """The model named, else the one the settings name; loaded when a command asks for it."""
    from copilot_server import app  # noqa: PLC0415 - `--help` should not pay for it
    from copilot_server.settings import load_settings  # noqa: PLC0415

    return app.model_maker(load_settings(model=name))(understand)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, and end the process with the exit code the outcome has."""
    sys.exit(_run(list(arguments) if arguments is not None else None))


def _run(arguments: list[str] | None) -> int:
    try:
        return program.main(args=arguments, prog_name="office-copilot", standalone_mode=False) or 0
    except click.exceptions.Abort:
        return 130
    except KeyboardInterrupt:
        return 130
    except click.ClickException as error:
        error.show(file=sys.stderr)
        return 2
    except CopilotError as error:
        click.echo(f"office-copilot: {error}", err=True)
        return exit_code(error)
    except BrokenPipeError:
        return 1
    except OSError as error:
        if error.filename is None and error.errno != errno.ENOSPC:
            raise  # none of a file the user named
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"office-copilot: {where}{error.strerror}", err=True)
        return 1
