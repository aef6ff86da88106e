"""Edits of what watches over cells: conditional formats and data validation."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area, cell_name, quoted_sheet
from skills.spreadsheets.document.cell_writer import number_text
from skills.spreadsheets.document.dates import parse_iso
from skills.spreadsheets.document.rules.conditional import ICONS, Look, Rule, add_rule, clear_rules
from skills.spreadsheets.document.rules.formulas import rule_formula, text_literal
from skills.spreadsheets.document.rules.validation import LONGEST_LIST, Validation, validate
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Color, Range, SheetEdit, scope_of
from skills.spreadsheets.edits.places import find_area

Scalar: TypeAlias = str | int | float | bool
Operator: TypeAlias = Literal["=", "<>", ">", ">=", "<", "<=", "between", "not between"]

_OPERATORS: Final = {
    "=": "equal",
    "<>": "notEqual",
    ">": "greaterThan",
    ">=": "greaterThanOrEqual",
    "<": "lessThan",
    "<=": "lessThanOrEqual",
    "between": "between",
    "not between": "notBetween",
}
_SCALE: Final = ("F8696B", "FFEB84", "63BE7B")
_BAR: Final = "638EC6"


class ConditionalFormat(SheetEdit):
    """Colour cells by their values: comparisons, texts, a formula, top or bottom, duplicates, scales, bars, icons."""

    is_rare: ClassVar[bool] = True
    op: Literal["conditional_format"]
    range: Range
    when: Annotated[
        Literal[
            "cell",
            "formula",
            "contains",
            "not_contains",
            "begins",
            "ends",
            "blank",
            "not_blank",
            "error",
            "top",
            "bottom",
            "above_average",
            "below_average",
            "duplicate",
            "unique",
            "color_scale",
            "data_bar",
            "icons",
            "clear",
        ],
        Field(description="cell: `operator` and `value`; clear: take all rules off the range"),
    ]
    operator: Operator | None = None
    value: Annotated[
        Scalar | None,
        Field(
            description='what `cell` compares with (number, text, ISO date, "=$F$1"), the text of `contains`…, '
            'the rank of top (10), or the formula for the range\'s first cell ("=$D2>100")'
        ),
    ] = None
    value2: Annotated[Scalar | None, Field(description="upper end of between")] = None
    percent: Annotated[bool, Field(description="the rank of top or bottom is a percentage")] = False
    fill: Color | None = None
    color: Annotated[Color | None, Field(description="of the text")] = None
    bold: bool = False
    italic: bool = False
    strike: bool = False
    colors: Annotated[
        list[Color] | None,
        Field(max_length=3, description="of a colour scale from lowest to highest (2 or 3), or of the data bar (1)"),
    ] = None
    icons: Annotated[
        Literal["arrows", "lights", "flags", "symbols", "arrows4", "ratings", "quarters", "arrows5"],
        Field(description="icon set"),
    ] = "arrows"
    stop: Annotated[bool, Field(description="rules behind this one do not apply where it does")] = False

    def scope(self, document: Workbook) -> Scope:
        return scope_of(self.sheet_in(document), kinds=frozenset({"rule", "sheet setting"}))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = find_area(sheet, self.range)
        if self.when == "clear":
            clear_rules(sheet, area)
        else:
            add_rule(sheet, area, self._rule(sheet, cell_name(area.top, area.left)))

    def _rule(self, sheet: Sheet, first: str) -> Rule:
        match self.when:
            case "color_scale":
                return Rule("colorScale", scale=self._scale())
            case "data_bar":
                return Rule("dataBar", bar=_hex(self.colors[0] if self.colors else self.fill or _BAR))
            case "icons":
                return Rule("iconSet", icons=ICONS[self.icons])
            case "cell":
                type_, attributes, formulas = "cellIs", self._operator(), self._compared(sheet)
            case "formula":
                type_, attributes, formulas = "expression", {}, (rule_formula(sheet.book, str(self._needed())),)
            case "top" | "bottom":
                type_, attributes, formulas = "top10", self._ranked(), ()
            case "above_average" | "below_average":
                type_ = "aboveAverage"
                attributes, formulas = ({"aboveAverage": "0"} if self.when == "below_average" else {}), ()
            case "duplicate" | "unique":
                type_, attributes, formulas = f"{self.when}Values", {}, ()
            case _:
                type_, attributes, formulas = _of_text(self.when, first, self._text())
        look = Look(_hex(self.fill), _hex(self.color), self.bold, self.italic, self.strike)
        if look == Look():
            look = Look(fill="FFEB9C")
        return Rule(type_, tuple(attributes.items()), formulas, look, stops=self.stop)

    def _scale(self) -> tuple[str, ...]:
        colors = tuple(_hex(color) or "" for color in self.colors or _SCALE)
        if len(colors) < 2:
            raise ToolError("colors: a colour scale takes 2 or 3")
        return colors

    def _operator(self) -> dict[str, str]:
        if self.operator is None:
            raise ToolError("operator: say how `cell` compares: =, <>, >, >=, <, <=, between, not between")
        return {"operator": _OPERATORS[self.operator]}

    def _compared(self, sheet: Sheet) -> tuple[str, ...]:
        is_pair = self.operator in {"between", "not between"}
        if is_pair and self.value2 is None:
            raise ToolError("value2: the upper end is missing")
        values = [self._needed(), *([self.value2] if is_pair and self.value2 is not None else [])]
        return tuple(_operand(sheet.book, value) for value in values)

    def _ranked(self) -> dict[str, str]:
        rank = 10 if self.value is None else self.value
        if isinstance(rank, str) or not 1 <= rank <= 1000:
            raise ToolError(f"value: how many of {self.when} must be a number from 1 to 1000, not {rank!r}")
        found = {"rank": str(int(rank))}
        if self.percent:
            found["percent"] = "1"
        return found | ({"bottom": "1"} if self.when == "bottom" else {})

    def _needed(self) -> Scalar:
        if self.value is None:
            raise ToolError(f"value: {self.when!r} needs one")
        return self.value

    def _text(self) -> str:
        return "" if self.when in {"blank", "not_blank", "error"} else str(self._needed())


def _of_text(when: str, first: str, text: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """(type, attributes, formulas) as Excel writes them, with the test spelt out too."""
    literal, length = text_literal(text), len(text)
    match when:
        case "contains":
            return (
                "containsText",
                {"operator": "containsText", "text": text},
                (f"NOT(ISERROR(SEARCH({literal},{first})))",),
            )
        case "not_contains":
            return (
                "notContainsText",
                {"operator": "notContains", "text": text},
                (f"ISERROR(SEARCH({literal},{first}))",),
            )
        case "begins":
            return "beginsWith", {"operator": "beginsWith", "text": text}, (f"LEFT({first},{length})={literal}",)
        case "ends":
            return "endsWith", {"operator": "endsWith", "text": text}, (f"RIGHT({first},{length})={literal}",)
        case "blank":
            return "containsBlanks", {}, (f"LEN(TRIM({first}))=0",)
        case "not_blank":
            return "notContainsBlanks", {}, (f"LEN(TRIM({first}))>0",)
        case _:
            return "containsErrors", {}, (f"ISERROR({first})",)


class Validate(SheetEdit):
    """Say what cells take: a drop-down list, numbers, dates, lengths within bounds, a formula; `any` lifts it."""

    is_rare: ClassVar[bool] = True
    op: Literal["validate"]
    range: Range
    allow: Annotated[
        Literal["list", "whole", "decimal", "date", "time", "length", "formula", "any"],
        Field(description="length: of text; formula: `value` must be true"),
    ]
    choices: Annotated[
        list[str] | str | None,
        Field(description='of a list: the texts, or where they stand ("Lists!A2:A9", a name)'),
    ] = None
    operator: Operator | None = None
    value: Annotated[
        Scalar | None, Field(description='bound: number, ISO date, "09:00", or "=…" for the first cell')
    ] = None
    value2: Annotated[Scalar | None, Field(description="upper bound of between")] = None
    message: Annotated[str, Field(description="shown when the cell is selected")] = ""
    title: Annotated[str, Field(description="of the message")] = ""
    error: Annotated[str, Field(description="shown for a wrong entry")] = ""
    strict: Annotated[bool, Field(description="false: warn, but let it pass")] = True
    blank: Annotated[bool, Field(description="may be left empty")] = True

    def scope(self, document: Workbook) -> Scope:
        return scope_of(self.sheet_in(document), kinds=frozenset({"validation", "sheet setting"}))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        validate(sheet, find_area(sheet, self.range), None if self.allow == "any" else self._validation(sheet))

    def _validation(self, sheet: Sheet) -> Validation:
        type_, formulas = _VALIDATED.get(self.allow, self.allow), self._formulas(sheet)
        has_operator = self.allow not in {"list", "formula"}
        operator = _OPERATORS[self.operator or ("between" if len(formulas) == 2 else "=")] if has_operator else None
        if has_operator and len(formulas) != (2 if operator in {"between", "notBetween"} else 1):
            raise ToolError("value2: between takes two bounds, other operators one")
        return Validation(
            type_, formulas, operator, self.strict, self.blank, self.message, self.title, self.error,
            self.title if self.error else "",
        )  # fmt: skip

    def _formulas(self, sheet: Sheet) -> tuple[str, ...]:
        if self.allow == "list":
            return (_choices(sheet, self.choices),)
        if self.value is None:
            raise ToolError(f"value: {self.allow!r} needs one")
        if self.allow == "formula":
            return (rule_formula(sheet.book, str(self.value)),)
        bounds = [self.value, *([] if self.value2 is None else [self.value2])]
        return tuple(_operand(sheet.book, value) for value in bounds)


_VALIDATED: Final = {"length": "textLength", "formula": "custom"}


def _choices(sheet: Sheet, choices: list[str] | str | None) -> str:
    if not choices:
        raise ToolError("choices: give the texts of the list, or the range they stand in")
    if isinstance(choices, list):
        odd = next((choice for choice in choices if "," in choice), None)
        text = ",".join(choices)
        if odd is not None or len(text) > LONGEST_LIST:
            what = f"{odd!r} holds a comma" if odd is not None else f"they are {len(text)} characters, at most 255 fit"
            raise ToolError(f"choices: {what}; write them into cells and give their range")
        return text_literal(text)
    place, mark, area_text = choices.removeprefix("=").rpartition("!")
    area = Area.find(area_text)
    if area is None:
        return rule_formula(sheet.book, choices)
    owner = sheet.book.sheet(place.strip("'").replace("''", "'")) if mark else sheet
    first, last = (cell_name(row, column) for row, column in ((area.top, area.left), (area.bottom, area.right)))
    fixed = ":".join(_fixed(each) for each in (first, last))
    return f"{quoted_sheet(owner.name)}!{fixed}" if mark else fixed


def _fixed(name: str) -> str:
    letters = name.rstrip("0123456789")
    return f"${letters}${name[len(letters) :]}"


def _operand(book: Workbook, value: Scalar) -> str:
    """A value as a rule's formula holds it: dates and times as serial numbers, texts in quotes."""
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, str):
        return number_text(value).decode()
    if value.startswith("="):
        return rule_formula(book, value)
    moment = parse_iso(value, is_1904=book.is_1904)
    return text_literal(value) if moment is None else number_text(moment[0]).decode()


def _hex(color: str | None) -> str | None:
    return None if color is None else color.removeprefix("#").upper()
