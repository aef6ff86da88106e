"""Edits of looks: named styles, direct formatting, lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, ToolError
from skills.documents.document import numbering, resolve, runs
from skills.documents.document.already import is_off, is_so
from skills.documents.document.markup import PPR, RPR, child, drop, paragraph_properties, properties, put, w
from skills.documents.document.orders import PPR_ORDER, RPR_ORDER
from skills.documents.document.revisions import is_formatting
from skills.documents.document.styles import styles_of, use_style
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import Ats, WordEdit, paragraphs_at, scope_of, stretch

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.inline import Inline
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.splice import Marker
    from skills.documents.document.styles import Styles

_HIGHLIGHTS = (
    "yellow green cyan magenta blue red darkBlue darkCyan darkGreen darkMagenta darkRed darkYellow darkGray "
    "lightGray black none"
)
_IN_OTHER_SCRIPTS: Final = {"b": "bCs", "i": "iCs", "sz": "szCs"}
Looks: TypeAlias = dict[str, dict[str, str]]
_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")


class OnParagraphs(WordEdit):
    """An edit of some paragraphs' looks."""

    at: Ats

    def scope(self, document: WordDocument) -> Scope:
        found = paragraphs_at(document, self.at)
        return scope_of(document, {each.place for each in found}, {each.story for each in found})


class Style(OnParagraphs):
    """Give paragraphs a named style ("Heading 2", "Quote", "Normal"); this is how headings are made."""

    op: Literal["style"]
    style: Annotated[str, Field(description="style name")]
    clear: Annotated[bool, Field(description="drop direct formatting of the text, which would hide the style")] = False

    def apply(self, document: WordDocument) -> None:
        style_id = use_style(document, self.style)
        default = styles_of(document).default_id
        for at in self.at:
            if not self.clear and (document.paragraph(at).style_id or default) == style_id:
                continue
            paragraph = document.paragraph(at, editing=True)
            marker = self.marker(document, paragraph.story)
            ppr = paragraph_properties(paragraph.element)
            note_paragraph(ppr, marker)
            if style_id == default:
                drop(ppr, "pStyle")
            else:
                put(ppr, "pStyle", PPR_ORDER, {"val": style_id})
            if self.clear:
                _clear_runs(paragraph, marker)


class Format(OnParagraphs):
    """Direct formatting of text or of `words` in it, and alignment; prefer `style` where a named style serves."""

    op: Literal["format"]
    words: Annotated[str | None, Field(description="only these words")] = None
    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    strike: bool | None = None
    color: Annotated[str | None, Field(description="hex RGB, or auto")] = None
    highlight: Annotated[str | None, Field(description="yellow, green …, none")] = None
    font: Annotated[str | None, Field(description="family")] = None
    size: Annotated[float | None, Field(gt=0, le=400, description="points")] = None
    raised: Annotated[Literal["superscript", "subscript", "none"] | None, Field(description="position")] = None
    align: Annotated[Literal["left", "center", "right", "justify"] | None, Field(description="of the paragraphs")] = (
        None
    )

    def apply(self, document: WordDocument) -> None:
        if self.highlight is not None and self.highlight not in _HIGHLIGHTS.split():
            raise ToolError(f"highlight: {self.highlight!r} is not one of {_HIGHLIGHTS}")
        looks = self._looks()
        for at in self.at:
            if self._asks_nothing(document, document.paragraph(at), looks):
                continue
            paragraph = document.paragraph(at, editing=True)
            marker = self.marker(document, paragraph.story)
            if self._alignment is not None:
                _put_anew(paragraph_properties(paragraph.element), {"jc": self._alignment}, marker)
            for run in self._runs(document, paragraph, looks):
                _format_run(run, looks, marker)

    def _asks_nothing(self, document: WordDocument, paragraph: Paragraph, looks: Looks) -> bool:
        """Of a paragraph that already looks so, which is then not touched."""
        ppr = paragraph.element.find(PPR)
        is_aligned = self._alignment is None or is_so(ppr, "jc", self._alignment)
        return is_aligned and not self._lacking(document, paragraph, looks)

    @property
    def _alignment(self) -> dict[str, str] | None:
        return None if self.align is None else {"val": "both" if self.align == "justify" else self.align}

    def _runs(self, document: WordDocument, paragraph: Paragraph, looks: Looks) -> list[Element]:
        """Cut out, the last first, so that what is left of them stays where it is."""
        start, end = stretch(paragraph, self.words)
        pieces = self._lacking(document, paragraph, looks)
        return [runs.carve(each, max(start, each.start), min(end, each.end)) for each in reversed(pieces)]

    def _lacking(self, document: WordDocument, paragraph: Paragraph, looks: Looks) -> list[Inline]:
        """The stretches that do not look so yet."""
        if not looks:
            return []
        start, end = stretch(paragraph, self.words)
        pieces = [each for each in paragraph.inlines if each.kind == "text" and each.start < end and each.end > start]
        styles = styles_of(document)
        return [each for each in pieces if not _looks_so(each, looks, paragraph.element, styles)]

    def _looks(self) -> Looks:
        """Run properties by name, as they are to be written."""
        toggles = {"b": self.bold, "i": self.italic, "strike": self.strike}
        looks: Looks = {name: {} if is_set else {"val": "0"} for name, is_set in toggles.items() if is_set is not None}
        if self.underline is not None:
            looks["u"] = {"val": "single" if self.underline else "none"}
        if self.color is not None:
            looks["color"] = {"val": _color(self.color)}
        if self.highlight is not None:
            looks["highlight"] = {"val": self.highlight}
        if self.font is not None:
            looks["rFonts"] = dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), self.font)
        if self.size is not None:
            looks["sz"] = {"val": str(round(self.size * 2))}
        if self.raised is not None:
            looks["vertAlign"] = {"val": "baseline" if self.raised == "none" else self.raised}
        return looks


def _looks_so(piece: Inline, looks: Looks, paragraph: Element, styles: Styles) -> bool:
    rpr = None if piece.run is None else piece.run.find(RPR)
    return all(
        is_so(rpr, name, wanted, piece.text) or is_off(piece.run, name, wanted, paragraph, styles)
        for name, wanted in looks.items()
    )


def _format_run(run: Element, looks: Looks, marker: Marker | None) -> None:
    """With what the same looks are called in scripts that are not ours."""
    rpr = properties(run, RPR)
    note_run(rpr, marker)
    for name, wanted in looks.items():
        for each in filter(None, (name, _IN_OTHER_SCRIPTS.get(name))):
            put(rpr, each, RPR_ORDER, wanted)


def _put_anew(ppr: Element, wanted: Looks, marker: Marker | None) -> None:
    """Properties of a paragraph, those that stand there so already left alone."""
    lacking = {name: attributes for name, attributes in wanted.items() if not is_so(ppr, name, attributes)}
    if lacking:
        note_paragraph(ppr, marker)
    for name, attributes in lacking.items():
        put(ppr, name, PPR_ORDER, attributes)


class FormatParagraph(OnParagraphs):
    """Spacing, indents and page flow of paragraphs."""

    op: Literal["format_paragraph"]
    is_rare: ClassVar[bool] = True
    space_before: Annotated[float | None, Field(ge=0, description="points")] = None
    space_after: Annotated[float | None, Field(ge=0, description="points")] = None
    line_spacing: Annotated[float | None, Field(gt=0, le=10, description="times single")] = None
    indent: Annotated[float | None, Field(description="cm from the left")] = None
    first_line: Annotated[float | None, Field(description="cm; negative hangs")] = None
    keep_with_next: Annotated[bool | None, Field(description="on one page")] = None
    page_break_before: Annotated[bool | None, Field(description="start a page")] = None

    def apply(self, document: WordDocument) -> None:
        for at in self.at:
            ppr = document.paragraph(at).element.find(PPR)
            if all(is_so(ppr, name, attributes) for name, attributes in self._wanted(ppr).items()):
                continue
            paragraph = document.paragraph(at, editing=True)
            ppr = paragraph_properties(paragraph.element)
            _put_anew(ppr, self._wanted(ppr), self.marker(document, paragraph.story))

    def _wanted(self, ppr: Element | None) -> Looks:
        """By name, with what of spacing and indents is not spoken of as it is."""
        wanted = {"spacing": self._spacing(ppr), "ind": self._indents(ppr)}
        flags = {"keepNext": self.keep_with_next, "pageBreakBefore": self.page_break_before}
        wanted |= {name: {} if is_set else {"val": "0"} for name, is_set in flags.items() if is_set is not None}
        return {name: attributes for name, attributes in wanted.items() if attributes is not None}

    def _spacing(self, ppr: Element | None) -> dict[str, str] | None:
        spacing = {"before": self.space_before, "after": self.space_after}
        twips = {name: str(round(points * 20)) for name, points in spacing.items() if points is not None}
        if self.line_spacing is not None:
            twips |= {"line": str(round(self.line_spacing * 240)), "lineRule": "auto"}
        return _kept(ppr, "spacing") | twips if twips else None

    def _indents(self, ppr: Element | None) -> dict[str, str] | None:
        if self.indent is None and self.first_line is None:
            return None
        indent = _kept(ppr, "ind")
        if self.indent is not None:
            indent["left"] = str(round(self.indent * 567))
        if self.first_line is not None:
            indent = {name: text for name, text in indent.items() if name not in {"firstLine", "hanging"}}
            indent["firstLine" if self.first_line >= 0 else "hanging"] = str(abs(round(self.first_line * 567)))
        return indent


class MakeList(OnParagraphs):
    """Make paragraphs a real list, continue the list before them, change their level, or take them out."""

    op: Literal["list"]
    kind: Literal["bullet", "number", "continue", "none"]
    level: Annotated[int, Field(ge=0, le=8, description="0 the outermost")] = 0
    start: Annotated[int, Field(ge=0, description="first number")] = 1

    def apply(self, document: WordDocument) -> None:
        paragraphs = paragraphs_at(document, self.at, editing=True)
        num_id = self._list(document, paragraphs[0])
        for paragraph in paragraphs:
            ppr = paragraph_properties(paragraph.element)
            note_paragraph(ppr, self.marker(document, paragraph.story))
            numbering.set_list(paragraph.element, num_id, self.level)

    def _list(self, document: WordDocument, first: Paragraph) -> str:
        match self.kind:
            case "none":
                return "0"
            case "continue":
                return _list_before(document, first)
            case _:
                return numbering.new_list(document, self.kind, self.start)


def _list_before(document: WordDocument, first: Paragraph) -> str:
    numbers = numbering.numbering_of(document, styles_of(document))
    for element in first.element.itersiblings(preceding=True):
        found = numbers.of(element) if element.tag == w("p") else None
        if found is not None:
            return found[0]
    raise Refused(f"no list stands before [{first.anchor}] to continue")


def note_paragraph(ppr: Element, marker: Marker | None) -> None:
    """Where tracked, keep the old properties beside the new; raises Refused over another's formatting revision."""
    if marker is not None:
        _note(ppr, marker, "pPrChange", "pPr")


def note_run(rpr: Element, marker: Marker | None) -> None:
    if marker is not None:
        _note(rpr, marker, "rPrChange", "rPr")


def _note(holder: Element, marker: Marker, local: str, inner: str) -> None:
    old = next((each for each in holder if is_formatting(each)), None)
    if old is None:
        resolve.note_old(holder, inner, marker.element(local))
    elif not marker.is_own(old):
        by = old.get(w("author"), "somebody")
        raise Refused(f"its formatting carries a tracked change by {by}; settle that first, or edit with track: false")


def _clear_runs(paragraph: Paragraph, marker: Marker | None) -> None:
    """Direct formatting off, character styles kept."""
    for run in {each.run for each in paragraph.inlines if each.kind == "text" and each.run is not None}:
        rpr = run.find(RPR)
        if rpr is None:
            continue
        note_run(rpr, marker)
        for each in [each for each in rpr if each.tag not in {w("rStyle"), w("rPrChange"), w("lang")}]:
            rpr.remove(each)


def _kept(ppr: Element | None, local: str) -> dict[str, str]:
    found = child(ppr, local)
    return {} if found is None else {str(name).rpartition("}")[2]: str(text) for name, text in found.attrib.items()}


def _color(text: str) -> str:
    match = _COLOR.fullmatch(text.strip())
    if match is None and text != "auto":
        raise ToolError(f"color: {text!r} must be hex RGB like C00000, or auto")
    return match[1].upper() if match else "auto"
