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
from skills.forms.model.spoken import Condition
from skills.forms.model.words import is_right_to_left
from skills.forms.slots import Slot, Slots, filled_in
from skills.forms.targets.docx.controls import control, element, repeating, run
from skills.forms.targets.losses import Exported, Loss
from skills.forms.targets.paper import paper_losses

_FIRST_ID = 100_000
_GREY, _FILL, _EDGE = RGBColor(0x59, 0x59, 0x59), "F3F7FC", "9AA5B1"


def export(definition: Definition) -> Exported:
    """With the form's answers filled in, if it has any."""
    data = _Builder(definition).build()
    if definition.answers:
        data = filled.fill(data, filled_in(definition)).data
    return Exported(data, tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    yield from paper_losses(definition, can_repeat=True)


class _Builder:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.slots = Slots(definition)
        self.conditions = Condition(definition, self.slots.speaker, self.slots.words)
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
        normal: Any = styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(10.5)
        if is_right_to_left(self.definition.languages[0]):
            normal.element.get_or_add_pPr().append(element("w:bidi"))
            normal.element.get_or_add_rPr().append(element("w:rtl"))
        prompt: Any = styles.add_style("PlaceholderText", WD_STYLE_TYPE.CHARACTER)
        prompt.font.color.rgb = _GREY
        question = self._style("Question", before=10, after=2, is_bound=True)
        question.font.bold = question.font.cs_bold = True
        told = self._style("Help", before=0, after=2, is_bound=True)
        told.font.size, told.font.color.rgb = Pt(9), _GREY
        self._style("Choice", before=0, after=1)
        answer = self._style("Answer", before=0, after=4)
        answer.element.get_or_add_pPr().insert_element_before(_field_look(), *_AFTER_BORDERS)
        answer.element.pPr.insert_element_before(
            element("w:shd", w_val="clear", w_color="auto", w_fill=_FILL), *_AFTER_BORDERS[1:]
        )
        for margin in ("left_margin", "right_margin"):
            setattr(self.document.sections[0], margin, Cm(2.2))
        protection = element("w:documentProtection", w_edit="forms", w_enforcement="1")
        settings: Any = self.document.settings.element
        settings.insert_element_before(protection, *_AFTER_PROTECTION)

    def _style(self, name: str, *, before: float, after: float, is_bound: bool = False) -> Any:
        made: Any = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = self.document.styles["Normal"]
        made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(before), Pt(after)
        made.paragraph_format.keep_with_next = is_bound
        return made

    def _section(self, section: Section) -> None:
        title = self.slots.speaker.say(f"{section.id}.title", section.title)
        if title:
            self.document.add_heading(title, 1)
        if section.description:
            self.document.add_paragraph(section.description)
        if hint := self.conditions.hint(section.show_if):
            self.document.add_paragraph(hint, "Help")
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
        is_beside = isinstance(item, items.ConsentQuestion)  # its label stands beside the box
        made = [] if is_beside else [_paragraph("Question", run(self.slots.label(item) + star))]
        text = self.slots.speaker.say(f"{item.id}.help", item.help)
        told = filter(None, (text, self.conditions.hint(item.show_if)))
        return [*made, *(_paragraph("Help", run(line)) for line in told)]

    def _controls(self, slots: list[Slot]) -> list[Element]:
        """A line each; boxes stand before their caption, everything else after it."""
        lines: list[Element] = []
        for slot in slots:
            made = control(slot, next(self.numbers), self.slots.words)
            unit = getattr(slot.item, "unit", "")
            if slot.kind == "tick":
                star = " *" if slot.is_required and not slot.caption else ""
                lines.append(_paragraph("Choice", made, run(f" {slot.caption or slot.label}{star}")))
            elif slot.caption:
                lines.append(_paragraph("Answer", run(f"{slot.caption}: "), made))
            else:
                lines.append(_paragraph("Answer", made, *([run(f" {unit}")] if unit else [])))
        return lines

    def _picture(self, item: items.Image) -> Element:
        data = base64.b64decode(item.source.partition(",")[2])
        shape = self.document.add_picture(io.BytesIO(data))
        described: Any = shape._inline.docPr  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        described.set("descr", self.slots.label(item))
        paragraph: Any = self.document.paragraphs[-1]._p  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return paragraph


def _field_look() -> Element:
    """A line below, as on paper, and between answers that follow each other."""
    edges = (
        element(f"w:{side}", w_val="single", w_sz="4", w_space="1", w_color=_EDGE) for side in ("bottom", "between")
    )
    return element("w:pBdr", *edges)


def _paragraph(style: str | None, *content: Element) -> Element:
    made = element("w:p")
    if style:
        made.append(element("w:pPr", element("w:pStyle", w_val=style)))
    made.extend(content)
    return made


# What may follow pBdr and shd in CT_PPr (17.3.1.26).
_AFTER_BORDERS = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
    "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
    "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
# What may follow documentProtection in CT_Settings, so that it is put where the schema wants it.
_AFTER_PROTECTION = (
    "w:autoFormatOverride", "w:styleLockTheme", "w:styleLockQFSet", "w:defaultTabStop", "w:autoHyphenation",
    "w:consecutiveHyphenLimit", "w:hyphenationZone", "w:doNotHyphenateCaps", "w:showEnvelope", "w:summaryLength",
    "w:clickAndTypeStyle", "w:defaultTableStyle", "w:evenAndOddHeaders", "w:characterSpacingControl",
    "w:footnotePr", "w:endnotePr", "w:compat", "w:docVars", "w:rsids", "m:mathPr", "w:themeFontLang",
    "w:clrSchemeMapping", "w:shapeDefaults", "w:decimalSymbol", "w:listSeparator",
)  # fmt: skip
