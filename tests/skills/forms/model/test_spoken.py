"""Conditions as people read them on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skills.forms.document import Form
from skills.forms.model.spoken import Condition
from skills.forms.model.texts import Speaker
from skills.forms.model.words import words

OUTLINE = """# T
Pay? * [single] (options: In cash, By card, other)
Coming [yes/no]
Guests [number]
"""


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ('pay = "in_cash"', "Only if “Pay” = In cash"),
        ('pay = "other"', "Only if “Pay” = Other"),
        ('pay in ("in_cash", "other")', "Only if “Pay” = In cash or “Pay” = Other"),
        ('coming and pay in ("in_cash", "other")', "Only if “Coming” = Yes and (“Pay” = In cash or “Pay” = Other)"),
        ("coming", "Only if “Coming” = Yes"),
        ("coming = false and guests >= 2", "Only if “Coming” = No and “Guests” ≥ 2"),
        ('(guests > 1 or coming) and pay != "by_card"',
         "Only if (“Guests” > 1 or “Coming” = Yes) and “Pay” ≠ By card"),
        ("", ""),
        ("guests * 2 > 4", ""),
        ("guests > 1 and years_since(today()) > 1", ""),
    ],
)  # fmt: skip
def test_a_condition_is_said_plainly_or_not_at_all(outlined: Callable[[str], Form], expression: str, told: str) -> None:
    definition = outlined(OUTLINE).definition

    assert Condition(definition, Speaker(definition), words("en")).hint(expression) == told
