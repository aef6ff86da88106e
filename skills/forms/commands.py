"""The room's commands: fill, export and import forms, and collect answers, from the command line."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from copilot_server.agent.messages import Model
from copilot_server.errors import BadRequest, ModelError
from skills.forms.collecting import Collected, collect
from skills.forms.document import Form
from skills.forms.filling.answers import Field, Filled, match, question
from skills.forms.filling.by_model import fill_from_text
from skills.forms.filling.facts import before_pairs, from_pairs
from skills.forms.filling.files import FilledForm, Origin, delivered, facts_from, placed
from skills.forms.kept import Responses
from skills.forms.phrases import understand
from skills.forms.responses import to_csv, to_xlsx
from skills.forms.sources import Imported, import_form
from skills.forms.targets import export, target_for
from skills.forms.targets.losses import in_short

_NO_MODEL = (
    "free text is mapped to the questions by a language model, and none is configured; say it as lines "
    "`Question: answer`, JSON or csv, or set OPENAI_API_KEY, or OPENAI_BASE_URL and COPILOT_MODEL"
)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("export")
@click.argument("form", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", type=_FILE, required=True, help="its ending names the target: .html .docx .pdf .xlsx …")
@click.option("--json", "as_json", is_flag=True, help="print what the target cannot carry as JSON")
def export_command(form: Path, output: Path, as_json: bool) -> None:
    """Make FORM (form.json) into a web page, Word, PDF, Excel, XLSForm, SurveyJS, Google Forms or JSON Schema.

    FORM may also be any file `import` reads.
    """
    target = target_for(output)
    found = None if form.suffix.lower() == ".json" else import_form(form.read_bytes(), form.name)
    for note in found.notes if found else ():
        click.echo(note, err=True)
    made = export(Form(found.definition) if found else Form.open(form), target.name)
    _write(output, made.data)
    lost = [asdict(loss) for loss in made.losses]
    if as_json:
        click.echo(json.dumps({"output": str(output), "losses": lost}, ensure_ascii=False))
    for line in () if as_json else in_short(made.losses):
        click.echo(f"not carried: {line}", err=True)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", type=_FILE, required=True, help="the form.json to write")
def import_command(file: Path, output: Path) -> None:
    """Read the form in FILE (web page, PDF, Word, Excel, XLSForm, SurveyJS, Google or JSON Schema) into form.json."""
    found = import_form(file.read_bytes(), file.name)
    _write(output, Form(found.definition).to_bytes())
    for note in found.notes:
        click.echo(note, err=True)


@click.command("fill")
@click.argument("form", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.option(
    "--data", "given", multiple=True, help="a .json, .csv or text file of facts, - for standard input, or KEY=VALUE"
)
@click.option("-o", "--output", type=_FILE, required=True, help="of several rows, each gets a number")
@click.option("--model", help="the model that maps free text to the questions")
@click.option("--json", "as_json", is_flag=True, help="print the report as JSON")
@click.pass_context
def fill_command(
    context: click.Context, form: Path, pairs: Sequence[str], given: Sequence[str], output: Path, model: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Fill FORM (form.json, PDF, Word, Excel or a web page) with facts; what is not stated stays empty and is listed.

    Facts are JSON, a csv row, `key: value` lines, or free text, which a model maps to the questions.
    """
    opened = _Opened.of(form, output)
    today = datetime.now(UTC).date()
    text, suffix, more = _facts(given)
    own = from_pairs("\n".join([*more, *pairs]))
    rows = _rows(text, own, suffix, opened.form)
    if rows is None:
        chosen: Model = context.find_root().obj(model, understand)
        found = [_by_model(opened.form, text, chosen, own)]
    else:
        found = [match(opened.form.definition, facts, today) for facts in rows]
    reports: list[dict[str, Any]] = []
    for number, report in enumerate(found, start=1):
        target = output if len(found) == 1 else output.with_name(_numbered(output.name, number, len(found)))
        filled = opened.filled(report, target)
        _write(target, filled.data)
        reports.append(_report(target, filled))
    if as_json:
        click.echo(json.dumps(reports if len(rows or found) > 1 else reports[0], ensure_ascii=False))
        return
    for report in reports:
        _tell(report, is_one_of_many=len(reports) > 1)


@click.command("collect")
@click.argument("form", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", type=_FILE, required=True, help="the table: .xlsx or .csv, a row a response")
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="a folder to keep responses in, by version"
)
@click.option("--json", "as_json", is_flag=True, help="print what became of each file as JSON")
def collect_command(
    form: Path, files: Sequence[Path], output: Path, keep: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Collect filled FILES (PDF, Word, Excel, JSON; or folders of them) of FORM into one table.

    FORM is the form.json they were made of, or somebody's PDF, Word or Excel form as it is when empty.

    Only files that answer the form rightly are in it; of the others it is said what is wrong. With --keep they join
    those collected before, and a file given twice counts once.
    """
    if output.suffix.lower() not in {".csv", ".xlsx"}:
        raise BadRequest(f"responses are written as .csv or .xlsx, not {output.suffix!r}")
    origin = None if form.suffix.lower() == ".json" else Origin.of(form.read_bytes(), form.name)
    opened = Form.open(form) if origin is None else Form(origin.found.definition)
    found = collect(opened, files, None if keep is None else Responses(keep), origin)
    make = to_csv if output.suffix.lower() == ".csv" else to_xlsx
    _write(output, make(opened.definition, found.responses))
    if as_json:
        files_ = [{"file": str(each.path), "problems": list(each.problems)} for each in found.files]
        told = {"output": str(output), "responses": len(found.responses), "files": files_, "notes": list(found.notes)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(output)
        _tell_collected(found)


def _tell_collected(found: Collected) -> None:
    wrong = [each for each in found.files if each.problems]
    click.echo(f"{len(found.responses)} responses; {len(wrong)} of {len(found.files)} files are not in it", err=True)
    for each in wrong:
        click.echo(f"  {each.path}", err=True)
        for problem in each.problems:
            click.echo(f"    {problem}", err=True)
    for note in found.notes:
        click.echo(f"  note: {note}", err=True)


def _by_model(form: Form, text: str, model: Model, own: dict[str, Any]) -> Filled:
    """Without a language model, lines that name questions are still taken, and what fits none is listed."""
    today, pairs = datetime.now(UTC).date(), from_pairs(text)
    known = sum(question(form.definition, name) is not None for name in pairs)
    if model.name == "builtin" and known and 2 * known >= len(pairs):
        return _with_unread(match(form.definition, {**pairs, **own}, today), before_pairs(text))
    if model.name == "builtin":
        raise ModelError(_NO_MODEL)
    return asyncio.run(fill_from_text(form, text, model, today, own))


def _with_unread(filled: Filled, prose: str) -> Filled:
    """What stands above the lines of questions and answers is told, not dropped."""
    unread = Field("text", prose[:60], "unknown", prose, message="prose is read by a language model only")
    return replace(filled, fields=(*filled.fields, unread)) if prose else filled


def _facts(given: Sequence[str]) -> tuple[str, str, list[str]]:
    """The text of the one source named, its suffix, and the KEY=VALUE pairs beside it."""
    pairs = [each for each in given if "=" in each and not Path(each).is_file()]
    sources = [each for each in given if each not in pairs]
    if len(sources) > 1:
        raise BadRequest(f"give one file of facts, not {len(sources)}: {', '.join(sources)}")
    if not sources:
        return "", "", pairs
    if sources == ["-"]:
        return sys.stdin.read(), "", pairs
    path = Path(sources[0])
    return path.read_text(encoding="utf-8-sig"), path.suffix, pairs


def _rows(text: str, own: dict[str, Any], suffix: str, form: Form) -> list[dict[str, Any]] | None:
    """None where a model is needed; what the command line itself says goes before what a file says."""
    if not text.strip():
        if not own:
            raise BadRequest("nothing to fill in: give --data FILE or KEY=VALUE")
        return [own]
    rows = facts_from(text, suffix, form.definition)
    if rows == []:
        raise BadRequest("the data has no rows")
    return None if rows is None else [{**facts, **own} for facts in rows]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A form to fill: `found` and `data` where it is somebody's file, filled in place."""

    form: Form
    suffix: str
    data: bytes = b""
    found: Imported | None = None

    @classmethod
    def of(cls, path: Path, output: Path) -> _Opened:
        suffix = path.suffix.lower()
        if suffix == ".json":
            return cls(Form.open(path), suffix)
        data = path.read_bytes()
        found = import_form(data, path.name)
        if suffix not in {".html", ".htm"} and output.suffix.lower() not in {suffix, ".json"}:
            raise BadRequest(f"{path.name} is filled as it is, so the output must end in {suffix}; or import it first")
        return cls(Form(found.definition), suffix, data, found)

    def filled(self, report: Filled, output: Path) -> FilledForm:
        if self.found is None or output.suffix.lower() != self.suffix or self.suffix in {".html", ".htm"}:
            return delivered(self.form, report, output)
        return placed(self.found, self.data, self.suffix, report)


def _report(output: Path, filled: FilledForm) -> dict[str, Any]:
    fields = [asdict(field) for field in filled.report.fields]
    return {"output": str(output), "complete": filled.report.is_complete, "fields": fields, "notes": list(filled.notes)}


def _tell(report: dict[str, Any], *, is_one_of_many: bool) -> None:
    click.echo(report["output"])
    if is_one_of_many:
        click.echo(f"{report['output']}:", err=True)
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
    if not output.parent.is_dir():
        raise BadRequest(f"there is no folder {output.parent} to write {output.name} into")
    unfinished = output.with_name(f".{output.name}.part")
    unfinished.write_bytes(data)
    unfinished.replace(output)


commands: Sequence[click.Command] = (fill_command, export_command, import_command, collect_command)
