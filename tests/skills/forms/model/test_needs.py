"""A calculation stands empty until what it waits for is answered, on the page, on paper and in trying out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from skills.forms.document import Form
from skills.forms.model.expressions import parse, write
from skills.forms.model.needs import calculation, unguarded
from skills.forms.model.walk import walk
from skills.forms.slots import filled_in
from skills.forms.tools import try_out

OUTLINE = """# T
## A
From [date]
To [date]
Adults [number]
Children [number]
Expenses [repeat] (max: 5)
  Amount [number]
Made [calculated] (expression: {})
"""
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("expression", "answers", "value"),
    [
        ("days_between(from, to) + 1", {}, None),
        ("days_between(from, to) + 1", {"from": "2026-05-01"}, None),
        ("days_between(from, to) + 1", {"from": "2026-05-01", "to": "2026-05-03"}, 3),
        ("adults * 30 + children * 20", {}, None),
        ("adults * 30 + children * 20", {"adults": 2}, 60),
        ("adults * children", {"adults": 2}, None),
        ("adults * children", {"adults": 2, "children": 0}, 0),
        ("adults / children + 5", {"children": 2}, None),
        ("sum(expenses.amount) * 1.2", {"expenses": [{}]}, None),
        ("sum(expenses.amount) * 1.2", {"expenses": [{}, {"amount": 5}]}, 6),
        ("round(years_since(from), 0)", {}, None),
        ("count(expenses.amount)", {}, None),
        ('if(adults > 2, "many", "few")', {}, None),
        ('if(adults > 2, "many", "few")', {"adults": 1}, "few"),
        ("2 + 3", {}, 5),
    ],
)
def test_a_calculation_waits_for_what_it_rests_on(
    outlined: Callable[[str], Form], expression: str, answers: dict[str, Any], value: Any
) -> None:
    form = outlined(OUTLINE.format(expression))
    filled = Form(form.definition.model_copy(update={"answers": answers}))

    assert walk(form.definition, answers, TODAY).values["made"] == value
    assert filled_in(filled.definition).get("made") == (None if value is None else str(value))
    told = try_out.run(form, answers=answers).splitlines()[2]
    assert told == (
        "calculated: nothing"
        if value is None
        else f"calculated: made = {walk(form.definition, answers, TODAY).values['made']}"
    )


@pytest.mark.parametrize(
    "text", ["a + 1", "days_between(a, b) + 1", "2", 'if(a > 1, "", "x")', 'if(answered(a), b, "")']
)
def test_the_expression_is_found_again_in_what_waits(text: str) -> None:
    assert write(unguarded(parse(write(calculation(text))))) == write(parse(text))
