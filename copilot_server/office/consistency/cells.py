"""Faults of rows and cells that have been parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from copilot_server.office.consistency.areas import LAST_ROW, area
from copilot_server.office.consistency.formulas import formula_faults
from copilot_server.office.xml import local_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from copilot_server.office.xml import Element

LONGEST_TEXT: Final = 32_767
"""Characters a cell may hold."""

_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_TYPES: Final = frozenset({"b", "d", "e", "inlineStr", "n", "s", "str"})


@dataclass
class Bounds:
    """What cells may refer to; found out when first asked for."""

    count_styles: Callable[[], int]
    count_strings: Callable[[], int]
    read_chain: Callable[[], Mapping[int, set[bytes]]]

    @cached_property
    def styles(self) -> int:
        return self.count_styles()

    @cached_property
    def strings(self) -> int:
        return self.count_strings()

    @cached_property
    def chain(self) -> Mapping[int, set[bytes]]:
        """The cells that the calculation chain takes for formulas, by row."""
        return self.read_chain()


def row_faults(parent: Element, previous: int, bounds: Bounds) -> Iterator[tuple[str, str]]:
    """(kind, detail) of each fault in the rows that are children of `parent`; `previous` is the row before them."""
    for row in parent:
        if local_name(row) != "row":
            continue
        written = row.get("r", "")
        number = int(written) if written.isdecimal() else previous + 1
        if not previous < number <= LAST_ROW:
            yield "rows out of order", str(number)
        yield from _order_faults(row, number)
        for cell in row:
            if local_name(cell) == "c":
                yield from _cell_faults(cell, bounds)
        yield from _chain_faults(row, bounds.chain.get(number, set()))
        previous = number


def _order_faults(row: Element, number: int) -> Iterator[tuple[str, str]]:
    column = 0
    for cell in row:
        reference = cell.get("r")
        if local_name(cell) != "c":
            continue
        place = area(reference) if reference else None
        if reference and (place is None or place.top != number or place.left <= column):
            yield "cells out of order", reference
        column = place.left if place else column + 1


def _cell_faults(cell: Element, bounds: Bounds) -> Iterator[tuple[str, str]]:
    place = cell.get("r", "?")
    style = cell.get("s", "0")
    if not (style.isdecimal() and (style == "0" or int(style) < bounds.styles)):
        yield "style index out of range", f"{place}: {style}"
    kind = cell.get("t", "n")
    if kind not in _TYPES:
        yield "unknown type of cell", f"{place}: {kind}"
    for child in cell:
        text = child.text or ""
        match local_name(child):
            case "v":
                yield from _value_faults(kind, text, place, bounds)
            case "f" if text.strip():
                yield from ((fault, f"{place}: {text[:80]}") for fault in formula_faults(text.strip()))
            case "is" if len("".join(child.itertext())) > LONGEST_TEXT:
                yield "cell text too long", place
            case _:
                pass


def _value_faults(kind: str, text: str, place: str, bounds: Bounds) -> Iterator[tuple[str, str]]:
    match kind:
        case "s" if not (text.strip().isdecimal() and int(text) < bounds.strings):
            yield "shared string out of range", f"{place}: {text[:20]}"
        case "n" if text.strip() and not _NUMBER.fullmatch(text):
            yield "value is no number", f"{place}: {text[:20]}"
        case "b" if text.strip() not in {"0", "1", "true", "false", ""}:
            yield "value is no boolean", f"{place}: {text[:20]}"
        case "e" if not text.startswith("#"):
            yield "value is no error", f"{place}: {text[:20]}"
        case "str" if len(text) > LONGEST_TEXT:
            yield "cell text too long", place
        case _:
            pass


def _chain_faults(row: Element, chained: set[bytes]) -> Iterator[tuple[str, str]]:
    if chained:
        calculated = {cell.get("r", "") for cell in row if any(local_name(child) == "f" for child in cell)}
        yield from (
            ("calculation chain names a cell without formula", place)
            for place in sorted({place.decode() for place in chained} - calculated)
        )
