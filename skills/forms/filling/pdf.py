"""The fields of any PDF, by name: read, and filled with everything around them kept."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String

from copilot_server.errors import UnsupportedFile
from skills.forms.filling import pdf_limits
from skills.forms.filling.appearance import Look, Typesetter
from skills.forms.filling.docx import FilledFile
from skills.forms.filling.pdf_fields import PdfField, box_of, fields, listed, number_of, states

_MAX_INSIDE = 4


def open_pdf(data: bytes) -> Pdf:
    """Raises TooLarge, EncryptedFile, DamagedFile, or UnsupportedFile for a form that is XFA only."""
    pdf = pdf_limits.opened(data)
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and Name.XFA in form and not form.get(Name.Fields):
        raise UnsupportedFile("the PDF holds an XFA form, which only Adobe's own programs show")
    return pdf


def remarks(pdf: Pdf) -> tuple[str, ...]:
    """What a user of the file should know: scripts, XFA, a signature."""
    found: list[str] = []
    names = pdf.Root.get(Name.Names)
    has_script = isinstance(names, Dictionary) and Name.JavaScript in names
    if has_script or any(map(_is_script, pdf.objects)):
        found.append("the PDF contains JavaScript; it was neither run nor changed")
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and Name.XFA in form:
        found.append("the PDF has an XFA layer; it is taken out on filling, since it would show the old values")
    if isinstance(form, Dictionary) and any(_is_signed(each) for each in fields(pdf)):
        found.append("the PDF is signed; what is filled in after that breaks the signature")
    return tuple(found)


def _is_signed(each: PdfField) -> bool:
    return each.kind == "signature" and isinstance(each.field.get(Name.V), Dictionary)


def _is_script(each: Any) -> bool:
    """Whether an object is or holds an action that runs JavaScript; the quick look first, files have many objects."""
    is_whole = isinstance(each, (Dictionary, Array)) and b"/JavaScript" in each.unparse(resolved=True)
    return is_whole and any(found.get(Name.S) == Name.JavaScript for found in _dictionaries(each))


def _dictionaries(each: Any) -> Iterator[Dictionary]:
    """The dictionaries of an object, those written inside it too."""
    waiting: list[tuple[Any, int]] = [(each, 0)]
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, Dictionary):
            yield found
        if depth < _MAX_INSIDE and isinstance(found, (Dictionary, Array)):
            inner = found.as_dict().values() if isinstance(found, Dictionary) else found.as_list()
            waiting += [(value, depth + 1) for value in inner if not getattr(value, "is_indirect", False)]


def read(data: bytes) -> dict[str, Any]:
    """Name -> text, or True for a ticked box; empty and unticked fields are left out. Raises as `open_pdf`."""
    with open_pdf(data) as pdf:
        return {each.name: each.value for each in fields(pdf) if each.value not in (None, "", False)}


def fill(data: bytes, values: Mapping[str, Any]) -> FilledFile:
    """Values by field name; page content and encryption stay as they are.

    Raises as `open_pdf`, and UnsupportedFile where the PDF's owner forbids filling in.
    """
    with open_pdf(data) as pdf:
        if not (pdf.allow.modify_form or pdf.allow.modify_annotation):
            raise UnsupportedFile("the PDF's owner has forbidden to fill it in; import it, or ask for a copy without")
        setter, left, unplaced = Typesetter(pdf), dict(values), dict[str, str]()
        known = {each.name: each for each in fields(pdf)}
        for name in [name for name in left if name in known]:
            problem = _put(known[name], left.pop(name), setter, pdf)
            if problem:
                unplaced[name] = problem
        setter.finish()
        form = pdf.Root.get(Name.AcroForm)
        if isinstance(form, Dictionary) and Name.XFA in form:
            del form[Name.XFA]
        out = io.BytesIO()
        pdf.save(
            out, encryption=pdf.is_encrypted, compress_streams=False
        )  # so that no stream is unpacked and packed anew
        unplaced |= dict.fromkeys(left, "the PDF has no field for it")
        return FilledFile(out.getvalue(), tuple(unplaced.items()))


def _put(found: PdfField, value: Any, setter: Typesetter, pdf: Pdf) -> str:
    """Why the field does not take the value; "" when it did."""
    if found.kind in {"button", "signature"}:
        return f"a {found.kind} takes no value"
    if str(found.field.get(Name.FT, "/Btn" if found.kind == "tick" else "")) == "/Btn" or found.kind == "tick":
        return _press(found, value)
    text = str(value)
    if found.kind == "choice":
        labels = dict(found.choices)
        text = text if text in labels else next((v for v, label in found.choices if label == text), "")
        is_free = bool(found.flags & 1 << 18)
        if not text and not is_free:
            return f"{value!r} is none of its choices"
        text = text or str(value)
    if found.length is not None and len(text) > found.length:
        return f"it takes at most {found.length} characters, not {len(text)}"
    found.field.V = String(text)
    shown = dict(found.choices).get(text, text)
    for widget in found.widgets:
        _draw(found, widget, shown, setter, pdf)
    return ""


def _press(found: PdfField, value: Any) -> str:
    if found.kind == "tick":
        names = [state for widget in found.widgets for state in states(widget)]
        wanted = (names[0] if names else "Yes") if value is True or str(value).lower() == "true" else "Off"
    else:
        wanted = next((v for v, label in found.choices if str(value) in {v, label}), "")
        if not wanted:
            return f"{value!r} is none of its choices"
    found.field.V = Name(f"/{wanted}")
    for widget in found.widgets:
        widget.AS = Name(f"/{wanted}") if wanted in states(widget) else Name.Off
    return ""


def _draw(found: PdfField, widget: Dictionary, text: str, setter: Typesetter, pdf: Pdf) -> None:
    form: Any = pdf.Root.AcroForm
    default = str(widget.get(Name.DA, found.field.get(Name.DA, form.get(Name.DA, "/Helv 0 Tf 0 g"))))
    align = int(number_of(widget.get(Name.Q, found.field.get(Name.Q, form.get(Name.Q, 0)))))
    look = Look.of(box_of(widget), default, align, found.flags, found.length or 0)
    stream = setter.appearance(text, look, _frame(widget, look))
    widget.AP = Dictionary(N=pdf.make_indirect(stream))


def _frame(widget: Dictionary, look: Look) -> bytes:
    """Background and border as the field asks for them (its MK)."""
    looks = widget.get(Name.MK)
    if not isinstance(looks, Dictionary):
        return b""
    made = b""
    for key, operators in ((Name.BG, ("g", "rg", "k")), (Name.BC, ("G", "RG", "K"))):
        parts = [number_of(each) for each in listed(looks.get(key))]
        operator = {1: operators[0], 3: operators[1], 4: operators[2]}.get(len(parts))
        if operator:
            colour = " ".join(f"{part:g}" for part in parts) + f" {operator}"
            paint = "f" if key == Name.BG else "S"
            made += f"{colour} 0.5 0.5 {look.width - 1:.2f} {look.height - 1:.2f} re {paint} ".encode()
    return b"q " + made + b"Q " if made else b""
