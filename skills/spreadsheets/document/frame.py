"""What surrounds a sheet's rows: its regions (views, columns, merges, tables …), each kept as it is until changed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lxml import etree

from copilot_server.office import xml
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.markup import Node, escaped, root_node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from copilot_server.office.xml import Element

T = TypeVar("T")

# CT_Worksheet (ISO/IEC 29500-1, A.2): Excel refuses regions in any other order.
ORDER: Final = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
_PLACE: Final = {name.encode(): place for place, name in enumerate(ORDER)}


class Frame:
    """The regions of one sheet, from its head and tail; forks share it, so every change makes a new one."""

    def __init__(self, head: bytes, tail: bytes) -> None:
        self.head = head
        self.tail = tail
        self._notes: dict[str, Any] = {}

    def noted(self, what: str, find: Callable[[Frame], T]) -> T:
        """What `find` finds in the regions and nowhere else, kept with them."""
        if what not in self._notes:
            self._notes[what] = find(self)
        return self._notes[what]

    @cached_property
    def _root(self) -> Node:
        return root_node(self.head + self.tail)

    @cached_property
    def regions(self) -> tuple[Node, ...]:
        """The sheet's direct children in order, the rows' own element empty."""
        return tuple(self._root.children())

    @cached_property
    def sources(self) -> dict[str, tuple[bytes, ...]]:
        """The regions by name, as they are written."""
        found: dict[str, tuple[bytes, ...]] = {}
        for node in self.regions:
            if node.is_main:
                name = node.local.decode()
                found[name] = (*found.get(name, ()), node.source)
        return found

    @property
    def namespaces(self) -> Mapping[bytes, str]:
        """What prefixes stand for within the regions."""
        return self._root.bound

    def find(self, name: str) -> Element | None:
        """The region of that name: a copy, to read or to change and put back."""
        node = self._node(name)
        return None if node is None else self._parse(node)

    def find_all(self, name: str) -> list[Element]:
        """The regions of that name, where there can be many, as of `conditionalFormatting`."""
        key = name.encode()
        return [self._parse(node) for node in self.regions if node.local == key and node.is_main]

    @cached_property
    def dimension(self) -> Area | None:
        """The area said to be filled, where one is."""
        region = self.find("dimension")
        return None if region is None else Area.find(region.get("ref", ""))

    @cached_property
    def merges(self) -> tuple[Area, ...]:
        """The areas of merged cells."""
        region = self.find("mergeCells")
        found = () if region is None else (Area.find(each.get("ref", "")) for each in region)
        return tuple(area for area in found if area is not None)

    def make(self, name: str, **attributes: str) -> Element:
        """A new element in the sheet's own namespace."""
        return etree.Element(self.name(name), attributes, nsmap=self._nsmap)

    def name(self, local: str) -> str:
        """A name in the sheet's own namespace, as lxml spells it."""
        return f"{{{self.namespace}}}{local}"

    @property
    def namespace(self) -> str:
        return self._root.bound[self._root.prefix[:-1]]

    def with_region(self, name: str, element: Element | None) -> Frame:
        """The frame with that region replaced, put in where the schema wants it, or taken away."""
        node = self._node(name)
        place = self._place_for(name)
        start, end = (place, place) if node is None else (node.start, node.end)
        return self._replaced(start, end, b"" if element is None else self._source(element))

    def with_regions(self, name: str, elements: Sequence[Element]) -> Frame:
        """As `with_region`, where there can be many: all of that name give way to these."""
        frame, key = self, name.encode()
        for node in reversed(self.regions):
            if node.local == key and node.is_main:
                frame = frame._replaced(node.start, node.end, b"")
        place = frame._place_for(name)  # noqa: SLF001
        return frame._replaced(place, place, b"".join(map(self._source, elements)))  # noqa: SLF001

    def _replaced(self, start: int, end: int, source: bytes) -> Frame:
        split = len(self.head)
        if start < split:
            return Frame(self.head[:start] + source + self.head[end:], self.tail)
        return Frame(self.head, self.tail[: start - split] + source + self.tail[end - split :])

    def _node(self, name: str) -> Node | None:
        key = name.encode()
        return next((node for node in self.regions if node.local == key and node.is_main), None)

    def _place_for(self, name: str) -> int:
        """Behind the last region that comes before it in the schema."""
        before = [node for node in self.regions if _rank(node) <= _PLACE[name.encode()]]
        return before[-1].end if before else self._root.inner

    @cached_property
    def _nsmap(self) -> dict[str | None, str]:
        return {prefix.decode() or None: uri for prefix, uri in self._root.bound.items() if prefix != b"xml"}

    @cached_property
    def _declarations(self) -> bytes:
        bound = self._root.bound.items()
        return b"".join(b' xmlns%b="%b"' % (b":" + prefix if prefix else b"", escaped(uri)) for prefix, uri in bound)

    def _parse(self, node: Node) -> Element:
        return xml.parse(b"<root%b>%b</root>" % (self._declarations, node.source))[0]

    def _source(self, element: Element) -> bytes:
        """The element as it is written inside the sheet, whose root already binds the namespaces."""
        holder = etree.Element("root", nsmap=self._nsmap)
        holder.append(element)
        text = etree.tostring(holder, encoding="UTF-8")
        return text[text.index(b">") + 1 : text.rindex(b"</root>")]


def _rank(node: Node) -> int:
    """Its place in the schema, that of its first choice for alternative content; the unknown comes last."""
    if node.local == b"AlternateContent":
        choices = (inner for choice in node.children() for inner in choice.children())
        return next((_rank(inner) for inner in choices), len(ORDER))
    return _PLACE.get(node.local, len(ORDER)) if node.is_main else len(ORDER)
