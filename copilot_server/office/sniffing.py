"""Tell what a file is that is no Office package, so that its owner knows what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.errors import DamagedFile, EncryptedFile, FileError, NotAPackage, UnsupportedFile

if TYPE_CHECKING:
    import mmap
    from collections.abc import Collection

_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams in an OLE file's directory ([MS-CFB] 2.6.1, UTF-16, ended by a zero character). Found by search:
# the directory of a broken or hostile file need not be walked.
_ENCRYPTED_STREAMS: Final = ("EncryptedPackage", "EncryptionInfo", "DRMEncryptedDataSpace")
_LEGACY_STREAMS: Final = (
    ("WordDocument", "Word 97-2003 document (.doc)", ".docx"),
    ("Workbook", "Excel 97-2003 workbook (.xls)", ".xlsx"),
    ("Book", "Excel 5 workbook (.xls)", ".xlsx"),
    ("PowerPoint Document", "PowerPoint 97-2003 presentation (.ppt)", ".pptx"),
)
_BY_MAGIC: Final = (
    (b"%PDF", "a PDF file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_OFFICE_FOLDERS: Final = ("_rels/", "word/", "xl/", "ppt/", "visio/", "docprops/")
_MARKUP: Final = (
    (re.compile(rb"<pkg:package\b|progid=\"Word\.Document\""), "a Word document in a single XML file", ".docx"),
    (
        re.compile(rb"progid=\"Excel\.Sheet\"|urn:schemas-microsoft-com:office:spreadsheet"),
        "an XML spreadsheet",
        ".xlsx",
    ),
    (re.compile(rb"progid=\"PowerPoint\.Show\""), "a presentation in a single XML file", ".pptx"),
)
_HTML: Final = re.compile(rb"(?i)<(!doctype\s+)?html\b|<(head|body|table)\b")
_SAMPLE: Final = 4096


def what_it_is(data: bytes | mmap.mmap) -> FileError:
    """The error for a file that is not a ZIP archive, naming what it seems to be."""
    if len(data) == 0:
        return NotAPackage("the file is empty")
    start = data[:_SAMPLE]
    if start.startswith(_OLE_MAGIC):
        return _what_ole_it_is(data)
    for magic, name in _BY_MAGIC:
        if start.startswith(magic):
            return NotAPackage(f"the file is {name}, not an Office file (.xlsx, .docx or .pptx)")
    if start.startswith(b"PK\x03\x04"):
        return DamagedFile("the file is cut short or damaged: it has no directory at its end")
    return _what_text_it_is(start)


def what_archive_it_is(names: Collection[str], mimetype: bytes) -> FileError:
    """The error for a ZIP archive without [Content_Types].xml; names in lower case, `mimetype` that entry's data."""
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        return UnsupportedFile("the file is in the OpenDocument format; save it as .xlsx, .docx or .pptx first")
    if not names or any(name.startswith(_OFFICE_FOLDERS) for name in names):
        return DamagedFile("the file is no whole Office file: it has no [Content_Types].xml")
    return NotAPackage("the file is a ZIP archive, not an Office file (.xlsx, .docx or .pptx)")


def _what_ole_it_is(data: bytes | mmap.mmap) -> FileError:
    if any(_has_stream(data, name) for name in _ENCRYPTED_STREAMS):
        return EncryptedFile("the file is encrypted: open it in its application, take its password off, save it")
    for name, description, suffix in _LEGACY_STREAMS:
        if _has_stream(data, name):
            return UnsupportedFile(f"the file is a {description}; save it as {suffix} first")
    return NotAPackage("the file is an OLE container of some other program, not an Office file")


def _has_stream(data: bytes | mmap.mmap, name: str) -> bool:
    return any(data.find(f"{spelling}\0".encode("utf-16-le")) >= 0 for spelling in (name, name.upper()))


def _what_text_it_is(start: bytes) -> FileError:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "replace").encode()
    for pattern, name, suffix in _MARKUP:
        if pattern.search(start):
            return UnsupportedFile(f"the file is {name}; save it as {suffix} first")
    if _HTML.search(start):
        return NotAPackage("the file is a web page, not an Office file, whatever its name says")
    if _is_binary(start):
        return NotAPackage("the file is not an Office file (.xlsx, .docx or .pptx), nor anything known")
    name = "an XML file" if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") else "plain text, perhaps CSV"
    return NotAPackage(f"the file is {name}, not an Office file (.xlsx, .docx or .pptx)")


def _is_binary(start: bytes) -> bool:
    return any(byte < 32 and byte not in b"\t\n\r\f" for byte in start)
