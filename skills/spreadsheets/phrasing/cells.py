"""Commands about what cells hold: set, clear, replace, fill, total."""

from __future__ import annotations

import re
from typing import Any, Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.targets import Said, Target, column_names, sheet_field, target, targets
from skills.spreadsheets.phrasing.words import PLACE, QUOTED

_ENTER: Final = re.compile(
    rf"(?:set|change|update|make|let)\s+(?:the )?(?:(?:value|content|formula|text)s? (?:of|in) )?(?:the )?(?:cells? |range )?({PLACE}|(?:the )?selection)(?!:\S|\w)"
    r"\s*(?:(?:to(?: be)?|equals?(?: to)?|as|be)\b|:(?=\s)|(?P<equals>:?=))\s*(?:the )?(?:(?:value|text|formula|number)s? )?(.+)",
    re.IGNORECASE | re.DOTALL,
)
_ASSIGN: Final = re.compile(
    rf"({PLACE})(?!:\S|\w)\s*(?:(?P<equals>:?=)|:(?=\s)|is\b|←)\s*(.+)", re.IGNORECASE | re.DOTALL
)
_PUT: Final = re.compile(
    rf"(?:put|write|enter|type|insert|place|add|store)\s+(?:the )?(?:(?:value|text|formula|number)s? )?(.+?)\s+(?:in|into|at|to)\s+(?:the )?(?:cells? |range )?({PLACE}|(?:the )?selection)",
    re.IGNORECASE | re.DOTALL,
)
_FILL_WITH: Final = re.compile(
    rf"fill\s+(?:the )?(?:cells? |range )?({PLACE})\s+with\s+(?:the )?(?:(?:value|text|formula)s? )?(.+)",
    re.IGNORECASE | re.DOTALL,
)
_COLOR_WORD: Final = re.compile(
    r"(?:(?:light|dark|pale|bright) )?(?:red|green|blue|yellow|orange|purple|pink|gr[ae]y|black|white|gold|#[0-9a-f]{6})\b",
    re.IGNORECASE,
)
_CLEAR: Final = re.compile(
    r"(?:clear|erase|empty|blank(?: out)?|wipe|(?:delete|remove)(?= (?:the )?(?:contents?|values?|data|formatting|formats?) (?:of|in|from)))"
    r"\s+(?:out )?(?:the )?(?P<what>contents?|values?|data|formatting|formats?|everything|all)?\s*(?:of|in|from)?\s*(?P<where>.+)",
    re.IGNORECASE,
)
_REPLACE: Final = re.compile(
    rf"(?:find and )?(?:replace|substitute|change)\s+(?:all |every |each |the )*(?:occurrences? of |instances? of |(?:text|word|value)s? )?({QUOTED}|\S+)\s+(?:with|by|to|for|→|->)\s+(?:the )?(?:(?:text|word|value) )?({QUOTED}|\S+)"
    r"(?:\s+(everywhere|in (?:the )?(?:whole |entire )?(?:work)?book)|\s+(?:in|within|on) (.+))?",
    re.IGNORECASE,
)
_FIND_REPLACE: Final = re.compile(
    rf"find ({QUOTED})(?: and|,)? replace (?:it |them )?(?:with|by) ({QUOTED})(?: (everywhere)| (?:in|within) (.+))?",
    re.IGNORECASE,
)
_FILL: Final = re.compile(
    rf"(?:fill|copy|extend|drag|autofill)\s+(?:the )?(?:formulas? )?(?:in |of |from )?(?:cells? )?({PLACE})\s+(?:down|right|across|over)?\s*(?:to|through|until|into)\s+(?:cells? |row )?({words.CELLS}|\d+)",
    re.IGNORECASE,
)
_TOTALS: Final = re.compile(
    r"(?:(?:add|append|insert|create|make|put|include|give(?: (?:it|me))?)\s+(?:in )?(?:a |the |an? )?(?:grand |sum )?(?:totals?|sums?)(?: rows?| line)?"
    r"|(?:total|sum)(?: up)?)(?P<rest>\b.*)",
    re.IGNORECASE,
)
# After "=" people leave out the formula's own one.
_CALCULATES: Final = re.compile(r"[A-Za-z.]+\(.*\)|\(?\$?[A-Za-z]{1,3}\$?\d+\s*[-+*/^&]")
_PERCENT: Final = re.compile(r"[-+]?\d+(?:\.(\d+))?\s?%")


def enter(said: Said) -> list[EditData] | None:
    """set B2 to 42 · B2 = 5 · put "x" in C3 · fill A1:A9 with 0"""
    if match := _ENTER.fullmatch(said.text) or _ASSIGN.fullmatch(said.text):
        what = match[3]
        is_formula = match["equals"] and not what.startswith("=") and _CALCULATES.match(what)
        return _entered(match[1], f"={what}" if is_formula else what, said)
    if match := _FILL_WITH.fullmatch(said.text):
        return None if _COLOR_WORD.match(match[2]) else _entered(match[1], match[2], said)
    if match := _PUT.fullmatch(said.text):
        return _entered(match[2], match[1], said)
    return None


def _entered(where: str, what: str, said: Said) -> list[EditData] | None:
    spot = target(where, said)
    area = Area.find(spot.area) if spot else None
    if spot is None or area is None:
        return None
    what = what.strip()
    if what.lower().startswith(("bold", "italic", "underlin")) or not what:
        return None
    if match := _PERCENT.fullmatch(what):
        number = round(float(what.rstrip("% ")) / 100, 12)
        digits = f"0.{'0' * len(match[1])}%" if match[1] else "0%"
        return [_set(spot, number), {"op": "format", **spot.at_sheet, "range": spot.area, "number_format": digits}]
    if area.is_cell or what.startswith("="):
        return [_set(spot, words.value(what))]
    values = words.matrix(what)
    if len(values) == 1 and len(values[0]) == 1:
        return [_set(spot, values[0][0])]
    if len(values) == 1 and area.columns == 1:
        values = [[value] for value in values[0]]
    return [_set(spot, values)] if _fits(values, area) else None


def _fits(values: list[list[Any]], area: Area) -> bool:
    return len(values) == area.rows and all(len(row) == area.columns for row in values)


def _set(spot: Target, values: Any) -> EditData:
    return {"op": "set_cells", **spot.at_sheet, "at": spot.area, "values": values}


def clear(said: Said) -> list[EditData] | None:
    """clear D4:D9 · erase the contents of column C · clear the formatting of A1:B2"""
    match = _CLEAR.fullmatch(said.text)
    spots = targets(match["where"], said) if match else None
    if not match or not spots:
        return None
    what = "formats" if (match["what"] or "").lower().startswith("format") else "contents"
    return [{"op": "clear", **spot.at_sheet, "range": spot.area, "what": what} for spot in spots]


def replace(said: Said) -> list[EditData] | None:
    """replace "a" with "b" · replace foo by bar in column C"""
    match = _FIND_REPLACE.fullmatch(said.text) or _REPLACE.fullmatch(said.text)
    if not match or words.place(match[1]) and not words.is_quoted(match[1]):
        return None
    edit: dict[str, Any] = {"op": "replace_text", "find": words.unquoted(match[1]), "replace": words.unquoted(match[2])}
    if match[4]:
        spot = target(match[4], said)
        if spot is None:
            return None
        return [{**edit, **spot.at_sheet, **({} if spot.area == "all" else {"range": spot.area})}]
    return [{**edit, **sheet_field(said)}]


def fill(said: Said) -> list[EditData] | None:
    """fill D2 down to D20 · copy the formula in B2 down to row 50"""
    match = _FILL.fullmatch(said.text)
    source = target(match[1], said) if match else None
    area = Area.find(source.area) if source else None
    if not match or source is None or area is None:
        return None
    if match[2].isdigit():
        last = Area(area.top, area.left, int(match[2]), area.right)
    else:
        last = Area.find(match[2])
    if last is None:
        return None
    whole = Area.around([area, last])
    return [{"op": "fill", **source.at_sheet, "source": str(area), "to": str(whole)}]


def total(said: Said) -> list[EditData] | None:
    """add a total row · add totals for columns "Units" and E · sum column D at the bottom"""
    match = _TOTALS.fullmatch(said.text)
    if not match:
        return None
    rest = re.sub(
        r"\b(?:at|to|on|in) the (?:bottom|end|foot)(?: of (?:the|each|every) (?:table|sheet|data|columns?|list))?|\b(?:below|under)(?:neath)? (?:the|it|them)?\s*(?:table|data)?"
        r"|\b(?:to|for|of|in) the (?:table|sheet|data|list)\b|\bwith (?:live )?(?:sum )?formulas?\b|\bformulas?\b|\brows?$|\b(?:all|each|every)(?: of)? the(?= )|\ball\b",
        "",
        match["rest"],
        flags=re.IGNORECASE,
    ).strip(" ,")
    rest = re.sub(r"^(?:for|of|to|in|on|that sums|summing|over)\s+", "", rest, flags=re.IGNORECASE).strip()
    if not rest or re.fullmatch(r"(?:the |each |every |numeric )*(?:numeric )?columns?", rest, re.IGNORECASE):
        return [{"op": "total_row", **sheet_field(said)}]
    if not re.match(r"(?:the )?columns? |.* columns?$", rest, re.IGNORECASE) and not words.is_quoted(rest):
        return None
    return [{"op": "total_row", **sheet_field(said), "columns": column_names(rest)}]
