"""What forms cost: an edit beside reading the file, filling beside the libraries people fill with."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime

import docx
import pypdf

from bench.ratio import Ratio, cpu_seconds
from copilot_server.agent.draft import Draft
from skills.forms.agent import skill
from skills.forms.checks.explore import _explored  # pyright: ignore[reportPrivateUsage] - a bench may empty its cache
from skills.forms.document import Form, to_json
from skills.forms.filling import docx as word_filling
from skills.forms.filling import pdf as pdf_filling
from skills.forms.model.form import Definition
from skills.forms.model.validation import validate
from skills.forms.outline.reader import read_outline
from skills.forms.reading.outline import outline
from skills.forms.simulate import respond
from skills.forms.targets import export
from skills.forms.tools import edit

_SECTIONS, _QUESTIONS = 20, 15
_LINES = (
    "Name of person {n} *", "Notes on case {n} [long]", "Count {n} [number] (min: 0) (max: 99)", "Day {n} [date]",
    "Choice {n} [single] (options: red, green, blue, other)",
)  # fmt: skip


def measure() -> Iterator[Ratio]:
    data = to_json(_large())
    opening = cpu_seconds(lambda: Form.open(data))
    one = cpu_seconds(lambda: _relabel(data, 1))
    many = cpu_seconds(lambda: _relabel(data, 200))
    yield Ratio(
        "one question relabelled among 300, checked and saved, CPU against opening the form", one / opening, 150
    )
    yield Ratio("200 questions relabelled in one batch, CPU against one", many / one, 8)
    yield Ratio("outline of 300 questions, tokens", len(outline(Form.open(data))) / 4, 3000)
    yield Ratio("tools, tokens", sum(len(json.dumps(tool.parameters)) for tool in skill.tools) / 4, 3000)
    yield from _filling()
    form, dice, today = Form.open(data), random.Random(1), datetime.now(UTC).date()  # noqa: S311 - repeatable
    answers = respond(form.definition, dice, today).answers
    judging = cpu_seconds(lambda: validate(form.definition, answers, today))
    yield Ratio("a response of 300 answers validated, CPU against opening the form", judging / opening, 2)


def _filling() -> Iterator[Ratio]:
    """Forty text fields, in our own files."""
    form = Form(read_outline("# F\n## A\n" + "\n".join(f"Field {n}" for n in range(40)), Definition()).definition)
    values = {f"field_{n}": f"value {n}" for n in range(40)}
    blank, page = export(form, "docx").data, export(form, "pdf").data
    ours = cpu_seconds(lambda: word_filling.fill(blank, values))
    yield Ratio(
        "40 Word controls filled, CPU against python-docx opening and saving",
        ours / cpu_seconds(lambda: _resaved(blank)),
        1,
    )
    ours = cpu_seconds(lambda: pdf_filling.fill(page, values))
    yield Ratio(
        "40 PDF fields filled in every script, CPU against pypdf in Latin only",
        ours / cpu_seconds(lambda: _by_pypdf(page, values)),
        3,
    )


def _large() -> Definition:
    lines = ["# Large form"]
    for section in range(_SECTIONS):
        lines.append(f"## Part {section}")
        lines += [_LINES[n % len(_LINES)].format(n=section * _QUESTIONS + n) for n in range(_QUESTIONS)]
    return read_outline("\n".join(lines), Definition()).definition


def _relabel(data: bytes, count: int) -> None:
    """Through the tool a model calls, measured, explored for faults and saved."""
    _explored.cache_clear()
    draft = Draft(skill, Form.open(data))
    ids = [item.id for section in draft.document.definition.sections for item in section.items][:count]
    edits = [{"op": "change_items", "items": [each], "set": {"label": f"Asked anew: {each}"}} for each in ids]
    edit.run(draft, **edit.parse(json.dumps({"edits": edits})))
    draft.document.to_bytes()


def _resaved(data: bytes) -> None:
    docx.Document(io.BytesIO(data)).save(io.BytesIO())


def _by_pypdf(data: bytes, values: dict[str, str]) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for page in writer.pages:
        writer.update_page_form_field_values(page, values, auto_regenerate=False)
    writer.write(io.BytesIO())
