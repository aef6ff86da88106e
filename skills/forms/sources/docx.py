"""A Word form read into the model: its content controls, or else its underscores, boxes and empty table cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from copilot_server.office.package import Package
from copilot_server.office.xml import Element, qname
from skills.forms.filling.docx import Control, controls
from skills.forms.filling.word_blanks import blanks
from skills.forms.sources.assemble import Found, Imported, definition_of

_MACHINE_NAME = re.compile(r"[A-Za-z]+\d+|\w*_\w*|[a-z]+[A-Z]\w*")
_ALIAS_LENGTH = 64


def read(data: bytes) -> Imported:
    """Raises kinds of FileError."""
    package = Package.open(data)
    body = package.xml(package.main_part).find(qname("w:body"))
    if body is None:
        return definition_of("", [])
    found = [control for control in controls(body) if control.kind != "picture"]
    title = _title(body)
    if found:
        return definition_of(title, _by_section(body, found))
    notes = ("the file has no content controls; its questions were read from blanks and boxes in the text",)
    return definition_of(title, [("", [Found(each.name, each.label, each.kind) for each in blanks(body)])], notes)


def _title(body: Element) -> str:
    for paragraph in body.iter(qname("w:p")):
        text = _text(paragraph)
        if text:
            return text if _style(paragraph).lower().startswith("title") or len(text) < 80 else ""
    return ""


def _by_section(body: Element, found: list[Control]) -> Iterator[tuple[str, list[Found]]]:
    """In document order, under the heading before each control."""
    waiting = {id(control.element): control for control in found}
    heading, question, group, beside = "", "", "", ""
    listed: list[Found] = []
    for node in body.iter(qname("w:p"), qname("w:sdt")):
        if node.tag == qname("w:p"):
            style = _style(node)
            if re.match(r"(?i)heading|berschrift", style):
                yield heading, listed
                heading, listed = _text(node), []
            elif style == "Choice":
                beside = _text(node).lstrip("☒☐ ")
            elif style == "Question" or (
                not _is_answer(node, waiting) and style != "Help" and not any(True for _ in node.iter(qname("w:sdt")))
            ):
                question = _text(node) or question
            continue
        control = waiting.get(id(node))
        if control is not None:
            is_alone = control.kind == "tick" and "#" not in control.tag and beside
            listed.append(_found(control, beside if is_alone else question, group))
        elif node.find(f"{qname('w:sdtPr')}/{qname('w15:repeatingSection')}") is not None:
            group = question.rstrip(" *")
    yield heading, listed


def _is_answer(paragraph: Element, waiting: Mapping[int, Control]) -> bool:
    """Whether it stands inside a control that takes a value: what is typed there names no other control."""
    return any(id(around) in waiting for around in paragraph.iterancestors(qname("w:sdt")))


def _found(control: Control, question: str, group: str) -> Found:
    """Names without a tag are made of the label; long labels, which Word cuts at 64, come from the text."""
    label = control.alias
    is_for_programs = label == control.tag and _MACHINE_NAME.fullmatch(label)
    if not label or len(label) >= _ALIAS_LENGTH or is_for_programs:
        label = question.rstrip(" *:") or control.tag
    is_required = question.endswith("*")
    more = {"group": group, "max_count": 10} if "[" in control.tag else {}
    return Found(control.tag, label, control.kind, control.choices, is_required, more=more)


def _style(paragraph: Element) -> str:
    found = paragraph.find(f"{qname('w:pPr')}/{qname('w:pStyle')}")
    return "" if found is None else found.get(qname("w:val"), "")


def _text(node: Element) -> str:
    return "".join(text.text or "" for text in node.iter(qname("w:t"))).strip()
