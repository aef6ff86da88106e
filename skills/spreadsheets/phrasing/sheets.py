"""Commands about whole sheets."""

from __future__ import annotations

import re
from typing import Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.targets import Said, sheet_field
from skills.spreadsheets.phrasing.words import QUOTED

_SHEET: Final = r"(?:work)?(?:sheet|tab)"
_NAME: Final = rf"({QUOTED}|\w[^\s]*(?: [^\s]+)*?)"
_ADD: Final = re.compile(
    rf"(?:add|create|insert|make|new)\s+(?:me )?(?:a |an |another |the )?(?:new |empty |blank )*{_SHEET}s?(?:\s+(?:named|called|titled|with (?:the )?name|name))?\s*:?\s*{_NAME}?(?:\s+(before|after|at the (?:end|start|beginning|front))\s*(?:the )?(?:sheet )?({QUOTED}|.+)?)?",
    re.IGNORECASE,
)
_ADD_NAMED: Final = re.compile(
    rf"(?:add|create|insert|make)\s+(?:a |an |the )?(?:new )?({QUOTED}|\w+) {_SHEET}", re.IGNORECASE
)
_RENAME: Final = re.compile(
    rf"(?:rename|change the name of|call)\s+(?:the )?(?:{_SHEET} )?(?:named |called )?{_NAME}(?: {_SHEET})?\s+(?:to|as|into|→|->)\s+(?:the name )?{_NAME}",
    re.IGNORECASE,
)
_RENAME_ACTIVE: Final = re.compile(
    rf"(?:rename|change the name of|call)\s+(?:the|this)(?: (?:current|active|first))?(?: {_SHEET})\s+(?:to|as|into|→|->)?\s*{_NAME}",
    re.IGNORECASE,
)
_DELETE: Final = re.compile(
    rf"(?:delete|remove|drop|get rid of)\s+(?:the )?{_SHEET}s?\s+(?:named |called )?(.+)", re.IGNORECASE
)
_DELETE_NAMED: Final = re.compile(
    rf"(?:delete|remove|drop|get rid of)\s+(?:the )?({QUOTED}|.+?) {_SHEET}s?", re.IGNORECASE
)
_HIDE: Final = re.compile(
    rf"(hide|unhide|show)\s+(?:the )?(?:{_SHEET}\s+(?:named |called )?(?P<one>.+)|(?P<other>{QUOTED}|.+?) {_SHEET})",
    re.IGNORECASE,
)
_COPY: Final = re.compile(
    rf"(?:copy|duplicate|clone)\s+(?:the )?{_SHEET}\s+(?:named )?{_NAME}(?:\s+(?:to|as|into|and (?:name|call) (?:it|the copy))\s+(?:a new sheet )?(?:named |called )?{_NAME})?",
    re.IGNORECASE,
)
_MOVE: Final = re.compile(
    rf"move\s+(?:the )?{_SHEET}\s+(?:named )?{_NAME}\s+(?:to )?(?:the )?(before|after|end|start|beginning|front|first|last)(?: position)?\s*(?:the )?(?:sheet )?({QUOTED}|.+)?",
    re.IGNORECASE,
)


_ARTICLES: Final = frozenset(
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
    if (match := _ADD_NAMED.fullmatch(said.text)) and match[1].lower() not in _ARTICLES:
        return [{"op": "add_sheet", "name": words.unquoted(match[1])}]
    match = _ADD.fullmatch(said.text)
    if match is None:
        return (
            [{"op": "add_sheet", "name": said.sheet}]
            if said.sheet and re.fullmatch(r"(?:add|create) an?", said.text, re.IGNORECASE)
            else None
        )
    if match[1] and not match[2] and not words.is_quoted(match[1]):
        names = [re.sub(rf"^{_SHEET} ", "", name, flags=re.IGNORECASE) for name in words.names(match[1])]
        return [{"op": "add_sheet", "name": name} for name in names]
    edit: dict[str, str] = {"op": "add_sheet"}
    if match[1]:
        edit["name"] = words.unquoted(match[1])
    if match[2] and match[3]:
        edit[match[2].lower()] = words.unquoted(match[3])
    return [edit]


def _rename(said: Said) -> list[EditData] | None:
    if match := _RENAME_ACTIVE.fullmatch(said.text):
        return [{"op": "rename_sheet", "name": words.unquoted(match[1])}]
    if match := _RENAME.fullmatch(said.text):
        if re.match(r"columns?\b|cells?\b", match[1], re.IGNORECASE):
            return None
        return [{"op": "rename_sheet", "sheet": words.unquoted(match[1]), "name": words.unquoted(match[2])}]
    match = re.fullmatch(rf"rename\s+(?:it )?(?:to|as)\s+{_NAME}", said.text, re.IGNORECASE)
    return [{"op": "rename_sheet", **sheet_field(said), "name": words.unquoted(match[1])}] if match else None


def _delete(said: Said) -> list[EditData] | None:
    match = _DELETE.fullmatch(said.text) or _DELETE_NAMED.fullmatch(said.text)
    if match is None or match[1].lower() in _ARTICLES:
        return None
    return [{"op": "delete_sheet", "sheet": name} for name in words.names(match[1])]


def _hide(said: Said) -> list[EditData] | None:
    match = _HIDE.fullmatch(said.text)
    if match is None:
        return None
    name = words.unquoted(match["one"] or match["other"])
    return [{"op": "hide_sheet", "sheet": name, "hidden": match[1].lower() == "hide"}]


def _copy(said: Said) -> list[EditData] | None:
    match = _COPY.fullmatch(said.text)
    if match is None:
        return None
    named = {"name": words.unquoted(match[2])} if match[2] else {}
    return [{"op": "copy_sheet", "sheet": words.unquoted(match[1]), **named}]


def _move(said: Said) -> list[EditData] | None:
    match = _MOVE.fullmatch(said.text)
    if match is None:
        return None
    where = match[2].lower()
    if where in {"before", "after"}:
        return (
            [{"op": "move_sheet", "sheet": words.unquoted(match[1]), where: words.unquoted(match[3])}]
            if match[3]
            else None
        )
    return [
        {"op": "move_sheet", "sheet": words.unquoted(match[1]), "to": "end" if where in {"end", "last"} else "start"}
    ]
