"""Formulas after a table, or a column of one, is renamed or deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.references.formulas import checked
from skills.spreadsheets.document.references.grammar import NAME, REF_ERROR, STRUCTURED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Inside the brackets: an item in brackets of its own, or, where there is but one, bare: [Col], [@Col], [@[Col 2]].
_ITEM: Final = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_ESCAPED: Final = re.compile(r"([\[\]#'@])")
_NEEDS_BRACKETS: Final = re.compile(r"[^\w.\\?]")


def rename_table(text: str, old: str, new: str) -> str:
    """The formula with every use of the table's name changed."""
    key = old.casefold()

    def structured(match: re.Match[str]) -> str:
        return f"{new}{match[2]}" if (match[1] or "").casefold() == key else match[0]

    def bare(match: re.Match[str]) -> str:
        return new if (match[1] or "").casefold() == key else match[0]

    return NAME.sub(bare, STRUCTURED.sub(structured, checked(text))) if key in text.casefold() else text


def drop_table(text: str, name: str) -> str:
    """The formula after the table is deleted: every use of it becomes #REF!."""
    key = name.casefold()

    def dropped(match: re.Match[str]) -> str:
        return REF_ERROR if (match[1] or "").casefold() == key else match[0]

    return NAME.sub(dropped, STRUCTURED.sub(dropped, checked(text))) if key in text.casefold() else text


def rename_table_column(text: str, table: str, old: str, new: str, *, is_inside: bool) -> str:
    """The formula after a column's name changed.

    `is_inside`: it stands in the table, where the table's name may be left out.
    """

    def renamed(name: str) -> str | None:
        return new if name.casefold() == old.casefold() else name

    def change(brackets: str) -> str:
        return _with_columns(brackets, lambda first, last: (renamed(first) or first, renamed(last) or last)) or brackets

    return _each_use(text, table, change, is_inside=is_inside)


def drop_table_columns(text: str, table: str, gone: Sequence[str], columns: Sequence[str], *, is_inside: bool) -> str:
    """The formula after columns are deleted: alone they become #REF!, a range of columns narrows.

    `columns` are the table's, in order, those `gone` among them.
    """
    left_out = {name.casefold() for name in gone}
    order = [name.casefold() for name in columns]

    def narrowed(first: str, last: str) -> tuple[str, str] | None:
        if not left_out & {first.casefold(), last.casefold()}:
            return first, last
        if first.casefold() not in order or last.casefold() not in order:
            return first, last
        start, end = sorted((order.index(first.casefold()), order.index(last.casefold())))
        rest = [columns[place] for place in range(start, end + 1) if order[place] not in left_out]
        return (rest[0], rest[-1]) if rest else None

    return _each_use(text, table, lambda brackets: _with_columns(brackets, narrowed), is_inside=is_inside)


def _each_use(text: str, table: str, change: Callable[[str], str | None], *, is_inside: bool) -> str:
    if "[" not in text:
        return text

    def changed(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[0]
        is_ours = match[1].casefold() == table.casefold() if match[1] else is_inside
        brackets = change(match[2]) if is_ours else match[2]
        return REF_ERROR if brackets is None else f"{match[1] or ''}{brackets}"

    return STRUCTURED.sub(changed, checked(text))


def _with_columns(brackets: str, change: Callable[[str, str], tuple[str, str] | None]) -> str | None:
    """The brackets with their column, or range of columns, changed; None when no column is left.

    Shapes (ISO/IEC 29500-1, 18.17.6.2): [Col], [@Col], [#All], [[#This Row],[Col]], [@[A]:[B]], [[#All],[A]:[B]].
    """
    inner = brackets[1:-1]
    this_row = "@" if inner.startswith("@") else ""
    rest = inner[len(this_row) :]
    if "[" not in _unquoted(rest):
        if not rest.strip() or rest.lstrip().startswith("#"):
            return brackets
        changed = change(_plain(rest), _plain(rest))
        return changed and f"[{this_row}{_item(changed[0], is_alone=not this_row)}]"
    items = [match for match in _ITEM.finditer(rest) if not match[1].startswith("#")]
    if not items:
        return brackets
    ends = items[0], items[-1]
    changed = change(_plain(ends[0][1]), _plain(ends[1][1]))
    if changed is None:
        return None
    joined = rest[ends[0].end() : ends[1].start()] if len(items) > 1 else ""
    new = f"[{_quoted(changed[0])}]" + (f"{joined}[{_quoted(changed[1])}]" if len(items) > 1 else "")
    return f"[{this_row}{rest[: ends[0].start()]}{new}{rest[ends[1].end() :]}]"


def _item(name: str, *, is_alone: bool) -> str:
    """A column as it stands alone in the brackets; behind `@` it needs its own ones unless it is a plain word."""
    return _quoted(name) if is_alone or not _NEEDS_BRACKETS.search(name) else f"[{_quoted(name)}]"


def _quoted(name: str) -> str:
    return _ESCAPED.sub(r"'\1", name)


def _plain(item: str) -> str:
    return re.sub(r"'(.)", r"\1", item, flags=re.DOTALL)


def _unquoted(text: str) -> str:
    """Without what an apostrophe takes its meaning from."""
    return re.sub(r"'.", "", text, flags=re.DOTALL)
