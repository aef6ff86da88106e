"""Archives of every make open, and a change of one part leaves them readable and the rest as it was."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from copilot_server.errors import DamagedFile, HostileFile, UnsupportedFile
from copilot_server.office.package import Package
from tests.office.zips import TYPES, Unseekable, entries, zipped

PARTS = {"a/one.bin": b"one" * 1000, "a/two.bin": bytes(range(256)) * 8}


def _plain() -> bytes:
    return zipped(PARTS)


def _stored() -> bytes:
    return zipped(PARTS, zipfile.ZIP_STORED)


def _with_descriptors() -> bytes:
    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:  # pyright: ignore[reportCallIssue, reportArgumentType]
        for name, data in ({"[Content_Types].xml": TYPES} | PARTS).items():
            archive.writestr(name, data)
    return bytes(out.written)


def _zip64() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ({"[Content_Types].xml": TYPES} | PARTS).items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as part:
                part.write(data)
    return out.getvalue()


def _zip64_directory() -> bytes:
    """All numbers of the directory in ZIP64's extra fields, and its end in a ZIP64 record."""
    data = zipped(PARTS)
    start = data.index(b"PK\x01\x02")
    records: list[bytes] = []
    for info in zipfile.ZipFile(io.BytesIO(data)).infolist():
        record = bytearray(data[start : start + 46])
        name = info.filename.encode()
        wide = struct.pack("<2H3Q", 1, 24, info.file_size, info.compress_size, info.header_offset)
        struct.pack_into("<2I", record, 20, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<H", record, 30, len(wide))
        struct.pack_into("<I", record, 42, 0xFFFFFFFF)
        records.append(bytes(record) + name + wide)
        start += 46 + len(name)
    directory, first = b"".join(records), data.index(b"PK\x01\x02")
    end = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 3, 3, len(directory), first)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, first + len(directory), 1)
    last = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:first] + directory + end + locator + last


def _after_junk() -> bytes:
    return b"#!/bin/sh\nexit\n" + zipped(PARTS)


def _with_comment() -> bytes:
    return zipped(PARTS, comment=b"made by hand")


def _with_folders() -> bytes:
    out = io.BytesIO(zipped(PARTS))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("a/", b"")
    return out.getvalue()


def _with_wrong_local_sizes() -> bytes:
    data = bytearray(zipped(PARTS))
    for info in zipfile.ZipFile(io.BytesIO(bytes(data))).infolist():
        struct.pack_into("<3I", data, info.header_offset + 14, 1, 2, 3)
    return bytes(data)


MAKES = [
    _plain,
    _stored,
    _with_descriptors,
    _zip64,
    _zip64_directory,
    _after_junk,
    _with_comment,
    _with_folders,
    _with_wrong_local_sizes,
]


@pytest.mark.parametrize("make", MAKES)
def test_archive_of_any_make_survives_a_change(make: object) -> None:
    data = make()  # type: ignore[operator]
    package = Package.open(data)
    assert {name: package.read(name) for name in PARTS} == PARTS
    package.write("a/one.bin", b"changed")
    saved = package.to_bytes()
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        assert archive.testzip() is None
        assert archive.read("a/one.bin") == b"changed"
        assert archive.read("a/two.bin") == PARTS["a/two.bin"]
    assert Package.open(saved).read("a/two.bin") == PARTS["a/two.bin"]


@pytest.mark.parametrize("make", [_plain, _stored, _with_descriptors, _zip64, _with_comment])
def test_local_headers_and_records_of_untouched_entries_are_kept(make: object) -> None:
    data = make()  # type: ignore[operator]
    package = Package.open(data)
    package.write("a/one.bin", b"changed")
    (before, record), (after, new_record) = entries(data)["a/two.bin"], entries(package.to_bytes())["a/two.bin"]
    assert after == before
    assert (new_record.flag_bits, new_record.extra, new_record.external_attr) == (
        record.flag_bits,
        record.extra,
        record.external_attr,
    )


def test_comment_of_the_archive_is_kept() -> None:
    package = Package.open(_with_comment())
    package.write("a/one.bin", b"changed")
    assert zipfile.ZipFile(io.BytesIO(package.to_bytes())).comment == b"made by hand"


def test_wrong_local_sizes_are_not_handed_on() -> None:
    package = Package.open(_with_wrong_local_sizes())
    package.write("a/one.bin", b"changed")
    header, record = entries(package.to_bytes())["a/two.bin"]
    assert struct.unpack_from("<3I", header, 14) == (record.CRC, record.compress_size, record.file_size)


def test_names_with_backslashes_are_read_as_folders_and_kept_as_they_are() -> None:
    data = zipped(PARTS).replace(b"a/one.bin", b"a\\one.bin")
    package = Package.open(data)
    assert package.read("a/one.bin") == PARTS["a/one.bin"]
    package.write("a/two.bin", b"changed")
    assert b"a\\one.bin" in package.to_bytes()


def test_names_beyond_ascii_are_read_with_and_without_their_flag() -> None:
    for name in ("bücher.bin", "书.bin"):
        data = zipped({name: b"x"})
        assert Package.open(data).read(name) == b"x"
        unflagged = data.replace(b"\x14\x00\x00\x08\x08\x00", b"\x14\x00\x00\x00\x08\x00")
        assert Package.open(unflagged).read(name) == b"x"


def test_new_name_beyond_ascii_is_flagged_for_other_readers() -> None:
    package = Package.open(_plain())
    package.write("a/bücher.bin", b"x")
    assert zipfile.ZipFile(io.BytesIO(package.to_bytes())).read("a/bücher.bin") == b"x"


def test_wrong_checksum_is_damage_found_when_the_part_is_read() -> None:
    data = _stored()
    package = Package.open(data.replace(b"oneone", b"onetwo", 1))
    with pytest.raises(DamagedFile, match=r"a/one\.bin is damaged"):
        package.read("a/one.bin")


def test_part_longer_than_declared_is_refused_before_it_is_held() -> None:
    package = Package.open(_resized(zipped({"a/one.bin": b"one" * 1000}), "a/one.bin", 30))
    with pytest.raises(HostileFile, match="unpacks to more than the 30 bytes"):
        package.read("a/one.bin")


def test_part_that_does_not_inflate_is_damage() -> None:
    data = bytearray(_plain())
    info = zipfile.ZipFile(io.BytesIO(bytes(data))).getinfo("a/one.bin")
    data[info.header_offset + 30 + len("a/one.bin")] = 0xFF
    with pytest.raises(DamagedFile, match=r"a/one\.bin is damaged"):
        Package.open(bytes(data)).read("a/one.bin")


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_file_cut_short_is_damage(cut: int) -> None:
    with pytest.raises(DamagedFile):
        Package.open(_plain()[:-cut])


def test_directory_that_points_outside_is_damage() -> None:
    data = bytearray(_plain())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 42, len(data) + 5)
    with pytest.raises(DamagedFile):
        Package.open(bytes(data))


def test_methods_office_never_uses_are_not_supported() -> None:
    with pytest.raises(UnsupportedFile, match="method Office never uses"):
        Package.open(zipped(PARTS, zipfile.ZIP_BZIP2))


def _resized(data: bytes, name: str, size: int) -> bytes:
    """The archive with another unpacked size in the directory's record."""
    changed = bytearray(data)
    start = data.index(name.encode(), data.index(b"PK\x01\x02")) - 46
    struct.pack_into("<I", changed, start + 24, size)
    return bytes(changed)
