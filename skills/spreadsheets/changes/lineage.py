"""Whether two versions share their tables of strings and formats, so that equal bytes mean equal cells."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from copilot_server.office.package import Package
from copilot_server.office.xml import Element, local_name
from skills.spreadsheets.document.workbook import Workbook

_ITEMS: Final = re.compile(rb"<(?:[^\s/>!?:]+:)?si[\s/>]")
_STYLE_LISTS: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")


def same_strings(before: Workbook, after: Workbook) -> bool:
    """Whether the earlier strings are where the later ones begin: indexes mean the same."""
    old, new = _part(before, "sharedStrings"), _part(after, "sharedStrings")
    if old is None or (new is not None and _is_shared(before.package, after.package, old, new)):
        return True
    return new is not None and _begins_with(before.package.read(old), after.package.read(new))


def same_styles(before: Workbook, after: Workbook) -> bool:
    """Whether the earlier formats are where the later ones begin."""
    old, new = _part(before, "styles"), _part(after, "styles")
    if old is None or new is None:
        return old is new
    if _is_shared(before.package, after.package, old, new):
        return True
    one, other = before.package.xml(old), after.package.xml(new)
    return all(_list_begins(one, other, name) for name in _STYLE_LISTS)


def _part(book: Workbook, kind: str) -> str | None:
    return next(iter(book.package.related(book.main, kind)), None)


def _is_shared(before: Package, after: Package, old: str, new: str) -> bool:
    return old.lower() == new.lower() and after.shares(new, before)


def _begins_with(old: bytes, new: bytes) -> bool:
    start, other = _ITEMS.search(old), _ITEMS.search(new)
    if start is None:
        return True
    items = old[start.start() : old.rindex(b"</")]
    return other is not None and new[other.start() : other.start() + len(items)] == items


def _list_begins(old: Element, new: Element, name: str) -> bool:
    one, other = _items(old, name), _items(new, name)
    return other[: len(one)] == one


def _items(styles: Element, name: str) -> list[bytes]:
    lists = (each for each in styles if local_name(each) == name)
    return [etree.tostring(item, method="c14n", exclusive=True) for each in lists for item in each]
