"""Rows of a table as what shows them best: a chart where they are figures over categories, else the table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

_TIME = re.compile(
    r"^(?:(?:19|20)\d\d|Q[1-4]\b.*|\d\d?[./-]\d{2,4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s.*)?)$",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"^(?:grand )?total\b|^sum\b", re.IGNORECASE)
_MOST_SERIES = 4
_MOST_POINTS = 24
_LONG_LABEL = 14


def exhibit(rows: Sequence[Sequence[str]], chart_type: str | None = None) -> dict[str, Any]:
    """The fields of an add_slide or add_exhibit edit: `kind` with `chart`, or `kind` with `table`."""
    plain = [[word.replace("**", "") for word in row] for row in rows]
    chart = chart_of(plain, chart_type)
    return {"kind": "chart", "chart": chart} if chart else {"kind": "table", "table": plain}


def chart_of(rows: Sequence[Sequence[str]], chart_type: str | None = None) -> dict[str, Any] | None:
    """None when the rows are not a column of names beside columns of like figures."""
    head, body = rows[0], [row for row in rows[1:] if row and not _TOTAL.match(row[0])]
    if len(head) < 2 or len(body) < 2 or len(body) > _MOST_POINTS or any(len(row) != len(head) for row in body):
        return None
    numbers = [[number(word) for word in row[1:]] for row in body]
    kept = [at for at in range(len(head) - 1) if all(row[at] is not None for row in numbers)]
    asked = chart_type is not None
    if asked and kept:
        kept = [at for at in kept if _alike(numbers, [kept[0], at])][:_MOST_SERIES]
    if (
        not kept
        or (len(kept) < len(head) - 1 and not asked)
        or len(kept) > _MOST_SERIES
        or (not asked and not _alike(numbers, kept))
    ):
        return None
    names = [row[0] for row in body]
    series = [{"name": head[at + 1], "values": [row[at] for row in numbers]} for at in kept]
    shape = chart_type or _type(names, series)
    return {
        "type": shape,
        "categories": names,
        "series": series,
        "number_format": _format([row[at + 1] for row in body for at in kept]),
    }


def rows_of(text: str) -> list[list[str]]:
    """A csv or tsv file's rows; the delimiter is found from the first lines."""
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    return [[word.strip() for word in row] for row in csv.reader(io.StringIO(text), dialect) if any(row)]


def number(word: str) -> float | None:
    """1,234.5 · 12 % · €4.2M → the figure as written; None for words."""
    bare = re.sub(r"[€$£¥%\s\u00a0\u202f]|(?<=\d)[kKmMbB]n?$", "", word.strip()).replace("−", "-")
    if re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"[-+]?\d+,\d+", bare):
        bare = bare.replace(",", ".")
    try:
        return float(bare)
    except ValueError:
        return None


def _alike(numbers: Sequence[Sequence[float | None]], kept: Sequence[int]) -> bool:
    """Series of very different size do not share an axis; a table shows them better."""
    tops = [max(abs(row[at] or 0) for row in numbers) for at in kept]
    return min(tops) > 0 and max(tops) / min(tops) < 12


def _type(names: Sequence[str], series: Sequence[dict[str, Any]]) -> str:
    if len(names) >= 4 and all(_TIME.match(name) for name in names):
        return "line"
    if len(names) >= 4 and _is_uneven(names):
        return "scatter_lines"
    total = sum(series[0]["values"])
    if len(series) == 1 and 2 <= len(names) <= 5 and 99 <= total <= 101:
        return "doughnut"
    return "bar" if max(map(len, names)) > _LONG_LABEL or len(names) > 10 else "column"


def _is_uneven(names: Sequence[str]) -> bool:
    """Rising figures of unlike steps: side by side as names they would bend what lies between them."""
    places = [number(name) for name in names]
    steps = [after - before for before, after in pairwise(places) if before is not None and after is not None]
    return len(steps) == len(names) - 1 and min(steps) > 0 and max(steps) > min(steps) * 1.5


def _format(words: Sequence[str]) -> str:
    """As the figures are written: their decimals, percent sign, thousands."""
    decimals = max((len(m[1]) for word in words if (m := re.search(r"\.(\d+)\D*$", word))), default=0)
    shape = (
        "#,##0"
        if any("," in word for word in words) or any(abs(number(word) or 0) >= 10_000 for word in words)
        else "0"
    )
    shape += "." + "0" * decimals if decimals else ""
    return shape + '"%"' if words and all("%" in word for word in words) else shape
