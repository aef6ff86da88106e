"""Facts to answers: read as their questions want them, reported one by one, and nothing invented."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncGenerator, Callable
from datetime import date
from pathlib import Path, PurePath

import docx
import openpyxl
import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner

from copilot_server.agent.messages import AssistantMessage, Prompt, Reply, TextDelta, ToolCall
from skills.forms.commands import commands
from skills.forms.document import Form
from skills.forms.filling import docx as docx_fields
from skills.forms.filling import pdf as pdf_fields
from skills.forms.filling import xlsx as xlsx_fields
from skills.forms.filling.answers import match
from skills.forms.filling.by_model import fill_from_text
from skills.forms.filling.facts import from_csv, from_pairs
from skills.forms.filling.files import answers_in, fill_file, fill_form
from skills.forms.targets import export

TODAY = date(2026, 11, 22)
Sample = Callable[[str], Form]
FACTS = {
    "Your name": "Ada Lovelace", "E-Mail": "ada@example.org", "How will you take part?": "online",
    "Your time zone": "Europe", "Will you bring a guest?": "yes", "How many guests?": "2",
}  # fmt: skip


def statuses(form: Form, facts: dict[str, object]) -> dict[str, str]:
    return {field.place: field.status for field in match(form.definition, facts, TODAY).fields}


def test_labels_in_any_language_find_their_question(sample: Sample) -> None:
    filled = match(sample("event").definition, FACTS, TODAY)

    assert filled.is_complete
    assert filled.answers["your_name"] == {"first": "Ada", "last": "Lovelace"}
    assert filled.answers["email"] == "ada@example.org"
    assert filled.answers["guests"] == 2


@pytest.mark.parametrize(
    ("name", "last"), [("田中 花子", "田中"), ("Ada King Lovelace", "Lovelace"), ("김 철수", "김")]
)
def test_a_name_is_taken_apart_as_its_script_writes_it(sample: Sample, name: str, last: str) -> None:
    answers = match(sample("event").definition, {"Your name": name}, TODAY).answers

    assert answers["your_name"]["last"] == last
    assert set(f"{answers['your_name']['first']} {last}".split()) == set(name.split())


def test_a_group_that_needs_an_entry_is_listed_as_required(outlined: Callable[[str], Form]) -> None:
    groups = outlined("# T\nNeeded [repeat] (min: 1)\n  What *\nFree [repeat] (min: 0)\n  Which *")

    filled = match(groups.definition, {}, TODAY)

    assert {field.place: field.is_required for field in filled.fields} == {"needed": True, "free": False}
    assert not filled.is_complete


def test_what_does_not_fit_is_rejected_and_what_is_missing_listed(sample: Sample) -> None:
    found = statuses(sample("event"), {**FACTS, "guests": "nine", "Email": "nonsense", "Shoe size": 43})

    assert found["guests"] == "rejected"
    assert found["email"] == "rejected"
    assert found["Shoe size"] == "unknown"
    assert found["days"] == "not_shown"
    assert found["remarks"] == "empty"


@pytest.mark.parametrize(
    ("outline", "raw", "value"),
    [
        ("X [date]", "March 5, 2024", "2024-03-05"),
        ("X [date]", "25/12/2024", "2024-12-25"),
        ("X [date]", "5.3.2024", "2024-03-05"),
        ("X [time]", "2:30 pm", "14:30"),
        ("X [datetime]", "2024-03-05 14:30", "2024-03-05T14:30"),
        ("X [number]", "1.234,50", 1234.5),
        ("X [number]", "1,234", 1234),
        ("X [currency]", "€ 99.90", 99.9),
        ("X [yes/no]", "No", False),
        ("X [multiple] (options: Red, Sky blue)", "sky blue; Red", ["sky_blue", "red"]),
        ("X [single] (options: Red, Blue, other)", "Other", "other"),
        ("X [scale]", "4 out of 5", 4),
        ("X [address]", "1 Elm St, Springfield, IL, 62704, USA",
         {"street": "1 Elm St", "city": "Springfield", "region": "IL", "postcode": "62704", "country": "USA"}),
    ],
)  # fmt: skip
def test_values_are_read_as_people_write_them(
    outlined: Callable[[str], Form], outline: str, raw: object, value: object
) -> None:
    filled = match(outlined(outline).definition, {"X": raw, "x_other": "Green"}, TODAY)

    assert filled.answers["x"] == value


def test_a_date_that_could_be_two_is_not_guessed(outlined: Callable[[str], Form]) -> None:
    field = match(outlined("X [date]").definition, {"X": "03/04/2024"}, TODAY).fields[0]

    assert field.status == "rejected"
    assert "day/month or month/day" in field.message


def test_facts_come_from_lines_and_tables() -> None:
    assert from_pairs("Name: Ada\nNote: first\n  second\n- Age = 36") == {
        "Name": "Ada",
        "Note": "first\nsecond",
        "Age": "36",
    }
    assert from_csv("name;jobs[0].employer;jobs[1].employer\nAda;A;B\n") == [
        {"name": "Ada", "jobs": [{"employer": "A"}, {"employer": "B"}]}
    ]


class Mapper:
    """A model that answers with what it is given."""

    name, context_tokens = "mapper", 8_000

    def __init__(self, answers: list[dict[str, object]]) -> None:
        self.answers = answers
        self.seen: list[Prompt] = []

    async def stream(self, prompt: Prompt) -> AsyncGenerator[TextDelta | Reply]:
        self.seen.append(prompt)
        yield Reply(AssistantMessage("", (ToolCall("1", "answer", json.dumps({"answers": self.answers})),)))


async def test_a_model_fills_only_what_it_can_quote(sample: Sample) -> None:
    text = "Hi, Ada Lovelace here (ada@example.org). I'll join online."
    model = Mapper([
        {"id": "your_name", "value": "Ada Lovelace", "quote": "Ada  Lovelace here"},
        {"id": "email", "value": "ada@example.org", "quote": "ada@example.org"},
        {"id": "phone", "value": "+44 20 1234", "quote": "+44 20 1234"},
    ])  # fmt: skip

    filled = await fill_from_text(sample("event"), text, model, TODAY)

    assert filled.answers == {"your_name": {"first": "Ada", "last": "Lovelace"}, "email": "ada@example.org"}
    assert [field.message for field in filled.fields if field.place == "phone" and field.status == "rejected"] == [
        "the text does not contain what is quoted"
    ]
    assert "Ada Lovelace here" in model.seen[0].messages[-1].context  # type: ignore[union-attr]


def test_a_foreign_word_form_is_filled_with_everything_else_kept(
    tmp_path: Path, outlined: Callable[[str], Form]
) -> None:
    made = export(outlined("# Visit\n## A\nName *\nDay [date]\nMeals [multiple] (options: Vegan, Halal)"), "docx").data
    opened = docx.Document(io.BytesIO(made))
    opened.sections[0].header.paragraphs[0].text = "Acme Ltd."
    opened.save(str(tmp_path / "acme.docx"))
    original = (tmp_path / "acme.docx").read_bytes()

    filled = fill_file(original, ".docx", {"Name": "Łucja", "Day": "2026-12-01", "Meals": "Halal"}, TODAY)

    assert docx_fields.read(filled.data) == {"name": "Łucja", "day": "2026-12-01", "meals#halal": True}
    before, after = (_parts(each) for each in (original, filled.data))
    assert {name for name in before if before[name] != after.get(name)} == {"word/document.xml"}


def _parts(data: bytes) -> dict[str, bytes]:
    from copilot_server.office.package import Package  # noqa: PLC0415

    package = Package.open(data)
    return {name: package.read(name) for name in package.names}


def test_a_filled_pdf_looks_the_same_outside_its_fields(sample: Sample) -> None:
    original = export(sample("event"), "pdf").data

    filled = pdf_fields.fill(original, {"email": "ada@example.org", "mode": "online", "meals#vegan": True, "nope": "x"})

    assert filled.unplaced == (("nope", "the PDF has no field for it"),)
    with pikepdf.open(io.BytesIO(filled.data)) as opened:
        assert opened.check_pdf_syntax() == []
    bare = [pypdfium2.PdfDocument(each)[0].render(scale=1, may_draw_forms=False, draw_annots=False).to_numpy()
            for each in (original, filled.data)]  # fmt: skip
    assert (bare[0] == bare[1]).all()
    assert pdf_fields.read(filled.data) == {"email": "ada@example.org", "mode": "online", "meals#vegan": True}


def test_an_unfilled_answer_is_never_in_the_file(sample: Sample) -> None:
    filled = fill_form(sample("event"), {"guests": "nine", "Email": "ada@example.org"}, PurePath("a.json"), TODAY)

    assert json.loads(filled.data) == {"email": "ada@example.org"}


def test_a_csv_fills_one_file_a_row(fixtures: Path, tmp_path: Path) -> None:
    data = tmp_path / "people.csv"
    data.write_text("Your name,Email\nAda Lovelace,ada@x.org\nAlan Turing,alan@x.org\n", encoding="utf-8")
    fill = next(each for each in commands if each.name == "fill")
    form = str(fixtures / "forms" / "event.form.json")

    result = CliRunner().invoke(fill, [form, "--data", str(data), "-o", str(tmp_path / "out.pdf"), "--json"])

    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["out-1.pdf", "out-2.pdf"]
    assert pdf_fields.read((tmp_path / "out-2.pdf").read_bytes())["your_name.last"] == "Turing"


def test_an_excel_form_is_filled_in_place(sample: Sample) -> None:
    """Numbers and days are such in the cells, choices as the lists offer them; all other parts stay as they were."""
    blank = export(sample("expenses"), "xlsx").data
    receipt = {"kind": "meals", "net": "12.50", "vat": "19"}
    facts = {"employee": "007", "from_day": "2026-11-20", "km": 42, "receipts": [receipt]}

    filled = fill_file(blank, ".xlsx", facts, TODAY)

    before, after = (openpyxl.load_workbook(io.BytesIO(each)) for each in (blank, filled.data))
    rows = [(str(row[0].value), row[2]) for row in after["Entry"].iter_rows() if row[0].value]
    written = {name: cell.value for name, cell in rows if cell.value is not None}
    assert {name: written[name] for name in ("employee", "km", "receipts[0].kind", "receipts[0].net")} == {
        "employee": "007",
        "km": 42,
        "receipts[0].kind": "Meals",
        "receipts[0].net": 12.5,
    }
    assert written["from_day"].date() == date(2026, 11, 20)  # type: ignore[union-attr]
    assert filled.notes == ()
    assert parts_changed(blank, filled.data) == {"xl/worksheets/sheet1.xml"}
    assert after["Entry"].data_validations.count == before["Entry"].data_validations.count


def parts_changed(before: bytes, after: bytes) -> set[str]:
    was, now = zipfile.ZipFile(io.BytesIO(before)), zipfile.ZipFile(io.BytesIO(after))
    return {name for name in was.namelist() if was.read(name) != now.read(name)}


@pytest.mark.parametrize("target", ["docx", "pdf", "xlsx"])
def test_what_is_worked_out_stands_on_paper_where_its_answers_do(sample: Sample, target: str) -> None:
    receipt = {"kind": "meals", "net": "100", "vat": "7"}
    facts = {"from_day": "2026-11-20", "to_day": "2026-11-22", "km": 10, "receipts": [receipt]}
    readers = {"docx": docx_fields.read, "pdf": pdf_fields.read, "xlsx": xlsx_fields.read}

    def shown(facts: dict[str, object]) -> dict[str, object]:
        slots = readers[target](fill_form(sample("expenses"), facts, PurePath(f"a.{target}"), TODAY).data)
        names = ("days", "receipts[0].gross", "allowance", "total")
        return {name: slots[name] for name in names if slots.get(name) not in (None, "")}

    assert shown(facts) == {"days": "3", "receipts[0].gross": "107.00", "allowance": "3.00", "total": "110.00"}
    assert set(shown({"purpose": "none"})) == set()


def test_rows_from_standard_input_fill_a_file_each(fixtures: Path, tmp_path: Path) -> None:
    fill = next(each for each in commands if each.name == "fill")
    form, out = str(fixtures / "forms" / "event.form.json"), str(tmp_path / "out.json")
    rows = "Your name;Email\nAda Lovelace;ada@x.org\nAlan Turing;alan@x.org\n"

    result = CliRunner().invoke(fill, [form, "--data", "-", "-o", out, "--json"], input=rows)

    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "out-2.json").read_text(encoding="utf-8"))["email"] == "alan@x.org"


@pytest.mark.parametrize("target", ["docx", "pdf", "xlsx"])
def test_what_a_file_has_in_it_is_told_and_stays(sample: Sample, target: str) -> None:
    first = fill_form(sample("event"), FACTS, PurePath(f"a.{target}"), TODAY).data

    again = fill_file(first, f".{target}", {"guests": 3}, TODAY)

    told = {field.place: (field.status, field.value) for field in again.report.fields}
    assert told["email"] == ("kept", "ada@example.org")
    assert told["guests"][0] == "filled"
    assert told["arrival"][0] == "empty"
    kept = answers_in(sample("event"), again.data, f".{target}", TODAY).answers
    assert (kept["email"], kept["guests"]) == ("ada@example.org", 3)


def test_facts_are_given_as_pairs_too_and_in_one_file_only(fixtures: Path, tmp_path: Path) -> None:
    fill = next(each for each in commands if each.name == "fill")
    form, out = str(fixtures / "forms" / "event.form.json"), str(tmp_path / "out.json")

    pairs = CliRunner().invoke(fill, [form, "--data", "Email=ada@x.org", "--data", "Your name=Ada Lovelace", "-o", out])
    files = CliRunner().invoke(fill, [form, "--data", "a.csv", "--data", "b.csv", "-o", out])

    assert pairs.exit_code == 0, pairs.output
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["email"] == "ada@x.org"
    assert "give one file of facts" in str(files.exception)


def test_any_form_that_is_read_is_exported_too_and_a_missing_folder_is_named(fixtures: Path, tmp_path: Path) -> None:
    make = next(command for command in commands if command.name == "export")
    form, word, page = str(fixtures / "forms" / "quiz.form.json"), tmp_path / "quiz.docx", tmp_path / "quiz.html"

    CliRunner().invoke(make, [form, "-o", str(word)], catch_exceptions=False)
    CliRunner().invoke(make, [str(word), "-o", str(page)], catch_exceptions=False)
    lost = CliRunner().invoke(make, [form, "-o", str(tmp_path / "no" / "quiz.pdf")])

    assert b"<form" in page.read_bytes()
    assert "there is no folder" in str(lost.exception)
