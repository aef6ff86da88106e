"""Writes one cell or row anew, from its old text and what is to change; the measured hot path, so XML from bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from skills.spreadsheets.document.addresses import cell_name
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.markup import Node, escaped, with_attributes
from skills.spreadsheets.document.patches import CellPatch, Content, Promotion, Result, RowPatch
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.shared_strings import storable, text_element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skills.spreadsheets.document.cell_text import FormulaText
    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.shared_strings import SharedStrings
    from skills.spreadsheets.document.style_change import StyleChange

# Of a cell whose content is replaced: the type is written anew, the metadata belonged to the old content.
_OF_CONTENT = (b"t", b"cm", b"vm")


class Restyler(Protocol):
    def restyled(self, style: int, changes: Iterable[StyleChange]) -> int:
        """The index of the format with those changes, appended when new."""
        ...


def number_text(value: float) -> bytes:
    """A number with all its digits, as shortly as reads back the same."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return b"%d" % value
    return repr(value).upper().encode()


class CellWriter:
    """For the cells of one sheet, whose SpreadsheetML names have that prefix."""

    def __init__(self, prefix: bytes, strings: SharedStrings, styles: Restyler) -> None:
        self._prefix = prefix
        self._number_element = b"<%bv>%%b</%bv>" % (prefix, prefix)
        self._strings = strings
        self._styles = styles
        self.lost_formulas: set[tuple[int, int]] = set()

    def new_cell(self, row: int, column: int, patch: CellPatch, inherited: int) -> bytes:
        """A cell where none was; empty when the patch puts nothing there that the row or column has not."""
        style = self._styles.restyled(inherited, patch.restyles) if patch.restyles else inherited
        content = patch.content if isinstance(patch.content, Content) else Content()
        if content.is_blank and not patch.restyles:
            return b""
        tag = b"<" + self._prefix + b'c r="' + cell_name(row, column).encode() + b'"'
        if style:
            tag += b' s="' + str(style).encode() + b'"'
        return self._with_content(tag + b">", content)

    def changed_cell(self, node: Node, row: int, column: int, patch: CellPatch) -> bytes:
        """An existing cell with the patch applied; what the patch does not speak of stays."""
        changes: dict[bytes, bytes | None] = {}
        if b"r" not in node.attributes:
            changes[b"r"] = cell_name(row, column).encode()
        if patch.restyles:
            old = int(node.attributes.get(b"s", "0") or 0)
            new = self._styles.restyled(old, patch.restyles)
            if new != old:
                changes[b"s"] = str(new).encode()
        match patch.content:
            case Content() as content:
                self._forget(node, row, column, content)
                tag = with_attributes(self._named(node), changes | dict.fromkeys(_OF_CONTENT))
                return self._with_content(tag, content)
            case Result(value, formula):
                tag = with_attributes(self._named(node), changes | {b"t": None, b"vm": None})
                kept = b"".join(child.source for child in node.named(b"f"))
                return self._closed(tag, kept if formula is None else self._formula(formula), value, is_result=True)
            case Promotion(formula):
                old = next(node.named(b"f"))
                tag = with_attributes(node.tag, changes) + node.data[node.inner : old.start]
                return tag + self._formula(formula) + node.data[old.end : node.end]
            case None:
                return with_attributes(node.tag, changes) + node.data[node.inner : node.end]

    def replaced(self, head: bytes, kind: bytes | None, value: CellValue) -> bytes:
        """A cell that held a constant of that type with another; `head` is its start tag up to its format."""
        if kind == b"s":
            self._strings.forget_one_use()
        return self._closed(head + b">", b"", value, is_result=False)

    def _named(self, node: Node) -> bytes:
        """The start tag with the sheet's prefix, which a cell that binds its own may not have."""
        return b"<" + self._prefix + node.local + node.tag[1 + len(node.name) :]

    def _forget(self, node: Node, row: int, column: int, content: Content) -> None:
        if node.attributes.get(b"t") == "s":
            self._strings.forget_one_use()
        if content.formula is None and any(True for _ in node.named(b"f")):
            self.lost_formulas.add((row, column))

    def _with_content(self, tag: bytes, content: Content) -> bytes:
        if content.metadata is not None:
            tag = with_attributes(tag, {b"cm": str(content.metadata).encode()})
        if content.rich_value is not None:
            tag = with_attributes(tag, {b"vm": str(content.rich_value).encode()})
        if content.rich is not None:
            return self._with_rich(tag, content.rich)
        formula = b"" if content.formula is None else self._formula(content.formula)
        return self._closed(tag, formula, content.value, is_result=content.formula is not None)

    def _with_rich(self, tag: bytes, rich: bytes) -> bytes:
        name = self._prefix
        if self._strings.part is None:
            kind, inside = b"inlineStr", b"<%bis>%b</%bis>" % (name, rich, name)
        else:
            kind, inside = b"s", self._v(str(self._strings.index_of_source(rich)).encode())
        tag = with_attributes(tag, {b"t": kind})
        return b"%b>%b</%bc>" % (tag.rstrip(b"/>").rstrip(), inside, name)

    def _closed(self, tag: bytes, formula: bytes, value: CellValue, *, is_result: bool) -> bytes:
        """The cell from its start tag on; results of formulas hold their text themselves."""
        kind, inside = self._value(value, is_result=is_result)
        if kind:
            tag = with_attributes(tag, {b"t": kind})
        if not formula and not inside:
            return tag if tag.endswith(b"/>") else tag[:-1] + b"/>"
        if tag.endswith(b"/>"):
            tag = tag[:-2].rstrip() + b">"
        return tag + formula + inside + b"</" + self._prefix + b"c>"

    def result(self, value: CellValue) -> tuple[bytes, bytes]:
        """The type and the value element of a formula's result."""
        if type(value) is float:
            return b"", self._number_element % number_text(value)
        return self._value(value, is_result=True)

    def _value(self, value: CellValue, *, is_result: bool) -> tuple[bytes, bytes]:
        """The cell's type, empty for numbers, and the element that holds the value."""
        match value:
            case None:
                return b"", b""
            case bool():
                return b"b", self._v(b"1" if value else b"0")
            case int() | float():
                return b"", self._v(number_text(value))
            case CellError():
                return b"e", self._v(escaped(value.stored))
            case str() if is_result:
                return b"str", text_element(self._prefix + b"v", value)
            case str() if self._strings.part is None:
                text = text_element(self._prefix + b"t", value)
                return b"inlineStr", b"<%bis>%b</%bis>" % (self._prefix, text, self._prefix)
            case str():
                return b"s", self._v(str(self._strings.index_of(value)).encode())

    def _v(self, text: bytes) -> bytes:
        return b"<%bv>%b</%bv>" % (self._prefix, text, self._prefix)

    def _formula(self, formula: FormulaText) -> bytes:
        attributes = b""
        if formula.kind != "normal":
            attributes += b' t="' + formula.kind.encode() + b'"'
        if formula.area is not None:
            attributes += b' ref="' + written(formula.area).encode() + b'"'
        if formula.group is not None:
            attributes += b' si="' + formula.group.encode() + b'"'
        return b"<%bf%b>%b</%bf>" % (self._prefix, attributes, storable(formula.text), self._prefix)

    def row_tag(self, tag: bytes, patch: RowPatch, attributes: dict[bytes, str]) -> bytes:
        """A row's start tag with its own changes."""
        changes: dict[bytes, bytes | None] = {}
        if patch.height is not None:
            is_own = patch.height > 0
            changes[b"ht"] = number_text(patch.height) if is_own else None
            changes[b"customHeight"] = b"1" if is_own else None
        if patch.is_hidden is not None:
            changes[b"hidden"] = b"1" if patch.is_hidden else None
        if patch.level is not None:
            changes[b"outlineLevel"] = str(patch.level).encode() if patch.level else None
        if patch.restyles:
            style = self._styles.restyled(int(attributes.get(b"s", "0") or 0), patch.restyles)
            changes |= {b"s": str(style).encode(), b"customFormat": b"1"}
        return with_attributes(tag, changes)
