"""The room's commands: fill, export and import forms from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from copilot_server.errors import BadRequest
from skills.forms.document import Form
from skills.forms.filling.facts import from_pairs
from skills.forms.filling.files import FilledForm, facts_from, fill_file, fill_form
from skills.forms.sources import import_form
from skills.forms.targets import export, target_for

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("export")
@click.argument("form", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", type=_FILE, required=True, help="its ending names the target: .html .docx .pdf .xlsx …")
@click.option("--json", "as_json", is_flag=True, help="print what the target cannot carry as JSON")
def export_command(form: Path, output: Path, as_json: bool) -> None:
    """Make FORM (form.json) into a web page, Word, PDF, Excel, XLSForm, SurveyJS, Google Forms or JSON Schema."""
    made = export(Form.open(form), target_for(output).name)
    _write(output, made.data)
    lost = [asdict(loss) for loss in made.losses]
    if as_json:
        click.echo(json.dumps({"output": str(output), "losses": lost}, ensure_ascii=False))
    for loss in () if as_json else made.losses:
        click.echo(f"not carried: {loss.where} {loss.field}: {loss.text}", err=True)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", type=_FILE, required=True, help="the form.json to write")
def import_command(file: Path, output: Path) -> None:
    """Read the form in FILE (.html, .pdf, .docx) into form.json."""
    found = import_form(file.read_bytes(), file.suffix)
    _write(output, Form(found.definition).to_bytes())
    for note in found.notes:
        click.echo(note, err=True)


@click.command("fill")
@click.argument("form", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--data", help="a .json, .csv or text file of facts, or - for standard input")
@click.option("-o", "--output", type=_FILE, required=True, help="of several rows, each gets a number")
@click.option("--json", "as_json", is_flag=True, help="print the report as JSON")
def fill_command(form: Path, pairs: Sequence[str], data: str | None, output: Path, as_json: bool) -> None:
    """Fill FORM (form.json, PDF or Word) with facts by question; what is not stated stays empty and is listed."""
    rows = _facts(pairs, data)
    today = datetime.now(UTC).date()
    reports: list[dict[str, Any]] = []
    for number, facts in enumerate(rows, start=1):
        target = output if len(rows) == 1 else output.with_name(_numbered(output.name, number, len(rows)))
        filled = _filled(form, facts, target, today)
        _write(target, filled.data)
        reports.append(_report(target, filled))
    if as_json:
        click.echo(json.dumps(reports if len(rows) > 1 else reports[0], ensure_ascii=False))
        return
    for report in reports:
        _tell(report)


def _facts(pairs: Sequence[str], data: str | None) -> list[dict[str, Any]]:
    own = from_pairs("\n".join(pairs))
    if data is None:
        if not own:
            raise BadRequest("nothing to fill in: give --data FILE or KEY=VALUE")
        return [own]
    text = sys.stdin.read() if data == "-" else Path(data).read_text(encoding="utf-8-sig")
    return [{**facts, **own} for facts in facts_from(text, "" if data == "-" else Path(data).suffix)]


def _filled(form: Path, facts: dict[str, Any], output: Path, today: date) -> FilledForm:
    if form.suffix.lower() == ".json":
        return fill_form(Form.open(form), facts, output, today)
    if output.suffix.lower() != form.suffix.lower():
        raise BadRequest(f"{form.name} is filled as it is, so the output must end in {form.suffix}; or import it first")
    return fill_file(form.read_bytes(), form.suffix, facts, today)


def _report(output: Path, filled: FilledForm) -> dict[str, Any]:
    fields = [asdict(field) for field in filled.report.fields]
    return {"output": str(output), "complete": filled.report.is_complete, "fields": fields, "notes": list(filled.notes)}


def _tell(report: dict[str, Any]) -> None:
    click.echo(report["output"])
    for field in report["fields"]:
        value = f" = {field['value']!r}" if field["value"] is not None else ""
        source = f" (from {field['source']})" if field["source"] else ""
        mark = " (required)" if field["status"] == "empty" and field["is_required"] else ""
        click.echo(f"  {field['status']}{mark}: {field['label']}{value}{source} {field['message']}".rstrip(), err=True)
    for note in report["notes"]:
        click.echo(f"  note: {note}", err=True)


def _numbered(name: str, number: int, count: int) -> str:
    """`out.form.json` → `out-07.form.json`: the number goes before the first dot, so that endings stay."""
    stem, dot, ending = name.partition(".")
    return f"{stem}-{number:0{len(str(count))}d}{dot}{ending}"


def _write(output: Path, data: bytes) -> None:
    """Whole or not at all."""
    unfinished = output.with_name(f".{output.name}.part")
    unfinished.write_bytes(data)
    unfinished.replace(output)


commands: Sequence[click.Command] = (fill_command, export_command, import_command)
