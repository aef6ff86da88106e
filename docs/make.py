"""Writes docs/reference.md and docs/form.schema.json from the code itself: `python -m docs.make`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click

from copilot_server import errors
from copilot_server.agent import schema, skill
from copilot_server.agent.events import EventType
from copilot_server.cli.main import COMMANDS, program
from copilot_server.settings import Settings
from skills.forms import published

TARGET = Path(__file__).with_name("reference.md")
FORM_SCHEMA = Path(__file__).with_name("form.schema.json")


def main() -> None:
    TARGET.write_text(reference(), encoding="utf-8")
    FORM_SCHEMA.write_text(published.schema(), encoding="utf-8")


def reference() -> str:
    """The whole page."""
    sections = (_commands(), _settings(), _events(), _errors(), *(_edits(card) for card in skill.cards()))
    return "\n".join(["# Reference", "", "Written by `python -m docs.make`; do not edit.", "", *map(_joined, sections)])


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _commands() -> Iterator[str]:
    yield "## Commands"
    context = click.Context(program)
    for name in program.list_commands(context):
        command = program.get_command(context, name)
        if command is None:
            continue
        summary = COMMANDS[name][1] if name in COMMANDS else (command.help or "").splitlines()[0]
        yield f"\n### office-copilot {name}\n{summary}\n"
        for parameter in command.params:
            yield _parameter(parameter)
        for inner in getattr(command, "commands", {}).values():
            yield f"- `{name} {inner.name}`: {(inner.help or '').splitlines()[0]}"


def _parameter(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return f"- `{', '.join(parameter.opts)}`: {parameter.help or ''}"
    return f"- `{parameter.make_metavar(click.Context(click.Command('x')))}`"


def _settings() -> Iterator[str]:
    yield "## Settings"
    yield "In force: flag, else environment, else `copilot.toml`, else the user's config, else the default.\n"
    for name, field in Settings.model_fields.items():
        yield f"- `{name}` ({field.get_default(call_default_factory=True)!r}): {field.description or ''}"


def _events() -> Iterator[str]:
    yield "## Events"
    yield from (f"- `{name}`" for name in get_args(EventType))


def _errors() -> Iterator[str]:
    yield "## Errors"
    yield "Every problem+json `type` ends in one of these.\n"
    for error in _below(errors.RequestError):
        yield f"- `{error.slug}` ({error.status}): {error.title}"


def _below(error: type[errors.RequestError]) -> Iterator[type[errors.RequestError]]:
    yield error
    for inner in error.__subclasses__():
        if inner.__module__ == errors.__name__:
            yield from _below(inner)


def _edits(card: skill.Card) -> Iterator[str]:
    yield f"## Edits of {card.name}"
    edits = [edit for tool in skill.load(card).tools for edit in schema.edits_in(tool.arguments)]
    for edit in edits:
        described = schema.describe(edit)
        fields = [name for name in described["properties"] if name != "op"]
        rare = " (rare: ask `look_up`)" if edit.is_rare else ""
        yield f"- `{schema.name_of(edit)}`{rare}: {_first_line(described)} Fields: {', '.join(fields) or 'none'}."


def _first_line(described: dict[str, Any]) -> str:
    text = str(described.get("description", "")).strip()
    return text if text.endswith(".") else f"{text}."


if __name__ == "__main__":
    main()
