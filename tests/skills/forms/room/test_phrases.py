"""Plain commands become edits that land."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from copilot_server.agent.phrases import Request
from skills.forms.agent import skill
from skills.forms.document import Form

Editing = Callable[..., Any]
FORM = "# Party\n## Basics\nName *\nEmail\nComing [yes/no]\nMeal [single] (options: Soup, Salad)\nFax"


def carry_out(editing: Editing, form: Form, text: str, **attached: str) -> Form:
    plan = skill.understand(Request(text, texts=attached))
    assert plan.unknown == ()
    draft, send = editing(form, text)
    send(*plan.edits)
    return draft.document


@pytest.mark.parametrize(
    ("text", "looks", "expected"),
    [
        ('add a required question "Phone" [phone] after "Email"', "phone", {"required": True, "type": "phone"}),
        ('Please add question "Size" (options: S, M) to section "Basics".', "size", {"type": "single_choice"}),
        ('rename "Email" to "E-mail address"', "email", {"label": "E-mail address"}),
        ('make "Email" required', "email", {"required": True}),
        ('make question "Name" optional', "name", {"required": False}),
        ('show "Meal" if "Coming" is "yes"', "meal", {"show_if": "coming = true"}),
        ("hide “Fax” when Name is answered", "fax", {"show_if": "not (answered(name))"}),
    ],
)
def test_a_command_changes_one_question(
    editing: Editing, outlined: Callable[[str], Form], text: str, looks: str, expected: dict[str, Any]
) -> None:
    item = carry_out(editing, outlined(FORM), text).item(looks)

    assert {name: getattr(item, name) for name in expected} == expected


def test_several_commands_in_one_request(editing: Editing, outlined: Callable[[str], Form]) -> None:
    form = carry_out(
        editing,
        outlined(FORM),
        'remove question "Fax"; add option "Pasta" to "Meal" then move "Email" before "Name"\n'
        'add section "Travel"; make all questions required; export as pdf and a web page',
    )

    assert "fax" not in form.ids
    assert [option.label for option in form.item("Meal").options] == ["Soup", "Salad", "Pasta"]
    assert form.definition.sections[0].items[0].id == "email"
    assert form.definition.sections[1].title == "Travel"
    assert form.definition.publish == ("pdf", "html")
    assert form.item("meal").required


def test_an_outline_makes_a_form(editing: Editing) -> None:
    form = carry_out(editing, Form.create(), f"Make this form:\n{FORM}")

    assert form.definition.title == "Party"
    assert len(form.definition.sections[0].items) == 5


def test_a_table_translates(editing: Editing, outlined: Callable[[str], Form]) -> None:
    table = "text,German,French\nName,Name,Nom\nComing,Kommen Sie?,Vous venez ?\n"

    form = carry_out(editing, outlined(FORM), "translate to German and French from the table", **{"t.csv": table})

    assert form.definition.translations["fr"] == {"name.label": "Nom", "coming.label": "Vous venez ?"}


def test_what_is_not_understood_is_named_and_nothing_is_done() -> None:
    plan = skill.understand(Request('make "Email" required; paint it blue'))

    assert plan.unknown == ("paint it blue",)
    assert plan.edits == ()
    assert "outline" in json.dumps(plan.examples)


@pytest.mark.parametrize(
    "text",
    [
        'fill with {"name": "Ada: the first",\n "Coming": true}',
        "Please fill the form with:\nName: Ada: the first\nComing: yes",
        "fill in from Name: Ada: the first\nComing: yes",
    ],
)
def test_facts_in_the_message_itself_are_filled_in(
    editing: Editing, outlined: Callable[[str], Form], text: str
) -> None:
    assert carry_out(editing, outlined(FORM), text).definition.answers == {"name": "Ada: the first", "coming": True}


def test_a_form_is_opened_to_answers_and_closed_again(editing: Editing, outlined: Callable[[str], Form]) -> None:
    opened = carry_out(editing, outlined(FORM), "send answers to /v1/forms/7/answers")
    closed = carry_out(editing, opened, "take no more answers")

    assert opened.definition.submit_url == "/v1/forms/7/answers"
    assert closed.definition.submit_url == ""
