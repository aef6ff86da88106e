"""What must not come in does not, and quickly; what looks odd but is honest does."""

from __future__ import annotations

import functools
import io
import time
import tracemalloc
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from copilot_server.errors import (
    DamagedFile,
    EncryptedFile,
    FileError,
    HostileFile,
    NotAPackage,
    TooLarge,
    UnsupportedFile,
)
from copilot_server.office.gate import Limits
from copilot_server.office.package import Package
from tests.office.zips import zipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEGABYTE = 1 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "c">]>'


def _ole(*streams: str) -> bytes:
    return OLE + b"\0" * 1024 + b"".join(f"{name}\0".encode("utf-16-le").ljust(128, b"\0") for name in streams)


NO_PACKAGES = [
    (b"", NotAPackage, "empty"),
    (b"%PDF-1.7 ...", NotAPackage, "PDF"),
    (b"<!DOCTYPE html><html><body>Sign in", NotAPackage, "web page"),
    (b"<html><table>", NotAPackage, "web page"),
    (b"a;b;c\n1;2;3\n", NotAPackage, "CSV"),
    ("\ufeffa\tb\n".encode("utf-16-le"), NotAPackage, "CSV"),
    (b'{"a": 1}', NotAPackage, "text"),
    (b"<?xml version='1.0'?><a/>", NotAPackage, "XML"),
    (b"{\\rtf1 }", NotAPackage, "RTF"),
    (b"\x89PNG\r\n", NotAPackage, "PNG"),
    (b"\x00\x01\x02\x03", NotAPackage, "nor anything known"),
    (zipped({"a.txt": b"x"}).replace(b"[Content_Types].xml", b"[Content_Typed].txt"), NotAPackage, "ZIP archive"),
    (_ole("EncryptionInfo", "EncryptedPackage"), EncryptedFile, "password"),
    (_ole("ENCRYPTEDPACKAGE"), EncryptedFile, "password"),
    (_ole("WordDocument"), UnsupportedFile, r"\.docx"),
    (_ole("Workbook"), UnsupportedFile, r"\.xlsx"),
    (_ole("PowerPoint Document"), UnsupportedFile, r"\.pptx"),
    (_ole("__substg1.0_"), NotAPackage, "OLE"),
    (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package>', UnsupportedFile, r"\.docx"),
    (b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', UnsupportedFile, r"\.xlsx"),
    (zipped({"word/a.xml": b"<a/>"}).replace(b"[Content_Types].xml", b"[Content_Typed].xml"), DamagedFile, "whole"),
    (b"PK\x05\x06" + b"\0" * 18, DamagedFile, "Content_Types"),
    (b"PK\x03\x04" + b"x" * 50, DamagedFile, "cut short"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "error", "words"), NO_PACKAGES)
def test_what_is_no_package_is_named(data: bytes, error: type[FileError], words: str) -> None:
    with pytest.raises(error, match=words):
        Package.open(data)


def test_opendocument_is_told_from_other_archives() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<a/>")
    with pytest.raises(UnsupportedFile, match="OpenDocument"):
        Package.open(out.getvalue())


def test_archive_with_a_password_is_called_encrypted() -> None:
    data = zipped({"xl/workbook.xml": b"<a/>"})
    with pytest.raises(EncryptedFile, match="password"):
        Package.open(data.replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x01\x00\x08\x00"))


def test_empty_file_on_disk_is_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(b"")
    with pytest.raises(NotAPackage, match="empty"):
        Package.open(path)


@pytest.mark.parametrize(
    "name", ["../a.xml", "/a.xml", "a/../../b.xml", "C:/a.xml", "a//b.xml", "a/./b.xml", "..\\a.xml"]
)
def test_name_that_escapes_its_folder_is_refused(name: str) -> None:
    with pytest.raises(HostileFile, match="unsafe name"):
        Package.open(zipped({name: b"x"}))


def test_two_entries_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(HostileFile, match="two entries"):
        Package.open(zipped({"xl/a.xml": b"<a/>", "XL/A.xml": b"<a/>"}))


def test_entries_that_share_their_bytes_are_refused() -> None:
    data = bytearray(zipped({"a.bin": b"a" * 5000, "b.bin": b"b" * 5000}))
    records = [at for at in range(len(data)) if data[at : at + 4] == b"PK\x01\x02"]
    data[records[2] + 42 : records[2] + 46] = data[records[1] + 42 : records[1] + 46]
    with pytest.raises(HostileFile, match="overlaps"):
        Package.open(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        f"<?xml version='1.0'?>{DOCTYPE}<a>&b;</a>".encode(),
        DOCTYPE.encode() + b"<a/>",
        b"\xef\xbb\xbf" + DOCTYPE.encode() + b"<a/>",
        f'<?xml version="1.0" encoding="UTF-16"?>{DOCTYPE}<a/>'.encode("utf-16"),
        f"{DOCTYPE}<a/>".encode("utf-16-be"),
        f"{DOCTYPE}<a/>".encode("utf-32"),
        b"<!-- " + b"-" * 3000 + b" -->" + DOCTYPE.encode() + b"<a/>",
        b"<?pi <!-- ?><!-- ?> -->" + DOCTYPE.encode() + b"<a/>",
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
        f'<?xml version="1.0" encoding="cp037"?>{DOCTYPE}<a/>'.encode(),
        b"<!-- " + b"x" * 70_000 + b" -->" + DOCTYPE.encode() + b"<a/>",
    ],
)
@pytest.mark.parametrize("name", ["word/document.xml", "_rels/.rels", "xl/drawing.vml", "[Content_Types].xml"])
def test_doctype_is_refused_in_any_encoding(name: str, data: bytes) -> None:
    with pytest.raises(HostileFile, match=r"DOCTYPE|encoding|hides"):
        Package.open(zipped({name: data}))


def test_doctype_in_a_picture_or_in_text_is_none_of_our_business() -> None:
    parts = {"a/picture.svg": DOCTYPE.encode() + b"<svg/>", "a/b.xml": f"<a><![CDATA[{DOCTYPE}]]></a>".encode()}
    assert Package.open(zipped(parts)).xml("a/b.xml").text == DOCTYPE


@functools.cache
def _zeros(size: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(size // MEGABYTE)) + packer.flush()


def _bomb(size: int, times: int = 1, declared: int | None = None) -> bytes:
    """Parts of zeros, put in as if stored, their records then changed to say that they are deflated."""
    packed = _zeros(size)
    data = bytearray(zipped({f"xl/{number}.bin": packed for number in range(times)}, zipfile.ZIP_STORED))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        if int.from_bytes(data[at + 20 : at + 24], "little") == len(packed):
            data[at + 10 : at + 12] = b"\x08\x00"
            data[at + 24 : at + 28] = (size if declared is None else declared).to_bytes(4, "little")
        at += 4
    return bytes(data)


BOMBS: dict[str, tuple[Callable[[], bytes], type[FileError]]] = {
    "one part of 500 MB": (lambda: _bomb(500 * MEGABYTE), HostileFile),
    "sixty parts of 10 MB": (lambda: _bomb(10 * MEGABYTE, 60), TooLarge),
    "500 MB that declare 1 kB": (lambda: _bomb(500 * MEGABYTE, 1, 1000), HostileFile),
    "a bomb within": (lambda: zipped({"xl/embeddings/book.bin": _bomb(500 * MEGABYTE)}), HostileFile),
    "11,000 entries": (lambda: zipped({f"{number}.bin": b"" for number in range(11_000)}), TooLarge),
    "a file of 51 MB": (lambda: b"PK\x03\x04" + bytes(51 * MEGABYTE), TooLarge),
    "nested elements": (lambda: zipped({"a.xml": b"<a>" * 100_000}), DamagedFile),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_in_no_time_and_little_memory(name: str) -> None:
    make, error = BOMBS[name]
    data = make()
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(error):
            _read_all(Package.open(data))
        assert time.process_time() - started < 2
        assert tracemalloc.get_traced_memory()[1] < 200 * MEGABYTE
    finally:
        tracemalloc.stop()


def _read_all(package: Package) -> None:
    for name in package.names:
        if name.endswith(".xml"):
            package.xml(name)
        package.read(name)


def test_small_regular_part_passes_whatever_its_ratio() -> None:
    package = Package.open(zipped({"xl/a.bin": bytes(9 * MEGABYTE)}))
    assert package.size("xl/a.bin") == 9 * MEGABYTE


def test_embedded_workbook_passes(workbook_bytes: bytes) -> None:
    locked = workbook_bytes.replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x01\x00\x08\x00")
    parts = {
        "ppt/embeddings/book.xlsx": workbook_bytes,
        "ppt/embeddings/broken.xlsx": workbook_bytes[:500],
        "ppt/embeddings/locked.bin": locked,
    }
    assert Package.open(zipped(parts)).read("ppt/embeddings/book.xlsx") == workbook_bytes


def test_limits_are_the_callers() -> None:
    data = zipped({"a.bin": bytes(2000), "b.bin": b""})
    for limits in (Limits(max_bytes=100), Limits(max_entries=2), Limits(max_unpacked=1000)):
        with pytest.raises(TooLarge):
            Package.open(data, limits)
    with pytest.raises(HostileFile):
        Package.open(data, Limits(max_ratio=10, ratio_floor=100))
    assert Package.open(data, Limits(max_bytes=2000)).size("a.bin") == 2000


def test_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(TooLarge, match=r"10737418240 bytes"):
        Package.open(path)
