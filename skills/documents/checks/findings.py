"""All findings of a document, and those that a version has over another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.agent.changes import Change, Finding, findings_delta
from skills.documents.checks.paragraphs import paragraph_findings
from skills.documents.checks.structure import structure_findings
from skills.documents.document.styles import styles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skills.documents.document.word import WordDocument


def check(document: WordDocument) -> list[Finding]:
    """Paragraph by paragraph, then of the whole."""
    styles = styles_of(document)
    found: list[Finding] = []
    for story in document.stories:
        if story.kind != "comments":
            paragraphs = list(document.paragraphs(story))
            found += paragraph_findings(paragraphs, styles, None)
    return [*found, *structure_findings(document)]


def delta(
    before: WordDocument, after: WordDocument, changes: Sequence[Change]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """(new, fixed), looking only at the paragraphs that changed and at the whole's structure."""
    if not changes:
        return (), ()
    places = {change.where for change in changes}
    old = [*_local(before, places), *structure_findings(before)]
    new = [*_local(after, places), *structure_findings(after)]
    return findings_delta(old, new)


def _local(document: WordDocument, places: set[str]) -> list[Finding]:
    styles = styles_of(document)
    keys = {place.rpartition("/")[0] for place in places}
    found: list[Finding] = []
    for story in document.stories:
        if story.key in keys and story.kind != "comments":
            found += paragraph_findings(list(document.paragraphs(story)), styles, places)
    return found
