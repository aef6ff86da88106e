"""Commands about whole sheets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.sentences import sentence
from skills.spreadsheets.phrasing.targets import Said, sheet_field

_SHEET: Final = "(sheet|worksheet|tab)"
_SHEETS: Final = "(sheets?|worksheets?|tabs?)"
_ADD: Final = "(add|create|insert|make) [me] [a|an|another|the] [new|empty|blank]*"
_ADD_UNNAMED: Final = sentence(f"{_ADD} {_SHEET}")
_ADD_NAMED: Final = sentence(
    f"{_ADD} {_SHEET} [named|called|titled|with the name] <name> <side=before|after> [the] [sheet] <other>",
    f"{_ADD} {_SHEET} [named|called|titled|with the name] <name> at the (end|start|beginning|front)",
    f"{_ADD} {_SHEETS} [named|called|titled|with the name|name] <name>",
    f"{_ADD} <name:text> {_SHEET}",
)
_RENAME: Final = sentence(
    f"(rename|call|change the name of) (the|this) [current|active|first] {_SHEET} (to|as|into) <name>",
    f"(rename|call|change the name of) [the] {_SHEET} [named|called] <sheet> (to|as|into|→|->) [the name] <name>",
    f"(rename|call|change the name of) (the|this) [current|active|first] {_SHEET} <name>",
    f"(rename|change the name of) [the] <sheet> {_SHEET} (to|as|into|→|->) [the name] <name>",
    "rename [it] (to|as) <name>",
    "(rename|change the name of) <sheet:text> (to|as|into|→|->) <name>",
)
_DELETE: Final = sentence(
    f"(delete|remove|drop|get rid of) [the] {_SHEETS} [named|called] <sheets>",
    f"(delete|remove|drop|get rid of) [the] <sheets> {_SHEETS}",
)
_HIDE: Final = sentence(
    f"<act=hide|unhide|show> [the] {_SHEET} [named|called] <sheet>", f"<act=hide|unhide|show> [the] <sheet> {_SHEET}"
)
_COPY: Final = sentence(
    f"(copy|duplicate|clone) [the] {_SHEET} [named] <sheet> (to|as|into|and name it|and call it|and name the copy) "
    "[a new sheet] [named|called] <name>",
    f"(copy|duplicate|clone) [the] {_SHEET} [named] <sheet>",
)
_MOVE: Final = sentence(
    f"move [the] {_SHEET} [named] <sheet> <where=before|after> [the] [sheet] <other>",
    f"move [the] {_SHEET} [named] <sheet> (to the|to) <where=end|start|beginning|front|first|last> [position]",
)
_NO_NAMES: Final = frozenset(
    {"a", "an", "the", "another", "new", "empty", "blank", "this", "that", "some", "my", "one"}
)


def sheets(said: Said) -> list[EditData] | None:
    """add a sheet named Summary · rename sheet A to B · delete sheet Old · hide sheet Notes · copy sheet A as B"""
    for phrase in (_rename, _delete, _add, _hide, _copy, _move):
        made = phrase(said)
        if made is not None:
            return made
    return None


def _add(said: Said) -> list[EditData] | None:
    if _ADD_UNNAMED.heard(said.text) is not None:
        return [{"op": "add_sheet"}]
    heard = _ADD_NAMED.heard(said.text)
    if heard is None or heard["name"].lower() in _NO_NAMES:
        return None
    if "side" in heard:
        where = {heard["side"].lower(): words.unquoted(heard["other"])}
        return [{"op": "add_sheet", "name": words.unquoted(heard["name"]), **where}]
    named = [re.sub(rf"^{_SHEET} ", "", name, flags=re.IGNORECASE) for name in _names(heard["name"])]
    return [{"op": "add_sheet", "name": name} for name in named]


def _names(text: str) -> list[str]:
    return [words.unquoted(text)] if words.is_quoted(text) else words.names(text)


def _rename(said: Said) -> list[EditData] | None:
    heard = _RENAME.heard(said.text)
    if heard is None or re.match(r"columns?\b|cells?\b|range\b", heard.get("sheet", ""), re.IGNORECASE):
        return None
    return [{"op": "rename_sheet", **_sheet_of(heard, said), "name": words.unquoted(heard["name"])}]


def _sheet_of(heard: Mapping[str, str], said: Said) -> Mapping[str, str]:
    return {"sheet": words.unquoted(heard["sheet"])} if "sheet" in heard else sheet_field(said)


def _delete(said: Said) -> list[EditData] | None:
    heard = _DELETE.heard(said.text)
    if heard is None or heard["sheets"].lower() in _NO_NAMES:
        return None
    return [{"op": "delete_sheet", "sheet": name} for name in _names(heard["sheets"])]


def _hide(said: Said) -> list[EditData] | None:
    heard = _HIDE.heard(said.text)
    if heard is None:
        return None
    return [{"op": "hide_sheet", **_sheet_of(heard, said), "hidden": heard["act"].lower() == "hide"}]


def _copy(said: Said) -> list[EditData] | None:
    heard = _COPY.heard(said.text)
    if heard is None:
        return None
    named = {"name": words.unquoted(heard["name"])} if "name" in heard else {}
    return [{"op": "copy_sheet", **_sheet_of(heard, said), **named}]


def _move(said: Said) -> list[EditData] | None:
    heard = _MOVE.heard(said.text)
    if heard is None:
        return None
    where = heard["where"].lower()
    place = {where: words.unquoted(heard["other"])} if "other" in heard else {"to": _end(where)}
    return [{"op": "move_sheet", **_sheet_of(heard, said), **place}]


def _end(word: str) -> str:
    return "end" if word in {"end", "last"} else "start"
