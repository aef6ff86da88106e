"""Conditional formats and data validations, of both generations, after a shift of their cells or their references."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.references.areas import parse_areas, write_areas
from skills.spreadsheets.document.references.holders.elements import child, children, discard, named, recount
from skills.spreadsheets.document.references.spread import Piece, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.references.rewriter import ShiftRewriter


def shift_rules(root: Element, rewriter: ShiftRewriter, sheet: str) -> None:
    """Every conditional format and validation of a sheet; raises Refused for one that would crumble."""
    for block in named(root, "conditionalFormatting"):
        _shift_formats(block, rewriter, sheet)
    for validation in named(root, "dataValidation"):
        _shift_validation(validation, rewriter, sheet)


def move_rule_areas(root: Element, moved: Callable[[Area], Area]) -> None:
    """The cells of every conditional format and validation, by themselves: formulas stay."""
    for block in named(root, "conditionalFormatting", "dataValidation"):
        if areas := _areas(block):
            _write_areas(block, [moved(area) for area in areas])


def rule_formulas(root: Element) -> list[Element]:
    """The elements whose text is a formula each cell of a rule reads relative to itself."""
    return [text for rule in named(root, "cfRule", "dataValidation") for text in _formulas(rule)]


def _shift_formats(block: Element, rewriter: ShiftRewriter, sheet: str) -> None:
    """One block of formats over the same cells; those that no longer fit all of them move to blocks of their own."""
    areas = _areas(block)
    if not areas:
        return
    what = f"a conditional format on {write_areas(areas)} of sheet {sheet!r}"
    spreads = _spreader(areas, rewriter, sheet, what)
    rules = list(children(block, "cfRule"))
    outcomes = [spreads([text.text or "" for text in _formulas(rule)]) for rule in rules]
    whole = spreads([])
    place = block
    for rule, pieces in zip(rules, outcomes, strict=True):
        if whole and len(pieces) == 1 and set(pieces[0].areas) == set(whole[0].areas):
            _write_formulas(rule, pieces[0].formulas)
            continue
        for number, piece in enumerate(pieces):
            other = _block_of(block, rule, piece, number)
            place.addnext(other)
            place = other
        block.remove(rule)
    if not whole or child(block, "cfRule") is None:
        discard(block)
    elif rewriter.is_own(sheet):
        _write_areas(block, whole[0].areas)


def _shift_validation(validation: Element, rewriter: ShiftRewriter, sheet: str) -> None:
    areas = _areas(validation)
    if not areas:
        return
    what = f"a data validation on {write_areas(areas)} of sheet {sheet!r}"
    pieces = _spreader(areas, rewriter, sheet, what)([text.text or "" for text in _formulas(validation)])
    if not pieces:
        discard(validation)
        return
    place = validation
    for number, piece in enumerate(pieces):
        one = validation if not number else _copied(validation, number)
        if number:
            place.addnext(one)
        _write_areas(one, piece.areas)
        _write_formulas(one, piece.formulas)
        place = one
    holder = validation.getparent()
    if holder is not None:
        recount(holder)


def _spreader(
    areas: Sequence[Area], rewriter: ShiftRewriter, sheet: str, what: str
) -> Callable[[Sequence[str]], list[Piece]]:
    is_own = rewriter.is_own(sheet)
    return lambda formulas: spread(areas, formulas, rewriter.cells, is_own=is_own, what=what)


def _formulas(rule: Element) -> list[Element]:
    """The elements that hold the rule's formulas as their text: in the newer form an `xm:f` inside."""
    holders = [each for each in rule if local_name(each) in {"formula", "formula1", "formula2", "f"}]
    inner = [child(holder, "f") for holder in holders]
    return [holder if text is None else text for holder, text in zip(holders, inner, strict=True)]


def _write_formulas(rule: Element, formulas: Sequence[str]) -> None:
    for element, text in zip(_formulas(rule), formulas, strict=True):
        element.text = text


def _areas(element: Element) -> list[Area] | None:
    inner = child(element, "sqref")
    return parse_areas((element.get("sqref") if inner is None else inner.text) or "")


def _write_areas(element: Element, areas: Sequence[Area]) -> None:
    """Where they differ from what stands there: Excel spells whole columns out, others do not."""
    if list(areas) == _areas(element):
        return
    inner = child(element, "sqref")
    if inner is None:
        element.set("sqref", write_areas(areas))
    else:
        inner.text = write_areas(areas)


def _block_of(block: Element, rule: Element, piece: Piece, number: int) -> Element:
    """A block with that rule alone, for one piece of its cells."""
    other = copy.deepcopy(block)
    for each in list(children(other, "cfRule")):
        other.remove(each)
    other.tail = None
    one = _copied(rule, number)
    other.insert(0, one)
    _write_areas(other, piece.areas)
    _write_formulas(one, piece.formulas)
    return other


def _copied(element: Element, number: int) -> Element:
    """A copy with identifiers of its own, derived from the old ones so that the same edit makes the same file."""
    other = copy.deepcopy(element)
    other.tail = None
    if not number:
        return other
    for name, value in list(other.attrib.items()):
        if value.startswith("{") and value.endswith("}"):
            other.set(name, "{" + str(uuid5(NAMESPACE_OID, f"{value}{number}")).upper() + "}")
    return other
