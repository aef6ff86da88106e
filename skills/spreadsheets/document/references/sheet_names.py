"""Formulas after a sheet is renamed, deleted or copied."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import quoted_sheet
from skills.spreadsheets.document.references.formulas import checked
from skills.spreadsheets.document.references.grammar import PREFIXED, REF_ERROR, Prefix, parse_prefix

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence


def rename_sheet(text: str, old: str, new: str) -> str:
    """The formula with every use of the sheet's name changed, in 3-D references too; quoted where the name needs it."""
    key = old.casefold()

    def renamed(prefix: Prefix) -> str | None:
        names = [new if name.casefold() == key else name for name in (prefix.first, prefix.last)]
        changed = replace(prefix, first=names[0], last=names[1])
        return None if changed == prefix else str(changed)

    return _each_prefix(text, renamed)


def drop_sheet(text: str, name: str, order: Sequence[str]) -> str:
    """The formula after the sheet is deleted: what names it alone becomes #REF!, a 3-D reference narrows.

    `order` are the sheets' names in tab order while the sheet still stands.
    """
    places = {sheet.casefold(): place for place, sheet in enumerate(order)}
    gone = places[name.casefold()]

    def narrowed(prefix: Prefix) -> str | None:
        first, last = places.get(prefix.first.casefold()), places.get(prefix.last.casefold())
        if first is None or last is None or gone not in (first, last):
            return None
        if first == last:
            return REF_ERROR
        inwards = 1 if first < last else -1
        first, last = first + (inwards if first == gone else 0), last - (inwards if last == gone else 0)
        return str(replace(prefix, first=order[first], last=order[last]))

    return _each_prefix(text, narrowed)


def sheets_named(text: str) -> frozenset[str]:
    """The sheets of this workbook a formula names, casefolded; of a 3-D reference its two ends."""
    if "!" not in text:
        return frozenset()
    found = (parse_prefix(match[1]) for match in PREFIXED.finditer(checked(text)) if match[1])
    return frozenset(name.casefold() for each in found if not each.book for name in (each.first, each.last))


def rename_location(location: str, old: str, new: str) -> str:
    """A hyperlink's place inside the workbook after a sheet is renamed."""
    sheet, place = split_location(location)
    if sheet is None or sheet.casefold() != old.casefold():
        return location
    return f"{quoted_sheet(new)}!{place}"


def split_location(location: str) -> tuple[str | None, str]:
    """A hyperlink's place as (sheet, what is there): other than in formulas, writers leave quotes away at will."""
    sheet, mark, place = location.rpartition("!")
    if not mark:
        return None, location
    sheet = sheet.removeprefix("#")
    if len(sheet) > 1 and sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, place


def _each_prefix(text: str, change: Callable[[Prefix], str | None]) -> str:
    """`change` gives the new prefix, #REF! for the whole reference, or None to leave it."""
    if "!" not in text:
        return text

    def changed(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0]
        prefix = parse_prefix(match[1])
        new = None if prefix.book else change(prefix)
        if new is None:
            return match[0]
        return new if new == REF_ERROR else new + match[0][len(match[1]) :]

    return PREFIXED.sub(changed, checked(text))
