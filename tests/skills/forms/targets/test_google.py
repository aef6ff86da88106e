"""Google Forms: our requests against the reference of its API, and its forms read in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from skills.forms.document import Form
from skills.forms.model.form import items_of
from skills.forms.sources import import_form
from skills.forms.targets import export
from tests.skills.forms.conftest import SAMPLES

Sample = Callable[[str], Form]
Outlined = Callable[[str], Form]
SCHEMA = json.loads(Path(__file__).with_name("google.schema.json").read_text(encoding="utf-8"))
JUDGE = jsonschema.Draft202012Validator(SCHEMA)
ANSWERED: dict[str, Any] = {  # as forms.get answers for a form somebody made by hand
    "formId": "1FAI",
    "info": {"title": "Lunch", "documentTitle": "Lunch (copy)"},
    "settings": {"quizSettings": {"isQuiz": False}},
    "revisionId": "00000007",
    "responderUri": "https://docs.google.com/forms/d/e/1FAI/viewform",
    "publishSettings": {"publishState": {"isPublished": False, "isAcceptingResponses": False}},
    "items": [
        {"itemId": "3ab4c1d2", "title": "Coming?", "questionItem": {"question": {
            "questionId": "59a2", "required": True, "choiceQuestion": {"type": "RADIO", "options": [
                {"value": "Sure", "goToSectionId": "77aa00bb"}, {"value": "No thanks", "goToAction": "SUBMIT_FORM"}]}}}},
        {"itemId": "77aa00bb", "title": "Food", "description": "What you eat", "pageBreakItem": {}},
        {"itemId": "11", "title": "Dishes", "questionItem": {"question": {"questionId": "12", "choiceQuestion": {
            "type": "CHECKBOX", "options": [{"value": "Soup"}, {"value": "Salad"}, {"isOther": True}]}}}},
        {"itemId": "13", "title": "Hungry?", "questionItem": {"question": {"questionId": "14", "scaleQuestion": {
            "low": 1, "high": 5, "lowLabel": "no", "highLabel": "very"}}}},
        {"itemId": "15", "title": "Days", "questionGroupItem": {"questions": [
            {"questionId": "16", "rowQuestion": {"title": "Mon"}}, {"questionId": "17", "rowQuestion": {"title": "Tue"}}],
            "grid": {"columns": {"type": "CHECKBOX", "options": [{"value": "noon"}, {"value": "night"}]}}}},
        {"itemId": "18", "title": "Menu", "videoItem": {"video": {"youtubeUri": "https://youtu.be/x"}}},
        {"itemId": "19", "title": "Slip", "questionItem": {"question": {"questionId": "20", "fileUploadQuestion": {
            "folderId": "f", "maxFiles": 2, "maxFileSize": "10000000", "types": ["PDF"]}}}},
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_requests_keep_to_the_reference_of_the_api(sample: Sample, name: str) -> None:
    made = json.loads(export(sample(name), "google").data)

    assert [f"{error.json_path}: {error.message}" for error in JUDGE.iter_errors(made)] == []
    requests = made["batchUpdate"]["requests"]
    created = [request["createItem"] for request in requests if "createItem" in request]
    known = [each["item"]["itemId"] for each in created]
    asked = [each for request in created for each in questions(request["item"])]
    assert [each["location"]["index"] for each in created] == list(range(len(created)))
    assert len(known) == len(set(known))
    assert len(asked) == len(set(asked))


def questions(item: dict[str, Any]) -> list[str]:
    single = [item["questionItem"]["question"]] if "questionItem" in item else []
    return [each["questionId"] for each in [*single, *item.get("questionGroupItem", {}).get("questions", [])]]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("scaleQuestion", {"low": 2, "high": 5}),
        ("choiceQuestion", {"type": "CHECKBOX", "options": [{"value": "a", "goToAction": "SUBMIT_FORM"}]}),
        ("choiceQuestion", {"type": "DROP_DOWN", "options": [{"isOther": True}]}),
        ("fileUploadQuestion", {"folderId": "x"}),
    ],
)
def test_what_the_reference_forbids_is_seen(outlined: Outlined, kind: str, wrong: dict[str, Any]) -> None:
    made = json.loads(export(outlined("# A\n## B\nWhy [long]"), "google").data)
    question = made["batchUpdate"]["requests"][-1]["createItem"]["item"]["questionItem"]["question"]
    assert JUDGE.is_valid(made)

    del question["textQuestion"]
    question[kind] = wrong

    assert not JUDGE.is_valid(made)


def test_an_option_leads_only_to_a_page_made_before(outlined: Outlined) -> None:
    form = outlined("# A\n## One\nPick * (options: x, y, z)\n## Two\nWhy\n## Three\nHow")
    first = form.definition.sections[0]
    jumps = ({"when": 'pick = "x"', "to": "three"}, {"when": 'pick = "y"', "to": "end"}, {"when": "", "to": "two"})
    data = form.definition.model_dump()
    data["sections"][0]["go_to"] = jumps
    form.replace(type(form.definition).model_validate(data))

    made = export(form, "google")
    requests = json.loads(made.data)["batchUpdate"]["requests"]

    pages = [request["createItem"]["item"]["itemId"] for request in requests if "createItem" in request]
    options = requests[-1]["updateItem"]["item"]["questionItem"]["question"]["choiceQuestion"]["options"]
    assert options[0]["goToSectionId"] in pages
    assert options[1]["goToAction"] == "SUBMIT_FORM"
    assert options[2] == {"value": "z"}
    assert ("section:one", "go_to") in {(loss.where, loss.field) for loss in made.losses}
    again = import_form(made.data, "a.google.json").definition
    assert [jump.to for jump in again.sections[0].go_to] == ["three", "end"]
    assert first.id == again.sections[0].id


def test_a_form_made_by_hand_is_read() -> None:
    found = import_form(json.dumps(ANSWERED).encode(), "lunch.json")

    definition = found.definition
    assert [(section.title, len(section.items)) for section in definition.sections] == [("", 1), ("Food", 4)]
    assert [(jump.when, jump.to) for jump in definition.sections[0].go_to] == [
        ('coming = "sure"', "food"),
        ('coming = "no_thanks"', "end"),
    ]
    shapes = [(item.id, item.type, getattr(item, "required", None)) for item in items_of(definition)]
    assert shapes == [
        ("coming", "single_choice", True),
        ("dishes", "multiple_choice", False),
        ("hungry", "scale", False),
        ("days", "matrix", False),
        ("slip", "file", False),
    ]
    assert definition.title == "Lunch"
    assert [note.partition(":")[0] for note in found.notes] == ["Menu"]


def test_names_are_given_back_to_a_form_that_went_there(sample: Sample) -> None:
    """`ids` of the export beside what forms.get answers: titles may have changed meanwhile."""
    made = json.loads(export(sample("quiz"), "google").data)
    names = {name["id"] for name in made["ids"].values() if "id" in name}
    for request in made["batchUpdate"]["requests"]:
        if "createItem" in request:
            request["createItem"]["item"]["title"] = "Renamed"

    again = import_form(json.dumps(made).encode(), "quiz.json").definition

    assert {item.id for item in items_of(again)} <= names
    assert {item.label for item in items_of(again)} == {"Renamed"}
