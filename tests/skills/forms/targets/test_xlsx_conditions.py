"""The entry sheet says when a question is asked, and greys it while it is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from skills.forms.document import Form
from skills.forms.targets import export

OUTLINE = """# Stay
## You
Coming * [yes/no]
Diet [multiple] (options: Vegan, Halal)
Room [single] (options: One bed, Two beds, other)
Born [date]
Nights [number]
Rate [number]
Total [calculated] (expression: nights * rate)
## More
if {}: Last [text]
"""


def rule(form: Form) -> tuple[str, str, str]:
    """Of the last question: what stands beside it, when it is greyed, what its cell asks of an answer."""
    sheet: Any = openpyxl.load_workbook(io.BytesIO(export(form, "xlsx").data))["Entry"]
    row = sheet.max_row
    greyed = [found.formula[0] for area, rules in sheet.conditional_formatting._cf_rules.items() for found in rules
              if str(area.sqref) == f"B{row}:D{row}"]  # fmt: skip
    asked = [each.formula1 for each in sheet.data_validations.dataValidation if f"C{row}" in str(each.sqref)]
    return str(sheet.cell(row, 4).value or ""), (greyed or [""])[0], str((asked or [""])[0])


@pytest.mark.parametrize(
    ("condition", "told", "formula"),
    [
        ("coming = true", "Only if “Coming” = Yes", '$C$5="Yes"'),
        ("coming", "Only if “Coming” = Yes", '$C$5="Yes"'),
        ('diet = "vegan"', "Only if “Diet” = Vegan", '$C$6<>""'),
        ('room = "one_bed" and nights > 2', "Only if “Room” = One bed and “Nights” > 2",
         'AND($C$8="One bed",AND($C$11<>"",$C$11>2))'),
        ('room in ("two_beds", "other")', "Only if “Room” = Two beds or “Room” = Other", 'OR($C$8="Two beds",$C$8="Other")'),
        ('not answered(diet)', "", 'NOT(OR($C$6<>"",$C$7<>""))'),
        ('born < "2008-01-01"', "Only if “Born” < 2008-01-01", 'AND($C$10<>"",$C$10<DATE(2008,1,1))'),
        ("nights = 1234567.5", "Only if “Nights” = 1234567.5", "$C$11=1234567.5"),
        ("total > 100", "Only if “Total” > 100", ""),
    ],
)  # fmt: skip
def test_a_condition_is_told_and_greys_the_row(
    outlined: Callable[[str], Form], condition: str, told: str, formula: str
) -> None:
    form = outlined(OUTLINE.replace("if {}: ", ""))
    form.change_item("last", lambda item: item.model_copy(update={"show_if": condition}))

    assert rule(form) == (told, f"NOT({formula})" if formula else "", formula)


def test_a_page_with_a_condition_says_so_and_greys_all_its_questions(outlined: Callable[[str], Form]) -> None:
    form = outlined(OUTLINE.replace("if {}: ", ""))
    form.change_section("more", lambda section: section.model_copy(update={"show_if": "nights > 1"}))

    sheet = openpyxl.load_workbook(io.BytesIO(export(form, "xlsx").data))["Entry"]

    assert "Only if “Nights” > 1" in [cell.value for cell in sheet["B"]]
    assert rule(form)[1] == 'NOT(AND($C$11<>"",$C$11>1))'
