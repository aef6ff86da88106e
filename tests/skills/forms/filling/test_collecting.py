"""`office-copilot collect`: files dropped in become one table, and the wrong ones are told what is wrong."""

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
from click.testing import CliRunner

from copilot_server.errors import BadRequest
from skills.forms.commands import commands
from skills.forms.document import Form
from skills.forms.filling.files import fill_form
from skills.forms.simulate import respond

Sample = Callable[[str], Form]
COLLECT = next(command for command in commands if command.name == "collect")


@pytest.fixture
def dropped(sample: Sample, tmp_path: Path) -> Path:
    """A folder with four filled quizzes, one that is not done, and one that is something else."""
    form, folder = sample("quiz"), tmp_path / "in"
    folder.mkdir()
    today = datetime.now(UTC).date()
    for seed, name in enumerate(("a.pdf", "b.docx", "c.xlsx", "d.json")):
        answers = respond(form.definition, random.Random(seed), today).answers  # noqa: S311 - repeatable
        (folder / name).write_bytes(fill_form(form, answers, Path(name), today).data)
    first = respond(form.definition, random.Random(0), today).answers  # noqa: S311 - repeatable
    (folder / "half.json").write_text(json.dumps(dict([*first.items()][:1])), encoding="utf-8")
    (folder / "notes.json").write_text('{"colour": "blue"}', encoding="utf-8")
    (folder / "~$b.docx").write_bytes(b"lock")
    (tmp_path / "quiz.form.json").write_bytes(form.to_bytes())
    return folder


def collected(folder: Path, output: str, *more: str) -> dict[str, list[object]]:
    arguments = [str(folder.parent / "quiz.form.json"), str(folder), "-o", str(folder.parent / output), "--json", *more]
    ran = CliRunner().invoke(COLLECT, arguments, catch_exceptions=False)
    return json.loads(ran.stdout)


def test_right_files_are_rows_and_wrong_ones_say_why(dropped: Path) -> None:
    told = collected(dropped, "all.csv")

    wrong = {Path(each["file"]).name: each["problems"] for each in told["files"] if each["problems"]}  # type: ignore[call-overload,index]
    rows = list(csv.reader(io.StringIO((dropped.parent / "all.csv").read_text(encoding="utf-8-sig"))))
    assert [len(rows), told["responses"]] == [5, 4]
    assert wrong["notes.json"] == ["the file answers no question of this form"]
    assert len(wrong["half.json"]) > 1
    assert len(wrong) == 2


def test_a_kept_response_counts_once_and_stays(dropped: Path) -> None:
    collected(dropped, "all.xlsx", "--keep", str(dropped.parent / "kept"))
    for name in ("a.pdf", "b.docx"):
        (dropped / name).unlink()
    told = collected(dropped, "all.xlsx", "--keep", str(dropped.parent / "kept"))

    sheet = openpyxl.load_workbook(dropped.parent / "all.xlsx")["Responses"]
    assert told["responses"] == 4
    assert sheet.max_row == 5


def test_answers_to_another_version_are_not_mixed_in(dropped: Path) -> None:
    collected(dropped, "all.csv", "--keep", str(dropped.parent / "kept"))
    path = dropped.parent / "quiz.form.json"
    form = Form.open(path)
    form.replace(form.definition.model_copy(update={"title": "Another"}))
    path.write_bytes(form.to_bytes())
    for each in dropped.iterdir():
        each.unlink()

    told = collected(dropped, "all.csv", "--keep", str(dropped.parent / "kept"))

    assert told["responses"] == 0
    assert "4 responses to another version" in str(told["notes"])


def test_a_table_is_csv_or_excel(dropped: Path) -> None:
    with pytest.raises(BadRequest, match=r"\.csv or \.xlsx"):
        collected(dropped, "all.txt")
