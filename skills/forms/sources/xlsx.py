"""An Excel entry sheet of ours read into the model: a row a control, its validation saying what it takes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from copilot_server.errors import UnsupportedFile
from copilot_server.office.package import Package
from skills.forms.model import ids
from skills.forms.model.walk import OTHER, other_key
from skills.forms.sources.assemble import Found, Imported, definition_of

ENTRY = "Entry"
_NAME, _LABEL, _ANSWER, _HELP = 1, 2, 3, 4
_SLOT = re.compile(r"[a-z]\w*(\[\d+\]\.\w+)?([.#][\w.#-]+)?")
_FAR = 1e15  # written where the form has no bound
_NUMBERS = {"decimal": "number", "whole": "number"}


def read(data: bytes) -> Imported:
    """Raises kinds of FileError; UnsupportedFile for a workbook that is no entry sheet."""
    Package.open(data)  # the gate against hostile files
    book = openpyxl.load_workbook(io.BytesIO(data))
    if ENTRY not in book.sheetnames:
        raise UnsupportedFile(f"the workbook is no form: it has neither a sheet {ENTRY!r} nor one named 'survey'")
    sheet = book[ENTRY]
    title = str(sheet.cell(1, _LABEL).value or "")
    return definition_of(title, list(_sections(sheet, _rules(sheet))))


def _sections(sheet: Worksheet, rules: Mapping[int, DataValidation]) -> Iterator[tuple[str, list[Found]]]:
    """A bold line without a control begins a section; any other is the label of the repeat group below it."""
    heading, group = "", ""
    listed: list[Found] = []
    names = {str(sheet.cell(row, _NAME).value or "") for row in range(4, sheet.max_row + 1)}
    for row in range(4, sheet.max_row + 1):
        name, label = (str(sheet.cell(row, column).value or "") for column in (_NAME, _LABEL))
        if not _SLOT.fullmatch(name):
            if label and sheet.cell(row, _LABEL).font.b:
                yield heading, listed
                heading, listed = label, []
            group = label or group
            continue
        is_entry = "[" in name
        shown = re.sub(r"^\d+\. ", "", label) if is_entry else label
        kind, choices, more = _control(sheet, row, rules.get(row))
        if choices and other_key(name) in names:  # the last of the list asks for words in the row below
            choices = (*choices[:-1], (OTHER, choices[-1][1]))
        told = {"help": str(sheet.cell(row, _HELP).value or "")} | more | ({"group": group} if is_entry else {})
        told = {key: value for key, value in told.items() if value not in (None, "")}
        listed.append(Found(name, shown.removesuffix(" *"), kind, choices, shown.endswith(" *"), more=told))
    yield heading, listed


def _rules(sheet: Worksheet) -> dict[int, DataValidation]:
    """Row -> the validation of its answer."""
    rules: Any = sheet.data_validations.dataValidation
    return {row: rule for rule in rules for area in rule.sqref.ranges for row in range(area.min_row, area.max_row + 1)}


def _control(
    sheet: Worksheet, row: int, rule: DataValidation | None
) -> tuple[str, tuple[tuple[str, str], ...], dict[str, Any]]:
    """Kind, choices, and bounds in the model's words."""
    if rule is None:
        is_day = "yy" in str(sheet.cell(row, _ANSWER).number_format).lower()
        return "date" if is_day else "text", (), {}
    if rule.type == "list":
        labels = _labels(sheet, str(rule.formula1 or ""))
        if labels == ["x"]:
            return "tick", (), {}
        taken: set[str] = set()
        return "choice", tuple((_value(label, taken), label) for label in labels), {}
    low, high = (_limit(text) for text in (rule.formula1, rule.formula2))
    if rule.type in _NUMBERS:
        bounds = {
            "min": low if low and low > -1e15 else (0 if low == 0 else None),
            "max": high if high and high < 1e15 else None,
        }
        return "number", (), bounds | ({"decimals": 0} if rule.type == "whole" else {})
    if rule.type == "textLength":
        lengths = {"min_length": int(low or 0) or None, "max_length": int(high) if high and high < 32_767 else None}
        return "text", (), lengths
    return "date" if rule.type == "date" else "text", (), {}


def _labels(sheet: Worksheet, formula: str) -> list[str]:
    if formula.startswith('"'):
        return formula.strip('"').replace('""', '"').split(",")
    name, _, area = formula.lstrip("=").rpartition("!")
    book: Any = sheet.parent
    source = book[name.strip("'")] if name else sheet
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    cells = source.iter_rows(top, bottom, left, right, values_only=True)
    return [str(cell) for line in cells for cell in line if cell is not None]


def _value(label: str, taken: set[str]) -> str:
    """The sheet shows labels alone, so the values answers hold are made of them anew; numbers stay."""
    made = label if re.fullmatch(r"-?\d+", label) else ids.option_value(label, taken)
    taken.add(made)
    return made


def _limit(text: Any) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
