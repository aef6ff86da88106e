"""Forms of others read in: web pages, Word with blanks, PDF without tooltips."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from copilot_server.errors import UnsupportedFile
from skills.forms.document import Form
from skills.forms.model.form import Definition, items_of
from skills.forms.model.items import ChoiceQuestion
from skills.forms.sources import import_form
from skills.forms.targets import export

PAGE = b"""<html><head><title>Contact</title></head><body><h1>Contact us</h1><form>
<label for="n">Full name *</label><input id="n" name="name" required maxlength="50">
<label>Mail <input type="email" name="mail"></label>
<p>Reason</p><select name="why"><option value="">Choose</option><option value="a">Order</option><option value="b">Press</option></select>
<fieldset><legend>Colours</legend><input type="checkbox" name="c" value="r" id="c1"><label for="c1">Red</label>
<input type="checkbox" name="c" value="g" id="c2"><label for="c2">Green</label></fieldset>
<fieldset><legend>Size</legend><label><input type="radio" name="s" value="1">Small</label>
<label><input type="radio" name="s" value="2">Large</label></fieldset>
<label><input type="checkbox" name="ok" required>I agree to the terms</label>
<input type="number" name="age" min="18" max="99" aria-label="Age"><textarea name="msg" placeholder="Message"></textarea>
<input type="hidden" name="token" value="x"><input type="submit"></form></body></html>"""


def shape(definition: Definition) -> list[tuple[str, str, str, bool]]:
    return [(item.id, item.type, item.label, getattr(item, "required", False)) for item in items_of(definition)]


def test_a_web_form_is_read_by_its_labels() -> None:
    found = import_form(PAGE, ".html").definition

    assert found.title == "Contact us"
    assert shape(found) == [
        ("name", "short_text", "Full name", True),
        ("mail", "email", "Mail", False),
        ("why", "dropdown", "Reason", False),
        ("c", "multiple_choice", "Colours", False),
        ("s", "single_choice", "Size", False),
        ("ok", "consent", "I agree to the terms", True),
        ("age", "number", "Age", False),
        ("msg", "long_text", "Message", False),
    ]


def test_blanks_boxes_and_empty_cells_of_a_word_file_are_questions() -> None:
    document = docx.Document()
    document.add_paragraph("Name: ____________  Date of birth: ________")
    document.add_paragraph("How do you travel?  \u2610 Train  \u2610 Car")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 0).text = "Email", "City:"
    out = io.BytesIO()
    document.save(out)

    found = import_form(out.getvalue(), ".docx")

    assert [(kind, label) for _, kind, label, _ in shape(found.definition)] == [
        ("short_text", "Name"),
        ("date", "Date of birth"),
        ("multiple_choice", "How do you travel?"),
        ("email", "Email"),
        ("short_text", "City"),
    ]
    assert "no content controls" in found.notes[0]


def test_a_pdf_field_without_tooltip_is_labelled_by_the_text_beside_it() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(60, 700, "Given name:")
    canvas.acroForm.textfield(name="f1", x=160, y=692, width=200, height=20)
    canvas.save()
    with pikepdf.open(io.BytesIO(out.getvalue())) as opened:
        for field in opened.Root.AcroForm.Fields:
            if pikepdf.Name.TU in field:
                del field[pikepdf.Name.TU]
        saved = io.BytesIO()
        opened.save(saved)

    assert shape(import_form(saved.getvalue(), ".pdf").definition) == [("f1", "short_text", "Given name", False)]


def test_a_file_with_nothing_to_fill_in_is_refused() -> None:
    with pytest.raises(UnsupportedFile, match="nothing to fill in"):
        import_form(b"<p>Hello</p>", ".html")
    with pytest.raises(UnsupportedFile, match=r"not .\.odt"):
        import_form(b"", ".odt")


@pytest.mark.parametrize("target", ["docx", "pdf", "xlsx"])
def test_other_and_consent_come_back_as_they_were(outlined: Callable[[str], Form], target: str) -> None:
    form = outlined(
        "# T\n## A\nName *\nPick [single] (options: A, B, other)\nList [dropdown] (options: X, Y, other)\n"
        "House rules * [consent]"
    )

    again = import_form(export(form, target).data, f"a.{target}").definition.sections[0].items

    for pick in again[1:3]:
        assert isinstance(pick, ChoiceQuestion)
        assert pick.other
        assert len(pick.options) == 2
    assert (again[3].type, again[3].label) == ("consent", "House rules")
