"""Commands that add, take away or reorder rows and columns."""

from __future__ import annotations

import re
from typing import Any, Final

from copilot_server.agent.phrases import EditData
from skills.spreadsheets.document.addresses import Area, column_letters, column_number
from skills.spreadsheets.phrasing import words
from skills.spreadsheets.phrasing.sentences import sentence
from skills.spreadsheets.phrasing.targets import Said, column_names, rows, sheet_field, target

_BEFORE: Final = "above|before|over|on top of|at|in front of"
_AFTER: Final = "below|after|under|beneath|underneath|following"
_LEFT: Final = f"(?:to the )?left (?:of|from)|{_BEFORE}"
_RIGHT: Final = f"(?:to the )?right (?:of|from)|next to|{_AFTER}"
_NEW: Final = "[new|more|empty|blank|extra|additional]*"
_INSERT_ROWS: Final = sentence(
    rf"(insert|add|create|put) <count:count> {_NEW} rows? <side={_BEFORE}|{_AFTER}> [the] [row] [number] "
    r"<row=\d+|(?:first|top) row|header(?: row)?>",
    rf"(insert|add|create|put) {_NEW} rows? <side={_BEFORE}|{_AFTER}> [the] [row] [number] "
    r"<row=\d+|(?:first|top) row|header(?: row)?>",
)
_INSERT_COLUMNS: Final = sentence(
    f"(insert|add|create|put) <count:count> {_NEW} columns? <side={_LEFT}|{_RIGHT}> [the] [column] <column> [column]",
    f"(insert|add|create|put) {_NEW} columns? <side={_LEFT}|{_RIGHT}> [the] [column] <column> [column]",
)
_DELETE: Final = sentence("(delete|remove|drop|get rid of|take out|erase) [the] [entire|whole] <what>")
_DUPLICATES: Final = sentence(
    "(remove|delete|drop|get rid of) [the|all] (duplicates|duplicate rows?|duplicated rows?|repeated rows?)",
    "(remove|delete|drop|get rid of) [the|all] (duplicates|duplicate rows?|duplicated rows?|repeated rows?) "
    "(by|in|based on|of) <columns>",
)
_SORT: Final = sentence(
    "(sort|order|arrange|rank) (by|on) <keys>",
    "(sort|order|arrange|rank) <what> (by|on|according to|using) <keys>",
    "(sort|order|arrange) <keys=(?:the )?column .+|.+? column\\b.*>",
)
_DOWN: Final = (
    r"desc(?:ending)?|(?:from )?(?:largest|highest|biggest|newest|latest|most recent)"
    r"(?: (?:to|first|at the top)(?: (?:the )?(?:smallest|lowest|oldest|earliest))?)?"
    r"|z\s?(?:-|–|to|→)\s?a|reversed?|high to low|decreasing"
)
_UP: Final = (
    r"asc(?:ending)?|(?:from )?(?:smallest|lowest|oldest|earliest)"
    r"(?: (?:to|first|at the top)(?: (?:the )?(?:largest|highest|newest|latest))?)?"
    r"|a\s?(?:-|–|to|→)\s?z|alphabetical(?:ly)?|increasing|low to high"
)
_ORDER: Final = re.compile(
    rf"[\s,(]+(?:in )?(?:an? )?(?:(?P<down>{_DOWN})|(?P<up>{_UP}))(?: order)?\)?\s*$", re.IGNORECASE
)
_WHOLE: Final = re.compile(
    r"(?:it|(?:all )?(?:the )?(?:data|table|sheet|rows?|list|everything|records?|entries)?)", re.IGNORECASE
)
_AROUND_KEY: Final = re.compile(
    r"^(?:by )?(?:the )?(?:values? (?:in|of) )?(?:the )?columns? |^by |^the |(?<=[\w\"'”]) columns?$", re.IGNORECASE
)
_A_SHEET: Final = rf"{words.QUOTED}|Sheet\d+"
_NEXT_KEY: Final = re.compile(
    r"\s*(?:,?\s*\bthen\b(?: by| on)?|,\s*(?:and )?(?:by )?|\band(?: then)?(?: by| on)?\b)\s+", re.IGNORECASE
)


def insert(said: Said) -> list[EditData] | None:
    """insert 2 rows above row 5 · add a column before C · add a column to the right of "Notes" """
    if heard := _INSERT_ROWS.heard(said.text):
        row = int(heard["row"]) if heard["row"].isdigit() else 1
        is_after = re.fullmatch(_AFTER, heard["side"], re.IGNORECASE) is not None
        count = words.number_of(heard.get("count", "1"))
        return [{"op": "insert_rows", **sheet_field(said), "before": row + is_after, "count": count}]
    heard = _INSERT_COLUMNS.heard(said.text)
    if heard is None or words.place(heard["column"]):
        return None
    is_right = re.fullmatch(_RIGHT, heard["side"], re.IGNORECASE) is not None
    where = _column_after(heard["column"]) if is_right else {"before": words.unquoted(heard["column"])}
    return [{"op": "insert_columns", **sheet_field(said), **where, "count": words.number_of(heard.get("count", "1"))}]


def _column_after(name: str) -> dict[str, str]:
    if re.fullmatch(r"[A-Z]{1,3}|[a-z]", name):
        return {"before": column_letters(column_number(name) + 1)}
    return {"after": words.unquoted(name)}


def delete(said: Said) -> list[EditData] | None:
    """delete row 7 · delete rows 3, 5 and 9 · remove column "Notes" · delete columns B:D"""
    heard = _DELETE.heard(said.text)
    what = heard["what"] if heard else ""
    if re.match(r"rows?\b", what, re.IGNORECASE):
        return _delete_rows(what, said)
    if re.fullmatch(r"(?:first|top) row", what, re.IGNORECASE):
        return _delete_rows("row 1", said)
    if re.match(r"columns?\b", what, re.IGNORECASE) or re.fullmatch(rf"(?:{words.QUOTED}|\w+) columns?", what):
        columns = _rightmost_first(column_names(what))
        return [{"op": "delete_columns", **sheet_field(said), "columns": column} for column in columns]
    return None


def duplicates(said: Said) -> list[EditData] | None:
    """remove duplicates · remove duplicate rows by columns "Name" and C"""
    heard = _DUPLICATES.heard(said.text)
    if heard is None:
        return None
    by = {"by": column_names(heard["columns"])} if "columns" in heard else {}
    return [{"op": "remove_duplicates", **sheet_field(said), **by}]


def _delete_rows(what: str, said: Said) -> list[EditData] | None:
    # From the bottom up, so that the numbers the person used stay true.
    spans = sorted(rows(what) or (), reverse=True)
    found = [{"op": "delete_rows", **sheet_field(said), "rows": f"{first}:{last}"} for first, last in spans]
    return list[EditData](found) or None


def _rightmost_first(columns: list[str]) -> list[str]:
    """Letters from the right, so that they stay true; headers, which find themselves, after them."""
    lettered = {name: area.left for name in columns if name.isupper() and (area := _letters(name)) is not None}
    return [*sorted(lettered, key=lambda name: -lettered[name]), *(name for name in columns if name not in lettered)]


def _letters(name: str) -> Area | None:
    return Area.find(name if ":" in name else f"{name}:{name}")


def sort(said: Said) -> list[EditData] | None:
    """sort by "Amount" descending · sort A1:D20 by column B, then by C · sort the Amount column, largest first"""
    heard = _SORT.heard(said.text)
    keys = _keys(heard["keys"]) if heard else []
    if heard is None or not keys:
        return None
    edit: dict[str, Any] = {"op": "sort", **sheet_field(said), "by": keys}
    what = re.sub(r"^the ", "", heard.get("what", ""), flags=re.IGNORECASE)
    order = _ORDER.search(f" {what}")
    if order is not None and len(keys) == 1:
        # "sort the table from newest to oldest by Date"
        what = f" {what}"[: order.start()].strip()
        keys[0].update({"descending": True} if order["down"] else {})
    if _WHOLE.fullmatch(what):
        return [edit]
    spot = target(what, said)
    if spot is not None:
        return [{**edit, **spot.at_sheet, "range": spot.area}]
    return [{**edit, "sheet": words.unquoted(what)}] if re.fullmatch(_A_SHEET, what) and "sheet" not in edit else None


def _keys(text: str) -> list[dict[str, Any]]:
    """The columns to sort by, first one first; an order holds for the column it follows."""
    keys: list[dict[str, Any]] = []
    for item in filter(None, (item.strip(" ,") for item in _NEXT_KEY.split(text))):
        order = None if words.is_quoted(item) else _ORDER.search(f" {item}")
        name = item if order is None else f" {item}"[: order.start()].strip()
        is_down = order is not None and order["down"] is not None
        if not name:
            if not keys:
                return []
            keys[-1].update({"descending": True} if is_down else {})
            continue
        name = _AROUND_KEY.sub("", name).strip()
        keys.append({"column": words.unquoted(name), **({"descending": True} if is_down else {})})
    return keys
