"""What a command is about: cells, rows, columns, the header, the selection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.words import COUNT, NUMBER_WORDS, QUOTED

_ROWS: Final = re.compile(
    r"(?:the )?(?:entire |whole )?rows? (\d+)(?:\s*(?:-|–|:|to|through|until)\s*(\d+))?", re.IGNORECASE
)
_FIRST_ROWS: Final = re.compile(rf"(?:the )?(?:first|top)(?: ({COUNT}))? rows?", re.IGNORECASE)
_COLUMNS: Final = re.compile(
    rf"(?:the )?(?:entire |whole )?columns? (?:named |called )?({QUOTED}|[^,]+?)"
    rf"(?:\s*(?:-|–|:|to|through)\s*(?:column )?({QUOTED}|[A-Za-z]{{1,3}}))?",
    re.IGNORECASE,
)
_NAMED_COLUMN: Final = re.compile(rf"(?:the )?({QUOTED}|[^\s,]+(?: [^\s,]+)?) columns?", re.IGNORECASE)
_HEADER: Final = re.compile(
    r"(?:the |all )*(?:(?:table|column) )?(?:header|heading|title|column name)(?:s|(?:'s)? rows?| cells)?",
    re.IGNORECASE,
)
_ALL: Final = re.compile(
    r"(?:the )?(?:whole |entire )?(?:sheet|table)|everything|all(?: the)?(?: cells| data)?", re.IGNORECASE
)
_SELECTION: Final = re.compile(
    r"(?:the )?(?:selection|selected (?:cells?|range|rows?|columns?))|this(?: range| cell)?|these(?: cells)?|it|them",
    re.IGNORECASE,
)
_CELLS: Final = re.compile(
    r"(?:the )?(?:cells?|range|area|values? in|contents? of|block)? ?(?:from )?"
    rf"({words.PLACE})(?: to ({words.CELLS}))?",
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(r"[A-Za-z]{1,3}")


@dataclass(frozen=True, slots=True)
class Said:
    """One command, courtesies off; `sheet` when it named one, `selection` as the editor gave it."""

    text: str
    sheet: str | None = None
    selection: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A place in an edit's own words: `area` is A1 notation, a column's header name, or "header"."""

    area: str
    sheet: str | None = None

    @property
    def at_sheet(self) -> dict[str, str]:
        """The `sheet` field, left out where the active sheet is meant."""
        return {"sheet": self.sheet} if self.sheet else {}


def sheet_field(said: Said) -> dict[str, str]:
    return {"sheet": said.sheet} if said.sheet else {}


def targets(text: str, said: Said) -> list[Target] | None:
    """The places a phrase names; several when joined by "and" or commas. None when it is not understood."""
    text = text.strip()
    whole = target(text, said)
    if whole is not None:
        return [whole]
    many = _many_columns(text, said)
    if many:
        return many
    pieces = [target(piece, said) for piece in _pieces(text)]
    return [piece for piece in pieces if piece is not None] if len(pieces) > 1 and None not in pieces else None


def target(text: str, said: Said) -> Target | None:
    """One place: "B2:C9", "row 3", "columns B to D", "the header row", "column "Notes"", "the selection"."""
    text = text.strip()
    if match := _CELLS.fullmatch(text):
        found = words.place(match[1] + (f":{match[2]}" if match[2] else ""))
        return Target(found[1], found[0] or said.sheet) if found else None
    if _HEADER.fullmatch(text):
        return Target("header", said.sheet)
    if match := _ROWS.fullmatch(text):
        return Target(f"{match[1]}:{match[2] or match[1]}", said.sheet)
    if match := _FIRST_ROWS.fullmatch(text):
        return Target(f"1:{NUMBER_WORDS.get((match[1] or 'one').lower()) or match[1]}", said.sheet)
    if _ALL.fullmatch(text):
        return Target("all", said.sheet)
    if _SELECTION.fullmatch(text):
        found = words.place(said.selection) if said.selection else None
        return Target(found[1], found[0] or said.sheet) if found else None
    return _column_target(text, said)


def _column_target(text: str, said: Said) -> Target | None:
    if re.fullmatch(r"(?:the )?first column", text, re.IGNORECASE):
        return Target("A:A", said.sheet)
    if (match := _COLUMNS.fullmatch(text)) and not re.search(
        r",| and ", match[1] if not words.is_quoted(match[1]) else ""
    ):
        return Target(_columns(match[1], match[2]), said.sheet)
    if match := _NAMED_COLUMN.fullmatch(text):
        return Target(column(match[1]), said.sheet)
    if words.is_quoted(text) or re.fullmatch(r"[A-Z]{1,2}", text):
        return Target(column(text), said.sheet)
    return None


def _columns(first: str, last: str | None) -> str:
    if last and _LETTERS.fullmatch(first) and _LETTERS.fullmatch(last):
        return f"{first.upper()}:{last.upper()}"
    return column(first)


def column(text: str) -> str:
    """A column's letter as "C:C" where only a letter can be meant, else its header name."""
    text = text.strip()
    if not words.is_quoted(text) and re.fullmatch(r"[A-Z]{1,3}|[a-z]", text):
        return f"{text.upper()}:{text.upper()}"
    return words.unquoted(text)


def _many_columns(text: str, said: Said) -> list[Target]:
    """ "columns B, D and "Notes"" """
    match = re.fullmatch(r"(?:the )?columns? (.+)", text, re.IGNORECASE)
    if not match:
        return []
    items = _pieces(match[1])
    return [Target(column(item), said.sheet) for item in items] if len(items) > 1 else []


def rows(text: str) -> list[tuple[int, int]] | None:
    """Row spans of "7", "3-5", "3, 5 and 9", "3 to 5"."""
    spans: list[tuple[int, int]] = []
    for piece in _pieces(re.sub(r"^(?:the )?rows? ", "", text.strip(), flags=re.IGNORECASE)):
        match = re.fullmatch(r"(?:rows? )?(\d+)(?:\s*(?:-|–|:|to|through)\s*(\d+))?", piece, re.IGNORECASE)
        if match is None:
            return None
        spans.append((int(match[1]), int(match[2] or match[1])))
    return spans


def column_names(text: str) -> list[str]:
    """Columns as edits name them: letters ("C", "B:D") or headers."""
    span = re.fullmatch(
        r"(?:the )?(?:columns? )?([A-Za-z]{1,3})\s*(?:-|–|:|to|through)\s*([A-Za-z]{1,3})", text.strip(), re.IGNORECASE
    )
    if span:
        return [f"{span[1].upper()}:{span[2].upper()}"]
    items = [
        re.sub(r"^(?:the )?columns? (?:named |called )?|(?<=\w) columns?$", "", piece, flags=re.IGNORECASE)
        for piece in _pieces(text)
    ]
    return [words.unquoted(re.sub(r"^the ", "", item, flags=re.IGNORECASE)) for item in items]


def _pieces(text: str) -> list[str]:
    """Items of a list joined by commas and "and", quotes kept."""
    pieces: list[str] = []
    for item in words.listed(text):
        pieces.extend(piece for piece in words.split_and(item) if piece)
    return pieces
