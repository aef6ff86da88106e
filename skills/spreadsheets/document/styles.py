"""The book's cell formats: read by index, appended to, never renumbered."""

from __future__ import annotations

import copy
import posixpath
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused
from copilot_server.office import xml
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.formats import Format, elements, items, number, own_formats, read_format
from skills.spreadsheets.document.number_formats import GENERAL, format_of_id, id_of_format, is_date_format
from skills.spreadsheets.document.style_change import StyleChange
from skills.spreadsheets.document.style_parts import (
    changed_border,
    changed_fill,
    changed_font,
    child_of,
    set_alignment,
    set_protection,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element

MAX_FORMATS: Final = 64_000
"""Just under the 65,490 cell formats Excel opens."""

_FIRST_OWN_FORMAT: Final = 164
_REGIONS: Final = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
]
_EMPTY: Final = (
    "<styleSheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    "<fonts count='1'><font><sz val='11'/><name val='Calibri'/><family val='2'/></font></fonts>"
    "<fills count='2'><fill><patternFill patternType='none'/></fill><fill><patternFill patternType='gray125'/></fill>"
    "</fills><borders count='1'><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs count='1'><xf numFmtId='0' fontId='0' fillId='0' borderId='0'/></cellStyleXfs>"
    "<cellXfs count='1'><xf numFmtId='0' fontId='0' fillId='0' borderId='0' xfId='0'/></cellXfs>"
    "<cellStyles count='1'><cellStyle name='Normal' xfId='0' builtinId='0'/></cellStyles></styleSheet>"
).replace("'", '"')


_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_RELATIONSHIP: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
_FONT_FIELDS: Final = ("bold", "italic", "underline", "strike", "size", "font", "color")
_BORDER_FIELDS: Final = ("top", "bottom", "left", "right")


class Styles:
    """The formats of one book, read from its package and appended to it."""

    def __init__(self, package: Package, part: str | None) -> None:
        self._package = package
        self._part = part
        self._formats: dict[int, Format] = package.found("formats", [part], dict) if part else {}
        self._is_edited = False  # from then on the formats known are those of this book alone
        self._made: dict[tuple[int, StyleChange], int] = {}
        self._known: dict[str, dict[bytes, int]] = {}

    def forked(self, package: Package) -> Styles:
        """The same over a fork of the package."""
        other = Styles(package, self._part)
        other._formats |= self._formats
        other._made |= self._made
        return other

    @property
    def count(self) -> int:
        """How many cell formats there are."""
        return len(items(self._tree, "cellXfs"))

    def number_format(self, style: int) -> str:
        return self.format(style).number_format

    def is_date(self, style: int) -> bool:
        """Whether numbers in this format are shown as dates or times."""
        return is_date_format(self.number_format(style))

    def format(self, style: int) -> Format:
        """What a format looks like; an index beyond the end reads as the default one."""
        if style not in self._formats:
            self._formats[style] = self._read(style)
        return self._formats[style]

    def restyled(self, style: int, changes: Iterable[StyleChange]) -> int:
        """The index of the format with those changes made in order, appended when there is none like it.

        Raises Refused when the book has as many formats as Excel opens.
        """
        for change in changes:
            key = (style, change)
            if key not in self._made:
                self._made[key] = self._variant(style, change)
            style = self._made[key]
        return style

    def variant(self, style: int, change: StyleChange) -> int:
        """As `restyled`, for one change."""
        return self.restyled(style, (change,))

    def add_differential(self, dxf: Element) -> int:
        """Append a `dxf` (of conditional formats and tables); its index."""
        return self._append("dxfs", dxf)

    def make(self, name: str, **attributes: str) -> Element:
        """A new element in the namespace of the book's styles."""
        return etree.Element(f"{{{etree.QName(self._tree).namespace}}}{name}", attributes)

    @property
    def _tree(self) -> Element:
        return self._package.xml(self._part) if self._part else xml.parse(_EMPTY.encode())

    def _editable(self) -> Element:
        if not self._is_edited:
            self._formats, self._is_edited = dict(self._formats), True
        if self._part is None:
            main = self._package.main_part
            self._part = posixpath.join(posixpath.dirname(main), "styles.xml")
            self._package.write(self._part, _EMPTY.encode(), _CONTENT_TYPE)
            self._package.relate(main, _RELATIONSHIP, self._part)
        return self._package.edit_xml(self._part)

    def _read(self, style: int) -> Format:
        tree = self._tree
        styles = items(tree, "cellXfs")
        if not 0 <= style < len(styles):
            return Format()
        return read_format(tree, styles[style])

    def _variant(self, style: int, change: StyleChange) -> int:
        if change.only_if_general and self.number_format(style) != GENERAL:
            return style
        styles = items(self._editable(), "cellXfs")
        if len(styles) >= MAX_FORMATS:
            raise Refused(f"the book already holds {len(styles)} cell formats, as many as Excel opens")
        base = style if change.base is None else change.base
        if change == StyleChange(base=base):
            return base
        if not styles:
            new = self.make("xf", numFmtId="0", fontId="0")
        else:
            new = copy.deepcopy(styles[base if 0 <= base < len(styles) else 0])
        self._change(new, change)
        return self._append("cellXfs", new)

    def _change(self, style: Element, change: StyleChange) -> None:
        if change.number_format is not None:
            style.set("numFmtId", str(self.format_id(change.number_format)))
            style.set("applyNumberFormat", "1")
        if _names(change, _FONT_FIELDS):
            self._change_piece(style, "fonts", "font", lambda font: changed_font(font, change))
        if (color := change.fill) is not None:
            self._change_piece(style, "fills", "fill", lambda fill: changed_fill(fill, color))
        if _names(change, _BORDER_FIELDS):
            self._change_piece(style, "borders", "border", lambda border: changed_border(border, change))
        if set_alignment(style, change):
            style.set("applyAlignment", "1")
        if set_protection(style, change):
            style.set("applyProtection", "1")

    def _change_piece(self, style: Element, region: str, name: str, change: Callable[[Element], None]) -> None:
        pieces, index = items(self._editable(), region), number(style, f"{name}Id")
        piece = copy.deepcopy(pieces[index]) if index < len(pieces) else self.make(name)
        change(piece)
        style.set(f"{name}Id", str(self._append(region, piece)))
        style.set(f"apply{name.capitalize()}", "1")

    def format_code(self, number: int) -> str:
        """The number format of an id, built in or the book's own."""
        return format_of_id(number, own_formats(self._tree))

    def format_id(self, code: str) -> int:
        built_in = id_of_format(code)
        if built_in is not None:
            return built_in
        own = own_formats(self._editable())
        same = next((each for each, known in own.items() if known == code), None)
        if same is not None:
            return same
        new = max((_FIRST_OWN_FORMAT - 1, *own)) + 1
        self._append("numFmts", self.make("numFmt", numFmtId=str(new), formatCode=code))
        return new

    def _append(self, region: str, item: Element) -> int:
        """The index of the item, of an equal one if there is one."""
        parent = self._region(region)
        known = self._known.get(region)
        if known is None:
            known = self._known[region] = {}
            for index, each in enumerate(elements(parent)):
                known.setdefault(_source(each), index)
        parent.append(item)
        source = _source(item)
        if source in known:
            parent.remove(item)
            return known[source]
        index = known[source] = len(elements(parent)) - 1
        parent.set("count", str(index + 1))
        if region == "cellXfs":
            self._formats.pop(index, None)  # one asked for beyond the end read as the default
        return index

    def _region(self, name: str) -> Element:
        tree = self._editable()
        region = child_of(tree, name)
        if region is None:
            region = self.make(name)
            rank = _REGIONS.index(name)
            before = [each for each in elements(tree) if local_name(each) in _REGIONS[:rank]]
            tree.insert(tree.index(before[-1]) + 1 if before else 0, region)
        return region


def _source(item: Element) -> bytes:
    """What makes two items equal."""
    return etree.tostring(item, with_tail=False)


def _names(change: StyleChange, fields: Iterable[str]) -> bool:
    return any(getattr(change, field) is not None for field in fields)
