"""A new PDF for a form: questions down the page, a field for every answer."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Name, Pdf, String
from PIL import Image as Picture

from skills.forms.filling import pdf as filled
from skills.forms.filling.appearance import Typesetter
from skills.forms.model import items
from skills.forms.model.form import Definition, Section
from skills.forms.model.items import Item
from skills.forms.model.spoken import Condition
from skills.forms.model.words import is_right_to_left
from skills.forms.slots import Slot, Slots, filled_in
from skills.forms.targets.losses import Exported, Loss
from skills.forms.targets.paper import fitting_entries, paper_losses
from skills.forms.targets.pdf.sheet import LEFT, RIGHT, Sheet
from skills.forms.targets.pdf.widgets import RIGHT_ALIGNED, Rectangle, Widgets

_LINE, _BOX, _INDENT = 20.0, 11.0, 14.0
_LONG_HEIGHT, _SIGN_HEIGHT = 72.0, 44.0
_MAX_RADIOS = 6


def export(definition: Definition) -> Exported:
    """With the form's answers filled in, if it has any; raises UnsupportedFile when a letter has no typeface."""
    data = _Builder(definition).build()
    if definition.answers:
        data = filled.fill(data, filled_in(definition)).data
    return Exported(data, tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    return paper_losses(definition, can_check=frozenset({"max_length"}))


class _Builder:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.slots = Slots(definition)
        self.conditions = Condition(definition, self.slots.speaker, self.slots.words)
        self.pdf = Pdf.new()
        self.setter = Typesetter(self.pdf)
        is_mirrored = is_right_to_left(definition.languages[0])
        self.widgets = Widgets(self.pdf, self.setter, align=RIGHT_ALIGNED if is_mirrored else 0)
        self.sheet = Sheet(self.pdf, self.setter, is_mirrored=is_mirrored)

    def build(self) -> bytes:
        form = self.definition
        self.sheet.write(form.title or "Form", 22)
        if form.description:
            self.sheet.space(4)
            self.sheet.write(form.description, 10.5, grey=True)
        for section in form.sections:
            self._section(section)
        self.sheet.close()
        self._describe()
        self.setter.finish()
        out = io.BytesIO()
        self.pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return out.getvalue()

    def _describe(self) -> None:
        helvetica = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
        )
        fonts = Dictionary(Helv=self.pdf.make_indirect(helvetica))
        self.pdf.Root.AcroForm = Dictionary(
            Fields=self.widgets.fields, DA=String("/Helv 10 Tf 0 g"), DR=Dictionary(Font=fonts)
        )
        self.pdf.Root.Lang = String(self.definition.languages[0])
        self.pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        if self.sheet.is_mirrored:
            self.pdf.Root.ViewerPreferences.Direction = Name.R2L
        self.pdf.docinfo["/Title"] = String(self.definition.title)

    def _section(self, section: Section) -> None:
        self.sheet.need(90)
        title = self.slots.speaker.say(f"{section.id}.title", section.title)
        if title:
            self.sheet.space(16)
            self.sheet.write(title, 14.5)
            self.sheet.rule()
        for told in filter(None, (section.description, self.conditions.hint(section.show_if))):
            self.sheet.write(told, 10, grey=True)
        for item in section.items:
            self._item(item)

    def _item(self, item: Item, prefix: str = "") -> None:
        if isinstance(item, items.HiddenQuestion):
            return
        self.sheet.need(60)
        self.sheet.space(10)
        star = " *" if getattr(item, "required", False) else ""
        if not isinstance(item, items.ConsentQuestion):  # its label stands beside the box
            self.sheet.write(self.slots.label(item) + star, 10.5)
        text = self.slots.speaker.say(f"{item.id}.help", item.help)
        for told in filter(None, (text, self.conditions.hint(item.show_if))):
            self.sheet.write(told, 9, grey=True)
        if isinstance(item, items.Image):
            self._picture(item)
        elif isinstance(item, items.Repeat):
            self._entries(item)
        else:
            for slot in self.slots.of(item, prefix):
                self._slot(slot)

    def _entries(self, group: items.Repeat) -> None:
        for entry in range(fitting_entries(group)):
            self.sheet.need(90)  # an entry's number does not stay behind alone
            self.sheet.space(4)
            self.sheet.write(self.slots.words.say("entry", number=entry + 1), 10, grey=True)
            for inner in group.items:
                self._item(inner, f"{group.id}[{entry}].")

    def _slot(self, slot: Slot) -> None:
        match slot.kind:
            case "tick":
                self._tick(slot)
            case "choice" if len(slot.choices) <= _MAX_RADIOS and not slot.caption:
                self._radios(slot)
            case "choice" if isinstance(slot.item, items.ScaleQuestion):
                self._radios(slot)
            case "choice":
                self.sheet.add(self.widgets.choice(slot, self._box(slot, 220)))
            case "signature":
                self.sheet.add(self.widgets.text(slot, self._box(slot, 300)))
                self.sheet.add(self.widgets.signature(slot, self._box(slot, 300, _SIGN_HEIGHT)))
            case _:
                self._text(slot)

    def _text(self, slot: Slot) -> None:
        length = getattr(slot.item, "max_length", None)
        is_short = slot.kind == "date" or isinstance(slot.item, (items.NumberQuestion, items.Calculated))
        height = _LONG_HEIGHT if slot.kind == "long" else _LINE
        box = self._box(slot, 140 if is_short else RIGHT - LEFT, height)
        self.sheet.add(self.widgets.text(slot, box, length))
        after = "YYYY-MM-DD" if slot.kind == "date" else getattr(slot.item, "unit", "")
        if after:
            self.sheet.put(after, box[2] + 6, box[1] + 6, 9, grey=True)

    def _box(self, slot: Slot, width: float, height: float = _LINE) -> Rectangle:
        """Below what is written; a caption takes the left third of the line."""
        self.sheet.need(height + 8)
        self.sheet.space(height + 4)
        left = LEFT
        if slot.caption:
            shown = self.setter.wrapped(slot.caption, 9.5, 150)[0]
            self.sheet.put(shown, LEFT, self.sheet.y + 6, 9.5)
            left += 160
        return (left, self.sheet.y, min(RIGHT, left + width), self.sheet.y + height)

    def _tick(self, slot: Slot) -> None:
        self.sheet.need(_LINE)
        self.sheet.space(15)
        box = (LEFT, self.sheet.y - 1.5, LEFT + _BOX, self.sheet.y - 1.5 + _BOX)
        self.sheet.add(self.widgets.tick(slot, box))
        star = " *" if slot.is_required and not slot.caption else ""
        first, *rest = self.setter.wrapped((slot.caption or slot.label) + star, 10, RIGHT - LEFT - 20)
        self.sheet.put(first, LEFT + 18, self.sheet.y + 0.5, 10)
        for line in rest:
            self.sheet.space(13)
            self.sheet.put(line, LEFT + 18, self.sheet.y + 0.5, 10)

    def _radios(self, slot: Slot) -> None:
        """Side by side as far as they fit."""
        if slot.caption:
            self.sheet.write(slot.caption, 9.5, grey=True)
        self.sheet.need(2 * _LINE)
        self.sheet.space(15)
        x, spots = LEFT, list[Rectangle]()
        for _, label in slot.choices:
            width = _BOX + 6 + self.setter.faces.width(label, 10) + _INDENT
            if x + width > RIGHT and x > LEFT:
                x = LEFT
                self.sheet.space(15)
            spots.append((x, self.sheet.y - 1.5, x + _BOX, self.sheet.y - 1.5 + _BOX))
            self.sheet.put(label, x + _BOX + 5, self.sheet.y + 0.5, 10)
            x += width
        for kid in self.widgets.radio(slot, spots)[1]:
            self.sheet.add(kid)

    def _picture(self, item: items.Image) -> None:
        """As JPEG or plain pixels, as wide as the text at most."""
        opened = Picture.open(io.BytesIO(base64.b64decode(item.source.partition(",")[2]))).convert("RGB")
        scale = min(1.0, (RIGHT - LEFT) / opened.width, 300 / opened.height)
        width, height = opened.width * scale, opened.height * scale
        self.sheet.need(height + 8)
        self.sheet.space(height + 4)
        stream = self.pdf.make_stream(opened.tobytes())
        stream.Type, stream.Subtype, stream.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
        stream.Width, stream.Height, stream.BitsPerComponent = opened.width, opened.height, 8
        self.sheet.picture(stream, LEFT, self.sheet.y, width, height)
