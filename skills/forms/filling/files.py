"""Whole files filled: a form of ours into any target, or somebody else's form just as it is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from copilot_server.errors import BadRequest
from skills.forms.document import Form
from skills.forms.filling import docx, pdf, xlsx
from skills.forms.filling.answers import Filled, match, question, with_standing, without
from skills.forms.filling.facts import before_pairs, delimiter_of, from_csv, from_json, from_pairs
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


@dataclass(frozen=True, slots=True)
class Origin:
    """Somebody's file a form was read from, empty: filled copies of it are read by it."""

    found: Imported
    data: bytes
    suffix: str

    @classmethod
    def of(cls, data: bytes, name: str) -> Origin:
        """Raises kinds of FileError."""
        return cls(import_form(data, name), data, PurePath(name).suffix.lower())

    def slots_in(self, data: bytes, suffix: str) -> dict[str, Any]:
        """What a filled copy says, by the slots of the model."""
        is_word = {self.suffix, suffix} <= {".docx", ".docm", ".dotx"}
        values = docx.read_beside(self.data, data) if is_word else _slots_in(data, suffix)
        slots = {control: slot for slot, control in self.found.names.items()}
        return {slots.get(name, name): value for name, value in values.items()}


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
    if _is_table(text, definition):
        return from_csv(text)
    pairs = {} if before_pairs(text) else from_pairs(text)
    return [pairs] if pairs and all(_is_said(definition, name, value) for name, value in pairs.items()) else None


def _is_table(text: str, definition: Definition) -> bool:
    """A header whose names are all questions of the form, and a row below it."""
    header, *below = csv.reader(io.StringIO(text), delimiter=delimiter_of(text))
    # `jobs[0].employer` is about the question `jobs`
    asked = (question(definition, name.partition("[")[0]) for name in header)
    return bool(below) and len(header) > 1 and all(item is not None for item in asked)


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


def standing(found: Imported, data: bytes, suffix: str) -> dict[str, Any]:
    """What the file the form was read from has in it already, by question."""
    slots = {control: slot for slot, control in found.names.items()}
    values = {slots.get(name, name): value for name, value in _slots_in(data, suffix).items()}
    return gather(outer_items(found.definition), values)


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
    slots = {control: slot for slot, control in found.names.items()}
    refused = {re.split(r"[#.\[]", slots.get(name, name))[0]: reason for name, reason in filled.unplaced}
    report = with_standing(without(report, refused), standing(found, data, suffix))
    notes = (*found.notes, *(f"{name}: {reason}" for name, reason in filled.unplaced))
    return FilledForm(filled.data, report, notes)


def answers_in(form: Form, data: bytes, suffix: str, today: date, origin: Origin | None = None) -> Filled:
    """What a filled file of this form says: PDF, Word, Excel, or the JSON a page sends. Raises kinds of FileError."""
    if suffix.lower() == ".json":
        rows = from_json(data.decode("utf-8", "replace"))
        return match(form.definition, rows[0] if rows else {}, today)
    values = origin.slots_in(data, suffix.lower()) if origin else _slots_in(data, suffix)
    return match(form.definition, gather(outer_items(form.definition), values), today)


def _slots_in(data: bytes, suffix: str) -> dict[str, Any]:
    match suffix.lower():
        case ".pdf":
            return pdf.read(data)
        case ".docx" | ".docm":
            return docx.read(data)
        case ".xlsx":
            return xlsx.read(data)
        case _:
            raise BadRequest(f"answers are read from .json, .pdf, .docx and .xlsx, not {suffix!r}")


def _answers_file(report: Filled) -> bytes:
    return (json.dumps(report.answers, ensure_ascii=False, indent=2) + "\n").encode()
