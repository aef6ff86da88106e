"""AcroForm fields of any PDF, by name: read, and filled with everything around them kept."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from copilot_server.errors import DamagedFile, EncryptedFile, TooLarge, UnsupportedFile
from skills.forms.filling.appearance import Look, Typesetter
from skills.forms.filling.docx import FilledFile

MAX_BYTES, _MAX_FIELDS, _MAX_DEPTH = 50_000_000, 5_000, 32
_MAX_INSIDE = 4
_PUSH, _RADIO, _COMBO = 1 << 16, 1 << 15, 1 << 17


@dataclass(frozen=True, slots=True)
class PdfField:
    """A terminal field; `kind` is the slot kind it is most like, `choices` its values with their labels."""

    name: str
    label: str
    kind: str
    value: Any
    choices: tuple[tuple[str, str], ...]
    flags: int
    length: int | None
    field: Dictionary
    widgets: tuple[Dictionary, ...]
    place: tuple[int, float, float] = (0, 0.0, 0.0)


def open_pdf(data: bytes) -> Pdf:
    """Raises TooLarge, EncryptedFile, DamagedFile, or UnsupportedFile for a form that is XFA only."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the PDF has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        pdf = Pdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as error:
        raise EncryptedFile("the PDF is encrypted; take its password off first") from error
    except (pikepdf.PdfError, RecursionError) as error:
        raise DamagedFile(f"the PDF cannot be read: {error}") from error
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and Name.XFA in form and not form.get(Name.Fields):
        raise UnsupportedFile("the PDF holds an XFA form, which only Adobe's own programs show")
    return pdf


def remarks(pdf: Pdf) -> tuple[str, ...]:
    """What a user of the file should know: scripts and XFA."""
    found: list[str] = []
    names = pdf.Root.get(Name.Names)
    has_script = isinstance(names, Dictionary) and Name.JavaScript in names
    if has_script or any(each.get(Name.S) == Name.JavaScript for each in _dictionaries(pdf)):
        found.append("the PDF contains JavaScript; it was neither run nor changed")
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and Name.XFA in form:
        found.append("the PDF has an XFA layer; it is taken out on filling, since it would show the old values")
    return tuple(found)


def _dictionaries(pdf: Pdf) -> Iterator[Dictionary]:
    """Every dictionary of the file, those written inside others too."""
    for each in pdf.objects:
        waiting: list[tuple[Any, int]] = [(each, 0)]
        while waiting:
            found, depth = waiting.pop()
            if isinstance(found, Dictionary):
                yield found
                if depth < _MAX_INSIDE:
                    inner = (found[key] for key in found.keys())  # noqa: SIM118 - no mapping
                    waiting += [
                        (value, depth + 1) for value in inner if isinstance(value, Dictionary) and not value.is_indirect
                    ]


def fields(pdf: Pdf) -> Iterator[PdfField]:
    """In reading order; raises DamagedFile for a tree of fields that goes in circles or has too many."""
    form = pdf.Root.get(Name.AcroForm)
    if not isinstance(form, Dictionary):
        return
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    owners = _owners(pdf)
    seen: set[tuple[int, int]] = set()
    found: list[PdfField] = []
    for root in form.get(Name.Fields, Array()):
        found += _terminal(root, "", {}, seen, 0, pages, owners)
        if len(found) > _MAX_FIELDS:
            raise DamagedFile(f"the PDF has more than {_MAX_FIELDS} fields")
    yield from sorted(found, key=lambda field: field.place)


def _owners(pdf: Pdf) -> dict[tuple[int, int], int]:
    """The page of each widget, for those that do not say."""
    return {
        widget.objgen: number
        for number, page in enumerate(pdf.pages)
        for widget in (page.obj.get(Name.Annots) or ())
        if isinstance(widget, Dictionary)
    }


def _terminal(
    node: Any, prefix: str, inherited: Mapping[str, Any], seen: set[tuple[int, int]], depth: int,
    pages: Mapping[tuple[int, int], int], owners: Mapping[tuple[int, int], int],
) -> Iterator[PdfField]:  # fmt: skip
    if not isinstance(node, Dictionary) or depth > _MAX_DEPTH:
        return
    if node.is_indirect:
        if node.objgen in seen:
            return
        seen.add(node.objgen)
    own = str(node.get(Name.T, ""))
    name = ".".join(part for part in (prefix, own) if part)
    known = {
        **inherited,
        **{key: node[key] for key in ("/FT", "/Ff", "/V", "/DA", "/Opt", "/TU", "/MaxLen", "/Q") if key in node},
    }
    kids = [kid for kid in node.get(Name.Kids, ()) if isinstance(kid, Dictionary)]
    if any(Name.T in kid for kid in kids):
        for kid in kids:
            yield from _terminal(kid, name, known, seen, depth + 1, pages, owners)
    elif known.get("/FT") is not None:
        yield _field(node, name, known, tuple(kids) or (node,), pages, owners)


def _field(
    node: Dictionary, name: str, known: Mapping[str, Any], widgets: tuple[Dictionary, ...],
    pages: Mapping[tuple[int, int], int], owners: Mapping[tuple[int, int], int],
) -> PdfField:  # fmt: skip
    flags = int(known.get("/Ff", 0))
    kind = _kind(str(known["/FT"]), flags)
    choices = _choices(known, widgets, kind)
    first = widgets[0]
    page = first.get(Name.P)
    number = pages.get(page.objgen, 0) if page is not None else owners.get(first.objgen, 0)
    box = [float(edge) for edge in first.get(Name.Rect, (0, 0, 0, 0))]
    length = known.get("/MaxLen")
    return PdfField(
        name, str(known.get("/TU", "")), kind, _read(known, widgets, kind), choices, flags,
        int(length) if length is not None else None, node, widgets, (number, -max(box[1], box[3]), min(box[0], box[2])),
    )  # fmt: skip


def _kind(kind: str, flags: int) -> str:
    match kind:
        case "/Btn":
            return "button" if flags & _PUSH else "choice" if flags & _RADIO else "tick"
        case "/Ch":
            return "choice"
        case "/Sig":
            return "signature"
        case _:
            return "shown" if flags & 1 else "long" if flags & 1 << 12 else "text"


def states(widget: Dictionary) -> list[str]:
    """The names of a button's states but Off."""
    normal = widget.get(Name.AP, Dictionary()).get(Name.N)
    if not isinstance(normal, Dictionary):
        return []
    return [key.removeprefix("/") for key in normal.keys() if key != "/Off"]  # noqa: SIM118 - no mapping


def _choices(known: Mapping[str, Any], widgets: tuple[Dictionary, ...], kind: str) -> tuple[tuple[str, str], ...]:
    listed = known.get("/Opt")
    if str(known["/FT"]) == "/Btn":
        if kind != "choice":
            return ()
        values = [state for widget in widgets for state in states(widget)[:1]]
        labels = [str(widget.get(Name.TU, "")).rpartition(": ")[2] for widget in widgets]
        if isinstance(listed, Array) and len(listed) == len(values):
            labels = [str(each) for each in listed]
        return tuple((value, label or value) for value, label in zip(values, labels, strict=False))
    pairs = [
        (str(each[0]), str(each[1])) if isinstance(each, Array) else (str(each), str(each)) for each in listed or ()
    ]
    return tuple(pairs)


def _read(known: Mapping[str, Any], widgets: tuple[Dictionary, ...], kind: str) -> Any:
    value = known.get("/V")
    if str(known["/FT"]) == "/Btn":
        chosen = str(value).removeprefix("/") if value is not None else "Off"
        if chosen == "Off":
            chosen = next((str(w.get(Name.AS))[1:] for w in widgets if str(w.get(Name.AS, "/Off")) != "/Off"), "Off")
        return chosen != "Off" if kind == "tick" else None if chosen == "Off" else chosen
    if isinstance(value, Array):
        return ", ".join(str(each) for each in value)
    return (
        str(value) if isinstance(value, String) or (value is not None and not isinstance(value, Dictionary)) else None
    )


def read(data: bytes) -> dict[str, Any]:
    """Name -> text, or True for a ticked box; empty and unticked fields are left out. Raises as `open_pdf`."""
    with open_pdf(data) as pdf:
        return {each.name: each.value for each in fields(pdf) if each.value not in (None, "", False)}


def fill(data: bytes, values: Mapping[str, Any]) -> FilledFile:
    """Values by field name; page content stays as it is. Raises as `open_pdf`."""
    with open_pdf(data) as pdf:
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
        pdf.save(out)
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
    align = int(widget.get(Name.Q, found.field.get(Name.Q, form.get(Name.Q, 0))))
    box = [float(edge) for edge in widget.Rect]
    look = Look.of((box[0], box[1], box[2], box[3]), default, align, found.flags, found.length or 0)
    stream = setter.appearance(text, look, _frame(widget, look))
    widget.AP = Dictionary(N=pdf.make_indirect(stream))


def _frame(widget: Dictionary, look: Look) -> bytes:
    """Background and border as the field asks for them (its MK)."""
    looks = widget.get(Name.MK)
    if not isinstance(looks, Dictionary):
        return b""
    made = b""
    for key, operators in ((Name.BG, ("g", "rg", "k")), (Name.BC, ("G", "RG", "K"))):
        parts = [float(each) for each in looks.get(key, ())]
        operator = {1: operators[0], 3: operators[1], 4: operators[2]}.get(len(parts))
        if operator:
            colour = " ".join(f"{part:g}" for part in parts) + f" {operator}"
            paint = "f" if key == Name.BG else "S"
            made += f"{colour} 0.5 0.5 {look.width - 1:.2f} {look.height - 1:.2f} re {paint} ".encode()
    return b"q " + made + b"Q " if made else b""
