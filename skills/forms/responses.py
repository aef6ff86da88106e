"""Collected answers: validated, kept by form version, exported a row a response."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from copilot_server.agent.answering import Answering, Refused, Table, Taken
from copilot_server.errors import BadRequest, Conflict, UnsupportedFile
from skills.forms.document import Form
from skills.forms.filling.files import Origin, answers_in
from skills.forms.model import items
from skills.forms.model.form import Definition, items_of, outer_items
from skills.forms.model.validation import Problem, validate
from skills.forms.scoring import score
from skills.forms.slots import Slots, spread
from skills.forms.targets import export
from skills.forms.targets.paper import fitting_entries
from skills.forms.versions import version_of

_MAX_BYTES = 30_000_000
_COUNTED = (items.NumberQuestion, items.ScaleQuestion, items.Calculated)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Response:
    """`version` is that of the form it answers; `received` is ISO 8601 in UTC; `source` "page" or a file's suffix."""

    id: str
    version: str
    received: str
    source: str
    answers: Mapping[str, Any]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """What a respondent has to mend, in their language."""

    problems: tuple[Problem, ...]


def receive(form: Form, body: bytes, now: datetime) -> Response | Rejected:
    """What a page posts: {"form", "language", "answers"}. Raises BadRequest; Conflict for another version's page."""
    if len(body) > _MAX_BYTES:
        raise BadRequest(f"the answers have {len(body):,} bytes; at most {_MAX_BYTES:,} are taken")
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the answers are no JSON: {error}") from error
    if not isinstance(sent, dict) or not isinstance(sent.get("answers"), dict):
        raise BadRequest('the body must be an object with "answers"')
    version = version_of(form.definition)
    if sent.get("form") != version:
        raise Conflict("the form has changed since this page was opened; please reload it")
    language = sent.get("language") if sent.get("language") in form.definition.languages else None
    verdict = validate(form.definition, sent["answers"], now.date(), language)
    if verdict.problems:
        return Rejected(verdict.problems)
    return Response(uuid.uuid4().hex, version, now.isoformat(), "page", verdict.values, language or "")


def receive_file(
    form: Form, data: bytes, suffix: str, now: datetime, origin: Origin | None = None
) -> Response | Rejected:
    """A filled PDF, Word or Excel file of the form, or of the file it came from; raises kinds of FileError."""
    filled = answers_in(form, data, suffix, now.date(), origin)
    if not filled.answers:
        raise UnsupportedFile("the file answers no question of this form")
    wrong = [Problem(each.place, each.status, each.message) for each in filled.fields if each.status == "rejected"]
    verdict = validate(form.definition, filled.answers, now.date())
    if wrong or verdict.problems:
        return Rejected((*wrong, *verdict.problems))
    version = version_of(form.definition)
    return Response(uuid.uuid4().hex, version, now.isoformat(), suffix, verdict.values)


def table(definition: Definition, responses: Sequence[Response]) -> tuple[list[str], list[list[Any]]]:
    """Headers and a row a response: columns by slot, entries of repeat groups side by side as many as there are."""
    rows = [_row(definition, response) for response in responses]
    known = [*_meta(definition), *_columns(definition, responses)]
    return known, [[row.get(name, "") for name in known] for row in rows]


def _meta(definition: Definition) -> list[str]:
    has_quiz = any(isinstance(item, items.Question) and item.quiz for item in items_of(definition))
    return ["id", "received", *(["score"] if has_quiz else [])]


def _columns(definition: Definition, responses: Sequence[Response]) -> Iterator[str]:
    slots = Slots(definition)
    for item in outer_items(definition):
        if isinstance(item, items.Repeat):
            most = max((len(each.answers.get(item.id) or []) for each in responses), default=fitting_entries(item))
            for entry in range(most):
                for inner in item.items:
                    yield from (slot.name for slot in slots.of(inner, f"{item.id}[{entry}]."))
        elif isinstance(item, items.HiddenQuestion):
            yield item.id
        else:
            yield from (slot.name for slot in slots.of(item))


def _row(definition: Definition, response: Response) -> dict[str, Any]:
    row: dict[str, Any] = {"id": response.id, "received": response.received}
    counted = {item.id for item in items_of(definition) if isinstance(item, _COUNTED)}
    for name, value in spread(outer_items(definition), response.answers).items():
        is_number = name.rpartition("].")[2] in counted
        row[name] = "x" if value is True else _number(value) if is_number else value
    marks = score(definition, response.answers, datetime.fromisoformat(response.received).date())
    return row | ({"score": marks.points} if marks.marks else {})


def _number(text: str) -> float | str:
    """What is calculated may be a text too."""
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def to_csv(definition: Definition, responses: Sequence[Response]) -> bytes:
    """With a byte order mark, so that Excel reads UTF-8; what would run as a formula there is quoted."""
    headers, rows = table(definition, responses)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headers)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    is_number = isinstance(cell, str) and cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) and not is_number else cell


def to_xlsx(definition: Definition, responses: Sequence[Response]) -> bytes:
    """One table; answers are texts and numbers, never formulas."""
    headers, rows = table(definition, responses)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Responses")
        columns = [{"header": name} for name in headers]
        sheet.add_table(
            0, 0, max(1, len(rows)), len(headers) - 1, {"name": "responses", "columns": columns, "data": rows}
        )
        sheet.freeze_panes(1, 2)
    return out.getvalue()


def _address(form: Form) -> str:
    return form.definition.submit_url


def _page(form: Form) -> bytes:
    return export(form, "html").data


def _asked(form: Form) -> str:
    return version_of(form.definition)


def _take(form: Form, sent: bytes, name: str, now: datetime) -> Taken | Refused:
    found = receive_file(form, sent, f".{name.rpartition('.')[2]}", now) if name else receive(form, sent, now)
    if isinstance(found, Rejected):
        return Refused(tuple(asdict(problem) for problem in found.problems))
    return Taken(found.id, found.version, found.received, found.source, found.language, dict(found.answers))


def _table(form: Form, taken: Sequence[Taken], kind: Table) -> bytes:
    listed = [Response(each.id, each.asked, each.received, each.source, each.answers, each.language) for each in taken]
    return to_csv(form.definition, listed) if kind == "csv" else to_xlsx(form.definition, listed)


answering = Answering(_address, _page, _asked, _take, _table)
