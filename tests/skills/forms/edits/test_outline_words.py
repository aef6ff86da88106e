"""An outline as people write it: types in their own words, bounds in the brackets, `= Other`."""

from __future__ import annotations

from typing import Any

import pytest

from copilot_server.agent.phrases import Request
from copilot_server.errors import ToolError
from skills.forms import phrases
from skills.forms.model.form import Definition, flat
from skills.forms.outline.reader import read_outline


def _item(line: str) -> Any:
    read = read_outline(f"# A form\n## Part\n{line}\n", Definition())
    return list(flat(read.definition.sections[0].items))[-1]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("[long text]", "long_text"),
        ("[short text]", "short_text"),
        ("[phone number]", "phone"),
        ("[multi-select] (options: a, b)", "multiple_choice"),
        ("(choose any: a, b)", "multiple_choice"),
        ("(choose one: a, b)", "single_choice"),
        ("(dropdown: a, b)", "dropdown"),
        ("(choices: a, b)", "single_choice"),
    ],
)
def test_a_type_in_words_of_ones_own(written: str, kind: str):
    item = _item(f"Colour {written}")
    assert (item.type, item.label) == (kind, "Colour")


@pytest.mark.parametrize("written", ["[scale 1-5]", "[scale 1 to 5]", "[scale: 1–5]", "[linear scale 1..5]"])
def test_bounds_in_the_brackets(written: str):
    item = _item(f"How likely? {written}")
    assert (item.type, item.min, item.max) == ("scale", 1, 5)


def test_numbers_have_bounds_too():
    item = _item("Hours [number 0.5-8]")
    assert (item.type, item.min, item.max) == ("number", 0.5, 8)


def test_the_other_answer_in_a_condition():
    item = _item("Country (options: Poland, Other)\nif Country = Other: Which?")
    assert item.show_if == 'country = "other"'


def test_no_condition_on_an_other_that_is_not_offered():
    with pytest.raises(ToolError, match="no option 'Other'"):
        _item("Country (options: Poland, Japan)\nif Country = Other: Which?")


def test_an_unknown_type_names_near_ones():
    with pytest.raises(ToolError, match=r"line 3: \[emial\] is no type of item; did you mean 'email'"):
        _item("Where [emial]")


@pytest.mark.parametrize(
    "request_text",
    [
        'add question "Size" (options: S, M, Other) required',
        'add a required question "Size" (options: S, M, Other)',
        'add question "Size" (options: S, M, other), required',
    ],
)
def test_required_may_stand_behind_and_other_is_a_free_answer(request_text: str):
    [edit] = phrases.understand(Request(request_text)).edits
    assert edit == {
        "op": "add_items",
        "items": [{"type": "single_choice", "label": "Size", "required": True, "options": ["S", "M"], "other": True}],
    }


def test_facts_stated_in_one_line():
    [edit] = phrases.understand(Request("fill with Name: Ada; Born: 1815-12-10")).edits
    [kept] = phrases.understand(Request("fill with Remark: first; then second")).edits
    assert edit == {"op": "fill", "data": "Name: Ada\nBorn: 1815-12-10"}
    assert kept["data"] == "Remark: first; then second"
