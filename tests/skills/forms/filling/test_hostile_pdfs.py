"""PDFs that are locked, scripted, endless or simply huge: a clear error, or handled, within bounds of time and memory."""

from __future__ import annotations

import io
import random
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from copilot_server.errors import DamagedFile, EncryptedFile, FileError, TooLarge, UnsupportedFile
from skills.forms.document import Form
from skills.forms.filling import pdf as pdf_fields
from skills.forms.filling.files import fill_file
from skills.forms.model.form import items_of
from skills.forms.sources import import_form
from skills.forms.targets import export

TODAY = date(2026, 11, 22)
Sample = Callable[[str], Form]


def saved(pdf: Pdf, **how: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def blank(*fields: Callable[[Pdf], Any]) -> Pdf:
    """A page, and an AcroForm of what the makers give."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.AcroForm = Dictionary(Fields=Array([make(pdf) for make in fields]))
    pdf.pages[0].obj.Annots = pdf.Root.AcroForm.Fields
    return pdf


def text_field(name: str, **more: Any) -> Callable[[Pdf], Any]:
    widget = {"Type": Name.Annot, "Subtype": Name.Widget, "Rect": Array([10, 10, 100, 30])}
    return lambda pdf: pdf.make_indirect(Dictionary(T=String(name), FT=Name.Tx, **widget, **more))


def test_a_pdf_with_a_password_is_refused_with_its_reason() -> None:
    locked = saved(blank(text_field("a")), encryption=pikepdf.Encryption(owner="a", user="b"))

    with pytest.raises(EncryptedFile, match="take its password off"):
        pdf_fields.read(locked)


def test_a_pdf_anyone_may_open_is_filled_and_stays_encrypted() -> None:
    locked = saved(blank(text_field("a")), encryption=pikepdf.Encryption(owner="a", user=""))

    filled = pdf_fields.fill(locked, {"a": "Łódź"})

    assert pdf_fields.read(filled.data) == {"a": "Łódź"}
    with pikepdf.open(io.BytesIO(filled.data)) as opened:
        assert opened.is_encrypted


def test_a_pdf_whose_owner_forbids_filling_is_left_alone() -> None:
    rights = pikepdf.Permissions(modify_form=False, modify_annotation=False)
    locked = saved(blank(text_field("a")), encryption=pikepdf.Encryption(owner="a", user="", allow=rights))

    with pytest.raises(UnsupportedFile, match="forbidden"):
        pdf_fields.fill(locked, {"a": "x"})
    assert [item.label for item in items_of(import_form(locked, "a.pdf").definition)] == ["a"]


@pytest.mark.parametrize("where", ["at opening", "in a field", "in the names"])
def test_scripts_are_reported_and_kept(where: str) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf = blank(text_field("a", **({"AA": Dictionary(K=script)} if where == "in a field" else {})))
    if where == "at opening":
        pdf.Root.OpenAction = script
    elif where == "in the names":
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))

    filled = fill_file(saved(pdf), ".pdf", {"a": "value"}, TODAY)

    assert filled.notes == ("the PDF contains JavaScript; it was neither run nor changed",)
    with pikepdf.open(io.BytesIO(filled.data)) as opened:
        assert any(b"app.alert" in each.unparse(resolved=True) for each in opened.objects)
        assert opened.check_pdf_syntax() == []


def test_words_about_scripts_are_no_script() -> None:
    pdf = blank(text_field("a", TU=String("we avoid /JavaScript")))
    pdf.Root.Loose = Array([pdf.make_indirect(12), pdf.make_indirect(Name.JavaScript)])

    assert import_form(saved(pdf), "a.pdf").notes == ()


def test_a_form_of_xfa_only_is_refused_and_a_layer_of_it_is_taken_out() -> None:
    only, both = blank(), blank(text_field("a"))
    for pdf in (only, both):
        pdf.Root.AcroForm.XFA = String("<xdp/>")

    with pytest.raises(UnsupportedFile, match="XFA"):
        pdf_fields.read(saved(only))
    filled = fill_file(saved(both), ".pdf", {"a": "value"}, TODAY)
    assert filled.notes[0].startswith("the PDF has an XFA layer; it is taken out")
    with pikepdf.open(io.BytesIO(filled.data)) as opened:
        assert Name.XFA not in opened.Root.AcroForm


def test_a_signature_that_filling_breaks_is_told() -> None:
    signature = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("x"))
    pdf = blank(text_field("a"), lambda pdf: pdf.make_indirect(Dictionary(T=String("s"), FT=Name.Sig, V=signature)))

    assert fill_file(saved(pdf), ".pdf", {"a": "b"}, TODAY).notes == (
        "the PDF is signed; what is filled in after that breaks the signature",
    )


def circle(pdf: Pdf) -> Any:
    one = pdf.make_indirect(Dictionary(T=String("a"), FT=Name.Tx))
    one.Kids = Array([one])
    one.Parent = one
    return one


def deep(pdf: Pdf) -> Any:
    node = text_field("z")(pdf)
    for _ in range(2_000):
        node = pdf.make_indirect(Dictionary(T=String("a"), Kids=Array([node])))
    return node


def sharing_arrays(levels: int = 30) -> bytes:
    """Arrays, each used twice by the one above: a thousand million fields in three kilobytes.

    Put together by hand, for qpdf does not come to the end of them when it saves.
    """
    kids = "[<</T(a)/Kids {0} 0 R>><</T(b)/Kids {0} 0 R>>]"
    arrays = ["[<</T(z)/FT/Tx>>]", *(kids.format(number) for number in range(4, 4 + levels))]
    bodies = [
        f"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields {3 + len(arrays)} 0 R>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        *arrays,
    ]
    made, places = "%PDF-1.7\n", list[int]()
    for number, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(bodies) + 1
    tail = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(made)}\n%%EOF"
    return f"{made}xref\n0 {size}\n0000000000 65535 f \n{rows}{tail}".encode()


def wide(pdf: Pdf) -> Any:
    return Dictionary(T=String("a"), FT=Name.Tx, Kids=Array([Dictionary(Rect=Array([0, 0, 9, 9]))] * 20_001))


def unpacking(size: int) -> Callable[[Pdf], Any]:
    """Page content of that many bytes, a thousandth of it in the file."""

    def make(pdf: Pdf) -> Any:
        line = b"BT /F1 12 Tf 10 10 Td (hello hello) Tj ET\n"
        stream = pikepdf.Stream(pdf, b"")
        stream.write(zlib.compress(line * (size // len(line)), 9), filter=Name.FlateDecode)
        pdf.pages[0].obj.Contents = pdf.make_indirect(stream)
        return text_field("a")(pdf)

    return make


def nested_drawings(pdf: Pdf) -> Any:
    """A drawing that uses another ten times, and that one another, thirty deep."""
    form = pikepdf.Stream(pdf, b"0 0 m", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    for _ in range(30):
        inside = Dictionary(XObject=Dictionary(X=pdf.make_indirect(form)))
        form = pikepdf.Stream(pdf, b"/X Do " * 10, Type=Name.XObject, Subtype=Name.Form, Resources=inside)
        form.BBox = Array([0, 0, 9, 9])
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=pdf.make_indirect(form)))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/X Do")
    return text_field("a")(pdf)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (lambda: saved(blank(deep)), "levels deep"),
        (sharing_arrays, "5,000 fields|parts"),
        (lambda: saved(blank(wide)), "parts"),
        (lambda: saved(blank(circle)), "nothing to fill in"),
    ],
    ids=["deep", "shared", "wide", "circle"],
)
def test_fields_without_end_are_refused_at_once(data: Callable[[], bytes], error: str) -> None:
    made, began = data(), process_time()

    with pytest.raises(FileError, match=error):
        import_form(made, "a.pdf")
    with pytest.raises(FileError, match=error):
        fill_file(made, ".pdf", {"a": "b"}, TODAY)
    assert process_time() - began < 20


@pytest.mark.parametrize("make", [unpacking(20_000_000), nested_drawings], ids=["unpacking", "nested"])
def test_a_page_that_takes_too_much_to_draw_is_filled_without_being_read(make: Callable[[Pdf], Any]) -> None:
    data, began = saved(blank(make), stream_decode_level=pikepdf.StreamDecodeLevel.none), process_time()

    filled = fill_file(data, ".pdf", {"a": "Łódź"}, TODAY)

    assert filled.notes == ("page 1 takes too much to draw; its texts were not read",)
    assert pdf_fields.read(filled.data) == {"a": "Łódź"}
    assert process_time() - began < 20


def test_pages_that_share_their_marks_are_counted() -> None:
    pdf = blank(text_field("a"))
    shared_marks = pdf.make_indirect(Array([Dictionary(Subtype=Name.Link)] * 3_000))
    for _ in range(100):
        pdf.add_blank_page()
        pdf.pages[-1].obj.Annots = shared_marks

    with pytest.raises(TooLarge, match="links and notes"):
        pdf_fields.read(saved(pdf))


def test_pages_in_a_circle_and_what_is_no_pdf_are_damaged() -> None:
    pdf = blank(text_field("a"))
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)

    for data in (saved(pdf), b"%PDF-1.7 nothing"):
        with pytest.raises(DamagedFile, match=r"^the PDF cannot be read: (?!stream <)"):
            pdf_fields.read(data)


def test_too_many_bytes_and_too_many_fields_are_refused() -> None:
    with pytest.raises(TooLarge, match="bytes"):
        pdf_fields.read(b"%PDF-1.7" + bytes(50_000_001))
    crowd = blank(*[text_field(f"f{number}") for number in range(5_001)])
    with pytest.raises(TooLarge, match="5,000 fields"):
        pdf_fields.read(saved(crowd))


_ODD: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: -1, Array, lambda: Array([Array()]), Dictionary, lambda: Name.Odd,
    lambda: String("\x00\ufffd"), lambda: Array([1, Name.Odd, String("x"), 10**9]), lambda: True,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_odd_values_anywhere_end_in_a_file_or_an_error_that_says_so(sample: Sample, seed: int) -> None:
    """Keys of the fields and their looks replaced at random; nothing but the file's own errors may come out."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    with pikepdf.open(io.BytesIO(export(sample("medical"), "pdf").data)) as pdf:
        known = [each for each in pdf.objects if isinstance(each, Dictionary) and each.get(Name.Subtype) == Name.Widget]
        for widget in dice.sample(known, 25):
            key = dice.choice([*widget.keys(), "/Kids", "/MaxLen", "/Opt", "/Q", "/DA", "/MK", "/P", "/Parent", "/V"])
            odd = dice.choice(_ODD)()
            if odd is not None:
                widget[key] = odd
            elif key in widget:
                del widget[key]
        data = saved(pdf)

    with suppress(FileError):
        found = import_form(data, "a.pdf")
        values = {item.id: "x" for item in items_of(found.definition)}
        assert fill_file(data, ".pdf", values, TODAY).data.startswith(b"%PDF")


@pytest.mark.slow
def test_three_thousand_fields_are_filled_in_bounded_time_and_memory(
    outlined: Callable[[str], Form], tmp_path: Path
) -> None:
    pages = [f"## Page {page}\n" + "\n".join(f"Question {page} {each}" for each in range(30)) for page in range(100)]
    began = process_time()
    form = outlined("# Huge\n" + "\n".join(pages))
    blank_file = tmp_path / "huge.pdf"
    blank_file.write_bytes(export(form, "pdf").data)
    assert process_time() - began < 20
    facts = tmp_path / "facts.csv"
    ids = [item.id for item in items_of(form.definition)]
    facts.write_text(",".join(ids) + "\n" + ",".join(f"Łódź {number}" for number in range(len(ids))), encoding="utf-8")
    out = tmp_path / "out.pdf"
    program = "from copilot_server.cli.main import main; main()"
    command = [sys.executable, "-c", program, "fill", blank_file, "--data", facts, "-o", out]

    def capped() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(command, capture_output=True, preexec_fn=capped, timeout=300, check=False)

    assert done.returncode == 0, done.stderr[-500:]
    assert sum(str(value).startswith("Łódź") for value in pdf_fields.read(out.read_bytes()).values()) == 3000
