"""Forms of other programs read in: SurveyJS and XLSForm as their own makers write them."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from copilot_server.errors import DamagedFile, UnsupportedFile
from skills.forms.model.form import Definition, items_of
from skills.forms.sources import import_form, infix, surveyjs, xpath

SURVEY = {
    "elements": [
        {"type": "text", "name": "Full Name", "title": {"default": "Your name", "de": "Ihr Name"}, "isRequired": True},
        {"type": "panel", "elements": [{"type": "checkbox", "name": "pets", "choices": ["cat", {"value": "d", "text": "Dog"}]}]},
        {"type": "comment", "name": "why", "visibleIf": "{pets} contains 'cat' and {age} > 17"},
        {"type": "text", "inputType": "number", "name": "age", "min": 0},
        {"type": "geopicker", "name": "where", "visibleIf": "{age} ^^ 2"},
    ]
}  # fmt: skip


def shape(definition: Definition) -> list[tuple[str, str, str, str]]:
    return [(item.id, item.type, item.label, item.show_if) for item in items_of(definition)]


def test_a_surveyjs_form_without_pages_is_read() -> None:
    found = import_form(json.dumps(SURVEY).encode(), "survey.json")

    assert shape(found.definition) == [
        ("full_name", "short_text", "Your name", ""),
        ("pets", "multiple_choice", "pets", ""),
        ("why", "long_text", "why", 'pets = "cat" and age > 17'),
        ("age", "number", "age", ""),
        ("where", "short_text", "where", ""),
    ]
    assert found.definition.translations == {"de": {"full_name.label": "Ihr Name"}}
    assert len(found.notes) == 2


def test_an_odk_workbook_is_read() -> None:
    book = openpyxl.Workbook()
    survey, choices = book.active, book.create_sheet("choices")
    survey.title = "survey"
    for row in (
        ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "default"),
        ("select_one yn", "smokes", "Do you smoke?", None, "yes"),
        ("integer", "daily", "How many a day?", None, "yes", "${smokes} = 'y'", ". >= 1 and . <= 99", "1 to 99", 5),
        ("begin group", "more", "More"),
        ("select_multiple fruit", "fruit", "Fruit", "Any"),
        ("text", "kiwi", "Kiwi?", None, None, "selected(${fruit}, 'k')"),
        ("geopoint", "place", "Where?", None, None, "position(..) = 1"),
        ("end group",),
    ):
        survey.append(row)
    for row in (("list_name", "name", "label"), ("yn", "y", "Yes"), ("yn", "n", "No"), ("fruit", "k", "Kiwi")):
        choices.append(row)
    out = io.BytesIO()
    book.save(out)

    found = import_form(out.getvalue(), "odk.xlsx")

    items = {item.id: item for item in items_of(found.definition)}
    assert [section.id for section in found.definition.sections] == ["page", "more"]
    assert shape(found.definition)[1] == ("daily", "number", "How many a day?", 'smokes = "y"')
    assert (items["daily"].min, items["daily"].max, items["daily"].message) == (1, 99, "1 to 99")  # type: ignore[union-attr]
    assert items["kiwi"].show_if == 'fruit = "k"'
    assert items["fruit"].help == "Any"
    assert items["place"].type == "short_text"
    assert len(found.notes) == 2


@pytest.mark.parametrize("text", ["{a} >", "{a} ?? 2", "f({a}", "(1", "1 2", "{a} anyof [1"])
def test_an_expression_cut_short_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        infix.read(text)


def test_words_the_model_lacks_are_refused() -> None:
    with pytest.raises(ValueError, match="no word for 'diffDays'"):
        surveyjs.expression("diffDays({a}, {b}) > 1")
    with pytest.raises(ValueError, match="no word for 'position'"):
        xpath.expression("position(1) = 1", {})


def test_json_that_is_no_form_says_so() -> None:
    with pytest.raises(DamagedFile):
        import_form(b"{", "a.json")
    with pytest.raises(UnsupportedFile, match="neither"):
        import_form(b'{"a": 1}', "a.json")
    with pytest.raises(UnsupportedFile, match="cannot be read"):
        import_form(b'{"pages": [3]}', "a.json")
