"""Collected answers: held against the form, kept by version, exported a row a response."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from copilot_server.errors import BadRequest, Conflict
from skills.forms.document import Form
from skills.forms.filling.files import fill_form
from skills.forms.kept import Responses
from skills.forms.responses import Rejected, Response, receive, receive_file, to_csv, to_xlsx
from skills.forms.simulate import respond
from skills.forms.versions import version_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Sample = Callable[[str], Form]


def posted(form: Form, answers: object) -> bytes:
    return json.dumps({"form": version_of(form.definition), "language": "de", "answers": answers}).encode()


def test_right_answers_are_kept_by_version_and_survive_a_cut_line(sample: Sample, tmp_path: Path) -> None:
    form, store = sample("survey"), Responses(tmp_path)
    answers = respond(form.definition, random.Random(1), NOW.date()).answers  # noqa: S311 - repeatable

    received = receive(form, posted(form, answers), NOW)
    assert isinstance(received, Response)
    store.add(received)
    with (tmp_path / f"{received.version}.jsonl").open("ab") as file:
        file.write(b'{"id": "cut')

    assert [each.answers for each in store.of(received.version)] == [received.answers]
    assert store.versions() == (version_of(form.definition),)


def test_wrong_answers_come_back_in_the_respondents_language(sample: Sample) -> None:
    rejected = receive(sample("event"), posted(sample("event"), {"email": "x"}), NOW)

    assert isinstance(rejected, Rejected)
    assert "Bitte beantworten Sie diese Frage." in {problem.message for problem in rejected.problems}


def test_a_page_of_another_version_is_told_to_reload(sample: Sample) -> None:
    with pytest.raises(Conflict):
        receive(sample("event"), posted(sample("quiz"), {}), NOW)
    with pytest.raises(BadRequest):
        receive(sample("event"), b"[1]", NOW)


def test_a_filled_pdf_dropped_in_counts_as_a_response(sample: Sample) -> None:
    form = sample("quiz")
    answers = respond(form.definition, random.Random(2), NOW.date()).answers  # noqa: S311 - repeatable
    filled = fill_form(form, answers, Path("quiz.pdf"), NOW.date())

    received = receive_file(form, filled.data, ".pdf", NOW)

    assert isinstance(received, Response)
    assert received.answers == answers


def test_the_table_has_a_row_a_response_and_runs_no_formula(sample: Sample) -> None:
    form = sample("expenses")
    answers = {"employee": "=HYPERLINK(1)", "receipts": [{"net": 1.5}, {"net": 2}]}
    response = Response("1", version_of(form.definition), NOW.isoformat(), "page", answers)

    rows = list(csv.reader(io.StringIO(to_csv(form.definition, [response]).decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(form.definition, [response])))["Responses"]

    assert dict(zip(rows[0], rows[1], strict=True))["receipts[1].net"] == "2"
    assert dict(zip(rows[0], rows[1], strict=True))["employee"] == "'=HYPERLINK(1)"
    assert len(rows) == 2
    assert 1.5 in [each.value for each in sheet[2]]
    cell = next(each for each in sheet[2] if each.value == "=HYPERLINK(1)")
    assert cell.data_type == "s"
