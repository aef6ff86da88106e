"""Findings that one paragraph and its neighbours show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.agent.changes import Finding
from skills.documents.document.markup import RPR, R, T, is_on, w

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.styles import Styles

_PLACEHOLDER: Final = re.compile(
    r"\[(?:[A-Z][A-Z0-9 _/.-]{1,40}|(?:insert|enter|your|name|date|address|company|client|amount|title)\b[^\]]{0,60})\]"
    r"|\{\{[^{}]{1,60}\}\}|<<[^<>]{1,60}>>|\b(?:TBD|TBC|TODO|XXX+)\b|\blorem ipsum\b|_{5,}|\?{3,}",
    re.IGNORECASE,
)
_PLACEHOLDER_MARKS: Final = ("[", "{{", "<<", "tbd", "tbc", "todo", "xxx", "lorem", "_____", "???")
_CASED: Final = re.compile(r"\b(?:TBD|TBC|TODO|XXX+)\b|\[[A-Z][A-Z0-9 _/.-]{1,40}\]")
_DOUBLE: Final = re.compile(r"(?<=[^\s.]) {2,}(?=\S)")
_MAX_HEADING = 90


def paragraph_findings(followed: Iterable[tuple[Paragraph, Paragraph | None]], styles: Styles) -> Iterator[Finding]:
    """Of paragraphs, each given with the one after it."""
    for paragraph, following in followed:
        text = paragraph.text
        yield from text_findings(text, lambda paragraph=paragraph: paragraph.anchor)
        if _is_fake_heading(paragraph, text, styles, following):
            mend = "give it a heading style"
            yield Finding(
                "fake-heading", paragraph.anchor, f"{text[:60]!r} only looks like a heading", mend, text, "hint"
            )


def may_have_findings(texts: Iterable[str]) -> bool:
    """Whether `text_findings` may find anything in them: far cheaper to tell, of all of them at once."""
    text = "\n".join(texts).lower()
    return any(map(text.__contains__, _PLACEHOLDER_MARKS)) or "  " in text


def text_findings(text: str, anchor: Callable[[], str]) -> Iterator[Finding]:
    """What a paragraph's text alone shows."""
    if not may_have_findings([text]):
        return
    for match in _PLACEHOLDER.finditer(text):
        word = match.group()
        if word.upper()[:1] in "TX" and not _CASED.fullmatch(word):
            continue
        if set(word) <= {"_", "?"} and len(word.strip("_")) == 0 and "_" in word:
            yield Finding("blank", anchor(), "a blank to fill in", "", word, "hint")
        else:
            yield Finding("placeholder", anchor(), f"placeholder {word!r} is left", "fill or delete it", word)
    if _DOUBLE.search(text):
        yield Finding("double-space", anchor(), "two spaces between words", "keep one", "", "hint")


def spacing_findings(paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """A row of empty paragraphs counts once."""
    blank = 0
    for paragraph in paragraphs:
        blank = blank + 1 if _is_blank(paragraph, paragraph.text) else 0
        if blank == 2:
            text = "empty paragraphs used as spacing"
            mend = "use space before or after"
            yield Finding("empty-paragraphs", paragraph.anchor, text, mend, "", "hint")


def _is_blank(paragraph: Paragraph, text: str) -> bool:
    if text.strip() or paragraph.cell is not None or paragraph.holds_section_break:
        return False
    element = paragraph.element
    return next(element.iter(w("drawing"), w("pict"), w("object"), w("br"), w("fldChar"), w("sdt")), None) is None


def may_look_like_heading(text: str) -> bool:
    """Short, no full stop."""
    is_short = 0 < len(text) <= _MAX_HEADING and text.rstrip()[-1:] not in set(".,;:!?")
    return is_short and any(letter.isalpha() for letter in text)


def _is_fake_heading(paragraph: Paragraph, text: str, styles: Styles, following: Paragraph | None) -> bool:
    """Short, all bold, no full stop, body style, followed by plain text: what a heading is made to look like."""
    if not may_look_like_heading(text) or paragraph.cell is not None:
        return False
    if styles.heading_level(paragraph.style_id) is not None:
        return False
    if styles.name_of(paragraph.style_id).lower() not in {"normal", "body text", "standard", "list paragraph"}:
        return False
    if following is None or not following.text.strip() or paragraph.is_in_text_box:
        return False
    return _is_all_bold(paragraph.element) and not _is_all_bold(following.element)


def _is_all_bold(element: Element) -> bool:
    worded = [run for run in element.iter(R) if any((node.text or "").strip() for node in run.iterchildren(T))]
    return bool(worded) and all(is_on(run.find(RPR), "b") for run in worded)
