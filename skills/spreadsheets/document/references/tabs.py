"""The row of tabs: sheets in the workbook part, and everything there that counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from copilot_server.errors import Refused
from skills.spreadsheets.document.references.holders.elements import children, discard, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.workbook import Workbook


class Tabs:
    """Rearranges the `sheet` elements; names of one sheet only, and views, go by position and are renumbered."""

    def __init__(self, book: Workbook) -> None:
        self._root = book.package.edit_xml(book.main)
        self.holder = next(iter(children(self._root, "sheets")))

    @property
    def elements(self) -> list[Element]:
        return list(children(self.holder, "sheet"))

    def fresh_id(self) -> int:
        return max((int(each.get("sheetId", "0")) for each in self.elements), default=0) + 1

    def insert(self, element: Element, position: int) -> None:
        """A new sheet, at a place counted from 0."""
        before = self.elements
        self._arrange([*before[:position], element, *before[position:]], before)

    def move(self, element: Element, position: int) -> None:
        """To the place it then has, counted from 0."""
        before = self.elements
        others = [each for each in before if each is not element]
        self._arrange([*others[:position], element, *others[position:]], before)

    def remove(self, element: Element) -> None:
        """With the names that hold on this sheet only."""
        before = self.elements
        self._arrange([each for each in before if each is not element], before)

    def activate(self, position: int) -> None:
        """Bring the sheet at a place counted from 0 to the front of every window."""
        views = named(self._root, "workbookView") or [self._view()]
        for view in views:
            view.set("activeTab", str(position))
            if int(view.get("firstSheet", "0")) > position:
                view.attrib.pop("firstSheet")

    def _view(self) -> Element:
        """Of a workbook that has none: bookViews stand before the sheets."""
        space = etree.QName(self._root).namespace
        holder = etree.Element(f"{{{space}}}bookViews")
        self.holder.addprevious(holder)
        return etree.SubElement(holder, f"{{{space}}}workbookView")

    def show_another(self) -> None:
        """Bring the nearest visible sheet to the front where a view stands on a hidden one."""
        shown = [place for place, each in enumerate(self.elements) if is_visible(each)]
        for view in named(self._root, "workbookView"):
            active = int(view.get("activeTab", "0"))
            if active not in shown:
                view.set("activeTab", str(min(shown, key=lambda place: abs(place - active))))

    def refuse_without(self, element: Element, doing: str) -> None:
        """Raises Refused when no other sheet is visible."""
        if not any(is_visible(each) for each in self.elements if each is not element):
            name = element.get("name", "")
            raise Refused(
                f"sheet {name!r} is the only visible one, and a workbook must show one; so it cannot be {doing}"
            )

    def _arrange(self, after: Sequence[Element], before: Sequence[Element]) -> None:
        for each in before:
            self.holder.remove(each)
        self.holder.extend(after)
        places = {id(each): place for place, each in enumerate(after)}
        landing = {old: places.get(id(each)) for old, each in enumerate(before)}
        for name in named(self._root, "definedName"):
            scope = name.get("localSheetId")
            if scope is not None:
                _renumber_scope(name, landing.get(int(scope), int(scope)))
        for view in named(self._root, "workbookView"):
            for attribute in ("activeTab", "firstSheet"):
                if attribute in view.attrib:
                    old = int(view.get(attribute, "0"))
                    new = landing.get(old, 0)
                    view.set(attribute, str(min(old, len(after) - 1) if new is None else new))


def is_visible(element: Element) -> bool:
    return element.get("state", "visible") == "visible"


def _renumber_scope(name: Element, place: int | None) -> None:
    if place is None:
        discard(name)
    else:
        name.set("localSheetId", str(place))
