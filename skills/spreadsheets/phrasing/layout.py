"""Commands about a sheet's layout: frozen panes, merged cells, widths, names, tables."""

from __future__ import annotations

import re
from typing import Any, Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.sentences import sentence
from skills.spreadsheets.phrasing.targets import Said, Target, sheet_field, targets

_UNFREEZE: Final = sentence(
    "(unfreeze|unlock) [the] [panes?|rows?|columns?|everything|first row|view]",
    "remove [the] (freeze panes?|frozen panes?)",
)
_FREEZE: Final = sentence("(freeze|lock|pin|fix) [the] [panes?|view] [at|on|above|below] <what>")
_FROZEN: Final = sentence(
    "[the] (first|top|left|leftmost) <count:count> <axis=rows?|columns?>",
    "[the] (first|top|left|leftmost) <axis=rows?|columns?>",
    "<count:count> <axis=rows?|columns?>",
    "[the] <axis=rows?|columns?> <line=\\d+|[A-Za-z]{1,2}>",
    "[the] (header|headers) [row]",
)
_MERGE: Final = sentence("<act=merge|unmerge> [the] [cells?|range] <what> [together|into one|into one cell]")
_SIZE: Final = sentence(
    "(set|make|change) [the] <axis=width|height> of <what> [to|be] <size:number> [pt|points?|characters?]",
    "(make|set) <what> <size:number> [characters] <axis=wide|high|tall>",
)
_FIT: Final = sentence(
    "(autofit|auto-fit|autosize|auto-size|fit|adjust) [the] [widths? of] [the] <what> "
    "to (their contents?|the contents?|the text)",
    "(autofit|auto-fit|autosize|auto-size|fit|adjust) [the] [widths? of] [the] <what> [widths?]",
)
_HIDE: Final = sentence("<act=hide|unhide|show> [the] <what>")
_NAME: Final = sentence(
    "(name|call) [the] [cells?|range] <place:place> [as] <name:identifier>",
    "(define|create|add) [a|the] (named range|name) <name:identifier> (as|for|to|=) [the] [cells?|range] <place:place>",
)
_TABLE: Final = sentence(
    "(make|create) [a|the] table (of|from|out of) [the] <what> (named|called) <name:identifier>",
    "(make|create) [a|the] table (of|from|out of) [the] <what>",
    "(make|turn|convert|format) [the] <what> (into|to|as) [a|an] [excel] table [named|called] <name:identifier>",
    "(make|turn|convert|format) [the] <what> [into|to|as] [a|an] [excel] table",
)
_ALL_COLUMNS: Final = re.compile(r"(?:all )?(?:the )?columns?|all|everything|it|sheet", re.IGNORECASE)


def freeze(said: Said) -> list[EditData] | None:
    """freeze the first row · freeze panes at B2 · freeze the top 2 rows and first column · unfreeze"""
    if _UNFREEZE.heard(said.text) is not None:
        return [{"op": "freeze", **sheet_field(said), "rows": 0, "columns": 0}]
    heard = _FREEZE.heard(said.text)
    if heard is None:
        return None
    spot = words.place(heard["what"])
    if spot is not None and (area := Area.find(spot[1])) is not None and area.is_cell:
        at_sheet = Target(spot[1], spot[0] or said.sheet).at_sheet
        return [{"op": "freeze", **at_sheet, "rows": area.top - 1, "columns": area.left - 1}]
    held = {"rows": 0, "columns": 0}
    for piece in words.split_and(heard["what"]):
        part = _frozen(piece)
        if part is None:
            return None
        held[part[0]] = part[1]
    return [{"op": "freeze", **sheet_field(said), **held}]


def _frozen(piece: str) -> tuple[str, int] | None:
    """(rows or columns, how many) of "the top 2 rows", "first column", "row 3", "column B"."""
    heard = _FROZEN.heard(piece)
    if heard is None:
        return None
    axis = "columns" if heard.get("axis", "").lower().startswith("column") else "rows"
    line = heard.get("line", "")
    if line and not line.isdigit():
        return axis, Area.parse(f"{line}:{line}").left
    return axis, words.number_of(line or heard.get("count", "one"))


def layout(said: Said) -> list[EditData] | None:
    """merge A1:C1 · set the width of column B to 20 · autofit the columns · name B2 Rate · make A1:D9 a table"""
    for phrase in (_merge, _resize, _hide, _name, _table):
        made = phrase(said)
        if made is not None:
            return made
    return None


def _merge(said: Said) -> list[EditData] | None:
    heard = _MERGE.heard(said.text)
    spots = targets(heard["what"], said) if heard else None
    if heard is None or not spots:
        return None
    return [{"op": heard["act"].lower(), **spot.at_sheet, "range": spot.area} for spot in spots]


def _resize(said: Said) -> list[EditData] | None:
    if heard := _SIZE.heard(said.text):
        is_height = heard["axis"].lower() in {"height", "high", "tall"}
        return _sized(targets(heard["what"], said), is_height=is_height, size=words.number(heard["size"]))
    heard = _FIT.heard(said.text)
    if heard is None:
        return None
    is_all = _ALL_COLUMNS.fullmatch(heard["what"])
    return _sized([Target("all", said.sheet)] if is_all else targets(heard["what"], said), is_height=False, size="fit")


def _sized(spots: list[Target] | None, *, is_height: bool, size: float | str) -> list[EditData] | None:
    lines, measure = ("rows", "height") if is_height else ("columns", "width")
    return [{"op": "resize", **spot.at_sheet, lines: spot.area, measure: size} for spot in spots] if spots else None


def _hide(said: Said) -> list[EditData] | None:
    """Rows and columns; sheets are heard before."""
    heard = _HIDE.heard(said.text)
    is_rows = heard is not None and re.match(r"(?:first |top )?rows?\b", heard["what"], re.IGNORECASE) is not None
    is_columns = heard is not None and re.search(r"\bcolumns?\b", heard["what"], re.IGNORECASE) is not None
    spots = targets(heard["what"], said) if heard and (is_rows or is_columns) else None
    if heard is None or not spots:
        return None
    hidden = heard["act"].lower() == "hide"
    lines = "rows" if is_rows else "columns"
    return [{"op": "resize", **spot.at_sheet, lines: spot.area, "hidden": hidden} for spot in spots]


def _name(said: Said) -> list[EditData] | None:
    heard = _NAME.heard(said.text)
    found = words.place(heard["place"]) if heard else None
    if heard is None or found is None:
        return None
    at_sheet = Target(found[1], found[0] or said.sheet).at_sheet
    return [{"op": "define_name", **at_sheet, "name": words.unquoted(heard["name"]), "refers_to": found[1]}]


def _table(said: Said) -> list[EditData] | None:
    heard = _TABLE.heard(said.text)
    if heard is None:
        return None
    edit: dict[str, Any] = {"op": "make_table"}
    if not re.fullmatch(r"data|range|sheet|it|all", heard["what"], re.IGNORECASE):
        spots = targets(heard["what"], said)
        if not spots:
            return None
        edit |= {**spots[0].at_sheet, "range": spots[0].area}
    return [{**edit, **({"name": words.unquoted(heard["name"])} if "name" in heard else {})}]
