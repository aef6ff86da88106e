"""Each file in the hands of the program it is made for."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import jsonschema
import openpyxl
import pikepdf
import pypdf
import pypdfium2
import pytest
from pyxform.xls2xform import convert

from copilot_server.errors import UnsupportedFile
from copilot_server.office.xml import qname
from skills.forms.document import Form
from skills.forms.fonts.faces import Faces
from skills.forms.model.validation import validate
from skills.forms.simulate import respond
from skills.forms.targets import export
from tests.skills.forms.conftest import SAMPLES

Sample = Callable[[str], Form]
each_form = pytest.mark.parametrize("name", SAMPLES)


@each_form
def test_word_finds_a_protected_form_with_tagged_controls(sample: Sample, name: str) -> None:
    opened = docx.Document(io.BytesIO(export(sample(name), "docx").data))
    controls = opened.element.body.findall(f".//{qname('w:sdtPr')}")
    tagged = [each for each in controls if each.find(qname("w15:repeatingSectionItem")) is None]

    assert opened.settings.element.find(qname("w:documentProtection")).get(qname("w:edit")) == "forms"
    assert all(each.find(qname("w:tag")) is not None and each.find(qname("w:alias")) is not None for each in tagged)
    numbers = [each.find(qname("w:id")).get(qname("w:val")) for each in controls]
    assert len(numbers) == len(set(numbers))
    assert "___" not in "".join(paragraph.text for paragraph in opened.paragraphs)


def test_a_form_makes_the_same_pdf_at_any_time(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = iter(range(0, 10**6, 3600))
    monkeypatch.setattr("fontTools.ttLib.tables._h_e_a_d.timestampNow", lambda: next(hours))

    assert export(sample("event"), "pdf").data == export(sample("event"), "pdf").data


@pytest.mark.parametrize("target", ["xlsx", "xlsform"])
def test_a_form_makes_the_same_workbook_at_any_time(sample: Sample, target: str) -> None:
    with zipfile.ZipFile(io.BytesIO(export(sample("event"), target).data)) as made:
        told = made.read("docProps/core.xml").decode()

    assert re.findall(r"\d{4}-\d\d-\d\dT", told) == ["1980-01-01T"] * 2


@each_form
def test_the_pdf_is_sound_and_every_field_has_a_tooltip(sample: Sample, name: str) -> None:
    data = export(sample(name), "pdf").data

    with pikepdf.open(io.BytesIO(data)) as opened:
        assert opened.check_pdf_syntax() == []
        assert b"/JavaScript" not in data
        assert all(str(page.obj.Tabs) == "/R" for page in opened.pages)
    fields = pypdf.PdfReader(io.BytesIO(data)).get_fields() or {}
    assert fields
    assert all(field.get("/TU") for field in fields.values())


def test_letters_of_other_scripts_are_drawn_and_can_be_copied(outlined: Callable[[str], Form]) -> None:
    form = outlined("# T\nCity *")
    try:
        list(Faces().runs("東京"))
    except UnsupportedFile as missing:
        pytest.skip(str(missing))
    form.replace(form.definition.model_copy(update={"answers": {"city": "Łódź 東京"}}))
    data = export(form, "pdf").data

    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    empty = export(outlined("# T\nCity *"), "pdf").data
    blank = pypdfium2.PdfDocument(empty)
    blank.init_forms()

    reader = pypdf.PdfReader(io.BytesIO(data))
    assert reader.get_fields()["city"]["/V"] == "Łódź 東京"
    shown, bare = (each[0].render(scale=2).to_numpy() for each in (document, blank))
    assert (shown != bare).sum() > 400
    fonts = reader.pages[0]["/Annots"][0].get_object()["/AP"]["/N"]["/Resources"]["/Font"]
    assert all("/ToUnicode" in font.get_object() for font in fonts.values())


@pytest.mark.slow
def test_a_letter_no_typeface_has_is_named() -> None:
    with pytest.raises(UnsupportedFile, match=r"U\+10FFFD"):
        list(Faces().runs("\U0010fffd"))


@each_form
def test_excel_gets_a_list_for_every_choice(sample: Sample, name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(sample(name), "xlsx").data))
    sheet = book["Entry"]

    assert sheet.protection.sheet
    assert sheet.column_dimensions["A"].hidden
    assert len(sheet.data_validations.dataValidation) > 0
    assert "responses" in book["Responses"].tables


@each_form
def test_pyxform_makes_a_form_of_the_xlsform(sample: Sample, name: str, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(export(sample(name), "xlsform").data)

    assert "<h:html" in convert(xlsform=path).xform


@each_form
def test_the_schema_accepts_what_the_model_accepts(sample: Sample, name: str) -> None:
    form, dice, today = sample(name), random.Random(2), datetime.now(UTC).date()  # noqa: S311 - repeatable
    schema = json.loads(export(form, "schema").data)
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)

    for _ in range(20):
        answers = dict(validate(form.definition, respond(form.definition, dice, today).answers, today).values)
        assert [error.message for error in judge.iter_errors(_json(answers))] == []


def _json(answers: dict[str, Any]) -> Any:
    return json.loads(json.dumps({name: value for name, value in answers.items() if value is not None}))


def test_the_schema_requires_what_a_condition_asks_for(sample: Sample) -> None:
    judge = jsonschema.Draft202012Validator(json.loads(export(sample("event"), "schema").data))
    answers = {"your_name": {"first": "A", "last": "B"}, "email": "a@b.co", "mode": "online", "guest": True}

    assert {error.message for error in judge.iter_errors(answers)} == {
        "'zone' is a required property",
        "'guests' is a required property",
    }
