"""The words commands are made of: quotes, places, columns, counts, values, and the courtesies around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from skills.spreadsheets.document.addresses import Area

_QUOTES: Final = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'", "‘": "’", "`": "`"}
QUOTED: Final = r"(?:\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’|`[^`]*`|(?<!\w)'(?:[^']|'')*'(?!\w))"
SHEET: Final = rf"(?:{QUOTED}|[^\W\d][\w.]*)"
CELLS: Final = (
    r"(?:\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\d+:\d+)"
)
PLACE: Final = rf"(?:(?:{SHEET})!)?{CELLS}"
NUMBER_WORDS: Final = {
    "a": 1, "an": 1, "one": 1, "another": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "first": 1, "top": 1,
}  # fmt: skip
COLORS: Final = {
    "red": "FF0000", "green": "00B050", "blue": "0070C0", "yellow": "FFFF00", "orange": "FFC000",
    "purple": "7030A0", "pink": "FF99CC", "gray": "808080", "grey": "808080", "black": "000000",
    "white": "FFFFFF", "gold": "FFD700", "light red": "FFC7CE", "light green": "C6EFCE",
    "light blue": "BDD7EE", "light yellow": "FFF2CC", "light orange": "FCE4D6", "light gray": "D9D9D9",
    "light grey": "D9D9D9", "light purple": "E4DFEC", "dark red": "C00000", "dark green": "006100",
    "dark blue": "002060", "dark gray": "404040", "dark grey": "404040",
}  # fmt: skip
COUNT: Final = rf"(?:\d+|{'|'.join(NUMBER_WORDS)})"

_COURTESY: Final = re.compile(
    r"^(?:(?:please|kindly|now|also|next|finally|first|and|ok|okay|hi|hello|hey|so)[,:!]?\s+"
    r"|(?:could|can|would|will) you(?: please)?\s+|i(?:'d| would)? (?:like|want|need)(?: you)? to\s+|let'?s\s+"
    r"|\d+[.)]\s+|[-*•]\s+)+",
    re.IGNORECASE,
)
_FAREWELL: Final = re.compile(r"(?:[\s,]*(?:please|thanks|thank you|thx|for me|if you can))*[\s.!?]*$", re.IGNORECASE)
_ON_SHEET: Final = re.compile(
    rf"\s*,?\s*\b(?:in|on|of|from|for|to)\s+(?:the\s+)?(?:(?:work)?sheet|tab)\s+(?:named\s+|called\s+)?({SHEET})"
    rf"|\s*,?\s*\b(?:in|on|of|from)\s+(?:the\s+)?({SHEET})\s+(?:(?:work)?sheet|tab)\b"
    r"|\s*,?\s*\b(?:in|on|of|from)\s+(Sheet\s?\d+)\b",
    re.IGNORECASE,
)
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[Ee][-+]?\d+)?")
_LEADING_ZERO: Final = re.compile(r"[-+]?0\d+")
_DATE_LIKE: Final = re.compile(r"\d{4}-\d\d?-\d\d?(?:[T ].*)?\Z|\d\d?:\d\d")
_ENDS_QUOTED: Final = re.compile(rf"(?:{QUOTED})(\s*[.!?]+)\Z")


def trimmed(clause: str) -> str:
    """The command without courtesies, and with one space between words (but inside quotes)."""
    text = _COURTESY.sub("", clause.strip())
    if ended := _ENDS_QUOTED.search(text):
        text = text[: ended.start(1)]
    if not re.search(rf"(?:{QUOTED})\s*[.!?]?\s*$|=[^\s].*$", text):
        text = _FAREWELL.sub("", text)
    else:
        text = re.sub(r"(?:[\s,]+(?:please|thanks|thank you))+[.!]*$", "", text, flags=re.IGNORECASE).rstrip()
    pieces = re.split(rf"({QUOTED})", text)
    return "".join(piece if at % 2 else re.sub(r"\s+", " ", piece) for at, piece in enumerate(pieces)).strip()


def without_sheet(command: str) -> tuple[str, str | None]:
    """The command and the sheet it names by "on sheet X", "in the X sheet" or "in Sheet2"; never inside quotes."""
    quoted = [match.span() for match in re.finditer(QUOTED, command)]
    for match in _ON_SHEET.finditer(command):
        if any(start < match.start() < end for start, end in quoted) or "=" in command[: match.start()]:
            continue
        name = next(group for group in match.groups() if group)
        rest = (command[: match.start()] + command[match.end() :]).strip()
        return rest, unquoted(name)
    return command, None


def unquoted(text: str) -> str:
    """The text without its outer quotes, '' within single quotes read as '."""
    text = text.strip()
    is_german = text[:1] == "„" and text[-1:] in "“”"
    if len(text) > 1 and (_QUOTES.get(text[0]) == text[-1] or is_german):
        inner = text[1:-1]
        return inner.replace("''", "'") if text[0] == "'" else inner
    return text


def is_quoted(text: str) -> bool:
    return re.fullmatch(QUOTED, text.strip()) is not None


def place(text: str) -> tuple[str | None, str] | None:
    """(sheet or None, area in A1 notation) of "B2", "'Sheet 2'!$B$2:C3"; None for anything else."""
    match = re.fullmatch(rf"(?:({SHEET})!)?({CELLS})", text.strip())
    if match is None:
        return None
    area = Area.find(match[2])
    return None if area is None else (unquoted(match[1]) if match[1] else None, str(area))


def number_of(word: str) -> int:
    return NUMBER_WORDS.get(word.lower()) or int(word)


def value(text: str) -> Any:
    """A value as `set_cells` takes it: numbers, true/false, formulas, dates in ISO form; quoted texts stay texts."""
    text = text.strip()
    if is_quoted(text):
        return literal(unquoted(text))
    if _THOUSANDS.fullmatch(text):
        return number(text.replace(",", ""))
    if _NUMBER.fullmatch(text) and not _LEADING_ZERO.fullmatch(text):
        return number(text)
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if text.lower() in {"blank", "empty", "nothing"}:
        return None
    return text


def literal(text: str) -> str:
    """A text that stays one: an apostrophe in front where it would be taken for a formula, a date or an error."""
    return f"'{text}" if text[:1] in {"=", "'", "#"} or _DATE_LIKE.match(text) else text


def number(text: str) -> int | float:
    found = float(text)
    return int(found) if found.is_integer() and re.fullmatch(r"[-+]?\d+", text) else found


def listed(text: str, separators: str = ",") -> list[str]:
    """The items between separators, never cut inside quotes or brackets."""
    items, depth, start, quote = [""][:0], 0, 0, ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTES and (letter != "'" or at == 0 or not text[at - 1].isalnum()):
            quote = _QUOTES[letter]
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif depth == 0 and letter in separators:
            items.append(text[start:at].strip())
            start = at + 1
    return [*items, text[start:].strip()]


def matrix(text: str) -> list[list[Any]]:
    """Rows set apart by `;`, values by `,`: "1, 2; 3, 4"."""
    return [[value(item) for item in listed(row)] for row in listed(text, ";")]


def names(text: str) -> list[str]:
    """Columns or sheets in a list: `"A", B and C`."""
    pieces = [piece for item in listed(text) for piece in split_and(item) if piece]
    return [unquoted(re.sub(r"^(?:the )?columns? ", "", piece, flags=re.IGNORECASE)) for piece in pieces]


def split_and(text: str) -> Sequence[str]:
    quoted = [match.span() for match in re.finditer(QUOTED, text)]
    cuts = [
        match.span()
        for match in re.finditer(r"\s+(?:and|&)\s+|^(?:and|&)\s+", text, re.IGNORECASE)
        if not any(start < match.start() < end for start, end in quoted)
    ]
    pieces, start = [""][:0], 0
    for cut_start, cut_end in cuts:
        pieces.append(text[start:cut_start].strip())
        start = cut_end
    return [*pieces, text[start:].strip()]
