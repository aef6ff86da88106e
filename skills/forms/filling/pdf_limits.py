"""What a PDF may cost to read: how much its streams unpack to, and how many objects, fields and marks it may have."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from copilot_server.errors import DamagedFile, EncryptedFile, TooLarge
from skills.forms.filling.lzw import unpacked_size
from skills.forms.filling.pdf_trial import UNPACKED, costs_too_much, limit_unpacking, may_use_lzw

MAX_BYTES, MAX_OBJECTS, MAX_FIELDS, MAX_WIDGETS, MAX_DEPTH = 50_000_000, 300_000, 5_000, 20_000, 32
MAX_ANNOTATIONS = 200_000
UNREADABLE = (pikepdf.PdfError, pikepdf.QpdfRuntimeError)  # what qpdf raises for streams it cannot unpack
_LZW = {"/LZWDecode", "/LZW"}
_LZW_AT_MOST = 2_560  # bytes a byte may become


def opened(data: bytes) -> Pdf:
    """Raises TooLarge, EncryptedFile or DamagedFile."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the PDF has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    limit_unpacking()
    is_odd = may_use_lzw(data)
    if is_odd and costs_too_much(data):
        raise TooLarge("the PDF takes more time or memory to open than is given to one")
    try:
        pdf = Pdf.open(io.BytesIO(data))
        count, pages = len(pdf.objects), len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise EncryptedFile("the PDF is encrypted; take its password off first") from error
    except (*UNREADABLE, RecursionError, ValueError) as error:
        raise DamagedFile(f"the PDF cannot be read: {_without_address(error)}") from error
    if count > MAX_OBJECTS:
        pdf.close()
        raise TooLarge(f"the PDF has {count:,} objects on {pages:,} pages; at most {MAX_OBJECTS:,} objects are read")
    if is_odd:
        _count_lzw(pdf)
    return pdf


def _count_lzw(pdf: Pdf) -> None:
    """Raises TooLarge where a stream would unpack to more than the limit that qpdf knows for all other packings."""
    left = UNPACKED // 2
    for each in pdf.objects:
        if not isinstance(each, Stream):
            continue
        for step, early in _lzw_steps(each):
            packed = _before(pdf, each, step)
            left -= len(packed)
            is_small = len(packed) * _LZW_AT_MOST <= UNPACKED
            if left < 0 or (not is_small and unpacked_size(packed, UNPACKED, early) > UNPACKED):
                pdf.close()
                raise TooLarge(f"a stream of the PDF, packed by LZW, unpacks to more than {UNPACKED:,} bytes")


def _lzw_steps(stream: Stream) -> Iterator[tuple[int, int]]:
    """Where LZW stands in the chain of its filters, with EarlyChange."""
    filters, told = _listed(stream.get(Name.Filter)), _listed(stream.get(Name.DecodeParms))
    for step, packing in enumerate(filters):
        if str(packing) in _LZW:
            own = told[step] if step < len(told) else None
            yield step, 0 if isinstance(own, Dictionary) and own.get(Name.EarlyChange) == 0 else 1


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else [] if value is None else [value]


def _before(pdf: Pdf, stream: Stream, step: int) -> bytes:
    """What stands before a step of the chain, each LZW of which is counted already; b"" where nothing is readable."""
    raw = stream.read_raw_bytes()
    if not step:
        return raw
    first = Stream(pdf, b"")
    told = _listed(stream.get(Name.DecodeParms))[:step]
    first.write(raw, filter=Array(_listed(stream.Filter)[:step]), decode_parms=Array(told) if told else None)
    try:
        return first.read_bytes()
    except UNREADABLE:
        return b""


def _without_address(error: Exception) -> str:
    return re.sub(r"stream <[^>]*>( \([^)]*\))?: ", "", str(error))
