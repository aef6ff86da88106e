"""The ending a file's name should have, told from its bytes: for files that come without a name."""

from __future__ import annotations

import json
from typing import Final

from copilot_server.errors import NotAPackage, UnsupportedFile
from copilot_server.office.package import Package

_OPEN: Final = "application/vnd.openxmlformats-officedocument."
# [MS-OFFMACRO2] 2.2 and ISO/IEC 29500-1, 11.3, 12.3 and 13.3
_TYPES: Final = {
    ".xlsx": f"{_OPEN}spreadsheetml.sheet.main+xml",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ".xltx": f"{_OPEN}spreadsheetml.template.main+xml",
    ".xltm": "application/vnd.ms-excel.template.macroEnabled.main+xml",
    ".docx": f"{_OPEN}wordprocessingml.document.main+xml",
    ".docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    ".dotx": f"{_OPEN}wordprocessingml.template.main+xml",
    ".dotm": "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ".pptx": f"{_OPEN}presentationml.presentation.main+xml",
    ".pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    ".potx": f"{_OPEN}presentationml.template.main+xml",
    ".potm": "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    ".ppsx": f"{_OPEN}presentationml.slideshow.main+xml",
    ".ppsm": "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
}
_BY_TYPE: Final = {kind.lower(): suffix for suffix, kind in _TYPES.items()}
OFFICE_SUFFIXES: Final = frozenset(_TYPES)
PICTURE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff"})


def name_as(package: Package, suffix: str) -> None:
    """Make it the kind its new name says: Office opens no template that is called .xlsx. Raises UnsupportedFile."""
    if package.has_macros and not suffix.endswith("m"):
        raise UnsupportedFile(f"it has macros, which a {suffix} file cannot hold: name it {suffix[:-1]}m")
    package.set_content_type(package.main_part, _TYPES[suffix])


def suffix_of(data: bytes) -> str:
    """ ".xlsx", ".docm", …; ".json" or ".csv" for text. Raises kinds of FileError for what is neither."""
    try:
        package = Package.open(data)
    except NotAPackage:
        if text := _text_of(data):
            return ".json" if _is_json(text) else ".csv"
        raise
    kind = package.content_type(package.main_part) or ""
    suffix = _BY_TYPE.get(kind.lower())
    if suffix is None:
        raise NotAPackage(f"the file is no workbook, document or presentation: its main part is {kind or 'untyped'}")
    return suffix


def _text_of(data: bytes) -> str | None:
    """None for what is binary, markup or a document of another kind."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    is_plain = not any(character < " " and character not in "\t\n\r" for character in text[:4096])
    return text if is_plain and text.strip() and not text.lstrip().startswith(("<", "%PDF", "{\\rtf")) else None


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
