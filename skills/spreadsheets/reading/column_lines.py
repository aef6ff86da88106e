"""A profile as the line a model reads."""

from __future__ import annotations

from collections.abc import Sequence

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
        return "formulas not computed" if profile.formula else "empty"
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


def formula_runs(columns: Sequence[Column]) -> list[str]:
    """Formulas, each stretch filled down or right and down once: "F2:H9 =F$1*$E2"."""
    found: list[tuple[patterns.Run, int, int]] = []  # a stretch with its first and last column
    latest: dict[tuple[str, tuple[int, ...]], int] = {}
    for column in columns:
        for run in patterns.runs(column.formulas, column.number):
            at = latest.get((run.form, run.rows))
            if at is not None and found[at][2] == column.number - 1:
                found[at] = (*found[at][:2], column.number)
                continue
            latest[run.form, run.rows] = len(found)
            found.append((run, column.number, column.number))
    return [
        f"{Area(run.first, left, run.last, right)} {cut(run.formula, 100)}"
        + (f" (in {len(run.rows)} of these rows)" if run.last - run.first >= len(run.rows) else "")
        for run, left, right in found
    ]


def alike_line(profiles: Sequence[Profile]) -> str:
    """Columns of one kind, side by side, as one line: `D:BK 60 columns alike, "Jan 20" … "Dec 24": number …`."""
    first, last = profiles[0], profiles[-1]
    place = f"{column_letters(first.column)}:{column_letters(last.column)} {len(profiles)} columns alike"
    names = [quoted(each.header, 40) for each in (first, last) if each.header]
    blanks = {each.blanks for each in profiles}
    spread = f"; {min(blanks)} to {max(blanks)} blank" if len(blanks) > 1 else ""
    return f"{place}{', ' if names else ''}{' … '.join(names)}; the first: {column_line(first)}{spread}"
