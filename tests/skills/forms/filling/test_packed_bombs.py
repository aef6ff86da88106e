"""PDFs that unpack to far more than they hold: refused before it happens, and honest files packed alike still read."""

from __future__ import annotations

import io
import random
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from pypdf._codecs._codecs import LzwCodec

from copilot_server.errors import DamagedFile, TooLarge
from skills.forms.filling import pdf as pdf_fields
from skills.forms.filling import pdf_trial
from skills.forms.filling.lzw import unpacked_size
from skills.forms.filling.pdf_weight import heavy_pages
from skills.forms.sources import import_form

BOMB = 1_500_000_000


def lzw_of_one_letter(size: int) -> bytes:
    """A long row of one letter, packed as tight as LZW packs: about 1 : 1,300; at least `size`, in steps of 59 MB."""
    rising = ((code, 9 + (code > 510) + (code > 1022) + (code > 2046)) for code in range(258, 4094))
    codes = [(0x61, 9), *rising, (256, 12)]
    eight = "".join(f"{code:0{width}b}" for code, width in codes) * 8
    return int(eight, 2).to_bytes(len(eight) // 8) * -(-size // (8 * 3837 * 3838 // 2))


def page_with(packed: bytes, filters: Any, parms: Any = None, field: bool = True) -> bytes:
    """A page drawn by such a stream, and a field without a label, so that its texts would be read."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pikepdf.Stream(pdf, b"")
    stream.write(packed, filter=filters, decode_parms=parms)
    page = pdf.pages[0].obj
    page.Contents = pdf.make_indirect(stream)
    widget = pdf.make_indirect(Dictionary(T=String("a"), FT=Name.Tx, Subtype=Name.Widget, Rect=Array([0, 0, 99, 20])))
    if not field:
        widget.V = page.Contents
    pdf.Root.AcroForm = Dictionary(Fields=Array([widget]))
    return saved(pdf)


def saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def packed_objects(packed: bytes, named: bytes) -> bytes:
    """The pages stand in an object stream packed so: qpdf unpacks it while it opens the file."""
    bodies = {
        1: b"<</Type/Catalog/Pages 5 0 R>>",
        4: b"<</Type/ObjStm/N 1/First 10/Filter%s/Length %d>>stream\n%s\nendstream" % (named, len(packed), packed),
        7: b"/LZWDecode",
    }
    return _with_references(bodies, {5: (2, 4, 0)}, b"", None)


def packed_references(packed: bytes, named: bytes) -> bytes:
    return _with_references({1: b"<</Type/Catalog/Pages 1 0 R>>", 7: b"/LZWDecode"}, {}, b"/Filter" + named, packed)


def _with_references(
    bodies: dict[int, bytes], inside: dict[int, tuple[int, int, int]], more: bytes, table: bytes | None
) -> bytes:
    made, rows = b"%PDF-1.7\n", dict(inside)
    for number, body in bodies.items():
        rows[number] = (1, len(made), 0)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows[6] = (1, len(made), 0)
    listed = table or b"".join(struct.pack(">BIB", *rows.get(number, (0, 0, 0))) for number in range(8))
    head = b"6 0 obj\n<</Type/XRef/Size 8/W[1 4 1]/Root 1 0 R%s/Length %d>>stream\n" % (more, len(listed))
    return made + head + listed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(made)


def flated(data: bytes) -> bytes:
    return zlib.compress(data, 9)


BOMBS: dict[str, Callable[[], bytes]] = {
    "page": lambda: page_with(lzw_of_one_letter(BOMB), Name.LZWDecode),
    "value": lambda: page_with(lzw_of_one_letter(BOMB), Name.LZWDecode, field=False),
    "behind flate": lambda: page_with(flated(lzw_of_one_letter(BOMB)), Array([Name.FlateDecode, Name.LZWDecode])),
    "twice": lambda: page_with(
        LzwCodec().encode(lzw_of_one_letter(BOMB)[:100_000]), Array([Name("/LZW"), Name.LZWDecode])
    ),
    "wider later": lambda: page_with(lzw_of_one_letter(BOMB), Array([Name.LZWDecode]), Array([Dictionary()])),
    "objects": lambda: packed_objects(lzw_of_one_letter(BOMB), b"/LZWDecode"),
    "objects, spelled": lambda: packed_objects(lzw_of_one_letter(BOMB), b"/LZ#57Decode"),
    "references": lambda: packed_references(lzw_of_one_letter(BOMB), b"[/LZWDecode]"),
}
FAST = {"page", "objects"}


@pytest.mark.parametrize(
    "name", [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in BOMBS]
)
def test_a_lzw_bomb_is_refused_within_bounds_of_time_and_memory(name: str, tmp_path: Path) -> None:
    bomb, out = tmp_path / "bomb.pdf", tmp_path / "out.form.json"
    bomb.write_bytes(BOMBS[name]())
    command = [sys.executable, "-c", "from copilot_server.cli.main import main; main()", "import", bomb, "-o", out]

    def capped() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))

    done = subprocess.run(command, capture_output=True, preexec_fn=capped, timeout=120, check=False, text=True)

    assert done.returncode == 6, done.stderr[-500:]
    assert "unpacks to more than" in done.stderr or "more time or memory to open" in done.stderr
    assert not out.exists()


@pytest.mark.parametrize("named", [b" 7 0 R", b"[ 7 0 R]", b"%\n/LZWDecode"])
def test_a_filter_that_is_not_plainly_named_is_suspected(named: bytes) -> None:
    data = packed_objects(b"", named).replace(b"7 0 obj\n/LZWDecode", b"7 0 obj\n/Nothing")

    assert pdf_trial.may_use_lzw(data)


@pytest.mark.parametrize(
    "packing",
    [(Name.FlateDecode, None), (Array([Name.FlateDecode]), None), (Name.FlateDecode, Dictionary(Columns=4))],
    ids=str,
)
def test_files_without_lzw_are_not_tried_first(packing: tuple[Any, Any]) -> None:
    assert not pdf_trial.may_use_lzw(page_with(flated(b"BT ET"), *packing))


@pytest.mark.parametrize("chain", [[Name.LZWDecode], [Name.FlateDecode, Name.LZWDecode], [Name.LZWDecode] * 2], ids=str)
def test_an_honest_page_packed_by_lzw_is_read_and_filled_as_it_was(chain: list[Name]) -> None:
    content = packed = b"BT /F1 12 Tf 10 700 Td (Full name:) Tj ET " * 400
    for name in reversed(chain):
        packed = LzwCodec().encode(packed) if name == Name.LZWDecode else flated(packed)
    data = page_with(packed, Array(chain))

    filled = pdf_fields.fill(data, {"a": "Łódź"}).data

    assert [item.label for section in import_form(data, "a.pdf").definition.sections for item in section.items] == ["a"]
    assert pdf_fields.read(filled) == {"a": "Łódź"}
    with pikepdf.open(io.BytesIO(filled)) as opened:
        assert opened.pages[0].obj.Contents.read_raw_bytes() == packed
        assert opened.pages[0].obj.Contents.read_bytes() == content


@pytest.mark.parametrize("seed", range(10))
def test_the_size_is_that_of_what_readers_unpack(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    honest = bytes(dice.choices(b"abcdef \n"[: dice.randint(1, 8)], k=dice.randint(0, 30_000)))
    odd = dice.randbytes(2_000)

    assert unpacked_size(LzwCodec().encode(honest), 1 << 40) == len(honest)
    pdf = pikepdf.new()
    stream = pikepdf.Stream(pdf, b"")
    stream.write(odd, filter=Name.LZWDecode)
    try:
        unpacked = len(stream.read_bytes())
    except (pikepdf.PdfError, pikepdf.QpdfRuntimeError):
        unpacked = 0
    assert unpacked_size(odd, 1 << 40) >= unpacked


def _many_times(pdf: Pdf) -> None:
    stream = pikepdf.Stream(pdf, b"")
    stream.write(flated(b" " * 5_000_000), filter=Name.FlateDecode)
    pdf.pages[0].obj.Contents = Array([pdf.make_indirect(stream)] * 10_000)


def _in_fonts(pdf: Pdf) -> None:
    fonts, packed = Dictionary(), flated(b" " * 40_000_000)
    for number in range(40):
        stream = pikepdf.Stream(pdf, b"")
        stream.write(packed, filter=Name.FlateDecode)
        fonts[f"/F{number}"] = Dictionary(FontDescriptor=Dictionary(FontFile2=pdf.make_indirect(stream)))
    pdf.pages[0].obj.Resources = Dictionary(Font=fonts)


def _on_many_pages(pdf: Pdf) -> None:
    pdf.Root.Pages.Resources = Dictionary()
    content = pdf.make_stream(b"BT ET " * 1_000_000)
    for _ in range(60):
        pdf.add_blank_page()
        pdf.pages[-1].obj.Contents = content


@pytest.mark.parametrize(("make", "heavy"), [(_many_times, 1), (_in_fonts, 1), (_on_many_pages, 45)])
def test_pages_are_weighed_all_together(make: Callable[[Pdf], None], heavy: int) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    make(pdf)
    pdf_fields.open_pdf(saved(pdf)).close()
    began = process_time()

    assert len(heavy_pages(pdf, range(len(pdf.pages)))) >= heavy
    assert process_time() - began < 10


def test_values_in_streams_are_read_up_to_a_bound() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    short, long = pdf.make_stream(b"A long answer"), pikepdf.Stream(pdf, b"")
    long.write(flated(b"a" * 5_000_000), filter=Name.FlateDecode)
    values = [short, *[pdf.make_indirect(long)] * 8]
    pdf.Root.AcroForm = Dictionary(
        Fields=Array(
            [
                pdf.make_indirect(Dictionary(T=String(f"f{number}"), FT=Name.Tx, V=value))
                for number, value in enumerate(values)
            ]
        )
    )
    with pytest.raises(TooLarge, match="bytes of text"):
        pdf_fields.read(saved(pdf))
    del pdf.Root.AcroForm.Fields[1:]
    assert pdf_fields.read(saved(pdf)) == {"f0": "A long answer"}
    short.write(b"\xff\xff\xff", filter=Name.LZWDecode)
    with pytest.raises(DamagedFile, match="cannot be unpacked"):
        pdf_fields.read(saved(pdf))
