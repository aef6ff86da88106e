"""Word files without content controls: lines, boxes and empty cells filled where they stand, and read back."""

from __future__ import annotations

import copy
import importlib.util
import io
import os
import sys
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import docx
import pytest
from click.testing import CliRunner
from docx.shared import RGBColor
from lxml import etree

from copilot_server.errors import FileError
from skills.forms.commands import commands
from skills.forms.document import Form
from skills.forms.filling import word_blanks
from skills.forms.filling.files import Origin, answers_in, fill_file
from skills.forms.model.form import items_of
from skills.forms.model.items import Item
from skills.forms.sources import import_form

TODAY = date(2026, 11, 22)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lines(*texts: str) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    return saved(document)


def words(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def labels(data: bytes) -> list[str]:
    return [item.label for item in items_of(import_form(data, ".docx").definition)]


def test_a_line_is_filled_in_its_own_looks_and_nothing_else_changes() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Name: ")
    line = paragraph.add_run("____")
    line.bold, line.font.color.rgb = True, RGBColor(0x14, 0x54, 0x8F)
    paragraph.add_run("____").italic = True
    paragraph.add_run(" (in capitals)")
    data = saved(document)

    filled = fill_file(data, ".docx", {"Name": "Łódź"}, TODAY)

    runs = docx.Document(io.BytesIO(filled.data)).paragraphs[0].runs
    assert [run.text for run in runs] == ["Name: ", "Łódź", "", " (in capitals)"]
    assert (runs[1].bold, runs[1].font.color.rgb) == (True, RGBColor(0x14, 0x54, 0x8F))
    assert [(field.label, field.status) for field in filled.report.fields] == [("Name", "filled")]
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(io.BytesIO(filled.data)) as after:
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["word/document.xml"]


def test_several_blanks_of_a_paragraph_each_get_their_own() -> None:
    data = lines("Name: ____ born: __/__/____ in [      ], called ......", "Comments:", "_____", "_____")

    assert labels(data) == ["Name", "born", "in", "called", "Comments"]
    facts = {"Name": "Ada", "born": "1815-12-10", "called": "A", "Comments": "one\ntwo"}
    filled = fill_file(data, ".docx", facts, TODAY)

    assert words(filled.data) == [
        "Name: Ada born: 1815-12-10 in [      ], called A", "Comments:", "one\ntwo", "_____",
    ]  # fmt: skip
    assert [field.status for field in filled.report.fields] == ["filled", "filled", "empty", "filled", "filled"]


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("Travel: ☐ Train ☐ Car", "Travel: ☐ Train ☒ Car"),
        ("Travel: □ Train □ Car ☑ Bus", "Travel: □ Train ☑ Car □ Bus"),
        ("Travel: [ ] Train [ ] Car", "Travel: [ ] Train [x] Car"),
        ("Travel: [X] Train [ ] Car", "Travel: [ ] Train [X] Car"),
        ("Travel: Train ( ) Car ( )", "Travel: Train ( ) Car (x)"),
    ],
)
def test_boxes_are_ticked_in_the_documents_own_way(said: str, after: str) -> None:
    filled = fill_file(lines(said), ".docx", {"Travel": "Car"}, TODAY)

    assert words(filled.data) == [after]
    assert filled.report.answers == {"travel": ["car"]}


def test_lines_of_an_answer_that_read_alike_stay_apart() -> None:
    document = docx.Document()
    document.add_table(1, 2).rows[0].cells[0].text = "Notes"

    filled = fill_file(saved(document), ".docx", {"Notes": "A\nA\x0bB\x07"}, TODAY)

    assert docx.Document(io.BytesIO(filled.data)).tables[0].rows[0].cells[1].text == "A\nA\nB"


def test_words_moved_away_hold_no_blanks() -> None:
    run = "<w:r><w:t>Name: ____</w:t></w:r>"
    moved = f"<w:p><w:moveFrom>{run}</w:moveFrom></w:p><w:p><w:moveTo>{run}</w:moveTo></w:p>"
    body = etree.fromstring(f'<w:body xmlns:w="{W}">{moved}</w:body>')

    assert [blank.paragraph is body[1] for blank in word_blanks.blanks(body)] == [True]


def test_a_copy_whose_words_differ_is_passed_over_at_once() -> None:
    empty = etree.fromstring(f'<w:body xmlns:w="{W}"><w:p><w:r><w:t>{" ____" * 9} end</w:t></w:r></w:p></w:body>')
    copies = [copy.deepcopy(empty), copy.deepcopy(empty)]
    for each, said in zip(copies, (" 1" * 9 + " end", " " * 2_000 + " and"), strict=True):
        each[0][0][0].text = said

    found = [word_blanks.read_beside(empty, each) for each in copies]

    assert [list(each.values()) for each in found] == [["1"] * 9, []]


def test_boxes_ticked_before_are_kept_where_nothing_is_said_of_them() -> None:
    filled = fill_file(lines("Travel:", "[x] Train", "[ ] Car", "Name: ____"), ".docx", {"Name": "Ada"}, TODAY)

    assert words(filled.data) == ["Travel:", "[x] Train", "[ ] Car", "Name: Ada"]
    assert [(field.label, field.status, field.value) for field in filled.report.fields] == [
        ("Travel", "kept", ["train"]),
        ("Name", "filled", "Ada"),
    ]


def test_prose_with_crosses_and_dots_has_no_boxes() -> None:
    with pytest.raises(FileError, match="nothing to fill in"):
        import_form(lines("As f (x) shows, see [x] below...", "call f() or a[ ]", "■ a point of a list"), ".docx")


def table(*rows: Iterable[str]) -> bytes:
    document = docx.Document()
    listed = [list(row) for row in rows]
    made = document.add_table(len(listed), len(listed[0]))
    for row, texts in zip(made.rows, listed, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(document)


def test_empty_cells_are_filled_beside_their_label_and_under_their_column() -> None:
    data = table(["", "Tenant", "Landlord"], ["Full name\n(as in passport)", "", ""], ["Town", "", "Kraków"])

    assert labels(data) == ["Full name: Tenant", "Full name: Landlord", "Town"]
    filled = fill_file(data, ".docx", {"Full name: Landlord": "Ada", "Town": "Łódź"}, TODAY).data

    assert words(filled) == [
        "",
        "Tenant",
        "Landlord",
        "Full name\n(as in passport)",
        "",
        "Ada",
        "Town",
        "Łódź",
        "Kraków",
    ]


def test_cells_with_pictures_tables_or_merged_from_above_are_not_empty() -> None:
    document = docx.Document()
    made = document.add_table(3, 2)
    for row in made.rows:
        row.cells[0].text = "Label"
    made.cell(0, 1).merge(made.cell(1, 1))
    made.cell(2, 1).add_table(1, 1)

    assert labels(saved(document)) == ["Label"]


def test_a_new_text_looks_as_the_mark_of_its_paragraph() -> None:
    document: Any = docx.Document(io.BytesIO(table(["Name", ""])))
    mark = document.tables[0].cell(0, 1).paragraphs[0].paragraph_format.element.get_or_add_pPr()
    mark.append(etree.fromstring(f'<w:rPr xmlns:w="{W}"><w:b/></w:rPr>'))

    filled = fill_file(saved(document), ".docx", {"Name": "Ada"}, TODAY).data

    assert docx.Document(io.BytesIO(filled)).tables[0].cell(0, 1).paragraphs[0].runs[0].bold


def run(name: str, *arguments: str) -> None:
    command = next(each for each in commands if each.name == name)
    assert CliRunner().invoke(command, arguments, catch_exceptions=False).exit_code == 0


def test_filled_copies_are_collected_by_the_empty_file(tmp_path: Path) -> None:
    empty, copies = tmp_path / "empty.docx", tmp_path / "copies"
    empty.write_bytes(lines("Name: ____ Town: ____", "Travel: [ ] Train [ ] Car"))
    copies.mkdir()
    for number, name in enumerate(("Ada", "Łukasz B.")):
        facts = [f"Name={name}", "Travel=Car", *(["Town=Łódź"] if number else [])]
        run("fill", str(empty), *facts, "-o", str(copies / f"{number}.docx"))

    run("collect", str(empty), str(copies), "-o", str(tmp_path / "all.csv"))

    rows = (tmp_path / "all.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "id,received,name,town,travel#train,travel#car"
    assert [row.split(",", 2)[2] for row in rows[1:]] == ["Ada,,,x", "Łukasz B.,Łódź,,x"]


def _value(item: Item, number: int) -> Any:
    if item.type == "multiple_choice":
        return [item.options[-1].value]  # pyright: ignore[reportAttributeAccessIssue]
    more = {"email": f"a{number}@example.org", "phone": f"+48 22 {number:07}", "url": f"https://example.org/{number}"}
    return more.get(item.type) or {"date": f"2026-05-{number % 28 + 1:02}", "number": number}.get(
        item.type, f"Łódź {number}"
    )


@pytest.fixture(scope="module")
def package_diff(corpus: Path) -> ModuleType:
    path = Path(os.environ.get("OFFICE_TOOLS", corpus.parent / "tools")) / "package_diff.py"
    if not path.exists():
        pytest.skip(f"needs {path.name} beside the corpus")
    spec = importlib.util.spec_from_file_location("package_diff", path)
    assert spec
    assert spec.loader
    module = sys.modules["package_diff"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_every_blank_of_real_files_is_filled_and_reads_back(
    corpus: Path, package_diff: ModuleType, tmp_path: Path
) -> None:
    seen, wrong = 0, list[str]()
    for path in sorted((corpus / "docx").glob("*.docx")):
        data = path.read_bytes()
        try:
            origin = Origin.of(data, path.name)
        except FileError:
            continue
        if not any("blanks and boxes" in note for note in origin.found.notes):
            continue
        seen += 1
        facts = {item.id: _value(item, number) for number, item in enumerate(items_of(origin.found.definition))}
        filled = fill_file(data, ".docx", facts, TODAY)
        after = tmp_path / path.name
        after.write_bytes(filled.data)
        again = answers_in(Form(origin.found.definition), filled.data, ".docx", TODAY, origin)
        is_clean = package_diff.compare(str(path), str(after), ["word/document.xml"], True)["ok"]
        is_whole = {field.status for field in filled.report.fields} == {"filled"}
        if not (is_clean and is_whole and again.answers == filled.report.answers):
            wrong.append(path.name)
    assert seen > 25
    assert wrong == []
