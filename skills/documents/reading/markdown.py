"""Paragraphs as light Markdown, with marks for what plain text cannot show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from skills.documents.document.fields import is_silent
from skills.documents.document.markup import AUTHOR, DEL, INS, MOVE_FROM, MOVE_TO, PPR, RPR, P, child, is_on, value
from skills.documents.document.numbering import Numbering, numbering_of
from skills.documents.document.styles import Styles, styles_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.inline import Inline
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.word import WordDocument

_BRACKETS: Final = frozenset({"comment_start", "comment_end", "control", "control_end"})


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
    revised: tuple[str, ...] = ()
    look = ""
    for each in stretches:
        own, own_look = revised, look
        if each.kind in {"text", "deleted"}:
            own, own_look = _revisions(each), _look(each) if each.kind == "text" else ""
        elif each.kind in _BRACKETS:  # which may end before the revision does, or after it
            own, own_look = (), ""
        if own != revised:
            pieces += [look[::-1], _turning(revised, own), own_look]
        elif own_look != look:
            pieces += [look[::-1], own_look]
        revised, look = own, own_look
        pieces.append(_stretch(each))
    pieces += [look[::-1], _turning(revised, ())]
    return "".join(pieces).replace("****", "")


def _revisions(each: Inline) -> tuple[str, ...]:
    """`+Author` or `-Author` of the words, the outermost first; none for those nobody revised."""
    if each.revision is None or each.run is None:
        return ()
    around = takewhile(lambda above: above.tag != P, each.run.iterancestors())
    signs = {INS: "+", MOVE_TO: "+", DEL: "-", MOVE_FROM: "-"}
    return tuple(signs[str(above.tag)] + above.get(AUTHOR, "") for above in around if above.tag in signs)[::-1]


def _look(each: Inline) -> str:
    if not each.text.strip():
        return ""
    rpr = each.run.find(RPR) if each.run is not None else None
    return f"{'**' if is_on(rpr, 'b') else ''}{'*' if is_on(rpr, 'i') else ''}"


def _turning(before: Sequence[str], after: Sequence[str]) -> str:
    """Marks that end the revisions around what comes before, and begin those around what comes after."""
    shared = 0
    while shared < min(len(before), len(after)) and before[shared] == after[shared]:
        shared += 1
    ending = "".join(f"{each}}}" for each in reversed(before[shared:]))
    return ending + "".join(f"{{{each[0]}" for each in after[shared:])


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
