"""`office-copilot config show`: the settings in force and where each comes from."""

from __future__ import annotations

import click

from copilot_server.cli.output import print_json
from copilot_server.settings import load_settings, sources


@click.group("config")
def command() -> None:
    """Settings: flag > environment > copilot.toml > user config > default."""


@command.command("show")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def show(is_json: bool) -> int:
    """Show every setting, its value (secrets hidden) and where it comes from."""
    settings = load_settings()
    rows = {name: {"value": str(getattr(settings, name)), "from": origin} for name, origin in sources(settings).items()}
    if is_json:
        print_json(rows)
        return 0
    width = max(map(len, rows))
    for name, row in rows.items():
        click.echo(f"{name:<{width}}  {row['value']}  ({row['from']})")
    return 0
