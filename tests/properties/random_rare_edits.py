"""Random edits of the kinds that are looked up on demand: rules, tables, charts, notes, links, printing and the like."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeAlias

from skills.spreadsheets.document.addresses import Area, column_letters

Sent: TypeAlias = dict[str, Any]
AreaOf: TypeAlias = Callable[[], Area]

WITH_FILES: Final = frozenset({"picture", "import_data"})
"""They need a file beside the workbook, which a batch has not."""


def _first(area: Area) -> str:
    return str(Area.cell(area.top, area.left))


def _column(area: Area) -> str:
    return column_letters(area.left)


def _where(random: Random, area: Area) -> Sent:
    return {"column": _column(area), "test": random.choice((">", "<>", "not_blank")), "value": random.choice((1, "a"))}


def _copy(random: Random, area: AreaOf) -> Sent:
    sent: Sent = {"source": str(area()), "to": _first(area())}
    return sent | random.choice([{}, {"what": "values"}, {"move": True}, {"transpose": True}])


def _rule(random: Random, area: AreaOf) -> Sent:
    return {
        "range": str(area()),
        **random.choice(
            [
                {"when": "cell", "operator": ">", "value": 5, "fill": "FFC7CE"},
                {"when": "contains", "value": "a & <b>", "bold": True},
                {"when": "blank", "fill": "EEEEEE"},
            ]
        ),
    }


def _validation(random: Random, area: AreaOf) -> Sent:
    return {
        "range": str(area()),
        **random.choice(
            [
                {"allow": "list", "choices": ["yes", "no"]},
                {"allow": "whole", "operator": ">", "value": 0, "message": "a whole number"},
                {"allow": "any"},
            ]
        ),
    }


def _print_setup(random: Random, area: AreaOf) -> Sent:
    return random.choice(
        [
            {"area": str(area()), "orientation": "landscape"},
            {"fit_width": 1, "paper": "A4"},
            {"row_breaks": [area().bottom + 1]},
        ]
    )


def _chart_change(random: Random, _: AreaOf) -> Sent:
    return {"chart": 1, **random.choice([{"title": "T & <t>"}, {"delete": True}])}


WRITERS: Final[dict[str, Callable[[Random, AreaOf], Sent]]] = {
    "copy_range": _copy,
    "filter": lambda random, area: random.choice([{"where": [_where(random, area())]}, {"off": True}, {}]),
    "remove_duplicates": lambda random, area: random.choice([{}, {"range": str(area())}]),
    "split_text": lambda random, area: {
        "range": f"{_column(area())}:{_column(area())}",
        "at": random.choice((" ", ",")),
    },
    "conditional_format": _rule,
    "validate": _validation,
    "change_table": lambda random, _: {
        "table": random.choice(("Table1", "Sales")),
        "banded_rows": random.random() < 0.5,
    },
    "make_chart": lambda random, area: {"data": str(area()), "kind": random.choice(("column", "line", "pie"))},
    "change_chart": _chart_change,
    "group": lambda random, area: {"lines": "{0.top}:{0.bottom}".format(area()), "ungroup": random.random() < 0.3},
    "subtotals": lambda _, area: {"by": _column(area()), "columns": [_column(area())]},
    "note": lambda random, area: {"cell": _first(area()), "text": random.choice(("a & <b>", None))},
    "comment": lambda random, area: {"cell": _first(area()), "text": random.choice(("why?", None))},
    "link": lambda random, area: {"range": _first(area()), "to": random.choice(("https://example.com/?a=1&b=2", None))},
    "print_setup": _print_setup,
    "protect": lambda random, area: random.choice([{"unlock": [str(area())]}, {"off": True}]),
    "sparklines": lambda _, area: {"at": _first(area()), "data": str(area())},
    "summarize": lambda _, area: {
        "rows": [{"column": _column(area())}],
        "values": [{"column": _column(area()), "function": "count"}],
    },
    "pivot": lambda random, area: {
        "rows": [_column(area())],
        "values": [{"column": _column(area()), "function": random.choice(("sum", "count", "max"))}],
    },
    "change_pivot": lambda random, _: {"title": "Summary", "subtotals": random.random() < 0.5},
}
