"""Faults a finished deck must not have, each with its place and a mend."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_server.agent.changes import Change, Finding, findings_delta
from skills.presentations.document.deck import Deck
from skills.presentations.document.slide import Slide


def check(deck: Deck) -> tuple[Finding, ...]:
    """All findings of the deck, slide by slide."""
    return tuple(finding for slide in deck.slides for finding in slide_findings(slide))


def delta(before: Deck, after: Deck, changes: Sequence[Change]) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """(new, fixed), looking only at the slides that changed."""
    touched = {change.where.partition("/")[0] for change in changes}
    old = [f for slide in before.slides if slide.anchor in touched for f in slide_findings(slide)]
    new = [f for slide in after.slides if slide.anchor in touched for f in slide_findings(slide)]
    return findings_delta(old, new)


def slide_findings(slide: Slide) -> tuple[Finding, ...]:
    return ()
