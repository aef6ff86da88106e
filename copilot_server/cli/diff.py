"""`office-copilot diff`: what differs between two files, in their own terms."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from copilot_server import app
from copilot_server.agent import draft
from copilot_server.cli.output import print_json, print_receipt
from copilot_server.errors import BadRequest


@click.command("diff")
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--json", "is_json", is_flag=True, help="Print the receipt as one JSON object.")
def command(before: Path, after: Path, is_json: bool) -> int:
    """Say what differs between the files A and B; exit code 1 when anything does, as diff has it."""
    first, second = app.open_file(before), app.open_file(after)
    if first.skill.name != second.skill.name:
        raise BadRequest(
            f"{before.name} is a {first.skill.card.kind} and {after.name} a {second.skill.card.kind}: "
            "only files of one kind can be compared"
        )
    receipt = draft.compare(first.skill, first.document, second.document)
    if is_json:
        print_json(receipt.to_json())
    elif receipt.is_empty:
        click.echo("no difference")
    else:
        print_receipt(receipt, Console(soft_wrap=True, highlight=False))
    return 0 if receipt.is_empty else 1
