"""What the commands print: results on stdout, progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from copilot_server.agent.changes import Finding, Receipt
from copilot_server.agent.events import Emit, Event, ignore
from copilot_server.agent.loop import Outcome
from copilot_server.agent.skill import Beside

_MAX_CHANGES = 30


def console_for(*, is_stderr: bool = False) -> Console:
    """Text as it is: whole columns ("A:A:") are no emoji."""
    return Console(soft_wrap=True, highlight=False, emoji=False, stderr=is_stderr)


def print_json(value: Mapping[str, Any], *, is_stdout_taken: bool = False) -> None:
    """One object on stdout; on stderr where the file itself goes to stdout."""
    click.echo(json.dumps(value, ensure_ascii=False), err=is_stdout_taken)


def print_outcome(outcome: Outcome, output: Path | None, *, is_stdout_taken: bool = False) -> None:
    """For people: the message, what was measured, and where the file lies."""
    console = console_for(is_stderr=is_stdout_taken)
    console.print(escape(outcome.text))
    if outcome.question and outcome.question.choices:
        console.print(f"[bold]{escape(' / '.join(outcome.question.choices))}[/]")
    if not outcome.receipt.is_empty:
        console.print()
        print_receipt(outcome.receipt, console, besides=outcome.text)
    if output is not None:
        console.print(f"[bold]{escape(str(output))}[/]")


def print_beside(files: Sequence[Beside], output: Path | None) -> None:
    """The files written beside the output, each with what it could not take along."""
    console = console_for()
    if output is None:
        return
    for file in files:
        console.print(f"[bold]{escape(str(output.with_name(file.name)))}[/]")
        for note in file.notes[:_MAX_CHANGES]:
            console.print(f"  [yellow]![/] {escape(note)}")
        if len(file.notes) > _MAX_CHANGES:
            console.print(f"  … and {len(file.notes) - _MAX_CHANGES} more; export it to see all")


def print_receipt(receipt: Receipt, console: Console, besides: str = "") -> None:
    """Changes, findings and parts; what the text `besides` says already, line by line, is not said again."""
    said = set(besides.splitlines())
    changes = [change.text or f"{change.kind} {change.where}" for change in receipt.changes]
    changes = [line for line in changes if line not in said]
    for line in changes[:_MAX_CHANGES]:
        console.print(f"  [green]±[/] {escape(line)}")
    if len(changes) > _MAX_CHANGES:
        console.print(f"  … and {len(changes) - _MAX_CHANGES} more changes")
    _print_findings(receipt.new, "[yellow]![/] ", "! ", said, console)
    _print_findings(receipt.fixed, "[green]✓[/] fixed ", "fixed: ", said, console)
    if line := parts_line(receipt):
        console.print(f"  [dim]{escape(line)}[/]")


def _print_findings(
    findings: Sequence[Finding], mark: str, said_with: str, said: Collection[str], console: Console
) -> None:
    for finding in findings:
        line = f"{finding.where}: {finding.text}"
        if not any(each.startswith(f"{said_with}{line}") for each in said):  # said with its mend behind it
            console.print(f"  {mark}{escape(line)}")


def parts_line(receipt: Receipt) -> str:
    """ "14 parts byte-identical; changed xl/worksheets/sheet1.xml"; nothing for a file that has no parts."""
    parts = receipt.parts
    pieces = [f"{parts.identical} parts byte-identical"] if parts.identical else []
    for word, names in (("changed", parts.changed), ("added", parts.added), ("removed", parts.removed)):
        if names:
            shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
            pieces.append(f"{word} {shown}")
    return "; ".join(pieces)


@dataclass
class Progress:
    """Events told on stderr: as lines of JSON (`--events`), as a short story on a terminal, or not at all."""

    as_events: bool = False
    console: Console = field(default_factory=lambda: console_for(is_stderr=True))

    @property
    def emit(self) -> Emit:
        if self.as_events:
            return self._event
        return self._story if self.console.is_terminal else ignore

    def _event(self, event: Event) -> None:
        click.echo(json.dumps({"type": event.type, **event.data}, ensure_ascii=False), err=True)

    def _story(self, event: Event) -> None:
        match event.type:
            case "tool.started":
                self.console.print(f"[dim]· {event.data['name']}[/]")
            case "warning":
                self.console.print(f"[yellow]{escape(str(event.data['text']))}[/]")
            case _:
                pass
