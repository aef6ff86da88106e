"""Conditions of the model as formulas over the cells of the entry sheet, for what Excel has words for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from skills.forms.model import items
from skills.forms.model.expressions import Literal, Node, Operation, Reference, parse
from skills.forms.model.moments import is_moment
from skills.forms.slots import Slot

_COMPARED = {"<", "<=", ">", ">="}


class Unsayable(ValueError):
    """Excel has no formula for it, or the answer stands in no cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an answer stands, and how: `$C$5`."""

    at: str
    slot: Slot


def formula(expression: str, cells: Mapping[str, Cell], prefix: str = "") -> str | None:
    """Without the leading `=`; `prefix` is the entry of the repeat group it stands in. None where it cannot be said."""
    if not expression:
        return None
    try:
        return _Writer(cells, prefix).truth(parse(expression))
    except Unsayable:
        return None


def both(*formulas: str | None) -> str | None:
    known = [each for each in formulas if each]
    return None if not known else known[0] if len(known) == 1 else f"AND({','.join(known)})"


class _Writer:
    def __init__(self, cells: Mapping[str, Cell], prefix: str) -> None:
        self.cells, self.prefix = cells, prefix

    def truth(self, node: Node) -> str:
        match node:
            case Literal(value=bool() as value):
                return "TRUE" if value else "FALSE"
            case Reference():
                cell = self.cell(node)
                return self.equal(cell, True) if _is_yes_no(cell) else f"AND({_there(cell.at)},{cell.at}<>0)"
            case Operation(sign="and" | "or" as sign, parts=parts):
                return f"{sign.upper()}({','.join(map(self.truth, parts))})"
            case Operation(sign="not", parts=(part,)):
                return f"NOT({self.truth(part)})"
            case Operation(sign="answered", parts=(Reference() as asked,)):
                return self.answered(asked)
            case Operation(sign="in", parts=(Reference() as asked, *values)):
                return f"OR({','.join(self.one(asked, value) for value in values)})"
            case Operation(sign="=" | "contains", parts=(Reference() as asked, value)):
                return self.one(asked, value)
            case Operation(sign="!=", parts=(Reference() as asked, value)):
                return f"NOT({self.one(asked, value)})"
            case Operation(sign=sign, parts=(left, right)) if sign in _COMPARED:
                return self.compared(sign, left, right)
            case _:
                raise Unsayable(node)

    def cell(self, asked: Reference) -> Cell:
        found = None if asked.group else self.cells.get(f"{self.prefix}{asked.name}") or self.cells.get(asked.name)
        if found is None or isinstance(found.slot.item, items.Calculated):  # not worked out while somebody types
            raise Unsayable(asked.name)
        return found

    def answered(self, asked: Reference) -> str:
        boxes = [cell.at for name, cell in self.cells.items() if name.startswith(f"{self.prefix}{asked.name}#")]
        if boxes:
            return f"OR({','.join(map(_there, boxes))})"
        return _there(self.cell(asked).at)

    def one(self, asked: Reference, value: Node) -> str:
        """That the answer is this, or this among others."""
        if not isinstance(value, Literal):
            raise Unsayable(value)
        box = f"{asked.name}#{value.value}"
        ticked = self.cells.get(self.prefix + box) or self.cells.get(box)
        return _there(ticked.at) if ticked else self.equal(self.cell(asked), value.value)

    def equal(self, cell: Cell, value: str | float | bool) -> str:
        if isinstance(value, bool):
            if cell.slot.kind == "tick":
                return _there(cell.at) if value else f"NOT({_there(cell.at)})"
            value = "true" if value else "false"
        if isinstance(value, str):
            value = dict(cell.slot.choices).get(value, value)
        return f"{cell.at}={_written(value, cell)}"

    def compared(self, sign: str, left: Node, right: Node) -> str:
        """False beside what is not answered; an empty cell would count as 0."""
        cells = [self.cell(part) for part in (left, right) if isinstance(part, Reference)]
        if not cells:
            raise Unsayable(sign)
        said = [self.operand(part, cells[0]) for part in (left, right)]
        there = [_there(cell.at) for cell in cells]
        return f"AND({','.join([*there, f'{said[0]}{sign}{said[1]}'])})"

    def operand(self, part: Node, beside: Cell) -> str:
        match part:
            case Reference():
                return self.cell(part).at
            case Literal(value=bool()):
                raise Unsayable(part)
            case Literal(value=value):
                return _written(value, beside)
            case _:
                raise Unsayable(part)


def _there(at: str) -> str:
    return f'{at}<>""'


def _is_yes_no(cell: Cell) -> bool:
    return isinstance(cell.slot.item, (items.YesNoQuestion, items.ConsentQuestion))


def _written(value: str | float, cell: Cell) -> str:
    if isinstance(value, str) and cell.slot.kind == "date" and is_moment(value, "date"):
        day = date.fromisoformat(value)
        return f"DATE({day.year},{day.month},{day.day})"
    return f"{value:.15g}" if isinstance(value, (int, float)) else '"' + value.replace('"', '""') + '"'
