"""Right-to-left and joining scripts on paper: letters joined, lines turned, pages laid out from the right."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest

from copilot_server.errors import UnsupportedFile
from skills.forms.document import Form
from skills.forms.filling.pdf_fields import box_of, fields
from skills.forms.fonts.faces import Faces
from skills.forms.fonts.shaping import as_seen, is_right_to_left, needs_shaping
from skills.forms.targets import export

ARABIC = "# تسجيل\nالمدينة *\nتاريخ [date]\nكيف؟ [single] (options: هنا, هناك)"


@pytest.fixture
def faces() -> Faces:
    found = Faces()
    try:
        list(found.runs("سلام नि"))
    except UnsupportedFile as missing:
        pytest.skip(str(missing))
    return Faces()


def test_letters_take_the_form_of_their_place(faces: Faces) -> None:
    joined = [sign.number for _, signs in faces.signs("سس") for sign in signs]
    alone = [sign.number for _, signs in faces.signs("س") for sign in signs]

    assert len(set(joined)) == 2
    assert not set(alone) & set(joined)


def test_a_line_is_turned_but_for_its_numbers_and_latin_words() -> None:
    assert list(as_seen("سلام (Ada 12)")) == [("(Ada 12) ", False), ("سلام", True)]
    assert is_right_to_left("12 سلام Ada")
    assert not is_right_to_left("Ada سلام")
    assert not needs_shaping("Łódź 東京")


def test_vowels_written_before_their_letter_come_before_it(faces: Faces) -> None:
    """Devanagari i stands left of the letter it is said after."""
    by_itself = faces.signs("न")
    first = next(sign.number for _, signs in by_itself for sign in signs)

    assert [sign.number == first for _, signs in faces.signs("नि") for sign in signs] == [False, True]


def test_marks_stand_on_their_letter_and_take_no_room(faces: Faces) -> None:
    assert faces.width("عمّان", 10) == pytest.approx(faces.width("عمان", 10), abs=0.01)
    parts, whole = (
        [sign.number for _, signs in faces.signs(unicodedata.normalize(form, "Łódź")) for sign in signs]
        for form in ("NFD", "NFC")
    )
    assert parts == whole


def test_a_right_to_left_form_is_laid_out_from_the_right(outlined: Callable[[str], Form], faces: Faces) -> None:
    form = outlined(ARABIC)
    city = next(item.id for item in form.definition.sections[0].items)
    form.replace(form.definition.model_copy(update={"languages": ("ar",), "answers": {city: "بيروت 12"}}))
    data = export(form, "pdf").data

    with pikepdf.open(io.BytesIO(data)) as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.Root.ViewerPreferences.Direction == "/R2L"
        boxes = {field.name: [box_of(widget) for widget in field.widgets] for field in fields(opened)}
        assert next(field.value for field in fields(opened) if field.name == city) == "بيروت 12"
    here, there = boxes["single_choice"]
    assert here[0] > there[0] > 400
    assert boxes["date"][0][2] == pytest.approx(539)
    words = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()
    assert "المدينة" in words
    assert "هناك" in words
