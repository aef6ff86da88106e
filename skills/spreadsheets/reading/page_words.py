"""How a sheet prints, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from copilot_server.office.xml import Element
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.formats import elements, number
from skills.spreadsheets.document.page import MARGINS, PAPER
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.display import quoted

_PAPERS: Final = {str(code): name for name, code in PAPER.items()}
_ON: Final = frozenset({"1", "true"})
_MOST_BREAKS: Final = 12


def page_words(sheet: Sheet, moved: Callable[[Area], Area | None] = lambda area: area) -> str:
    """ "landscape A4, 1 page wide, footer "&CPage &P", breaks before rows 14, 26"; "" for Excel's defaults.

    `moved` tells where cells stand whose place is told.
    """
    return ", ".join(_facts(sheet, moved))


def _facts(sheet: Sheet, moved: Callable[[Area], Area | None]) -> Iterator[str]:
    setup = sheet.frame.find("pageSetup")
    if setup is not None:
        yield from _setup(sheet, setup)
    yield from _margins(sheet)
    options = sheet.frame.find("printOptions")
    if options is not None:
        yield from ["with gridlines"] if options.get("gridLines") in _ON else []
        yield from ["centred"] if options.get("horizontalCentered") in _ON else []
    for region in sheet.frame.find_all("headerFooter"):
        for each, name in zip(("oddHeader", "oddFooter"), ("header", "footer"), strict=True):
            text = region.findtext(f"{{*}}{each}")
            yield from [f"{name} {quoted(text, 80)}"] if text else []
    yield from _breaks(sheet, moved)
    views = sheet.frame.find("sheetViews")
    if views is not None and any(view.get("showGridLines") in {"0", "false"} for view in elements(views)):
        yield "no gridlines on screen"


def _breaks(sheet: Sheet, moved: Callable[[Area], Area | None]) -> Iterator[str]:
    for name, noun in (("rowBreaks", "row"), ("colBreaks", "column")):
        region = sheet.frame.find(name)
        lines = [] if region is None else [number(each, "id") + 1 for each in elements(region)]
        by_row = noun == "row"
        cells = (moved(Area.cell(line, 1) if by_row else Area.cell(1, line)) for line in lines)
        found = [cell.top if by_row else cell.left for cell in cells if cell is not None]
        if found:
            listed = ", ".join(map(str, found[:_MOST_BREAKS])) + (" …" if len(found) > _MOST_BREAKS else "")
            yield f"breaks before {noun}{'s' if len(found) > 1 else ''} {listed}"


def _setup(sheet: Sheet, setup: Element) -> Iterator[str]:
    words = [setup.get("orientation", ""), _PAPERS.get(setup.get("paperSize", ""), "")]
    if " ".join(filter(None, words)).replace("default", ""):
        yield " ".join(filter(None, words))
    properties = sheet.frame.find("sheetPr")
    fits = properties is not None and any(each.get("fitToPage") in _ON for each in elements(properties))
    if fits:
        across, down = setup.get("fitToWidth", "1"), setup.get("fitToHeight", "1")
        facts = [
            f"{count} page{'' if count == '1' else 's'} {way}" for count, way in ((across, "wide"), (down, "tall"))
        ]
        yield " and ".join(fact for fact in facts if not fact.startswith("0 "))
    elif setup.get("scale", "100") != "100":
        yield f"{setup.get('scale')} %"


def _margins(sheet: Sheet) -> Iterator[str]:
    region = sheet.frame.find("pageMargins")
    if region is None:
        return
    given = tuple(float(region.get(name, "0")) for name in ("left", "right", "top", "bottom", "header", "footer"))
    named = next((name for name, inches in MARGINS.items() if inches == given), None)
    if named not in {None, "normal"}:
        yield f"{named} margins"
