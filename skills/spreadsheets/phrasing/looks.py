"""Commands about how cells look: bold, colours, number formats, alignment, widths, merges, frozen panes."""

from __future__ import annotations

import re
from typing import Any, Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.targets import Said, Target, sheet_field, targets
from skills.spreadsheets.phrasing.words import COUNT, NUMBER_WORDS, QUOTED

COLORS: Final = {
    "red": "FF0000", "green": "00B050", "blue": "0070C0", "yellow": "FFFF00", "orange": "FFC000",
    "purple": "7030A0", "pink": "FF99CC", "gray": "808080", "grey": "808080", "black": "000000",
    "white": "FFFFFF", "gold": "FFD700", "light red": "FFC7CE", "light green": "C6EFCE",
    "light blue": "BDD7EE", "light yellow": "FFF2CC", "light orange": "FCE4D6", "light gray": "D9D9D9",
    "light grey": "D9D9D9", "light purple": "E4DFEC", "dark red": "C00000", "dark green": "006100",
    "dark blue": "002060", "dark gray": "404040", "dark grey": "404040",
}  # fmt: skip
_COLOR: Final = rf"(?:{'|'.join(sorted(COLORS, key=len, reverse=True))}|#?[0-9A-Fa-f]{{6}})"
_FORMATS: Final = {
    r"currency|money|dollars?|us dollars?|usd|accounting": "$#,##0.00",
    r"euros?|eur": "#,##0.00 [$€-407]",
    r"pounds?|gbp": "[$£-809]#,##0.00",
    r"percent(?:age)?s?|%": "0%",
    r"(?:iso )?dates?": "yyyy-mm-dd",
    r"times?": "hh:mm",
    r"date ?(?:and )?times?": "yyyy-mm-dd hh:mm",
    r"(?:plain )?text|strings?": "@",
    r"general|plain|no format": "General",
    r"numbers?": "0.00",
    r"integers?|whole numbers?": "0",
    r"thousands?(?: separators?)?|comma(?: style)?|(?:numbers? )?with (?:a )?(?:thousands? separators?|commas?)": "#,##0",
    r"scientific": "0.00E+00",
}
_CODE: Final = re.compile(r"(?=.*[0#@ydhms?])[-0#?.,%$€£ymdhs/:;@\\ _()\[\]E+\"A-Za-z]+")
_DECIMALS: Final = re.compile(
    rf",?\s*(?:and |with |to |at |of )*\(?({COUNT}|no|zero|0) (?:decimal(?:s| places?| digits?)?|digits?)\)?",
    re.IGNORECASE,
)
_FORMAT: Final = re.compile(
    r"(?:(?:format|show|display|style)\s+(?:the )?(?:values? (?:in|of) |numbers? in )?|(?:set|change)\s+(?:the )?(?:number )?format (?:of|for) )(.+?)\s+(?:as|in|to(?: be)?|with(?: the)?(?: number)? format|with)\s+(?:an? |the )?(?:number format )?(.+?)(?: (?:number )?format)?",
    re.IGNORECASE,
)
_MAKE_FORMAT: Final = re.compile(r"(?:make|turn)\s+(.+?)\s+(?:into )?(?:an? )?(.+?)(?: format)?", re.IGNORECASE)
_STYLES: Final = {
    "bold": "bold",
    "bolded": "bold",
    "italic": "italic",
    "italics": "italic",
    "italicized": "italic",
    "underline": "underline",
    "underlined": "underline",
}
_MAKE: Final = re.compile(
    r"(?:make|set|turn|format|style|change|put)\s+(?:the )?(?:(?:text|font|words?|values?) (?:of|in) )?(.+?)\s+(?:to (?:be )?|into |in |as |be )?((?:(?:not |no longer )?(?:bold(?:ed)?|italic(?:s|ized)?|underlined?)(?:,? and |, ?| )?)+)",
    re.IGNORECASE,
)
_VERB_STYLE: Final = re.compile(
    r"(bold|embolden|italici[sz]e|underline|un-?bold|un-?italici[sz]e|un-?underline)\s+(.+)", re.IGNORECASE
)
_FILL: Final = re.compile(
    rf"(?:fill|highlight|shade|colou?r|paint)\s+(?:the )?(?:background of )?(.+?)\s+(?:in |with |as )?(?:an? )?({_COLOR})(?: background| fill| colou?r)?"
    rf"|(?:set|make|change)\s+(?:the )?(?:background|fill)(?: colou?r)? (?:of|in|for) (.+?) (?:to |be )?({_COLOR})"
    rf"|(?:make|set|give|turn)\s+(.+?)\s+(?:have )?(?:an? )?({_COLOR}) (?:background|fill)",
    re.IGNORECASE,
)
_FONT_COLOR: Final = re.compile(
    rf"(?:set|make|change|turn|colou?r)\s+(?:the )?(?:font|text)(?: colou?r)? (?:of|in|for) (.+?) (?:to |be |in )?({_COLOR})"
    rf"|(?:make|turn)\s+(.+?)\s+({_COLOR})(?: (?:text|font))?",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(
    r"(?:set|make|change)\s+(?:the )?(?:font |text )size (?:of|in|for) (.+?) (?:to |be )?(\d+(?:\.\d+)?)(?: ?(?:pt|points?))?"
    r"|(?:make|set)\s+(.+?) (?:to )?(\d+(?:\.\d+)?) ?(?:pt|points?)",
    re.IGNORECASE,
)
_ALIGN: Final = re.compile(
    r"(?:align)\s+(?:the )?(?:text (?:of|in) )?(.+?)\s+(?:to the |to )?(left|right|cent(?:er|re))|(left|right|cent(?:er|re))[- ]?(?:align )?\s*(?:the )?(?:text (?:of|in) )?(.+)",
    re.IGNORECASE,
)
_WRAP: Final = re.compile(
    r"(un)?wrap\s+(?:the )?(?:text (?:of|in) )?(.+)|turn on (?:text )?wrap(?:ping)? (?:for|in) (.+)", re.IGNORECASE
)


def number_format(said: Said) -> list[EditData] | None:
    """format column C as currency · show B2:B9 as percent with 1 decimal · format D as 0.00"""
    for match in (_FORMAT.fullmatch(said.text), _with_decimals(said), _MAKE_FORMAT.fullmatch(said.text)):
        code = format_code(match[2]) if match else None
        spots = _spots(match[1], said) if match and code else None
        if spots and code:
            return _format(spots, number_format=code)
    return None


def _with_decimals(said: Said) -> re.Match[str] | None:
    return re.fullmatch(
        rf"(?:format|show|display|round)\s+(.+?)\s+((?:with|to|at)\s+{COUNT} decimals?(?: places?)?)",
        said.text,
        re.IGNORECASE,
    )


def format_code(text: str) -> str | None:
    """The number format of a phrase: "currency", "percent with 1 decimal", "0.00", "\"#,##0\"", "2 decimals"."""
    if words.is_quoted(text):
        return words.unquoted(text)
    decimals = _DECIMALS.search(text)
    name = (text[: decimals.start()] + text[decimals.end() :]).strip(" ,") if decimals else text.strip()
    code = next((code for names, code in _FORMATS.items() if re.fullmatch(names, name, re.IGNORECASE)), None)
    if decimals:
        digits = 0 if decimals[1].lower() in {"no", "zero", "0"} else words.number_of(decimals[1])
        code = code or ("0.00" if not name else None)
        return None if code is None else re.sub(r"0(?:\.0+)?", f"0.{'0' * digits}" if digits else "0", code, count=1)
    if (
        code is None
        and _CODE.fullmatch(text)
        and re.search(r"[0#]|[ymdhs]{2}|@", text)
        and not re.search(r"[a-z]{5}", text)
    ):
        return text
    return code


def fonts(said: Said) -> list[EditData] | None:
    """make the header row bold · italicize B2 · make A1 red · set the font size of row 1 to 14"""
    if match := _VERB_STYLE.fullmatch(said.text):
        word = match[1].lower().replace("-", "")
        name = "bold" if "bold" in word else "italic" if "ital" in word else "underline"
        is_on = not word.startswith("un") or word == "underline"
        return _format(_spots(match[2], said), **{name: is_on})
    if match := _MAKE.fullmatch(said.text):
        is_off = re.match(r"not |no longer ", match[2], re.IGNORECASE) is not None
        names = {_STYLES[word] for word in re.findall(r"\w+", match[2].lower()) if word in _STYLES}
        return _format(_spots(match[1], said), **{name: not is_off for name in sorted(names)})
    if match := _SIZE.fullmatch(said.text):
        return _format(_spots(match[1] or match[3], said), size=words.number(match[2] or match[4]))
    return None


def colors(said: Said) -> list[EditData] | None:
    """fill A1:E1 with yellow · highlight the header row light blue · make column B red"""
    if match := _FONT_COLOR.fullmatch(said.text):
        if spots := _spots(match[1] or match[3], said):
            return _format(spots, color=_rgb(match[2] or match[4]))
    if match := _FILL.fullmatch(said.text):
        where, color = next((match[at], match[at + 1]) for at in (1, 3, 5) if match[at])
        return _format(_spots(where, said), fill=_rgb(color))
    return None


def _rgb(name: str) -> str:
    return COLORS.get(name.lower()) or name.lstrip("#").upper()


def alignment(said: Said) -> list[EditData] | None:
    """align column C right · center A1:E1 · wrap the text in column D"""
    if match := _ALIGN.fullmatch(said.text):
        side = (match[2] or match[3]).lower().replace("centre", "center")
        return _format(_spots(match[1] or match[4], said), align=side)
    if match := _WRAP.fullmatch(said.text):
        return _format(_spots(match[2] or match[3], said), wrap=not match[1])
    return None


def _spots(text: str, said: Said) -> list[Target] | None:
    return targets(re.sub(r"^the (?:text|font|values?|numbers?) (?:of|in) ", "", text, flags=re.IGNORECASE), said)


def _format(spots: list[Target] | None, **looks: Any) -> list[EditData] | None:
    if not spots:
        return None
    return [{"op": "format", **spot.at_sheet, "range": spot.area, **looks} for spot in spots]


_FREEZE: Final = re.compile(
    rf"(?:freeze|lock|pin|fix)\s+(?:the )?(?:(?:pane|view)s?(?: (?:at|on|above|below))?\s+)?(.+)", re.IGNORECASE
)
_UNFREEZE: Final = re.compile(
    r"(?:unfreeze|unlock)(?: (?:the )?(?:panes?|rows?|columns?|everything|first row|view))?|remove (?:the )?fr(?:ee|o)zen? panes?",
    re.IGNORECASE,
)
_FREEZE_PART: Final = re.compile(
    rf"(?:the )?(?:(?:first|top|left(?:most)?|header)(?: ({COUNT}))?|({COUNT})) ?(rows?|columns?)?|(?:the )?(header)s?(?: row)?|(?:the )?(row|column)s? (\d+|[A-Za-z]{{1,2}})",
    re.IGNORECASE,
)


def freeze(said: Said) -> list[EditData] | None:
    """freeze the first row · freeze panes at B2 · freeze the top 2 rows and first column · unfreeze"""
    if _UNFREEZE.fullmatch(said.text):
        return [{"op": "freeze", **sheet_field(said), "rows": 0, "columns": 0}]
    match = _FREEZE.fullmatch(said.text)
    if match is None:
        return None
    spot = words.place(match[1])
    if spot is not None and (area := Area.find(spot[1])) is not None and area.is_cell:
        sheet = spot[0] or said.sheet
        return [{"op": "freeze", **({"sheet": sheet} if sheet else {}), "rows": area.top - 1, "columns": area.left - 1}]
    held = {"rows": 0, "columns": 0}
    for piece in words.split_and(match[1]):
        part = _FREEZE_PART.fullmatch(piece)
        if part is None:
            return None
        axis, count = _frozen(part)
        held[axis] = count
    return [{"op": "freeze", **sheet_field(said), **held}]


def _frozen(part: re.Match[str]) -> tuple[str, int]:
    if part[5]:
        numbered = int(part[6]) if part[6].isdigit() else Area.parse(f"{part[6]}:{part[6]}").left
        return ("rows" if part[5].lower() == "row" else "columns"), numbered
    axis = "columns" if (part[3] or "").lower().startswith("column") else "rows"
    word = part[1] or part[2]
    return axis, NUMBER_WORDS.get((word or "one").lower()) or int(word)


_MERGE: Final = re.compile(
    rf"(un)?-?merge\s+(?:the )?(?:cells? |range )?({words.PLACE}|(?:the )?selection|these cells)(?: (?:together|into one(?: cell)?))?",
    re.IGNORECASE,
)
_WIDTH: Final = re.compile(
    r"(?:set|make|change)\s+(?:the )?(width|height) of (.+?) (?:to |be )?(\d+(?:\.\d+)?)(?: ?(?:pt|points?|characters?|px))?|(?:make|set) (.+?) (\d+(?:\.\d+)?) (?:characters? )?(wide|high|tall)",
    re.IGNORECASE,
)
_FIT: Final = re.compile(
    r"(?:auto-?\s?(?:fit|size)|fit|adjust)\s+(?:the )?(?:widths? of )?(?:the )?(.+?)(?: widths?)?(?: to (?:their |the )?(?:contents?|text))?",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    rf"(?:name|call)\s+(?:the )?(?:cells? |range )?({words.PLACE})\s+(?:as )?({QUOTED}|[A-Za-z_]\w*)|(?:define|create|add)\s+(?:a |the )?(?:named range|name)\s+({QUOTED}|[A-Za-z_]\w*)\s+(?:as|for|to|=)\s+(?:the )?(?:cells? |range )?({words.PLACE})",
    re.IGNORECASE,
)
_TABLE: Final = re.compile(
    rf"(?:make|create|turn|convert|format)\s+(?:a |the )?(?:table (?:of|from|out of) )?(?:the )?({words.PLACE}|data|range|sheet|selection|it)(?:\s+(?:(?:in)?to |as )?an? (?:excel )?table)?(?: (?:named|called) ({QUOTED}|\w+))?",
    re.IGNORECASE,
)


def layout(said: Said) -> list[EditData] | None:
    """merge A1:C1 · set the width of column B to 20 · autofit the columns · name B2 Rate · make A1:D9 a table"""
    if match := _MERGE.fullmatch(said.text):
        spots = targets(match[2], said)
        op = "unmerge" if match[1] else "merge"
        return [{"op": op, **spot.at_sheet, "range": spot.area} for spot in spots] if spots else None
    if match := _WIDTH.fullmatch(said.text):
        return _resize(match[2] or match[4], (match[1] or match[6]).lower(), words.number(match[3] or match[5]), said)
    if match := _FIT.fullmatch(said.text):
        where = (
            "all"
            if re.fullmatch(r"(?:all )?(?:the )?columns?|all|everything|it|sheet", match[1], re.IGNORECASE)
            else match[1]
        )
        return _resize(where, "width", "fit", said)
    if match := _NAME.fullmatch(said.text):
        found = words.place(match[1] or match[4])
        name = words.unquoted(match[2] or match[3])
        sheet = {"sheet": found[0] or said.sheet} if found and (found[0] or said.sheet) else {}
        return [{"op": "define_name", **sheet, "name": name, "refers_to": found[1]}] if found else None
    if "table" in said.text.lower() and (match := _TABLE.fullmatch(said.text)):
        spot = words.place(match[1])
        ranged = (
            {"range": spot[1], **({"sheet": spot[0]} if spot[0] else sheet_field(said))} if spot else sheet_field(said)
        )
        return [{"op": "make_table", **ranged, **({"name": words.unquoted(match[2])} if match[2] else {})}]
    return None


def _resize(where: str, axis: str, size: float | str, said: Said) -> list[EditData] | None:
    spots = targets(where, said) if where != "all" else [Target("all", said.sheet)]
    if not spots:
        return None
    is_height = axis in {"height", "high", "tall"}
    return [
        {
            "op": "resize",
            **spot.at_sheet,
            "rows" if is_height else "columns": spot.area,
            "height" if is_height else "width": size,
        }
        for spot in spots
    ]
