"""Random batches of real edits over a workbook: mostly sensible, sometimes wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeAlias

from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from tests.properties import random_rare_edits

Sent: TypeAlias = dict[str, Any]  # an edit as a model would send it

VALUES: Final = (
    0,
    -1.5,
    1e300,
    True,
    None,
    "",
    "plain",
    'a & b <c> "d"',
    "'00123",
    "'=not a formula",
    "2026-02-28",
    "12%",
    "línea\nzwei ✓ 🙂",
    " spaces ",
    "#N/A",
    "=1+1",
    "=Z1",
    "=SUM(A1:B9)",
    '=IF(A2>1,"x","")',
    "=$A$1&B2",
)
WRONG_VALUES: Final = ("=1/0", "=NOSUCH(1)", "=SUM(")
SHEET_NAMES: Final = ("New", "It's", "Ünï 2", "Q3 & Q4")
WRONG_NAMES: Final = ("a/b", "Sales", "")
NUMBER_FORMATS: Final = ("0.00", "currency", "date", "percent", "[Red]-0;0", "text")
BEYOND: Final = 3  # rows and columns past what is used, so that edits reach empty cells too


def batch(random: Random, book: Workbook) -> list[Sent]:
    """One to five edits, each of a kind drawn evenly, written for the workbook as it stands before the first.

    Mostly one or two: whatever is wrong with any of them fails them all.
    """
    sheets = [sheet for sheet in book.sheets if sheet.is_worksheet]
    return [_edit(random, random.choice(sheets)) for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5)))]


def _edit(random: Random, sheet: Sheet) -> Sent:
    op = random.choice(sorted(OPS))
    if op in random_rare_edits.WRITERS:
        sent = random_rare_edits.WRITERS[op](random, lambda: _area(random, sheet))
    else:
        sent = _WRITERS[op](random, sheet)
    return {"op": op, **sent} if op == "change_table" else {"op": op, "sheet": sheet.name, **sent}


def _set_cells(random: Random, sheet: Sheet) -> Sent:
    area = _area(random, sheet)
    if random.random() < 0.5:
        return {"at": str(area), "values": _value(random)}
    columns = random.randint(1, 3)
    rows = [[_value(random) for _ in range(columns)] for _ in range(random.randint(1, 4))]
    return {"at": str(Area.cell(area.top, area.left)), "values": rows}


def _value(random: Random) -> Any:
    return random.choice(WRONG_VALUES if random.random() < 0.05 else VALUES)


def _sheet_name(random: Random) -> str:
    return random.choice(WRONG_NAMES if random.random() < 0.2 else SHEET_NAMES)


def _fill(random: Random, sheet: Sheet) -> Sent:
    area = _area(random, sheet)
    source = random.choice([Area.cell(area.top, area.left), Area(area.top, area.left, area.top, area.right)])
    return {"source": str(source), "to": str(area)}


def _replace_text(random: Random, sheet: Sheet) -> Sent:
    sent: Sent = {
        "find": random.choice(("a", "1", "North", "=", "SUM")),
        "replace": random.choice(("b", "", "2", "<&>")),
        "whole_cell": random.random() < 0.3,
    }
    return sent | ({"range": str(_area(random, sheet))} if random.random() < 0.5 else {})


def _format(random: Random, sheet: Sheet) -> Sent:
    looks: Sent = {
        "bold": random.random() < 0.5,
        "size": random.randint(6, 30),
        "color": f"{random.randrange(1 << 24):06X}",
        "fill": random.choice(("none", "FFEE00")),
        "number_format": random.choice(NUMBER_FORMATS),
        "align": random.choice(("left", "center", "general")),
        "wrap": random.random() < 0.5,
        "border": random.choice(("thin", "none")),
        "sides": random.choice(("all", "outline", "top")),
    }
    chosen = random.sample(sorted(looks), random.randint(1, 4))
    return {"range": _range(random, sheet), **{name: looks[name] for name in chosen}}


def _resize(random: Random, sheet: Sheet) -> Sent:
    area = _area(random, sheet)
    if random.random() < 0.5:
        columns = f"{column_letters(area.left)}:{column_letters(area.right)}"
        return {"columns": columns, **random.choice([{"width": 17.5}, {"width": "fit"}, {"hidden": True}])}
    return {"rows": f"{area.top}:{area.bottom}", **random.choice([{"height": 31.5}, {"hidden": random.random() < 0.5}])}


def _delete_columns(random: Random, sheet: Sheet) -> Sent:
    area = _area(random, sheet)
    return {"columns": f"{column_letters(area.left)}:{column_letters(area.right)}"}


def _sort(random: Random, sheet: Sheet) -> Sent:
    area = _area(random, sheet)
    by = [{"column": column_letters(random.randint(area.left, area.right)), "descending": random.random() < 0.5}]
    return {"by": by} | ({"range": str(area), "has_header": False} if random.random() < 0.7 else {})


def _move_sheet(random: Random, sheet: Sheet) -> Sent:
    beside = random.choice(sheet.book.sheets).name
    return random.choice([{"to": "start"}, {"to": "end"}, {"before": beside}, {"after": beside}])


def _define_name(random: Random, sheet: Sheet) -> Sent:
    refers = random.choice([str(_area(random, sheet)), "=0.19", "=SUM(A1:A3)"])
    return {"name": random.choice(("Total", "TaxRate", "A1", "x y")), "refers_to": refers}


def _freeze(random: Random, sheet: Sheet) -> Sent:
    return {"rows": random.randint(0, 3), "columns": random.randint(0, 2)}


def _insert_columns(random: Random, sheet: Sheet) -> Sent:
    return {"before": column_letters(_area(random, sheet).left), "count": random.randint(1, 3)}


_WRITERS: Final[dict[str, Callable[[Random, Sheet], Sent]]] = {
    "set_cells": _set_cells,
    "clear": lambda random, sheet: {
        "range": _range(random, sheet),
        "what": random.choice(("contents", "formats", "all")),
    },
    "fill": _fill,
    "replace_text": _replace_text,
    "format": _format,
    "resize": _resize,
    "insert_rows": lambda random, sheet: {"before": _area(random, sheet).top, "count": random.randint(1, 3)},
    "delete_rows": lambda random, sheet: {"rows": "{0.top}:{0.bottom}".format(_area(random, sheet))},
    "insert_columns": _insert_columns,
    "delete_columns": _delete_columns,
    "add_sheet": lambda random, _: {"sheet": None, "name": _sheet_name(random)},
    "rename_sheet": lambda random, _: {"name": _sheet_name(random)},
    "delete_sheet": lambda _, __: {},
    "copy_sheet": lambda _, __: {},
    "move_sheet": _move_sheet,
    "hide_sheet": lambda random, _: {"hidden": random.random() < 0.7},
    "sort": _sort,
    "total_row": lambda _, __: {},
    "make_table": lambda random, sheet: random.choice([{}, {"range": str(_area(random, sheet))}]),
    "define_name": _define_name,
    "freeze": _freeze,
    "merge": lambda random, sheet: {"range": str(_area(random, sheet))},
    "unmerge": lambda random, sheet: {"range": _range(random, sheet)},
}
OPS: Final = frozenset({*_WRITERS, *random_rare_edits.WRITERS})


def _area(random: Random, sheet: Sheet) -> Area:
    """A small area that touches what is used, or lies just beyond it."""
    used = sheet.used or Area.cell(1, 1)
    top = random.randint(max(1, used.top - 1), min(used.bottom + BEYOND, 1_048_576))
    left = random.randint(max(1, used.left - 1), min(used.right + BEYOND, 16_384))
    bottom = min(top + random.choice((0, 0, 1, 4)), 1_048_576)
    return Area(top, left, bottom, min(left + random.choice((0, 0, 1, 3)), 16_384))


def _range(random: Random, sheet: Sheet) -> str:
    return random.choice([str(_area(random, sheet))] * 3 + ["all", "header", "B:C", "2:3"])
