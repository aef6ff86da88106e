"""All findings of a document, and those that a version has over another."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from copilot_server.agent.changes import Change, Finding, findings_delta
from skills.documents.checks.habits import habit_findings
from skills.documents.checks.paragraphs import (
    may_have_findings,
    may_look_like_heading,
    paragraph_findings,
    spacing_findings,
    text_findings,
)
from skills.documents.checks.structure import structure_findings
from skills.documents.document.styles import styles_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.story import Story
    from skills.documents.document.styles import Styles
    from skills.documents.document.word import WordDocument

# Changes that leave headings, references, comments, tables, pictures and lists as they are.
_DEPTH_OF_BODY: Final = 2
_FLOWING: Final = frozenset({"body", "header", "footer"})
_OF_WORDS: Final = frozenset({"text", "format", "revision"})


def check(document: WordDocument) -> list[Finding]:
    """Paragraph by paragraph, then of the whole, then of its habits."""
    own = [*_local(document, None, with_spacing=True), *structure_findings(document)]
    return [*own, *habit_findings(document)]


def delta(
    before: WordDocument, after: WordDocument, changes: Sequence[Change]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """(new, fixed): of the paragraphs that changed and, unless only words did, of the whole."""
    if not changes:
        return (), ()
    places = {change.where for change in changes}
    if all(change.kind in _OF_WORDS and _keeps_text(change) for change in changes):
        return findings_delta(_local(before, places, with_spacing=False), _local(after, places, with_spacing=False))
    old = [*_local(before, places, with_spacing=True), *structure_findings(before)]
    new = [*_local(after, places, with_spacing=True), *structure_findings(after)]
    return findings_delta(old, new)


def _keeps_text(change: Change) -> bool:
    """A paragraph emptied may be a heading gone, one filled may be no spacing any more."""
    if change.kind != "text":
        return True
    return bool(change.before["text"].strip()) and bool(change.after["text"].strip())


def _local(document: WordDocument, places: set[str] | None, *, with_spacing: bool) -> list[Finding]:
    styles = styles_of(document)
    keys = None if places is None else {place.rpartition("/")[0] for place in places}
    found: list[Finding] = []
    for story in document.stories:
        if (keys is None or story.key in keys) and story.kind != "comments":
            near = None if places is None or with_spacing else _near(document, story, places, styles)
            if near is not None:
                found += near
                continue
            paragraphs = list(document.paragraphs(story))
            found += paragraph_findings(_followed(paragraphs, places), styles)
            found += spacing_findings(paragraphs) if with_spacing and story.kind in _FLOWING else ()
    return found


def _followed(paragraphs: Sequence[Paragraph], places: set[str] | None) -> Iterator[tuple[Paragraph, Paragraph | None]]:
    """Those at the places, or all, each with the one after it."""
    ids = None if places is None else {place.rpartition("/")[2] for place in places}
    for each, following in zip_longest(paragraphs, paragraphs[1:]):
        if ids is None or places is None or (each.id in ids and each.place in places):
            yield each, following


def _near(document: WordDocument, story: Story, places: set[str], styles: Styles) -> list[Finding] | None:
    """Those at the places, without a tree of the story; None where it takes one, as for paragraphs in cells."""
    spelling = document.spelling(story)
    if spelling is None:
        return None
    names = [name for key, _, name in (place.rpartition("/") for place in places) if key == story.key]
    numbers = sorted(number for number in spelling.numbers(names) if number is not None)
    if any(spelling.cut.depths[number] > _DEPTH_OF_BODY for number in numbers):
        return None
    headings = {number for number in numbers if may_look_like_heading(spelling.texts.all[number])}
    last = len(spelling.texts.all) - 1
    wanted = sorted({*headings, *(number + 1 for number in headings if number < last)})
    parsed = dict(zip(wanted, spelling.paragraphs(story, wanted), strict=True))
    is_clean = not may_have_findings(spelling.texts.all[number] for number in numbers)
    found: list[Finding] = []
    for number in numbers:
        if number in headings:
            found += paragraph_findings([(parsed[number], parsed.get(number + 1))], styles)
        elif not is_clean:
            found += text_findings(spelling.texts.all[number], partial(spelling.anchor, story, number))
    return found
