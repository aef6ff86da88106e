"""`office-copilot preview`: the pages of a file as pictures."""

from __future__ import annotations

import re
from pathlib import Path

import click

from copilot_server import app
from copilot_server.cli.output import print_json
from copilot_server.errors import NotFound


class PageRange(click.ParamType[range]):
    """ "2", "1-3" or "4-"; pages count from 1."""

    name = "pages"

    def convert(self, value: str | range, param: click.Parameter | None, ctx: click.Context | None) -> range:
        if isinstance(value, range):
            return value
        found = re.fullmatch(r"([1-9]\d{0,4})(?:(-)([1-9]\d{0,4})?)?", value.strip())
        if found is None:
            self.fail(f"'{value}' is no page and no range of pages like 1-3 or 4-", param, ctx)
        first, dash, last = found.groups()
        end = int(last) if last else 100_000 if dash else int(first)
        if end < int(first):
            self.fail(f"'{value}' ends before it begins", param, ctx)
        return range(int(first), end + 1)


@click.command("preview")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--pages", type=PageRange(), help="Only these, as 2, 1-3 or 4-; default all.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for them."
)
@click.option("--width", type=click.IntRange(64, 4096), default=1280, show_default=True, help="Pixels across.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def command(source: Path, pages: range | None, output: Path, width: int, is_json: bool) -> int:
    """Show the pages, slides or sheets of FILE as PNG pictures in a folder; the paths are printed.

    LibreOffice makes them where it is installed. Otherwise they are drafts, near to what Office shows, and named so.
    """
    from copilot_server.office.render import find_renderer  # noqa: PLC0415 - `--help` should not pay for pdfium

    if not source.is_file():
        raise NotFound(f"no file at {source}")
    data, suffix = app.printed(source)
    made = find_renderer().pages(data, suffix, pages, width)
    if not made:
        raise NotFound(f"{source.name} has no such page")
    output.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for page in made:
        path = output / f"{source.name}-{page.number}{'.draft' if page.is_draft else ''}.png"
        path.write_bytes(page.png)
        paths.append(path)
    is_draft = made[0].is_draft
    if is_json:
        print_json({"pages": [str(path) for path in paths], "is_draft": is_draft})
    else:
        click.echo("\n".join(map(str, paths)))
    if is_draft:
        click.echo("these are drafts: install LibreOffice for pages nearer to Office's", err=True)
    return 0
