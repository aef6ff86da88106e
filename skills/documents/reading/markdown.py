"""Paragraphs as light Markdown, with marks for what plain text cannot show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.documents.document.fields import is_silent
from skills.documents.document.markup import AUTHOR, DEL, INS, MOVE_FROM, MOVE_TO, PPR, RPR, child, is_on, value
from skills.documents.document.numbering import Numbering, numbering_of
from skills.documents.document.styles import Styles, styles_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.inline import Inline
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.word import WordDocument


@dataclass(frozen=True)
class Reader:
    """What is needed to print paragraphs of one document: its styles, lists and the labels they make."""

    styles: Styles
    numbering: Numbering
    labels: Mapping[Element, str]

    @classmethod
    def of(cls, document: WordDocument, paragraphs: Sequence[Paragraph]) -> Reader:
        styles = styles_of(document)
        numbering = numbering_of(document, styles)
        return cls(styles, numbering, numbering.labels(each.element for each in paragraphs))

    def line(self, paragraph: Paragraph) -> str:
        """`[anchor] ## 2.1 Heading {comment 3}`."""
        text = f"{self.prefix(paragraph)}{self.text(paragraph)}{_end_marks(paragraph.element)}"
        return f"[{paragraph.anchor}] {text}".rstrip()

    def prefix(self, paragraph: Paragraph) -> str:
        """Heading marks, the list's label, or the name of an unusual style."""
        label = self.labels.get(paragraph.element, "")
        level = self.styles.heading_level(paragraph.style_id)
        if level is not None:
            return ("% " if level == 0 else f"{'#' * level} ") + (f"{label} " if label else "")
        if label:
            place = self.numbering.of(paragraph.element)
            return "  " * (place[1] if place else 0) + ("- " if label == "•" else f"{label} ")
        name = self.styles.name_of(paragraph.style_id)
        is_usual = name.lower() in {"normal", "body text", "standard"} or paragraph.style_id == self.styles.default_id
        return "" if is_usual else f"{{{name}}} "

    def text(self, paragraph: Paragraph) -> str:
        return render(paragraph.inlines)


def render(stretches: Sequence[Inline]) -> str:
    """Inline Markdown: **bold**, *italic*, {+inserted+Author}, {-deleted-Author}, {comment 1: …}, [^1], {=PAGE}3."""
    pieces: list[str] = []
    revision = look = ""
    for each in stretches:
        is_words = each.kind in {"text", "deleted"}
        own_revision = _revision(each) if is_words else revision
        own_look = (_look(each) if each.kind == "text" else "") if is_words else look
        if own_revision != revision:
            pieces += [look[::-1], _closing(revision), _opening(own_revision), own_look]
        elif own_look != look:
            pieces += [look[::-1], own_look]
        revision, look = own_revision, own_look
        pieces.append(_stretch(each))
    pieces += [look[::-1], _closing(revision)]
    return "".join(pieces).replace("****", "")


def _revision(each: Inline) -> str:
    """`+Author` or `-Author` of the words, "" for those nobody revised."""
    if each.revision is None:
        return ""
    sign = "-" if each.kind == "deleted" else "+"
    return sign + each.revision.get(AUTHOR, "")


def _look(each: Inline) -> str:
    if not each.text.strip():
        return ""
    rpr = each.run.find(RPR) if each.run is not None else None
    return f"{'**' if is_on(rpr, 'b') else ''}{'*' if is_on(rpr, 'i') else ''}"


def _opening(revision: str) -> str:
    return f"{{{revision[0]}" if revision else ""


def _closing(revision: str) -> str:
    return f"{revision}}}" if revision else ""


def _stretch(each: Inline) -> str:
    match each.kind:
        case "text" | "deleted":
            return each.text.replace("\f", "{page break}").replace("\v", "{column break}").replace("\n", "⏎")
        case "object":
            return f"{{{each.text}}}"
        case "footnote" | "endnote":
            return f"[^{'' if each.kind == 'footnote' else 'e'}{each.text}]"
        case "comment_start":
            return f"{{comment {each.text}: "
        case "comment_end":
            return "}"
        case "field":
            return "" if is_silent(each.text) else f"{{={each.text.split()[0]}}}"
        case "field_end":
            return ""
        case "control":
            return f"{{control {each.text}: ".replace(" :", ":")
        case "control_end":
            return "}"
        case "bookmark":
            return ""


def _end_marks(paragraph: Element) -> str:
    """What the paragraph's end says: inserted or deleted, a section break, its formatting revised."""
    ppr = paragraph.find(PPR)
    marks = ""
    rpr = child(ppr, "rPr")
    for revision in rpr if rpr is not None else ():
        if revision.tag in {INS, MOVE_TO}:
            marks += f" {{+¶+{revision.get(AUTHOR, '')}}}"
        elif revision.tag in {DEL, MOVE_FROM}:
            marks += f" {{-¶-{revision.get(AUTHOR, '')}}}"
    section = child(ppr, "sectPr")
    if section is not None:
        marks += f" {{section break: {value(section, 'type') or 'nextPage'}}}"
    if is_on(ppr, "pageBreakBefore"):
        marks += " {starts a page}"
    return marks
