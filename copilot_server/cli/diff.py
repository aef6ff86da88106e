"""`office-copilot diff`: what differs between two files, in their own terms."""

from __future__ import annotations

from pathlib import Path

import click

from copilot_server.agent import draft
from copilot_server.cli import turning
from copilot_server.cli.output import console_for, print_json, print_receipt
from copilot_server.errors import BadRequest


@click.command("diff")
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--json", "is_json", is_flag=True, help="Print the receipt as one JSON object.")
def command(before: Path, after: Path, is_json: bool) -> int:
    """Say what differs between the files A and B (- for stdin); exit code 1 when anything does, as diff has it."""
    if before == after == turning.PIPE:
        raise click.UsageError("only one of the two files can come from stdin")
    first, second = turning.open_source(before), turning.open_source(after)
    if first.skill.name != second.skill.name:
        raise BadRequest(
            f"{first.name} is a {first.skill.card.kind} and {second.name} a {second.skill.card.kind}: "
            "only files of one kind can be compared"
        )
    receipt = draft.compare(first.skill, first.document, second.document)
    if is_json:
        print_json(receipt.to_json())
    elif receipt.is_empty:
        click.echo("no difference")
    else:
        print_receipt(receipt, console_for())
    return 0 if receipt.is_empty else 1
