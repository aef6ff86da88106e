"""The fields of a PDF's AcroForm as they stand, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from copilot_server.errors import DamagedFile, TooLarge
from skills.forms.filling.pdf_limits import MAX_ANNOTATIONS, MAX_DEPTH, MAX_FIELDS, MAX_WIDGETS, UNREADABLE

_PUSH, _RADIO = 1 << 16, 1 << 15
_MAX_TEXT = 16 << 20
_INHERITED = ("/FT", "/Ff", "/V", "/DA", "/Opt", "/TU", "/MaxLen", "/Q")


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


def fields(pdf: Pdf) -> Iterator[PdfField]:
    """In reading order; a node met again is left out. Raises TooLarge for too many, or too deep ones."""
    form = pdf.Root.get(Name.AcroForm)
    if not isinstance(form, Dictionary):
        return
    tree, found = _Tree(pdf), list[PdfField]()
    for root in listed(form.get(Name.Fields)):
        for field in tree.below(root, "", {}, 0):
            found.append(field)
            if len(found) > MAX_FIELDS:
                raise TooLarge(f"the PDF has more than {MAX_FIELDS:,} fields")
    yield from sorted(found, key=lambda field: field.place)


class _Tree:
    """Walks fields down to those that hold a value, and counts what it meets: arrays may be shared by many nodes."""

    def __init__(self, pdf: Pdf) -> None:
        self.pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self.owners = _owners(pdf)
        self.seen: set[tuple[int, int]] = set()
        self.met, self.left = 0, _MAX_TEXT

    def below(self, node: Any, prefix: str, inherited: Mapping[str, Any], depth: int) -> Iterator[PdfField]:
        if not isinstance(node, Dictionary) or self._is_known(node):
            return
        if depth > MAX_DEPTH:
            raise TooLarge(f"the PDF's fields lie more than {MAX_DEPTH} levels deep in one another")
        name = ".".join(part for part in (prefix, _text(node.get(Name.T))) if part)
        known = {**inherited, **{key: self._written(node[key]) for key in _INHERITED if key in node}}
        kids = [kid for kid in listed(node.get(Name.Kids)) if isinstance(kid, Dictionary)]
        self._count(len(kids))
        if any(Name.T in kid for kid in kids):
            for kid in kids:
                yield from self.below(kid, name, known, depth + 1)
        elif known.get("/FT") is not None:
            yield self._field(node, name, known, tuple(kids) or (node,))

    def _is_known(self, node: Dictionary) -> bool:
        if not node.is_indirect:
            return False
        is_known = node.objgen in self.seen
        self.seen.add(node.objgen)
        return is_known

    def _written(self, value: Any) -> Any:
        """Long values may stand in a stream (ISO 32000-2 12.7.5.3)."""
        if not isinstance(value, Stream):
            return value
        try:
            content = value.read_bytes()
        except UNREADABLE as error:
            raise DamagedFile("the value of a field of the PDF cannot be unpacked") from error
        self.left -= len(content)
        if self.left < 0:
            raise TooLarge(f"the PDF's fields hold more than {_MAX_TEXT:,} bytes of text")
        return String(content)

    def _count(self, more: int) -> None:
        self.met += more
        if self.met > MAX_WIDGETS:
            raise TooLarge(f"the PDF's fields have more than {MAX_WIDGETS:,} parts")

    def _field(
        self, node: Dictionary, name: str, known: Mapping[str, Any], widgets: tuple[Dictionary, ...]
    ) -> PdfField:
        flags = _whole(known.get("/Ff"))
        kind = _kind(str(known["/FT"]), flags)
        length, first = _whole(known.get("/MaxLen")), widgets[0]
        page = first.get(Name.P)
        at = self.pages.get(page.objgen) if isinstance(page, Dictionary) else None
        number = at if at is not None else self.owners.get(first.objgen, 0)
        left, bottom, right, top = box_of(first)
        return PdfField(
            name, _text(known.get("/TU")), kind, _read(known, widgets, kind), _choices(known, widgets, kind), flags,
            length if length > 0 else None, node, widgets, (number, -max(bottom, top), min(left, right)),
        )  # fmt: skip


def _owners(pdf: Pdf) -> dict[tuple[int, int], int]:
    """The page of each widget, for those that do not say."""
    owners: dict[tuple[int, int], int] = {}
    met = 0
    for number, page in enumerate(pdf.pages):
        marks = listed(page.obj.get(Name.Annots))
        met += len(marks)
        if met > MAX_ANNOTATIONS:
            raise TooLarge(f"the PDF's pages have more than {MAX_ANNOTATIONS:,} fields, links and notes")
        owners |= {widget.objgen: number for widget in marks if isinstance(widget, Dictionary)}
    return owners


def box_of(widget: Dictionary) -> tuple[float, float, float, float]:
    """Left, bottom, right, top as written; nothing where that is no rectangle."""
    edges = [number_of(edge) for edge in listed(widget.get(Name.Rect))]
    return (edges[0], edges[1], edges[2], edges[3]) if len(edges) == 4 else (0.0, 0.0, 0.0, 0.0)


def listed(value: Any) -> Any:
    return value if isinstance(value, Array) else ()


def number_of(value: Any) -> float:
    return float(value) if isinstance(value, (int, float, Decimal)) else 0.0


def _whole(value: Any) -> int:
    return int(number_of(value))


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
    looks = widget.get(Name.AP)
    normal = looks.get(Name.N) if isinstance(looks, Dictionary) else None
    if not isinstance(normal, Dictionary):
        return []
    return [key.removeprefix("/") for key in normal.keys() if key != "/Off"]  # noqa: SIM118 - no mapping


def _choices(known: Mapping[str, Any], widgets: tuple[Dictionary, ...], kind: str) -> tuple[tuple[str, str], ...]:
    options = listed(known.get("/Opt"))
    if str(known["/FT"]) == "/Btn":
        if kind != "choice":
            return ()
        values = [state for widget in widgets for state in states(widget)[:1]]
        labels = [_text(widget.get(Name.TU)).rpartition(": ")[2] for widget in widgets]
        if options and len(options) == len(values):
            labels = [_text(each) for each in options]
        return tuple((value, label or value) for value, label in zip(values, labels, strict=False))
    pairs = [(list(each) * 2)[:2] if isinstance(each, Array) else [each, each] for each in options]
    return tuple((_text(pair[0]), _text(pair[1])) for pair in pairs if pair)


def _read(known: Mapping[str, Any], widgets: tuple[Dictionary, ...], kind: str) -> Any:
    value = known.get("/V")
    if str(known["/FT"]) == "/Btn":
        chosen = str(value).removeprefix("/") if value is not None else "Off"
        if chosen == "Off":
            chosen = next((str(w.get(Name.AS))[1:] for w in widgets if str(w.get(Name.AS, "/Off")) != "/Off"), "Off")
        return chosen != "Off" if kind == "tick" else None if chosen == "Off" else chosen
    if isinstance(value, Array):
        return ", ".join(_text(each) for each in value)
    return _text(value) or None


def _text(value: Any) -> str:
    """What is no text reads as none."""
    return str(value) if isinstance(value, (String, Name, str, int, float, Decimal)) else ""
