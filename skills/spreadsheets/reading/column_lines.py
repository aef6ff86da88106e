"""A profile as the line a model reads."""

from __future__ import annotations

from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.reading import patterns
from skills.spreadsheets.reading.display import cut, quoted
from skills.spreadsheets.reading.grid import Column
from skills.spreadsheets.reading.profiles import Profile

_PLAIN_FORMATS = frozenset({"General", "@"})


def column_line(profile: Profile) -> str:
    """`C "Region" text: "North" ×260, "South" ×250; 3 blank; odd: "-" ×3`"""
    name = f" {quoted(profile.header, 40)}" if profile.header else ""
    facts = [_values(profile)]
    if profile.formula:
        facts.append(profile.formula)
    if profile.blanks and profile.filled:
        facts.append(f"{profile.blanks} blank")
    if profile.odd:
        facts.append(f"ODD: {', '.join(profile.odd)}")
    return f"{column_letters(profile.column)}{name} {'; '.join(facts)}"


def _values(profile: Profile) -> str:
    if profile.kind == "empty":
        return "formulas without values" if profile.formula else "empty"
    kind = "time" if profile.kind == "date" and "-" not in profile.low else profile.kind
    shows_format = kind in {"number", "date", "time"} and profile.number_format not in _PLAIN_FORMATS
    kind_text = f"{kind} [{profile.number_format[:40]}]" if shows_format else kind
    if profile.top and profile.top[0][1]:
        shown = ", ".join(f"{text} ×{count}" for text, count in profile.top)
        more = f" and {profile.distinct - len(profile.top)} others" if profile.distinct > len(profile.top) else ""
        return f"{kind_text}: {shown}{more}"
    if profile.top:
        return f"{kind_text}, {_distinct(profile)}, as {', '.join(text for text, _ in profile.top)}"
    if profile.low == profile.high:
        return f"{kind_text} {profile.low}" if profile.low else kind_text
    return f"{kind_text} {profile.low} to {profile.high}, {_distinct(profile)}"


def _distinct(profile: Profile) -> str:
    return "all distinct" if profile.distinct == profile.filled else f"{profile.distinct} distinct"


def formula_runs(column: Column) -> list[str]:
    """The column's formulas, each filled-down stretch once: "F2:F9 =D2*E2"."""
    return [
        f"{Area(run.first, column.number, run.last, column.number)} {cut(run.formula, 100)}"
        + (f" (in {len(run.rows)} of these rows)" if run.last - run.first >= len(run.rows) else "")
        for run in patterns.runs(column.formulas, column.number)
    ]
