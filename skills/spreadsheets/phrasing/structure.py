"""Commands that add, take away or reorder rows and columns."""

from __future__ import annotations

import re
from typing import Any, Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.document.addresses import Area, column_letters, column_number
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.targets import Said, column_names, rows, sheet_field, target
from skills.spreadsheets.phrasing.words import COUNT, PLACE, QUOTED

_BEFORE: Final = r"above|before|over|on top of|at|in front of"
_AFTER: Final = r"below|after|under|beneath|underneath|following"
_INSERT_ROWS: Final = re.compile(
    rf"(?:insert|add|create|put)\s+({COUNT})?\s*(?:new |more |empty |blank |extra |additional )*rows?\s+({_BEFORE}|{_AFTER})\s+(?:the )?(?:row )?(?:number )?(\d+|(?:first|top) row|header(?: row)?)",
    re.IGNORECASE,
)
_LEFT: Final = rf"before|at|(?:to the )?left (?:of|from)|in front of|{_BEFORE}"
_RIGHT: Final = rf"after|(?:to the )?right (?:of|from)|next to|{_AFTER}"
_INSERT_COLUMNS: Final = re.compile(
    rf"(?:insert|add|create|put)\s+({COUNT})?\s*(?:new |more |empty |blank |extra |additional )*columns?(?: (?:named|called|titled) ({QUOTED}))?\s+({_LEFT}|{_RIGHT})\s+(?:the )?(?:column )?({QUOTED}|[A-Za-z]{{1,3}}|.+?)(?: column)?",
    re.IGNORECASE,
)
_DELETE: Final = re.compile(
    r"(?:delete|remove|drop|get rid of|take out|erase)\s+(?:the )?(?:entire |whole )?(.+)", re.IGNORECASE
)
_SORT: Final = re.compile(
    r"(?:sort|order|arrange|rank)\s+(?P<what>.*?)\s*\b(?:by|on|according to|using)\s+(?P<keys>.+)", re.IGNORECASE
)
_SORT_COLUMN: Final = re.compile(r"(?:sort|order|arrange)\s+(?P<keys>(?:the )?column .+|.+? column\b.*)", re.IGNORECASE)
_ORDER: Final = re.compile(
    r"[\s,(]*\b(?:in )?(?:an? )?(?P<down>desc(?:ending)?|(?:from )?(?:largest|highest|biggest|newest|latest|most recent)(?: (?:to|first|at the top)(?: (?:the )?(?:smallest|lowest|oldest|earliest))?)?|z\s?(?:-|–|to|→)\s?a|reversed?|high to low|decreasing)"
    r"(?: order)?\)?\s*$|[\s,(]*\b(?:in )?(?:an? )?(?P<up>asc(?:ending)?|(?:from )?(?:smallest|lowest|oldest|earliest)(?: (?:to|first|at the top)(?: (?:the )?(?:largest|highest|newest|latest))?)?|a\s?(?:-|–|to|→)\s?z|alphabetical(?:ly)?|increasing|low to high)(?: order)?\)?\s*$",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile(
    r"(?:it|(?:all )?(?:the )?(?:data|table|sheet|rows?|list|everything|records?|entries)?)", re.IGNORECASE
)


def insert(said: Said) -> list[EditData] | None:
    """insert 2 rows above row 5 · add a column before C · add a column to the right of "Notes" """
    if match := _INSERT_ROWS.fullmatch(said.text):
        row = int(match[3]) if match[3].isdigit() else 1
        is_after = re.fullmatch(_AFTER, match[2], re.IGNORECASE) is not None
        count = words.number_of(match[1] or "1")
        return [{"op": "insert_rows", **sheet_field(said), "before": row + is_after, "count": count}]
    match = _INSERT_COLUMNS.fullmatch(said.text)
    if match is None or words.place(match[4]) or match[2]:
        return None
    is_right = re.fullmatch(_RIGHT, match[3], re.IGNORECASE) is not None
    where = _column_after(match[4]) if is_right else {"before": words.unquoted(match[4])}
    return [{"op": "insert_columns", **sheet_field(said), **where, "count": words.number_of(match[1] or "1")}]


def _column_after(name: str) -> dict[str, str]:
    if re.fullmatch(r"[A-Z]{1,3}|[a-z]", name):
        return {"before": column_letters(column_number(name) + 1)}
    return {"after": words.unquoted(name)}


def delete(said: Said) -> list[EditData] | None:
    """delete row 7 · delete rows 3, 5 and 9 · remove column "Notes" · delete columns B:D"""
    match = _DELETE.fullmatch(said.text)
    if match is None:
        return None
    what = match[1].strip()
    if re.match(r"rows?\b", what, re.IGNORECASE):
        return _delete_rows(what, said)
    if re.fullmatch(r"(?:first|top) row", what, re.IGNORECASE):
        return _delete_rows("row 1", said)
    if re.match(r"columns?\b", what, re.IGNORECASE) or re.fullmatch(rf"(?:{QUOTED}|\w+) columns?", what, re.IGNORECASE):
        columns = column_names(what)
        return [
            {"op": "delete_columns", **sheet_field(said), "columns": column} for column in _rightmost_first(columns)
        ]
    return None


def _delete_rows(what: str, said: Said) -> list[EditData] | None:
    spans = rows(what)
    if not spans:
        return None
    # From the bottom up, so that the numbers the person used stay true.
    return [
        {"op": "delete_rows", **sheet_field(said), "rows": f"{first}:{last}"}
        for first, last in sorted(spans, reverse=True)
    ]


def _rightmost_first(columns: list[str]) -> list[str]:
    """Letters from the right, so that they stay true; headers, which find themselves, after them."""
    areas = {name: Area.find(name if ":" in name else f"{name}:{name}") for name in columns}
    lettered = [name for name in columns if areas[name] is not None and name.upper() == name]
    return sorted(lettered, key=lambda name: -_left(areas[name])) + [name for name in columns if name not in lettered]


def _left(area: Area | None) -> int:
    return area.left if area else 0


def sort(said: Said) -> list[EditData] | None:
    """sort by "Amount" descending · sort A1:D20 by column B, then by C · sort the Amount column from largest to smallest"""
    match = _SORT.fullmatch(said.text)
    if match is None:
        match = _SORT_COLUMN.fullmatch(said.text)
        what = ""
    else:
        what = re.sub(r"^the ", "", match["what"].strip(), flags=re.IGNORECASE)
    if match is None:
        return None
    keys = _keys(match["keys"])
    if not keys:
        return None
    edit: dict[str, Any] = {"op": "sort", **sheet_field(said), "by": keys}
    if not _WHOLE.fullmatch(what):
        order = _ORDER.search(f" {what}")
        spot = target(what, said)
        if order is not None and spot is None and order["down"] and len(keys) == 1:
            return [{**edit, "by": [{**keys[0], "descending": True}]}]
        if spot is None or not re.fullmatch(PLACE, words.place(what) and what or spot.area):
            return None
        edit |= {**spot.at_sheet, "range": spot.area}
    return [edit]


def _keys(text: str) -> list[dict[str, Any]]:
    """The columns to sort by, first one first; an order given once at the end holds for its own column only."""
    keys: list[dict[str, Any]] = []
    items = re.split(r"\s*(?:,?\s*\bthen\b(?: by| on)?|,\s*(?:and )?(?:by )?|\band(?: then)?(?: by| on)?\b)\s+", text)
    for item in filter(None, (item.strip(" ,") for item in items)):
        order = _ORDER.search(f" {item}") if not words.is_quoted(item) else None
        name = item if order is None else f" {item}"[: order.start()].strip()
        if not name:
            if not keys or order is None:
                return []
            keys[-1]["descending"] = True
            continue
        name = re.sub(
            r"^(?:by )?(?:the )?(?:values? (?:in|of) )?(?:the )?columns? |^by |^the ", "", name, flags=re.IGNORECASE
        )
        name = re.sub(r"(?<=\w|[\"'”]) columns?$", "", name, flags=re.IGNORECASE).strip()
        key: dict[str, Any] = {"column": words.unquoted(name)}
        keys.append({**key, "descending": True} if order is not None and order["down"] else key)
    return keys
