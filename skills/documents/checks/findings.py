"""All findings of a document, and those that a version has over another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.agent.changes import Change, Finding, findings_delta
from skills.documents.checks.habits import habit_findings
from skills.documents.checks.paragraphs import paragraph_findings, spacing_findings
from skills.documents.checks.structure import structure_findings
from skills.documents.document.styles import styles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skills.documents.document.word import WordDocument

# Changes that leave headings, references, comments, tables, pictures and lists as they are.
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
            paragraphs = list(document.paragraphs(story))
            found += paragraph_findings(paragraphs, styles, places)
            found += spacing_findings(paragraphs) if with_spacing and story.kind in _FLOWING else ()
    return found
