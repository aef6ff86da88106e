"""How a sheet prints, and what of it is protected."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.name_edits import define_built_in

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet

MARGINS: Final = {
    "normal": (0.7, 0.7, 0.75, 0.75, 0.3, 0.3),
    "narrow": (0.25, 0.25, 0.75, 0.75, 0.3, 0.3),
    "wide": (1.0, 1.0, 1.0, 1.0, 0.5, 0.5),
}
PAPER: Final = {"letter": 1, "legal": 5, "A3": 8, "A4": 9, "A5": 11}
_SPINS: Final = 100_000
# What CT_SheetProtection calls what people may still do; 1 forbids.
ALLOWED: Final = {
    "format": ("formatCells", "formatColumns", "formatRows"),
    "insert": ("insertColumns", "insertRows", "insertHyperlinks"),
    "delete": ("deleteColumns", "deleteRows"),
    "sort": ("sort",),
    "filter": ("autoFilter",),
    "pivot": ("pivotTables",),
}


@dataclass(frozen=True, slots=True)
class Page:
    """None leaves what is there; `area` and `titles` as formulas without `=`, "" takes them away."""

    area: str | None = None
    titles: str | None = None
    is_landscape: bool | None = None
    paper: str | None = None
    fit: tuple[int, int] | None = None
    """Pages across and down, 0 for as many as it takes."""
    scale: int | None = None
    margins: str | None = None
    header: str | None = None
    footer: str | None = None
    row_breaks: Sequence[int] | None = None
    column_breaks: Sequence[int] | None = None
    has_gridlines: bool | None = None
    is_centered: bool | None = None
    shows_gridlines: bool | None = None
    """On the screen."""


def set_page(sheet: Sheet, page: Page) -> None:
    """Change how the sheet prints."""
    for name, text in (("_xlnm.Print_Area", page.area), ("_xlnm.Print_Titles", page.titles)):
        if text is not None:
            define_built_in(sheet.book, name, sheet, text)
    _set_options(sheet, page)
    _set_setup(sheet, page)
    if page.margins is not None:
        names = ("left", "right", "top", "bottom", "header", "footer")
        margins = {name: f"{inches:g}" for name, inches in zip(names, MARGINS[page.margins], strict=True)}
        _set_region(sheet, "pageMargins", margins)
    for name, text in (("oddHeader", page.header), ("oddFooter", page.footer)):
        if text is not None:
            _set_header(sheet, name, text)
    if page.shows_gridlines is not None:
        _set_view(sheet, "showGridLines", None if page.shows_gridlines else "0")
    for name, breaks, last in (
        ("rowBreaks", page.row_breaks, MAX_COLUMN),
        ("colBreaks", page.column_breaks, MAX_ROW),
    ):
        if breaks is not None:
            _set_breaks(sheet, name, breaks, last)


def _set_options(sheet: Sheet, page: Page) -> None:
    options: dict[str, str | None] = {}
    if page.has_gridlines is not None:
        options["gridLines"] = "1" if page.has_gridlines else None
    if page.is_centered is not None:
        options["horizontalCentered"] = "1" if page.is_centered else None
    if options:
        _set_region(sheet, "printOptions", options)


def _set_setup(sheet: Sheet, page: Page) -> None:
    setup: dict[str, str | None] = {}
    if page.is_landscape is not None:
        setup["orientation"] = "landscape" if page.is_landscape else "portrait"
    if page.paper is not None:
        setup["paperSize"] = str(PAPER[page.paper])
    if page.scale is not None:
        setup |= {"scale": str(page.scale), "fitToWidth": None, "fitToHeight": None}
    if page.fit is not None:
        across, down = page.fit
        setup |= {"scale": None, "fitToWidth": str(across), "fitToHeight": str(down)}
    if setup:
        _set_region(sheet, "pageSetup", setup)
    if page.fit is not None or page.scale is not None:
        _set_fitting(sheet, is_on=page.fit is not None)


def _set_fitting(sheet: Sheet, *, is_on: bool) -> None:
    region = sheet.frame.find("sheetPr")
    if region is None:
        region = sheet.frame.make("sheetPr")
    found = next((each for each in elements(region) if local_name(each) == "pageSetUpPr"), None)
    if found is None:
        found = sheet.frame.make("pageSetUpPr")
        region.append(found)
    _set(found, "fitToPage", "1" if is_on else None)
    sheet.frame = sheet.frame.with_region("sheetPr", region)


def _set_view(sheet: Sheet, key: str, value: str | None) -> None:
    region = sheet.frame.find("sheetViews")
    if region is None:
        region = sheet.frame.make("sheetViews")
        region.append(sheet.frame.make("sheetView", workbookViewId="0"))
    for view in elements(region):
        _set(view, key, value)
    sheet.frame = sheet.frame.with_region("sheetViews", region)


def _set_region(sheet: Sheet, name: str, attributes: Mapping[str, str | None]) -> None:
    region = sheet.frame.find(name)
    if region is None:
        region = sheet.frame.make(name)
    for key, value in attributes.items():
        _set(region, key, value)
    sheet.frame = sheet.frame.with_region(name, region)


def _set(element: Element, key: str, value: str | None) -> None:
    if value is None:
        element.attrib.pop(key, None)
    else:
        element.set(key, value)


def _set_header(sheet: Sheet, name: str, text: str) -> None:
    """`oddHeader` comes before `oddFooter` (CT_HeaderFooter), both before those of even and first pages."""
    region = sheet.frame.find("headerFooter")
    if region is None:
        region = sheet.frame.make("headerFooter")
    for each in [each for each in elements(region) if local_name(each) == name]:
        region.remove(each)
    if text:
        element = sheet.frame.make(name)
        element.text = text
        has_header = bool(elements(region)) and local_name(elements(region)[0]) == "oddHeader"
        region.insert(1 if name == "oddFooter" and has_header else 0, element)
    sheet.frame = sheet.frame.with_region("headerFooter", region if elements(region) or region.attrib else None)


def _set_breaks(sheet: Sheet, name: str, breaks: Sequence[int], last: int) -> None:
    region = sheet.frame.make(name, count=str(len(breaks)), manualBreakCount=str(len(breaks)))
    region.extend(sheet.frame.make("brk", id=str(line - 1), max=str(last - 1), man="1") for line in sorted(set(breaks)))
    sheet.frame = sheet.frame.with_region(name, region if breaks else None)


def protect(sheet: Sheet, allowed: Sequence[str], password: str | None) -> None:
    """Lock all cells but those whose format unlocks them; `allowed` as in `ALLOWED`."""
    if _is_protected(sheet):
        raise Refused(f"sheet {sheet.name!r} is protected already; lift the protection first")
    attributes: dict[str, str] = {}
    if password:
        salt = secrets.token_bytes(16)
        attributes = {
            "algorithmName": "SHA-512",
            "hashValue": base64.b64encode(_hashed(password, salt, _SPINS)).decode(),
            "saltValue": base64.b64encode(salt).decode(),
            "spinCount": str(_SPINS),
        }
    attributes |= {"sheet": "1", "objects": "1", "scenarios": "1"}
    attributes |= dict.fromkeys((name for each in allowed for name in ALLOWED[each]), "0")
    sheet.frame = sheet.frame.with_region("sheetProtection", sheet.frame.make("sheetProtection", **attributes))


def unprotect(sheet: Sheet, password: str | None) -> None:
    """Raises Refused where a password is set and another or none is given."""
    region = sheet.frame.find("sheetProtection")
    if region is None:
        raise Refused(f"sheet {sheet.name!r} is not protected")
    wanted, salt = region.get("hashValue"), region.get("saltValue")
    if wanted and salt and region.get("algorithmName") == "SHA-512":
        spins = int(region.get("spinCount", "0"))
        given = _hashed(password or "", base64.b64decode(salt), min(spins, 10 * _SPINS))
        if base64.b64encode(given).decode() != wanted:
            raise Refused(f"sheet {sheet.name!r} is protected with another password")
    elif wanted or region.get("password"):
        raise Refused(f"sheet {sheet.name!r} is protected with a password of a kind not checked here; lift it in Excel")
    sheet.frame = sheet.frame.with_region("sheetProtection", None)


def _is_protected(sheet: Sheet) -> bool:
    region = sheet.frame.find("sheetProtection")
    return region is not None and region.get("sheet", "0") in {"1", "true"}


def _hashed(password: str, salt: bytes, spins: int) -> bytes:
    """ISO/IEC 29500-1, 18.2.29: the salt before the password, then the count behind each hash."""
    found = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for at in range(spins):
        found = hashlib.sha512(found + at.to_bytes(4, "little")).digest()
    return found
