"""Commands about what cells hold: set, clear, replace, fill, total."""

from __future__ import annotations

import re
from typing import Any, Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.sentences import sentence
from skills.spreadsheets.phrasing.targets import Said, Target, column_names, sheet_field, target, targets

_NOUN: Final = "[the value|the values|the text|the formula|the number|values?|text|formula|number]"
_SET: Final = sentence(
    "(set|change|update) [the] [values?|contents?|formula|text] [of|in] [the] [cells?|range] <where:place> "
    f"(to|to be|equal to|equals|as|be) {_NOUN} <what>",
    "(set|change|update|make) <where=(?:the )?selection|this|these cells|it> (to|equal to) <what>",
    f"fill [the] [cells?|range] <where:place> with {_NOUN} <what>",
    f"(put|write|enter|type|insert|place|add|store) {_NOUN} <what> (in|into|at|to) [the] [cells?|range] <where:place>",
)
# Said of a cell rather than to it ("B2 is wrong"): only what can be nothing but a value is entered.
_STATED: Final = sentence(
    "(make|let) [the] [values?|contents?|formula|text] [of|in] [the] [cells?|range] <where:place> "
    f"(to|to be|equal to|equals|as|be) {_NOUN} <what>",
    "<where:place> is <what>",
)
# "set B2 to the sum of column C" asks for something; its words are not to stand in the cell.
_WISH: Final = re.compile(
    r"(?:an?|another|some|the|this|that|these|those|my|our|your|all|every|each|more|less|too|today|now|random)\b|"
    r"(?:sum|average|mean|median|totals?|count|max(?:imum)?|min(?:imum)?|difference|product|ratio|number|share) "
    r"(?:of|for|in|from|between)\b|(?:upper|lower|title|proper) ?case\b|.*\?$",
    re.IGNORECASE,
)
# So does "add sparklines to G2"; what is written or typed there may be called so.
_THING: Final = re.compile(
    r"(?:add|insert|put|place) (?:\w+ )?(?:notes?|comments?|(?:hyper)?links?|charts?|graphs?|sparklines?|drop-?downs?|"
    r"lists?|borders?|pictures?|images?|logos?|filters?|validations?|check ?boxe?s?|formulas?)\b",
    re.IGNORECASE,
)
_NOTE: Final = sentence(
    "(add|put|insert|leave|write|attach) [a|the] <kind=note|comment> [saying|reading|that says] <text:quoted> "
    "(to|on|in|at|for) [the] [cell] <where:place>",
    "(add|put|insert|leave|write|attach) [a|the] <kind=note|comment> (to|on|in|at|for) [the] [cell] <where:place> "
    "(saying|reading|that says) <text:quoted>",
    "(delete|remove|clear) [the] <gone=note> (of|on|in|from|at) [the] [cell] <where:place>",
)
_ASSIGN: Final = re.compile(
    rf"(?:(?:set|let|make)\s+)?(?:cells?\s+)?({words.PLACE})\s*(?P<equals>:?=)\s*(.+)|"
    rf"(?:set\s+)?({words.PLACE}):\s+(.+)",
    re.IGNORECASE | re.DOTALL,
)
# After "=" people leave out the formula's own one.
_CALCULATES: Final = re.compile(r"[A-Za-z.]+\(.*\)|\(?\$?[A-Za-z]{1,3}\$?\d+\s*[-+*/^&]")
_LOOKS: Final = re.compile(r"(?:bold|italic|underlin|an? (?:excel )?table\b)", re.IGNORECASE)
_PERCENT: Final = re.compile(r"[-+]?\d+(?:\.(\d+))?\s?%")
_CLEAR: Final = sentence(
    "(clear|erase|empty|blank|wipe) [out] [the] <what=contents?|values?|data|formatting|formats?> [of|in|from] <where>",
    "(delete|remove) [the] <what=contents?|values?|data|formatting|formats?> (of|in|from) <where>",
    "(clear|erase|empty|blank|wipe) [out] <where>",
)
_REPLACE: Final = sentence(
    "[find and] (replace|substitute|change) [all|every|each] [the] [occurrences? of|instances? of] [text|word|value] "
    "<old:text> (with|by|to|for|→|->) [the] [text|word|value] <new:text> [everywhere|in the workbook]",
    "[find and] (replace|substitute|change) [all] [the] [text|word|value] <old:text> (with|by|to|for|→|->) <new:text> "
    "(in|within|on) <where>",
    "find <old:quoted> [and] replace [it|them] (with|by) <new:quoted>",
    "find <old:quoted> [and] replace [it|them] (with|by) <new:quoted> (in|within) <where>",
)
_FILL: Final = sentence(
    "(fill|copy|extend|drag|autofill) [the] [formulas?] [in|of|from] [cells?] <source:place> [down|right|across|over] "
    "(to|through|until|into) [cells?] <to:cells>",
    "(fill|copy|extend|drag|autofill) [the] [formulas?] [in|of|from] [cells?] <source:place> [down] (to|through|until) "
    "[row] <row:row>",
)
_BELOW: Final = "[at the bottom|at the end|to the end|at the foot|below|underneath] [of|the|it] [table|data|sheet|list]"
_TOTAL: Final = sentence(
    f"(add|append|insert|create|make|put|include) [in] [a|the] [grand|sum] (totals?|sums?) [rows?|line] {_BELOW} "
    "[to the|of the|for the] [table|data|sheet|list] [with] [live] [sum] [formulas]",
    f"(add|append|insert|create|make|put|include) [a|the] (totals?|sums?) [rows?|line] {_BELOW} "
    f"(for|of|to|in|over) [the|all|each|every] [numeric] <which> {_BELOW}",
    f"(total|sum) [up] [the|all|each|every] [numeric] <which> {_BELOW}",
)


def enter(said: Said) -> list[EditData] | None:
    """set B2 to 42 · B2 = 5 · put "x" in C3 · fill A1:A9 with 0"""
    if match := _ASSIGN.fullmatch(said.text):
        where, what = match[1] or match[4], match[3] or match[5]
        is_formula = match["equals"] and not what.startswith("=") and _CALCULATES.match(what)
        is_meant = _is_meant(what, is_stated=match["equals"] is None)
        return _entered(where, f"={what}" if is_formula else what, said) if is_meant else None
    heard, is_stated = _SET.heard(said.text), False
    if heard is None:
        heard, is_stated = _STATED.heard(said.text), True
    if heard is None or not _is_meant(heard["what"], is_stated=is_stated) or _THING.match(said.text):
        return None
    if _LOOKS.match(heard["what"]) or heard["what"].lower() in words.COLORS:
        return None
    return _entered(heard["where"], heard["what"], said)


def _is_meant(what: str, *, is_stated: bool) -> bool:
    """Whether the words are to stand in the cell: numbers, formulas and what is quoted are, a wish never."""
    items = [item for row in words.listed(what, ";") for item in words.listed(row)]
    loose = [item for item in items if isinstance(words.value(item), str | None) and not words.is_quoted(item)]
    if what.startswith("=") or not loose:
        return True
    return not is_stated and not any(map(_WISH.match, loose))


def note(said: Said) -> list[EditData] | None:
    """add a note "check" to B2 · add a comment "why?" on C3 · remove the note from B2"""
    heard = _NOTE.heard(said.text)
    spot = target(heard["where"], said) if heard else None
    if heard is None or spot is None:
        return None
    kind = heard.get("gone", heard.get("kind", "note")).lower()
    text = {"text": words.unquoted(heard["text"])} if "text" in heard else {}
    return [{"op": kind, **spot.at_sheet, "cell": spot.area, **text}]


def _entered(where: str, what: str, said: Said) -> list[EditData] | None:
    spot = target(where, said)
    area = Area.find(spot.area) if spot else None
    if spot is None or area is None:
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
    heard = _CLEAR.heard(said.text)
    spots = targets(heard["where"], said) if heard else None
    if heard is None or not spots:
        return None
    what = "formats" if heard.get("what", "").lower().startswith("format") else "contents"
    return [{"op": "clear", **spot.at_sheet, "range": spot.area, "what": what} for spot in spots]


def replace(said: Said) -> list[EditData] | None:
    """replace "a" with "b" · replace foo by bar in column C"""
    heard = _REPLACE.heard(said.text)
    if heard is None or (words.place(heard["old"]) and not words.is_quoted(heard["old"])):
        return None
    edit = {"op": "replace_text", "find": words.unquoted(heard["old"]), "replace": words.unquoted(heard["new"])}
    if "where" not in heard:
        return [{**edit, **sheet_field(said)}]
    spot = target(heard["where"], said)
    if spot is None:
        return None
    return [{**edit, **spot.at_sheet, **({} if spot.area == "all" else {"range": spot.area})}]


def fill(said: Said) -> list[EditData] | None:
    """fill D2 down to D20 · copy the formula in B2 down to row 50"""
    heard = _FILL.heard(said.text)
    source = target(heard["source"], said) if heard else None
    area = Area.find(source.area) if source else None
    if heard is None or source is None or area is None:
        return None
    last = Area.cell(int(heard["row"]), area.right) if "row" in heard else Area.find(heard["to"])
    whole = Area.around([area, last]) if last else None
    return [{"op": "fill", **source.at_sheet, "source": str(area), "to": str(whole)}] if whole else None


def total(said: Said) -> list[EditData] | None:
    """add a total row · add totals for columns "Units" and E · sum column D at the bottom"""
    heard = _TOTAL.heard(said.text)
    if heard is None:
        return None
    edit = {"op": "total_row", **sheet_field(said)}
    which = heard.get("which", "columns")
    if re.fullmatch(r"(?:numeric )?columns?", which, re.IGNORECASE):
        return [edit]
    is_column = re.match(r"(?:the )?columns? |.* columns?$", which, re.IGNORECASE) or words.is_quoted(which)
    return [{**edit, "columns": column_names(which)}] if is_column else None
