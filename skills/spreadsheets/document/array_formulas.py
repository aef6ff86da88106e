"""Formulas that may fill more than their own cell, and the metadata that makes Excel let them spill."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.office.xml import NS, local_name
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.formula_functions import RETURNS_ARRAYS
from skills.spreadsheets.document.formula_tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element

_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
_RELATIONSHIP: Final = NS["r"] + "/sheetMetadata"
_KIND: Final = "XLDAPR"
_EXTENSION: Final = "{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}"

# Given a range, these work cell by cell; most other functions take it whole.
_BY_CELL_NAMES: Final = """
    ABS CEILING CHAR CLEAN CODE COLUMN CONCATENATE COS DATE DATEVALUE DAY EXP FIND FLOOR HOUR IF INT ISBLANK
    ISERR ISERROR ISEVEN ISLOGICAL ISNA ISNONTEXT ISNUMBER ISODD ISTEXT LEFT LEN LN LOG LOG10 LOWER MID MINUTE
    MOD MONTH NOT POWER PROPER REPLACE REPT RIGHT ROUND ROUNDDOWN ROUNDUP ROW SEARCH SECOND SIGN SIN SQRT
    SUBSTITUTE TAN TEXT TIME TRIM TRUNC UPPER VALUE WEEKDAY YEAR"""
_BY_CELL: Final = frozenset(_BY_CELL_NAMES.split())
# These calculate with arrays by themselves, so files keep them as plain formulas.
_NATIVE: Final = frozenset({"SUMPRODUCT", "LOOKUP", "MDETERM"})
# The header or the total of one column.
_ONE_CELL: Final = re.compile(r"\[\[#(?:Headers|Totals)\],\s*\[(?:[^\[\]']|'.)*\]\]", re.IGNORECASE)
_CALCULATES: Final = frozenset({"+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">="})


def may_spill(text: str) -> bool:
    """Whether Excel would treat the formula, as people write it without `=`, as one over arrays."""
    found = [token for token in tokens(text) if token.kind != "space"]
    calls: list[str] = []
    for index, token in enumerate(found):
        if token.kind == "open":
            before = found[index - 1] if index else None
            calls.append(before.text.upper() if before is not None and before.kind == "function" else "")
        elif token.kind == "close" and calls:
            calls.pop()
        elif not _is_native(calls) and _makes_array(found, index, calls):
            return True
    return False


def _makes_array(found: Sequence[Token], index: int, calls: Sequence[str]) -> bool:
    token = found[index]
    if token.kind == "function":
        return token.text.upper() in RETURNS_ARRAYS
    end = _range_end(found, index)
    is_by_cell = not any(calls) or calls[-1] in _BY_CELL
    return end > 0 and (is_by_cell or _is_calculated_with(found, index, end))


def _is_native(calls: Sequence[str]) -> bool:
    return any(call in _NATIVE for call in calls)


def _range_end(found: Sequence[Token], index: int) -> int:
    """Behind a reference of several cells that starts here, 0 when none does."""
    token = found[index]
    if index and found[index - 1].text in {":", "@"}:
        return 0
    texts = [each.text for each in found[index + 1 : index + 3]]
    if token.kind in {"cell", "name", "number"} and texts[:1] == [":"] and len(texts) > 1:
        return index + 3
    if token.kind == "cell" and texts[:1] == ["#"]:
        return index + 2
    if token.kind == "name" and index + 1 < len(found) and found[index + 1].kind == "brackets":
        inside = found[index + 1].text
        return 0 if "@" in inside or "#This Row" in inside or _ONE_CELL.match(inside) else index + 2
    return 0


def _is_calculated_with(found: Sequence[Token], start: int, end: int) -> bool:
    if start and found[start - 1].kind == "prefix":
        start -= 1
    before = found[start - 1].text if start else ""
    after = found[end].text if end < len(found) else ""
    return before in _CALCULATES or after in _CALCULATES


def dynamic_metadata(package: Package, main: str) -> int:
    """The `cm` of cells that spill, the book's metadata part made or added to as needed ([MS-XLSX] 2.3.3.1)."""
    part = next(iter(package.related(main, "sheetMetadata")), None)
    if part is None:
        part = package.fresh_name(posixpath.join(posixpath.dirname(main), "metadata{}.xml")).replace(
            "metadata1.", "metadata."
        )
        package.write(part, _NEW.encode(), _CONTENT_TYPE)
        package.relate(main, _RELATIONSHIP, part)
        return 1
    return _found(package.xml(part)) or _added(package.edit_xml(part))


def _found(root: Element) -> int:
    kinds = [each.get("name") for each in _listed(root, "metadataTypes")]
    for index, block in enumerate(_listed(root, "cellMetadata"), 1):
        for record in elements(block):
            kind = int(record.get("t", "0"))
            if 0 < kind <= len(kinds) and kinds[kind - 1] == _KIND:
                return index
    return 0


def _added(root: Element) -> int:
    new = etree.fromstring(_NEW.encode())
    kinds = _append(root, "metadataTypes", _listed(new, "metadataTypes")[0], 0)
    future = next(each for each in elements(new) if local_name(each) == "futureMetadata")
    behind = [each for each in elements(root) if local_name(each) in _BEFORE_FUTURE]
    root.insert(root.index(behind[-1]) + 1, future)
    block = _listed(new, "cellMetadata")[0]
    elements(block)[0].set("t", str(kinds))
    return _append(root, "cellMetadata", block, root.index(future) + 1)


_BEFORE_FUTURE: Final = frozenset({"metadataTypes", "metadataStrings", "mdxMetadata", "futureMetadata"})


def _append(root: Element, name: str, item: Element, place: int) -> int:
    """Put an item at the end of a list, which comes into being at `place`; how many there are then."""
    parent = next((each for each in elements(root) if local_name(each) == name), None)
    if parent is None:
        parent = etree.Element(f"{{{etree.QName(root).namespace}}}{name}")
        root.insert(place, parent)
    parent.append(item)
    parent.set("count", str(len(elements(parent))))
    return len(elements(parent))


def _listed(root: Element, name: str) -> list[Element]:
    return [item for each in elements(root) if local_name(each) == name for item in elements(each)]


_NEW: Final = (
    f'<metadata xmlns="{NS["x"]}" xmlns:xda="{NS["xda"]}"><metadataTypes count="1"><metadataType name="{_KIND}" '
    'minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" splitFirst="1" rowColShift="1" '
    'clearFormats="1" clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes>'
    f'<futureMetadata name="{_KIND}" count="1"><bk><extLst><ext uri="{_EXTENSION}">'
    '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
    '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)
