"""Content controls as Word writes them (ISO/IEC 29500-1 17.5.2; boxes and repeating sections by [MS-DOCX])."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from copilot_server.office.xml import NS, Element, qname
from skills.forms.model.words import Words
from skills.forms.slots import Slot

UNTICKED = "☐"
_PROMPTS = {
    "text": "type_here",
    "long": "type_here",
    "choice": "choose",
    "signature": "typed_name",
    "shown": "worked_out",
}


def element(tag: str, *children: Element, **attributes: str) -> Element:
    """`w_val` becomes w:val; the tag is prefixed as in the table of namespaces."""
    made = etree.Element(qname(tag), nsmap={prefix: NS[prefix] for prefix in ("w", "w14", "w15")})
    for name, value in attributes.items():
        prefix, _, local = name.partition("_")
        made.set(qname(f"{prefix}:{local}"), value)
    made.extend(children)
    return made


def run(text: str, style: str | None = None, *, font: str | None = None) -> Element:
    made = element("w:r")
    if style or font:
        looks = element("w:rPr")
        if style:
            looks.append(element("w:rStyle", w_val=style))
        if font:
            looks.append(element("w:rFonts", w_ascii=font, w_eastAsia=font, w_hAnsi=font, w_hint="eastAsia"))
        made.append(looks)
    for index, line in enumerate(text.split("\n")):
        if index:
            made.append(element("w:br"))
        part = element("w:t")
        part.text = line
        part.set(qname("xml:space"), "preserve")
        made.append(part)
    return made


def control(slot: Slot, number: int, said: Words) -> Element:
    """The slot's control, empty, for use inside a paragraph; `number` is its id, unlike all others in the file."""
    properties = element("w:sdtPr")
    properties.append(element("w:alias", w_val=slot.label[:64]))
    properties.append(element("w:tag", w_val=slot.name))
    properties.append(element("w:id", w_val=str(number)))
    # A calculated value is typed by no one; every other control may be filled but not deleted.
    properties.append(element("w:lock", w_val="sdtContentLocked" if slot.kind == "shown" else "sdtLocked"))
    if slot.kind != "tick":
        properties.append(element("w:showingPlcHdr"))
    properties.append(_type(slot))
    is_box = slot.kind == "tick"
    content = run(UNTICKED, font="MS Gothic") if is_box else run(_prompt(slot, said), "PlaceholderText")
    return element("w:sdt", properties, element("w:sdtContent", content))


def _prompt(slot: Slot, said: Words) -> str:
    return "YYYY-MM-DD" if slot.kind == "date" else said[_PROMPTS[slot.kind]]


def _type(slot: Slot) -> Element:
    match slot.kind:
        case "long":
            return element("w:richText")
        case "date":
            return element(
                "w:date",
                element("w:dateFormat", w_val="yyyy-MM-dd"),
                element("w:lid", w_val="en-US"),
                element("w:storeMappedDataAs", w_val="date"),
                element("w:calendar", w_val="gregorian"),
            )
        case "choice":
            listed = [element("w:listItem", w_displayText=label, w_value=value) for value, label in slot.choices]
            return element("w:dropDownList", *listed)
        case "tick":
            return element(
                "w14:checkbox",
                element("w14:checked", w14_val="0"),
                element("w14:checkedState", w14_val="2612", w14_font="MS Gothic"),
                element("w14:uncheckedState", w14_val="2610", w14_font="MS Gothic"),
            )
        case _:
            return element("w:text")


def repeating(name: str, label: str, numbers: Sequence[int], content: Iterable[Any]) -> Element:
    """A section with a plus sign: one entry holding `content` (block elements)."""
    entry = element(
        "w:sdt", _section("w15:repeatingSectionItem", name, label, numbers[1]), element("w:sdtContent", *content)
    )
    return element("w:sdt", _section("w15:repeatingSection", name, label, numbers[0]), element("w:sdtContent", entry))


def _section(kind: str, name: str, label: str, number: int) -> Element:
    properties = element("w:sdtPr")
    if kind == "w15:repeatingSection":
        properties.append(element("w:alias", w_val=label[:64]))
        properties.append(element("w:tag", w_val=name))
    properties.append(element("w:id", w_val=str(number)))
    properties.append(element(kind))
    return properties
