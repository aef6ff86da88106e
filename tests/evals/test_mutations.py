"""Faults planted in a right result, one at a time: the scorers must catch every one of them."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from openpyxl.styles import Font, PatternFill

from evals.controls import play
from evals.scoring.score import score
from evals.suites import SKILLS, suite
from evals.task import Task
from evals.trace import File, Seen


@dataclass(frozen=True)
class Planted:
    """A fault put into what the reference of a task left; `metric` is the one that must fall."""

    task: str
    metric: str
    spoil: Callable[[Any], None]


def _put(sheet: str, cell: str, value: Any) -> Callable[[Any], None]:
    def spoil(file: Any) -> None:
        file[sheet][cell] = value

    return spoil


def _style(sheet: str, cell: str, **looks: Any) -> Callable[[Any], None]:
    def spoil(file: Any) -> None:
        for name, value in looks.items():
            setattr(file[sheet][cell], name, value)

    return spoil


def _text(find: str, text: str) -> Callable[[Any], None]:
    """In a document: the run's words replaced."""

    def spoil(file: Any) -> None:
        paragraphs = [
            *file.paragraphs,
            *(p for table in file.tables for row in table.rows for cell in row.cells for p in cell.paragraphs),
        ]
        paragraph = next(each for each in paragraphs if find in each.text)
        paragraph.runs[0].text, rest = paragraph.text.replace(find, text), paragraph.runs[1:]
        for run in rest:
            run.text = ""

    return spoil


def _paragraph(find: str, change: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda file: change(next(each for each in file.paragraphs if find in each.text))


def _shape(slide: int, shape: int, change: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda file: change(file.slides[slide - 1].shapes[shape])


def _item(item: str, **fields: Any) -> Callable[[Any], None]:
    def spoil(form: Any) -> None:
        next(each for section in form["sections"] for each in section["items"] if each["id"] == item).update(fields)

    return spoil


def _drop(item: str) -> Callable[[Any], None]:
    def spoil(form: Any) -> None:
        for section in form["sections"]:
            section["items"] = [each for each in section["items"] if each["id"] != item]

    return spoil


def _gone(part: Any) -> None:
    part._element.getparent().remove(part._element)


def _bold(paragraph: Any) -> None:
    paragraph.runs[0].bold = True


def _restyle(name: str) -> Callable[[Any], None]:
    def spoil(paragraph: Any) -> None:
        paragraph.style = name

    return spoil


def _move(left: int) -> Callable[[Any], None]:
    def spoil(shape: Any) -> None:
        shape.left = left

    return spoil


def _says(text: str) -> Callable[[Any], None]:
    def spoil(shape: Any) -> None:
        shape.text_frame.text = text

    return spoil


def _draw(sheet: Any, area: str) -> None:
    sheet._charts[0].series[0].val.numRef.f = area


def _pivot(file: Any) -> Any:
    return file["Pivot"]._pivots[0]


def _not_sensitive(form: Any) -> None:
    for section in form["sections"]:
        for each in section["items"]:
            each.pop("sensitive", None)


FAULTS = (
    Planted("staff-bonus", "values", _put("Staff", "F5", "=D5*5%")),
    Planted("staff-bonus", "live", _put("Staff", "F6", 1234)),
    Planted("staff-bonus", "counterfactual", _put("Staff", "F5", 2560)),
    Planted("staff-bonus", "untouched", _put("Staff", "D7", 1)),
    Planted("staff-bonus", "untouched", _put("Staff", "A30", "left over")),
    Planted("staff-bonus", "untouched", _style("Staff", "D3", number_format="0.00")),
    Planted("staff-bonus", "untouched", _style("Staff", "B3", font=Font(bold=True))),
    Planted("staff-bonus", "untouched", _style("Staff", "B4", fill=PatternFill("solid", fgColor="FFFF00"))),
    Planted("staff-bonus", "untouched", lambda file: file.create_sheet("Extra")),
    Planted("staff-bonus", "no_new_errors", _put("Staff", "F7", "=1/0")),
    Planted("staff-bonus", "formula_hygiene", _put("Staff", "F7", "=SUM(D:D)*0+D7*4%")),
    Planted("staff-bonus", "formula_hygiene", _put("Staff", "F7", "=OFFSET(D7,0,0)*4%")),
    Planted("staff-hourly", "formats", _style("Staff", "F4", number_format="General")),
    Planted("invoices-replace", "values", _put("Invoices", "B2", "Borea")),
    Planted("budget-insert", "references", _put("Budget", "F5", "=SUM(B4:E4)")),
    Planted("budget-insert", "bindings", lambda file: file["Budget"]._charts.clear()),
    Planted("budget-insert", "bindings_kept", lambda file: _draw(file["Budget"], "Budget!$Z$2:$Z$8")),
    Planted("staff-chart", "bindings", lambda file: _draw(file["Staff"], "Staff!$D$2:$D$20")),
    Planted("staff-pivot", "bindings", lambda file: setattr(_pivot(file).cache.cacheSource.worksheetSource, "ref", "A1:E20")),
    Planted("staff-pivot", "bindings", lambda file: setattr(_pivot(file).dataFields[0], "subtotal", "count")),
    Planted("payroll-insert", "bindings", lambda file: setattr(_pivot(file).cache.cacheSource.worksheetSource, "ref", "A1:E21")),
    Planted("payroll-rename", "bindings_kept", lambda file: setattr(_pivot(file).cache.cacheSource.worksheetSource, "sheet", "Staff")),
    Planted("payroll-insert", "bindings_kept", lambda file: file["Pivot"]._pivots.clear()),
    Planted("sales-header", "layout", lambda file: setattr(file["Sales"], "freeze_panes", None)),
    Planted("sales-header", "layout", lambda file: setattr(file["Sales"].sheet_view.pane, "ySplit", 2)),
    Planted("sales-header", "formats", _style("Sales", "C1", font=Font(bold=False))),
    Planted("stock-table", "structure", lambda file: file["Stock"].tables.clear()),
    Planted("stock-sheet-turns", "structure", lambda file: file.move_sheet("Summary", 1)),
    Planted("notes-name", "references", lambda file: file.defined_names.pop("Growth")),
    Planted("long-find", "untouched", _put("Readings", "C333", 0)),
    Planted("lease-rent", "constraints", _text("2,550", "2,560")),
    Planted("lease-rent", "untouched", _text("Small repairs", "All repairs")),
    Planted("lease-rent", "untouched", _paragraph("Heating and water", _bold)),
    Planted("lease-rent", "untouched", _paragraph("Heating and water", _gone)),
    Planted("lease-rent", "untouched", _paragraph("Heating and water", _restyle("Quote"))),
    Planted("lease-rent", "untouched", lambda file: file.add_paragraph("left over")),
    Planted("lease-rent", "untouched", lambda file: setattr(file.styles["Normal"].font, "italic", True)),
    Planted("lease-rent", "untouched", lambda file: setattr(file.sections[0], "page_width", 9_000_000)),
    Planted("lease-clause", "styles", _paragraph("Deposit", _restyle("Normal"))),
    Planted("lease-clause", "structure", _paragraph("Deposit", _restyle("Heading 2"))),
    Planted("lease-clause", "heading_order", lambda file: file.add_paragraph("deep", "Heading 4")),
    Planted("minutes-member", "real_lists", lambda file: file.add_paragraph("• Kim Sato")),
    Planted("minutes-member", "structure", _paragraph("Kim Sato", _restyle("Normal"))),
    Planted("minutes-row", "constraints", _text("790", "970")),
    Planted("redline-notice", "tracked", _text("Heating", "Warmth")),
    Planted("lease-landscape", "pagination", lambda file: setattr(file.sections[0], "page_height", 20_000_000)),
    Planted("lease-term-page", "pagination", _paragraph("Term", lambda each: setattr(each.paragraph_format, "page_break_before", False))),
    Planted("pitch-title", "constraints", _shape(2, 0, _says("Offices"))),
    Planted("pitch-title", "untouched", _shape(5, 2, _says("Founded in Wien"))),
    Planted("pitch-title", "untouched", _shape(5, 2, _move(500_000))),
    Planted("pitch-title", "untouched", _shape(3, 1, _gone)),
    Planted("pitch-cell", "untouched", lambda file: setattr(file.slides[1].notes_slide.notes_text_frame, "text", "other")),
    Planted("pitch-title", "on_slide", _shape(5, 2, _move(12_000_000))),
    Planted("pitch-title", "no_new_overlap", lambda file: (_says("over")(file.slides[4].shapes.add_textbox(914400, 1700000, 3000000, 900000)))),
    Planted("pitch-cell", "exhibits", lambda file: setattr(file.slides[3].shapes[1].table.cell(2, 1), "text", "59 euros")),
    Planted("townhall-add", "structure", lambda file: _says("Else")(file.slides[3].shapes.title)),
    Planted("new-bees", "grounding", lambda file: _says("A hive for 180 euros, 977 sold")(file.slides[1].placeholders[1])),
    Planted("pitch-hide", "structure", lambda file: file.slides[4]._element.set("show", "1")),
    Planted("event-company", "coverage", _item("company", type="long_text")),
    Planted("event-company", "coverage", _drop("company")),
    Planted("event-company", "untouched", _item("email", required=False)),
    Planted("event-company", "stable_ids", _drop("remarks")),
    Planted("event-nights", "paths", _item("hotel_nights", show_if='mode = "online"')),
    Planted("event-nights", "validation", _item("hotel_nights", max=9)),
    Planted("event-company", "minimal", _item("company", id="religion", label="Your religion")),
    Planted("event-company", "options_sound", _item("mode", options=[{"value": "on_site", "label": "On site"}, {"value": "online", "label": "On site"}])),
    Planted("fill-survey", "fill_accuracy", lambda form: form["answers"].update(change="more towels")),
    Planted("new-health", "sensitive", _not_sensitive),
)  # fmt: skip


@cache
def _reference(task_id: str) -> tuple[Task, Seen]:
    task = next(each for skill in SKILLS for each in suite(skill) if each.id == task_id)
    return task, asyncio.run(play(task, task.controls.reference))[0]


def _spoilt(data: bytes, name: str, spoil: Callable[[Any], None]) -> bytes:
    stream = io.BytesIO()
    if name.endswith(".json"):
        form = json.loads(data)
        spoil(form)
        return json.dumps(form).encode()
    openers: Mapping[str, Callable[[Any], Any]] = {
        ".xlsx": openpyxl.load_workbook,
        ".docx": docx.Document,
        ".pptx": pptx.Presentation,
    }
    file = openers[name[-5:]](io.BytesIO(data))
    spoil(file)
    file.save(stream)
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("planted", FAULTS, ids=lambda each: f"{each.task}-{each.metric}")
def test_a_planted_fault_is_caught(planted: Planted) -> None:
    task, seen = _reference(planted.task)
    # Both sides go through the same library, so that what saving with it changes is no difference of theirs.
    before, plain, spoilt = (
        File(task.name, _spoilt(data, task.name, spoil))
        for data, spoil in ((seen.before.data, _nothing), (seen.after.data, _nothing), (seen.after.data, planted.spoil))
    )

    was = score(before, plain, seen.trace, task)
    now = score(before, spoilt, seen.trace, task)

    assert was[planted.metric].value == 1.0, was[planted.metric].explanation
    assert now[planted.metric].value < 1.0


def _nothing(_: Any) -> None:
    pass


def test_there_are_forty_planted_faults_of_every_skill() -> None:
    assert len(FAULTS) >= 40
    assert {_reference(each.task)[0].skill for each in FAULTS} == set(SKILLS)
