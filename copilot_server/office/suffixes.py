"""The ending a file's name should have, told from its bytes: for files that come without a name."""

from __future__ import annotations

import json
from typing import Final

from copilot_server.errors import NotAPackage
from copilot_server.office.package import Package

_APPLICATIONS: Final = {
    "openxmlformats-officedocument": "",
    "ms-excel": "spreadsheetml",
    "ms-word": "wordprocessingml",
    "ms-powerpoint": "presentationml",
}
# (family, what the type says of the document) -> ending; [MS-OFFMACRO2] 2.2 and ISO/IEC 29500-1 have the types.
_BY_TYPE: Final = {
    ("spreadsheetml", "sheet.main"): ".xlsx",
    ("spreadsheetml", "sheet.macroenabled.main"): ".xlsm",
    ("spreadsheetml", "template.main"): ".xltx",
    ("spreadsheetml", "template.macroenabled.main"): ".xltm",
    ("wordprocessingml", "document.main"): ".docx",
    ("wordprocessingml", "document.macroenabled.main"): ".docm",
    ("wordprocessingml", "template.main"): ".dotx",
    ("wordprocessingml", "template.macroenabledtemplate.main"): ".dotm",
    ("presentationml", "presentation.main"): ".pptx",
    ("presentationml", "presentation.macroenabled.main"): ".pptm",
    ("presentationml", "template.main"): ".potx",
    ("presentationml", "template.macroenabled.main"): ".potm",
    ("presentationml", "slideshow.main"): ".ppsx",
    ("presentationml", "slideshow.macroenabled.main"): ".ppsm",
}


def suffix_of(data: bytes) -> str:
    """ ".xlsx", ".docm", …; ".json" or ".csv" for text. Raises kinds of FileError for what is neither."""
    try:
        package = Package.open(data)
    except NotAPackage:
        if text := _text_of(data):
            return ".json" if _is_json(text) else ".csv"
        raise
    return _suffix_for(package.content_type(package.main_part) or "")


def _suffix_for(main_type: str) -> str:
    kind = main_type.lower().removeprefix("application/vnd.").removesuffix("+xml")
    application, _, rest = kind.partition(".")
    family = _APPLICATIONS.get(application)
    if family == "":
        family, _, rest = rest.partition(".")
    suffix = _BY_TYPE.get((family or "", rest))
    if suffix is None:
        raise NotAPackage(
            f"the file is no workbook, document or presentation: its main part is {main_type or 'untyped'}"
        )
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
