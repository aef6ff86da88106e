"""AcroForm fields as dictionaries (ISO 32000-2 12.7), each with a tooltip and an appearance for every state."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from skills.forms.filling.appearance import Look, Typesetter
from skills.forms.slots import Slot

Rectangle = tuple[float, float, float, float]
READ_ONLY, REQUIRED, LONG = 1, 1 << 1, 1 << 12
NO_TOGGLE_TO_OFF, RADIO, COMBO = 1 << 14, 1 << 15, 1 << 17
RIGHT_ALIGNED = 2
DEFAULT = "/Helv 10 Tf 0 g"
_LOOKS = Dictionary(BC=Array([0.46, 0.5, 0.55]), BG=Array([0.965, 0.976, 0.992]))


class Widgets:
    """Makes fields for one PDF."""

    def __init__(self, pdf: Pdf, setter: Typesetter, align: int = 0) -> None:
        self.pdf, self.setter, self.align = pdf, setter, align
        self.fields = Array()

    def text(self, slot: Slot, box: Rectangle, length: int | None = None) -> Dictionary:
        flags = (LONG if slot.kind == "long" else 0) | (READ_ONLY if slot.kind == "shown" else 0)
        made = self._field(slot, box, Name.Tx, flags, DA=String(DEFAULT), V=String(""))
        if length:
            made.MaxLen = length
        self._aligned(made)
        made.AP = Dictionary(N=self.pdf.make_indirect(self.setter.appearance("", _look(box, flags), frame(box))))
        return made

    def choice(self, slot: Slot, box: Rectangle) -> Dictionary:
        """A drop-down list."""
        pairs = Array([Array([String(value), String(label)]) for value, label in slot.choices])
        made = self._field(slot, box, Name.Ch, COMBO, DA=String(DEFAULT), Opt=pairs, V=String(""))
        self._aligned(made)
        made.AP = Dictionary(N=self.pdf.make_indirect(self.setter.appearance("", _look(box, 0), frame(box))))
        return made

    def _aligned(self, field: Dictionary) -> None:
        if self.align:
            field.Q = self.align

    def tick(self, slot: Slot, box: Rectangle) -> Dictionary:
        made = self._field(slot, box, Name.Btn, 0, V=Name.Off, AS=Name.Off)
        made.AP = Dictionary(N=self._states("Yes", box, is_round=False))
        return made

    def radio(self, slot: Slot, boxes: list[Rectangle]) -> tuple[Dictionary, list[Dictionary]]:
        """One field, a widget a choice; a state is named by the choice's value."""
        group = self._base(slot, Name.Btn, RADIO | NO_TOGGLE_TO_OFF)
        group.V = Name.Off
        field = self.pdf.make_indirect(group)
        kids: list[Dictionary] = []
        for (value, label), box in zip(slot.choices, boxes, strict=True):
            kid = self._widget(box)
            kid.Parent, kid.AS, kid.TU = field, Name.Off, String(f"{slot.label}: {label}")
            kid.AP = Dictionary(N=self._states(value, box, is_round=True))
            kids.append(self.pdf.make_indirect(kid))
        field.Kids = Array(kids)
        self.fields.append(field)
        return field, kids

    def signature(self, slot: Slot, box: Rectangle) -> Dictionary:
        """An empty signature field beside the typed name."""
        made = self._field(slot, box, Name.Sig, 0)
        made.T = String(f"{slot.name}:signed")
        made.AP = Dictionary(N=self.pdf.make_indirect(self.setter.appearance("", _look(box, 0), frame(box))))
        return made

    def _field(self, slot: Slot, box: Rectangle, kind: Name, flags: int, **more: Any) -> Dictionary:
        made = self._widget(box)
        for source in (self._base(slot, kind, flags), Dictionary(**more)):
            for key, value in source.items():
                made[key] = value
        made = self.pdf.make_indirect(made)
        self.fields.append(made)
        return made

    def _base(self, slot: Slot, kind: Name, flags: int) -> Dictionary:
        required = REQUIRED if slot.is_required else 0
        return Dictionary(FT=kind, T=String(slot.name), TU=String(slot.label), Ff=flags | required)

    def _widget(self, box: Rectangle) -> Dictionary:
        rectangle = Array([round(edge, 2) for edge in box])
        return Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=rectangle, F=4, MK=_LOOKS)

    def _states(self, value: str, box: Rectangle, *, is_round: bool) -> Dictionary:
        empty = circle(box) if is_round else frame(box)
        mark = circle(box, is_filled=True) if is_round else cross(box)
        return Dictionary({f"/{value}": self._drawing(empty + mark, box), "/Off": self._drawing(empty, box)})

    def _drawing(self, content: bytes, box: Rectangle) -> pikepdf.Object:
        stream = pikepdf.Stream(self.pdf, content)
        stream.Type, stream.Subtype = Name.XObject, Name.Form
        stream.BBox = Array([0, 0, round(box[2] - box[0], 2), round(box[3] - box[1], 2)])
        return self.pdf.make_indirect(stream)


def _look(box: Rectangle, flags: int) -> Look:
    return Look.of(box, DEFAULT, 0, flags, 0)


def frame(box: Rectangle) -> bytes:
    width, height = box[2] - box[0], box[3] - box[1]
    return b"q 0.965 0.976 0.992 rg 0.46 0.5 0.55 RG 0.8 w 0.4 0.4 %.2f %.2f re B Q " % (width - 0.8, height - 0.8)


def cross(box: Rectangle) -> bytes:
    side = box[2] - box[0]
    low, high = side * 0.25, side * 0.75
    return b"q 0.08 0.33 0.60 RG 1.6 w %.2f %.2f m %.2f %.2f l %.2f %.2f m %.2f %.2f l S Q" % (
        low, low, high, high, low, high, high, low,
    )  # fmt: skip


def circle(box: Rectangle, *, is_filled: bool = False) -> bytes:
    """Four Bézier arcs; the dot of a chosen one is half as wide."""
    middle = (box[2] - box[0]) / 2
    radius = middle * 0.45 if is_filled else middle - 0.5
    bow = radius * 0.5523
    points = (
        (radius, bow, bow, radius, 0, radius), (-bow, radius, -radius, bow, -radius, 0),
        (-radius, -bow, -bow, -radius, 0, -radius), (bow, -radius, radius, -bow, radius, 0),
    )  # fmt: skip
    colours = b"0.08 0.33 0.60 rg" if is_filled else b"0.965 0.976 0.992 rg 0.46 0.5 0.55 RG"
    drawn = b"q %s 0.8 w %.2f %.2f m " % (
        colours,
        middle + radius,
        middle,
    )
    for arc in points:
        drawn += b"%.2f %.2f %.2f %.2f %.2f %.2f c " % tuple(middle + each for each in arc)
    return drawn + (b"f Q " if is_filled else b"b Q ")
