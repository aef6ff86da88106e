"""Commands about how cells look: bold, colours, number formats, alignment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.sentences import sentence
from skills.spreadsheets.phrasing.targets import Said, Target, targets

_FORMATS: Final[Mapping[str, str]] = {
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
    r"thousands?(?: separators?)?|comma(?: style)?": "#,##0",
    r"(?:numbers? )?with (?:a )?(?:thousands? separators?|commas?)": "#,##0",
    r"scientific": "0.00E+00",
}
_CODE: Final = re.compile(r"(?=.*(?:[0#@]|[ymdhs]{2}))(?!.*[a-z]{5})[-0#?.,%$€£ymdhs/:;@\\ _()\[\]E+\"A-Za-z]+")
_DECIMALS: Final = re.compile(
    rf",?\s*(?:and |with |to |at |of )*\(?({words.COUNT}|no|zero|0) "
    r"(?:decimals?|decimal (?:places?|digits?)|digits?)\)?",
    re.IGNORECASE,
)
_FORMAT: Final = sentence(
    "(format|show|display|style) [the] [values?|numbers?] [in|of] <what> (as|in|to|to be|with format|with the format) "
    "[a|an|the] [number format] <format>",
    "(set|change) [the] [number] format (of|for) <what> (to|as) [a|an|the] <format>",
    "(format|show|display|round) <what> <format=(?:with|to|at) .+ decimals?(?: places?)?>",
    "(make|turn) <what> into [a|an] <format>",
    "(set|change|convert) <what=(?:the )?columns? .+?|.+? columns?> (to|into) [a|an] <format>",
    "(make|turn) <what> [a|an] <format>",
)
_VALUE: Final = re.compile(r"[\d.,]+")
_SHOWS: Final = re.compile(r"format|show|display|style|round|(?:set|change) (?:the )?(?:number )?format", re.IGNORECASE)
_STYLE: Final = r"(?:(?:not |no longer )?(?:bold(?:ed)?|italic(?:s|ized)?|underlined?)(?:,? and |, ?| )?)+"
_STYLES: Final[Mapping[str, str]] = {"bold": "bold", "ital": "italic", "unde": "underline"}
_MAKE: Final = sentence(
    "(make|set|turn|format|style|change|put) [the] [text|font|words?|values?] [of|in] <what> [to be|to|into|in|as|be] "
    f"<styles={_STYLE}>"
)
_STYLED: Final = sentence(
    "<style=bold|embolden|italici[sz]e|underline|un-?bold|un-?italici[sz]e|un-?underline> <what>",
)
_BACKGROUND: Final = sentence(
    "(fill|highlight|shade|colou?r|paint) [the] [background of] <what> [in|with|as] [a|an] <color:color> "
    "[background|fill|colou?r]",
    "(set|make|change) [the] (background|fill) [colou?r] (of|in|for) <what> [to|be] <color:color>",
    "(make|set|give|turn) <what> [have] [a|an] <color:color> (background|fill)",
)
_TEXT_COLOR: Final = sentence(
    "(set|make|change|turn|colou?r) [the] (font|text) [colou?r] (of|in|for) <what> [to|be|in] <color:color>",
    "(make|turn) <what> <color:color> [text|font]",
)
_SIZE: Final = sentence(
    "(set|make|change) [the] [font|text] size (of|in|for) <what> [to|be] <size:number> [pt|points?]",
    "(make|set) <what> [to] <size:number> (pt|points?)",
    r"(make|set) <what> [to] <size=\d+(?:pt|points?)>",
)
_ALIGN: Final = sentence(
    "align [the] [text] [of|in] <what> [to the|to] <side=left|right|cent(?:er|re)>",
    "<side=left|right|cent(?:er|re)> [align] [the] [text] [of|in] <what>",
    "<side=left|right|cent(?:er|re)>-align [the] [text] [of|in] <what>",
)
_WRAP: Final = sentence(
    "<act=wrap|unwrap> [the] [text] [of|in] <what>", "turn on [text] (wrap|wrapping) (for|in) <what>"
)


def number_format(said: Said) -> list[EditData] | None:
    """format column C as currency · show B2:B9 as percent with 1 decimal · format D as 0.00"""
    heard = _FORMAT.heard(said.text)
    if heard and _VALUE.fullmatch(heard["format"]) and not _SHOWS.match(said.text):
        return None  # "set column C to 0" may mean its values
    code = format_code(heard["format"]) if heard else None
    return _format(_spots(heard["what"], said), number_format=code) if heard and code else None


def format_code(text: str) -> str | None:
    """The number format of a phrase: "currency", "percent with 1 decimal", "0.00", "\"#,##0\"", "2 decimals"."""
    if words.is_quoted(text):
        return words.unquoted(text)
    decimals = _DECIMALS.search(text)
    name = (text[: decimals.start()] + text[decimals.end() :]).strip(" ,") if decimals else text.strip()
    name = re.sub(r" (?:number )?format$", "", name, flags=re.IGNORECASE)
    code = next((code for names, code in _FORMATS.items() if re.fullmatch(names, name, re.IGNORECASE)), None)
    if decimals is None:
        return code or (name if _CODE.fullmatch(name) else None)
    digits = 0 if decimals[1].lower() in {"no", "zero", "0"} else words.number_of(decimals[1])
    code = code or ("0.00" if not name else None)
    return code and re.sub(r"0(?:\.0+)?", f"0.{'0' * digits}" if digits else "0", code, count=1)


def fonts(said: Said) -> list[EditData] | None:
    """make the header row bold · italicize B2 · set the font size of row 1 to 14"""
    if heard := _STYLED.heard(said.text):
        word = heard["style"].lower().replace("-", "").replace("embold", "bold")
        is_off = word.startswith("un") and not word.startswith("unde")
        name = _STYLES[word.removeprefix("un" if is_off else "")[:4]]
        return _format(_spots(heard["what"], said), **{name: not is_off})
    if heard := _MAKE.heard(said.text):
        is_off = re.match(r"not |no longer ", heard["styles"], re.IGNORECASE) is not None
        names = {_STYLES[word[:4]] for word in re.findall(r"\w+", heard["styles"].lower()) if word[:4] in _STYLES}
        return _format(_spots(heard["what"], said), **dict.fromkeys(sorted(names), not is_off))
    if heard := _SIZE.heard(said.text):
        return _format(_spots(heard["what"], said), size=words.number(heard["size"].rstrip("points")))
    return None


def colors(said: Said) -> list[EditData] | None:
    """fill A1:E1 with yellow · highlight the header row light blue · make column B red"""
    for pattern, name in ((_TEXT_COLOR, "color"), (_BACKGROUND, "fill")):
        heard = pattern.heard(said.text)
        spots = _spots(heard["what"], said) if heard else None
        if heard and spots:
            return _format(spots, **{name: _rgb(heard["color"])})
    return None


def _rgb(name: str) -> str:
    return words.COLORS.get(name.lower()) or name.lstrip("#").upper()


def alignment(said: Said) -> list[EditData] | None:
    """align column C right · center A1:E1 · wrap the text in column D"""
    if heard := _ALIGN.heard(said.text):
        return _format(_spots(heard["what"], said), align=heard["side"].lower().replace("centre", "center"))
    if heard := _WRAP.heard(said.text):
        return _format(_spots(heard["what"], said), wrap=heard.get("act", "wrap").lower() == "wrap")
    return None


def _spots(text: str, said: Said) -> list[Target] | None:
    return targets(re.sub(r"^the (?:text|font|values?|numbers?) (?:of|in) ", "", text, flags=re.IGNORECASE), said)


def _format(spots: list[Target] | None, **looks: Any) -> list[EditData] | None:
    if not spots:
        return None
    return [{"op": "format", **spot.at_sheet, "range": spot.area, **looks} for spot in spots]
