"""Whole files filled: a form of ours into any target, or somebody else's form just as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from copilot_server.errors import BadRequest
from skills.forms.document import Form
from skills.forms.filling import docx, pdf, xlsx
from skills.forms.filling.answers import Filled, match, question
from skills.forms.filling.facts import before_pairs, from_csv, from_json, from_pairs
from skills.forms.model.form import Definition, outer_items
from skills.forms.slots import gather, labelled, spread
from skills.forms.sources import Imported, import_form
from skills.forms.targets import export, target_for

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """`data` the file, `report` what became of each question, `notes` what the file could not take or keep."""

    data: bytes
    report: Filled
    notes: tuple[str, ...] = ()


def facts_from(text: str, suffix: str, definition: Definition) -> list[dict[str, Any]] | None:
    """One set of facts for each file to fill: a csv row, a JSON object, or `key: value` lines; None for free text.

    Raises BadRequest.
    """
    if suffix.lower() == ".json":
        return from_json(text)
    if suffix.lower() in {".csv", ".tsv"}:
        return from_csv(text)
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return from_json(text)
        except BadRequest:
            pass  # prose may begin with a bracket too
    pairs = {} if before_pairs(text) else from_pairs(text)
    return [pairs] if pairs and all(_is_said(definition, name, value) for name, value in pairs.items()) else None


def _is_said(definition: Definition, name: str, value: str) -> bool:
    """Prose has colons too: a line is key and value only when a question is called so, and its answer ends there."""
    item = question(definition, name)
    return item is not None and ("\n" not in value or getattr(item, "type", "") in {"long_text", "address"})


def fill_form(form: Form, facts: Facts, output: PurePath, today: date, language: str | None = None) -> FilledForm:
    """A form of ours, filled, as the file `output` names; a plain .json holds the answers alone."""
    return delivered(form, match(form.definition, facts, today, language=language), output)


def fill_file(data: bytes, suffix: str, facts: Facts, today: date) -> FilledForm:
    """A PDF, Word or Excel form, in place; all else in it stays. Raises BadRequest, kinds of FileError."""
    found = import_form(data, suffix)
    return placed(found, data, suffix, match(found.definition, facts, today))


def delivered(form: Form, report: Filled, output: PurePath) -> FilledForm:
    """The form with the answers of a report, as the file `output` names."""
    if output.name.lower().endswith(".json") and not output.name.lower().endswith((".form.json", ".google.json")):
        return FilledForm(_answers_file(report), report)
    filled = form.fork()
    filled.replace(form.definition.model_copy(update={"answers": report.answers}))
    if output.name.lower().endswith(".form.json"):
        return FilledForm(filled.to_bytes(), report)
    made = export(filled, target_for(output).name)
    return FilledForm(made.data, report)


def placed(found: Imported, data: bytes, suffix: str, report: Filled) -> FilledForm:
    """The answers of a report written into the very file the form was read from."""
    values = spread(outer_items(found.definition), report.answers)
    named = {found.names.get(slot, slot): value for slot, value in values.items()}
    match suffix.lower():
        case ".pdf":
            filled = pdf.fill(data, named)
        case ".docx" | ".docm":
            filled = docx.fill(data, named)
        case ".xlsx":
            shown = labelled(found.definition, values)
            filled = xlsx.fill(data, {found.names.get(slot, slot): value for slot, value in shown.items()})
        case _:
            raise BadRequest(f"only PDF, Word and Excel forms are filled in place, not {suffix!r}; import it first")
    notes = (*found.notes, *(f"{name}: {reason}" for name, reason in filled.unplaced))
    return FilledForm(filled.data, report, notes)


def answers_in(form: Form, data: bytes, suffix: str, today: date) -> Filled:
    """What a filled file of this form says: PDF, Word, Excel, or the JSON a page sends. Raises kinds of FileError."""
    match suffix.lower():
        case ".pdf":
            slots = pdf.read(data)
        case ".docx":
            slots = docx.read(data)
        case ".xlsx":
            slots = xlsx.read(data)
        case ".json":
            rows = from_json(data.decode("utf-8", "replace"))
            return match(form.definition, rows[0] if rows else {}, today)
        case _:
            raise BadRequest(f"answers are read from .json, .pdf, .docx and .xlsx, not {suffix!r}")
    return match(form.definition, gather(outer_items(form.definition), slots), today)


def _answers_file(report: Filled) -> bytes:
    return (json.dumps(report.answers, ensure_ascii=False, indent=2) + "\n").encode()
