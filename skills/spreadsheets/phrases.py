"""Plain commands for workbooks, understood without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from copilot_server.agent.phrases import EditData, Plan, Request, clauses
from skills.spreadsheets.phrasing import cells, layout, looks, sheets, structure, words
from skills.spreadsheets.phrasing.data import from_data
from skills.spreadsheets.phrasing.targets import Said

Phrase = Callable[[Said], list[EditData] | None]
# In this order: what is narrower comes first.
PHRASES: Final[tuple[Phrase, ...]] = (
    structure.insert,
    sheets.sheets,
    structure.duplicates,
    structure.delete,
    structure.sort,
    cells.total,
    layout.freeze,
    looks.fonts,
    layout.layout,
    looks.number_format,
    looks.alignment,
    looks.colors,
    cells.note,
    cells.enter,
    cells.clear,
    cells.replace,
    cells.fill,
)
EXAMPLES: Final = (
    'set B2 to 42, clear D4:D9, insert 2 rows above row 5, delete column "Notes", sort by "Amount" descending, '
    'add a total row, make the header row bold, format column C as currency, freeze the first row, replace "a" with '
    '"b", add a sheet named Summary, rename sheet A to B, add a note "check" to B2, hide column C, remove duplicates'
)
_VALUES_ONLY: Final = re.compile(r"(?:[-+.\d\"'“=]|true\b|false\b)[^:!]*\Z", re.IGNORECASE)
_SETS_RANGE: Final = re.compile(r".*[A-Z]+\d+:\$?[A-Z]+\$?\d+\s*(?:to|=|with)\b.*", re.IGNORECASE)
_MORE_KEYS: Final = re.compile(r"(?:by|on)\b", re.IGNORECASE)
_SORTS: Final = re.compile(r"(?:\W*\w+){0,3}\s*\b(?:sort|order|arrange)\b", re.IGNORECASE)
_VERB: Final = re.compile(r"\w+")


def understand(request: Request) -> Plan:
    """Edits for the whole request, or the parts of it that were not understood and then no edits at all."""
    edits: list[EditData] = []
    unknown: list[str] = []
    for clause in _rejoined(clauses(request.text)):
        made = _understood(clause, request)
        if made is None:
            unknown.append(clause)
        else:
            edits.extend(made)
    if request.is_new and (data := from_data(request)) and not (unknown and edits):
        # Words none of which is a command describe the data; there is nothing else they could ask for here.
        return Plan(edits=(*data, *edits))
    return Plan(unknown=tuple(unknown), examples=EXAMPLES) if unknown else Plan(edits=tuple(edits))


def _rejoined(parts: Sequence[str]) -> list[str]:
    """Clauses whose break belonged to them: "set B2:C3 to 1, 2; 3, 4", "sort by A then by B"."""
    joined: list[str] = []
    for part in parts:
        if joined and _VALUES_ONLY.match(part) and _SETS_RANGE.match(joined[-1]):
            joined[-1] += f"; {part}"
        elif joined and _MORE_KEYS.match(part) and _SORTS.match(joined[-1]):
            joined[-1] += f" then {part}"
        else:
            joined.append(part)
    return joined


def _understood(clause: str, request: Request) -> list[EditData] | None:
    """The clause as one command; else as several joined by "and" or commas, the first verb lent to the others."""
    command = words.trimmed(clause)
    if not command:
        return []
    made = _one(command, request)
    if made is not None and made[0]["op"] != "set_cells":
        return made
    pieces = [piece for item in words.listed(command) for piece in words.split_and(item) if piece]
    several = _several(pieces, request) if len(pieces) > 1 else None
    # "set A1 to 1 and B1 to 2" could be a text for A1, but is not meant as one.
    return several or made


def _several(pieces: Sequence[str], request: Request) -> list[EditData] | None:
    edits: list[EditData] = []
    verb = _VERB.match(pieces[0])
    for piece in map(words.trimmed, pieces):
        made = _one(piece, request)
        if made is None and verb is not None:
            made = _one(f"{verb[0]} {piece}", request)
        if made is None:
            return None
        edits.extend(made)
    return edits


def _one(command: str, request: Request) -> list[EditData] | None:
    rest, sheet = words.without_sheet(command)
    whole = Said(command, None, request.selection)
    # Without its sheet first: "add a sheet named X" has none to take off, "clear D4 in sheet X" has.
    heard = [Said(rest, sheet, request.selection), whole] if sheet else [whole]
    for said in heard:
        for phrase in PHRASES:
            made = phrase(said)
            if made is not None:
                return made
    return None
