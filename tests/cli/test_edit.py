"""`office-copilot edit`, `diff`, `ask` and `new` as scripts use them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl

from copilot_server.office.suffixes import suffix_of
from tests.cli.conftest import Run

JANUARY_5TH = datetime(2026, 1, 5, tzinfo=UTC).replace(tzinfo=None)  # workbooks know no time zones


def amounts(path: Path, *, values: bool = True) -> list[object]:
    return [row[1] for row in openpyxl.load_workbook(path, data_only=values)["Sales"].iter_rows(values_only=True)]


def test_an_edit_lies_beside_the_file_and_the_file_stays(run: Run, sales: Path) -> None:
    before = sales.read_bytes()

    ran = run("edit", sales, "set B2 to 200", "--json")

    made = Path(ran.json["output"])
    assert (ran.code, made.name) == (0, "sales.edited.xlsx")
    assert amounts(made) == ["Amount", 200, 80, 280]
    assert sales.read_bytes() == before


def test_a_dash_puts_the_file_on_stdout_and_the_words_on_stderr(sales: Path, tmp_path: Path) -> None:
    program = "from copilot_server.cli.main import main; main()"
    words = ["edit", str(sales), "set B2 to 200", "--model", "builtin", "-o", "-"]

    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, cwd=tmp_path, check=True)

    assert openpyxl.load_workbook(BytesIO(ran.stdout))["Sales"]["B2"].value == 200
    assert b"200" in ran.stderr
    assert not (tmp_path / "-").exists()


def test_files_to_deliver_lie_beside_the_output(run: Run, tmp_path: Path) -> None:
    form = tmp_path / "party.form.json"
    run("new", "form", "# Party\n## Guests\nName *\nMeal (options: Soup, Salad)", "-o", form)

    told = run("edit", form, "export as pdf and a web page", "-o", tmp_path / "ball.form.json", "--json").json
    said = run("edit", form, "export as pdf").out

    assert [Path(each["output"]).name for each in told["beside"]] == ["ball.pdf", "ball.html"]
    assert (tmp_path / "ball.pdf").read_bytes().startswith(b"%PDF")
    assert "Salad" in (tmp_path / "ball.html").read_text(encoding="utf-8")
    assert "party.edited.pdf" in said
    assert (tmp_path / "party.edited.pdf").exists()
    assert not (tmp_path / "party.pdf").exists()


def test_a_file_the_request_says_to_read_is_found_by_its_name(run: Run, tmp_path: Path) -> None:
    form, facts = tmp_path / "party.form.json", tmp_path / "facts.json"
    run("new", "form", "# Party\n## Guests\nName *\nMeal (options: Soup, Salad)", "-o", form)
    facts.write_text('{"Name": "Ada", "Meal": "Soup"}', encoding="utf-8")

    filled = run("edit", form, "fill from facts.json", "-o", tmp_path / "filled.json", "--json").json
    spoken_of = run("edit", form, 'rename question "Name" to "facts.json"', "-o", tmp_path / "named.json", "--json")

    answers = json.loads(Path(filled["output"]).read_text(encoding="utf-8"))["answers"]
    assert answers == {"name": "Ada", "meal": "soup"}
    assert spoken_of.json["status"] == "completed"


def test_pictures_of_a_brief_are_found_beside_it_and_nowhere_else(run: Run, tmp_path: Path, fixtures: Path) -> None:
    (tmp_path / "brief" / "img").mkdir(parents=True)
    shutil.copy(fixtures / "presentations" / "picture.png", tmp_path / "brief" / "img" / "pier.png")
    shutil.copy(fixtures / "presentations" / "picture.png", tmp_path / "outside.png")
    brief = tmp_path / "brief" / "pier.md"
    for noun, made in (("deck", "pier.pptx"), ("doc", "pier.docx")):
        brief.write_text("# The pier\n\n## From above\n\n![The pier](img/pier.png)\n", encoding="utf-8")
        inside = run("new", noun, "--brief", brief, "-o", tmp_path / made)
        brief.write_text("# The pier\n\n## From above\n\n![The pier](../outside.png)\n", encoding="utf-8")
        outside = run("new", noun, "--brief", brief, "-o", tmp_path / f"no-{made}")

        with zipfile.ZipFile(tmp_path / made) as package:
            assert any("/media/" in name for name in package.namelist())
        assert (inside.code, outside.code) == (0, 1)
        assert "no attached file '../outside.png'" in outside.out


def test_a_fault_is_told_once(run: Run, tmp_path: Path) -> None:
    said = run("new", "form", "# Party\n## Guests\nHow likely? [scale 1-5]", "-o", tmp_path / "party.form.json").out

    assert said.count("does not say what its ends mean") == 1


def test_the_json_object_tells_changes_parts_and_findings(run: Run, sales: Path) -> None:
    told = run("edit", sales, "set B2 to 200", "--json").json

    assert set(told) >= {"status", "message", "output", "receipt", "usage", "seconds"}
    (change,) = [each for each in told["receipt"]["changes"] if each["kind"] == "cell"]
    assert (change["where"], change["before"], change["after"]) == ("Sales!B2", 120, 200)
    assert "xl/worksheets/sheet1.xml" in told["receipt"]["parts"]["changed"]
    assert told["receipt"]["parts"]["identical"] > 3
    assert told["receipt"]["outside"] == []


def test_in_place_replaces_the_file(run: Run, sales: Path) -> None:
    assert run("edit", sales, "set B2 to 200", "--in-place").code == 0

    assert amounts(sales)[1] == 200


def test_what_is_not_understood_changes_nothing_and_fails(run: Run, sales: Path) -> None:
    ran = run("edit", sales, "set B2 to 200; make it sparkle", "--json")

    assert ran.code == 1
    assert ran.json["status"] == "failed"
    assert "make it sparkle" in ran.json["message"]
    assert not sales.with_name("sales.edited.xlsx").exists()


def test_a_question_without_an_answer_ends_with_exit_code_3(run: Run, sales: Path) -> None:
    ran = run("edit", sales, "set B2 to 200", "--mode", "plan", "--no-input", "--json")

    assert ran.code == 3
    assert ran.json["question"]["choices"] == ["yes", "no"]
    assert ran.json["output"] is None


def test_a_plan_answered_along_is_carried_out(run: Run, sales: Path) -> None:
    ran = run("edit", sales, "set B2 to 200", "--mode", "plan", "--answer", "yes", "--json")

    assert ran.code == 0
    assert amounts(Path(ran.json["output"]))[1] == 200


def test_a_missing_file_is_a_usage_error_that_names_it(run: Run) -> None:
    ran = run("edit", "nowhere.xlsx", "set B2 to 1")

    assert ran.code == 2
    assert "no file at nowhere.xlsx" in ran.err


def test_a_file_that_is_none_ends_with_exit_code_6(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fake.xlsx").write_text("not a workbook")

    ran = run("edit", tmp_path / "fake.xlsx", "set B2 to 1")

    assert ran.code == 6
    assert ran.err.startswith("office-copilot: fake.xlsx: ")


def test_a_kind_nobody_edits_names_those_that_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"x")

    ran = run("edit", tmp_path / "a.mp3", "play it")

    assert ran.code == 6
    assert ".xlsx" in ran.err


def test_diff_tells_what_differs_and_ends_like_diff(run: Run, sales: Path) -> None:
    run("edit", sales, "set B2 to 200", "-o", "after.xlsx")

    differing = run("diff", sales, "after.xlsx", "--json")
    same = run("diff", sales, sales)

    assert (differing.code, same.code) == (1, 0)
    assert "Sales!B2" in [each["where"] for each in differing.json["changes"]]
    assert same.out == "no difference\n"


def test_ask_changes_nothing(run: Run, sales: Path) -> None:
    ran = run("ask", sales, "what is the total?", "--json")

    assert ran.json["receipt"]["changes"] == []
    assert ran.json["output"] is None


def test_a_new_sheet_is_made_from_commands(run: Run, tmp_path: Path) -> None:
    ran = run("new", "sheet", "set A1:B2 to 1, 2; 3, 4", "-o", "numbers.xlsx", "--json")

    assert ran.code == 0
    sheet = openpyxl.load_workbook(tmp_path / "numbers.xlsx").active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [[1, 2], [3, 4]]


def test_a_new_document_needs_a_name_of_its_kind(run: Run) -> None:
    ran = run("new", "sheet", "set A1 to 1", "-o", "people.docx")

    assert ran.code == 2
    assert ".xlsx" in ran.err


def test_help_names_every_command(run: Run) -> None:
    ran = run("--help")

    assert ran.code == 0
    for name in ("new", "edit", "ask", "chat", "diff", "doctor", "config", "serve"):
        assert name in ran.out
    assert "Fill a form, PDF, Word or Excel file" in ran.out  # a room's own, said without loading it


def test_a_dash_reads_the_file_from_stdin_whatever_its_kind(sales: Path, tmp_path: Path) -> None:
    for data, cell in ((sales.read_bytes(), b"PK"), (b"Region,Amount\nNorth,120\n", b"Region,Amount\nNorth,200\n")):
        program = "from copilot_server.cli.main import main; main()"
        words = ["edit", "-", "set B2 to 200", "--model", "builtin"]

        ran = subprocess.run(
            [sys.executable, "-c", program, *words], input=data, capture_output=True, cwd=tmp_path, check=True
        )

        assert ran.stdout.startswith(cell)
        assert b"200" in ran.stderr


def test_a_file_from_stdin_cannot_be_replaced_in_place(run: Run) -> None:
    assert run("edit", "-", "set B2 to 200", "--in-place").code == 2


def test_a_new_sheet_is_made_of_data_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "first.csv").write_text("Region,Day,Amount\nNorth,2026-01-05,120.5\nSouth,2026-02-07,80\n")
    (tmp_path / "second.json").write_text('[{"a": 1, "b": "x"}]')

    ran = run("new", "sheet", "--data", "first.csv", "--data", "second.json", "-o", "made.xlsx")

    book = openpyxl.load_workbook(tmp_path / "made.xlsx")
    assert book.sheetnames == ["first", "second"]
    assert [cell.value for cell in book["first"][2]] == ["North", JANUARY_5TH, 120.5]
    assert book["first"].freeze_panes == "A2"
    assert book["second"]["B2"].value == "x"
    assert "A:A: width" in ran.out


def test_a_new_sheet_of_data_refuses_what_it_half_understands(run: Run, tmp_path: Path) -> None:
    (tmp_path / "first.csv").write_text("Region,Amount\nNorth,120\n")

    ran = run("new", "sheet", "add a total row; then a loan plan", "--data", "first.csv", "-o", "made.xlsx")

    assert ran.code == 1
    assert "a loan plan" in ran.out
    assert not (tmp_path / "made.xlsx").exists()


def test_a_place_that_cannot_be_written_is_told_before_anything_is_done(run: Run, sales: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()

    missing = run("edit", sales, "set B2 to 200", "-o", tmp_path / "nowhere" / "x.xlsx")
    folder = run("edit", sales, "set B2 to 200", "-o", tmp_path / "folder.xlsx")

    assert (missing.code, folder.code) == (2, 2)
    assert "nowhere" in missing.err
    assert "folder" in folder.err


def test_a_result_is_not_written_under_the_name_of_another_kind(run: Run, sales: Path, tmp_path: Path) -> None:
    for name in ("x.docx", "x.xlsm", "x.txt"):
        ran = run("edit", sales, "set B2 to 200", "-o", tmp_path / name)

        assert ran.code == 2
        assert ".xlsx, .csv, .tsv" in ran.err
        assert not (tmp_path / name).exists()
    assert run("edit", sales, "set B2 to 200", "-o", tmp_path / "x.csv").code == 0


def test_a_file_that_cannot_be_read_is_named_without_a_traceback(run: Run, tmp_path: Path) -> None:
    ran = run("edit", tmp_path / ("x" * 300 + ".xlsx"), "set B2 to 200")

    assert ran.code in {1, 2}
    assert "Traceback" not in ran.err


def test_what_is_made_of_a_template_is_none(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.template = True
    book.save(tmp_path / "house.xltx")

    run("new", "sheet", "set A2 to 5", "--template", "house.xltx", "-o", "made.xlsx")
    run("new", "sheet", "set A2 to 5", "-o", "made.xlsm")

    assert suffix_of((tmp_path / "made.xlsx").read_bytes()) == ".xlsx"
    assert suffix_of((tmp_path / "made.xlsm").read_bytes()) == ".xlsm"


def test_a_small_edit_loads_no_engine_it_does_not_need(tmp_path: Path, sales: Path) -> None:
    program = "import sys; from copilot_server.cli.main import _run; code = _run(sys.argv[1:]); print(*sys.modules); sys.exit(code)"
    words = ["edit", str(sales), "set B2 to 200", "--model", "builtin", "-o", str(tmp_path / "out.xlsx")]

    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, check=True, cwd=tmp_path)

    assert not {"openpyxl", "numpy", "duckdb", "PIL", "xlsxwriter", "openai", "sqlalchemy"} & set(
        ran.stdout.decode().split()
    )
