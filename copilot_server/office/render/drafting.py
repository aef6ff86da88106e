"""The process that `drafts` starts: `python -m copilot_server.office.render.drafting FILE` writes pages beside FILE."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

from copilot_server.office.render import fonts

_FAMILY = re.compile(rb'typeface="([^"+][^"]*)"')
_MAX_PAGES = 200
_WIDTH = 1600


def main(source: Path) -> None:
    match source.suffix:
        case ".docx" | ".docm" | ".dotx" | ".dotm":
            _document(source)
        case ".pptx" | ".pptm" | ".potx" | ".potm" | ".ppsx" | ".ppsm":
            _slides(source)
        case ".xlsx" | ".xlsm" | ".xltx" | ".xltm":
            _sheets(source)
        case _:
            return


def _document(source: Path) -> None:
    import dxpdf  # noqa: PLC0415 - only the library of the file's kind is loaded

    made: bytes = dxpdf.convert(source.read_bytes())  # pyright: ignore[reportAttributeAccessIssue] - it ships no stub
    source.with_suffix(".pdf").write_bytes(made)


def _slides(source: Path) -> None:
    import betteroffice_pptx  # noqa: PLC0415

    deck = betteroffice_pptx.Presentation.open(source.read_bytes())
    for family in _families(source):
        for is_bold in (False, True):
            face = fonts.face_for(family, is_bold=is_bold)
            if face is not None:
                deck.register_font(family, face.read_bytes(), bold=is_bold)
    for number, slide in enumerate(deck.slide_ids[:_MAX_PAGES], start=1):
        deck.render_png(slide, scale=_WIDTH / (deck.width_emu / 9525)).write(source.with_name(f"page-{number:04}.png"))


def _sheets(source: Path) -> None:
    import betteroffice_xlsx  # noqa: PLC0415

    book = betteroffice_xlsx.Workbook.open(source.read_bytes())
    for number, name in enumerate(book.sheet_names[:_MAX_PAGES], start=1):
        book.render_png(name, scale=1.5, max_width=_WIDTH, max_height=_WIDTH).write(
            source.with_name(f"page-{number:04}.png")
        )


def _families(source: Path) -> set[str]:
    """Every font the file names, and a plain one for text that names none."""
    with zipfile.ZipFile(source) as package:
        parts = [package.read(name) for name in package.namelist() if name.endswith(".xml")]
    named = {match.decode("utf-8", "replace") for part in parts for match in _FAMILY.findall(part)}
    return {*named, "Calibri", "Arial"}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
