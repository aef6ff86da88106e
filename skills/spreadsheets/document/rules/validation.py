"""Data validations: what may be entered in cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.rules.area_lists import take_area, take_extended

if TYPE_CHECKING:
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.sheet import Sheet

LONGEST_LIST: Final = 255
"""Characters of a list of choices written out, commas counted."""


@dataclass(frozen=True, slots=True)
class Validation:
    """`formulas` as files keep them, relative to the first cell; texts are what Excel shows."""

    type: str
    formulas: tuple[str, ...]
    operator: str | None = None
    is_strict: bool = True
    allows_blank: bool = True
    prompt: str = ""
    prompt_title: str = ""
    error: str = ""
    error_title: str = ""


def validate(sheet: Sheet, area: Area, validation: Validation | None) -> None:
    """Let an area take only what the validation allows, instead of what held there before; anything for None."""
    take_extended(sheet, "dataValidations", area)
    region = sheet.frame.find("dataValidations")
    if region is None:
        region = sheet.frame.make("dataValidations")
    for each in elements(region):
        if not take_area(each, area):
            region.remove(each)
    if validation is not None:
        element = sheet.frame.make("dataValidation", **_attributes(validation), sqref=written(area))
        for name, text in zip(("formula1", "formula2"), validation.formulas, strict=False):
            formula = sheet.frame.make(name)
            formula.text = text
            element.append(formula)
        region.append(element)
    region.set("count", str(len(elements(region))))
    sheet.frame = sheet.frame.with_region("dataValidations", region if elements(region) else None)


def _attributes(validation: Validation) -> dict[str, str]:
    found = {"type": validation.type}
    if not validation.is_strict:
        found["errorStyle"] = "warning"
    if validation.operator is not None and validation.operator != "between":
        found["operator"] = validation.operator
    if validation.allows_blank:
        found["allowBlank"] = "1"
    found |= {"showInputMessage": "1", "showErrorMessage": "1"}
    texts = {
        "errorTitle": validation.error_title[:32],
        "error": validation.error[:255],
        "promptTitle": validation.prompt_title[:32],
        "prompt": validation.prompt[:255],
    }
    return found | {key: text for key, text in texts.items() if text}
