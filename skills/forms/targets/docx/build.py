"""A new Word document for a form: headings, questions, and a control for every answer."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from itertools import count
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Cm, Pt, RGBColor

from copilot_server.office.xml import Element
from skills.forms.filling import docx as filled
from skills.forms.model import items
from skills.forms.model.form import Definition, Section
from skills.forms.model.items import Item
from skills.forms.slots import Slot, Slots, spread
from skills.forms.targets.docx.controls import control, element, repeating, run
from skills.forms.targets.losses import Exported, Loss
from skills.forms.targets.paper import paper_losses

_FIRST_ID = 100_000


def export(definition: Definition) -> Exported:
    """With the form's answers filled in, if it has any."""
    data = _Builder(definition).build()
    if definition.answers:
        every = [item for section in definition.sections for item in section.items]
        data = filled.fill(data, spread(every, definition.answers)).data
    return Exported(data, tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    yield from paper_losses(definition, can_repeat=True)


class _Builder:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.slots = Slots(definition)
        self.numbers = count(_FIRST_ID)
        self.document: Document = docx.Document()

    def build(self) -> bytes:
        self._prepare()
        form = self.definition
        self.document.add_heading(form.title or "Form", 0)
        if form.description:
            self.document.add_paragraph(form.description)
        for section in form.sections:
            self._section(section)
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _prepare(self) -> None:
        self.document.core_properties.title = self.definition.title
        self.document.core_properties.language = self.definition.languages[0]
        styles = self.document.styles
        prompt: Any = styles.add_style("PlaceholderText", WD_STYLE_TYPE.CHARACTER)
        prompt.font.color.rgb = RGBColor(0x59, 0x59, 0x59)
        question: Any = styles.add_style("Question", WD_STYLE_TYPE.PARAGRAPH)
        question.font.bold = True
        question.paragraph_format.space_before = Pt(10)
        question.paragraph_format.space_after = Pt(2)
        question.paragraph_format.keep_with_next = True
        for margin in ("left_margin", "right_margin"):
            setattr(self.document.sections[0], margin, Cm(2.2))
        protection = element("w:documentProtection", w_edit="forms", w_enforcement="1")
        settings: Any = self.document.settings.element
        settings.insert_element_before(protection, *_AFTER_PROTECTION)

    def _section(self, section: Section) -> None:
        title = self.slots.speaker.say(f"{section.id}.title", section.title)
        if title:
            self.document.add_heading(title, 1)
        if section.description:
            self.document.add_paragraph(section.description)
        for item in section.items:
            self._add(self._blocks(item))

    def _add(self, blocks: list[Element]) -> None:
        body: Any = self.document._body._element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        for block in blocks:
            body.insert_element_before(block, "w:sectPr")

    def _blocks(self, item: Item, prefix: str = "") -> list[Element]:
        match item:
            case items.HiddenQuestion():
                return []
            case items.Image():
                return [self._picture(item)]
            case items.Repeat():
                head = self._heading(item)
                inner = [block for each in item.items for block in self._blocks(each, f"{item.id}[0].")]
                numbers = (next(self.numbers), next(self.numbers))
                return [*head, repeating(item.id, self.slots.label(item), numbers, inner)]
            case _:
                return [*self._heading(item), *self._controls(list(self.slots.of(item, prefix)))]

    def _heading(self, item: Item) -> list[Element]:
        star = " *" if getattr(item, "required", False) else ""
        made = [_paragraph("Question", run(self.slots.label(item) + star))]
        text = self.slots.speaker.say(f"{item.id}.help", item.help)
        return [*made, _paragraph(None, run(text))] if text else made

    def _controls(self, slots: list[Slot]) -> list[Element]:
        """A line each; boxes stand before their caption, everything else after it."""
        lines: list[Element] = []
        for slot in slots:
            made = control(slot, next(self.numbers))
            unit = getattr(slot.item, "unit", "")
            if slot.kind == "tick":
                lines.append(_paragraph(None, made, run(f" {slot.caption or slot.label}")))
            elif slot.caption:
                lines.append(_paragraph(None, run(f"{slot.caption}: "), made))
            else:
                lines.append(_paragraph(None, made, *([run(f" {unit}")] if unit else [])))
        return lines

    def _picture(self, item: items.Image) -> Element:
        data = base64.b64decode(item.source.partition(",")[2])
        shape = self.document.add_picture(io.BytesIO(data))
        described: Any = shape._inline.docPr  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        described.set("descr", self.slots.label(item))
        paragraph: Any = self.document.paragraphs[-1]._p  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return paragraph


def _paragraph(style: str | None, *content: Element) -> Element:
    made = element("w:p")
    if style:
        made.append(element("w:pPr", element("w:pStyle", w_val=style)))
    made.extend(content)
    return made


# What may follow documentProtection in CT_Settings, so that it is put where the schema wants it.
_AFTER_PROTECTION = (
    "w:autoFormatOverride", "w:styleLockTheme", "w:styleLockQFSet", "w:defaultTabStop", "w:autoHyphenation",
    "w:consecutiveHyphenLimit", "w:hyphenationZone", "w:doNotHyphenateCaps", "w:showEnvelope", "w:summaryLength",
    "w:clickAndTypeStyle", "w:defaultTableStyle", "w:evenAndOddHeaders", "w:characterSpacingControl",
    "w:footnotePr", "w:endnotePr", "w:compat", "w:docVars", "w:rsids", "m:mathPr", "w:themeFontLang",
    "w:clrSchemeMapping", "w:shapeDefaults", "w:decimalSymbol", "w:listSeparator",
)  # fmt: skip
