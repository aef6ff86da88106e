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
    """Inline Markdown: **bold**, *italic*, [link](…), {+inserted+}, {-deleted-}, {comment 1: …}, [^1], {PAGE}."""
    pieces: list[str] = []
    look = ""
    for each in stretches:
        own = _look(each) if each.kind == "text" else ""
        if own != look:
            pieces.append(_closing(look) + _opening(own))
            look = own
        pieces.append(_stretch(each))
    pieces.append(_closing(look))
    return _joined("".join(pieces))


def _look(each: Inline) -> str:
    revision = each.revision
    inserted = f"+{revision.get(AUTHOR, '')}" if revision is not None and revision.tag in {INS, MOVE_TO} else ""
    rpr = each.run.find(RPR) if each.run is not None else None
    return f"{'**' if is_on(rpr, 'b') else ''}{'*' if is_on(rpr, 'i') else ''}|{inserted}"


def _opening(look: str) -> str:
    marks, _, inserted = look.partition("|")
    return ("{+" if inserted else "") + marks


def _closing(look: str) -> str:
    marks, _, inserted = look.partition("|")
    return marks[::-1] + (f"+{inserted[1:]}}}" if inserted else "")


def _stretch(each: Inline) -> str:
    match each.kind:
        case "text":
            return each.text.replace("\f", "{page break}").replace("\v", "{column break}").replace("\n", "⏎")
        case "deleted":
            author = each.revision.get(AUTHOR, "") if each.revision is not None else ""
            return f"{{-{each.text}-{author}}}"
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


def _joined(text: str) -> str:
    """Marks that open and close at once hold nothing a reader needs."""
    return text.replace("****", "").replace("{++}", "")


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
