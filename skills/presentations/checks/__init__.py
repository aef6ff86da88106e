"""Faults a finished deck must not have, each with its place and a mend."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_server.agent.changes import Change, Finding, findings_delta
from skills.presentations.checks import geometry, looks, table_looks, titles, words
from skills.presentations.checks.view import SlideView
from skills.presentations.document.deck import Deck
from skills.presentations.document.slide import Slide

_SLIDE_CHECKS = (
    *(geometry.off_slide, geometry.overlaps, geometry.stretched),
    *(words.overflow, words.leftovers, words.sizes, words.amount),
    *(looks.contrast_faults, table_looks.table_contrast, looks.literals, titles.alt_texts),
)


def check(deck: Deck) -> tuple[Finding, ...]:
    """All findings of the deck: slide by slide, then what shows only across slides."""
    found = [finding for slide in deck.slides for finding in slide_findings(slide)]
    return (*found, *titles.across(deck))


def delta(before: Deck, after: Deck, changes: Sequence[Change]) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """(new, fixed), measuring only the slides that changed."""
    touched = {change.where.partition("/")[0] for change in changes}
    if "deck" in touched:
        return findings_delta(check(before), check(after))
    return findings_delta(_touched(before, touched), _touched(after, touched))


def slide_findings(slide: Slide) -> tuple[Finding, ...]:
    view = SlideView(slide)
    return tuple(finding for each in _SLIDE_CHECKS for finding in each(view))


def _touched(deck: Deck, anchors: set[str]) -> list[Finding]:
    found = [finding for slide in deck.slides if slide.anchor in anchors for finding in slide_findings(slide)]
    return [*found, *titles.of_slides(deck, anchors)]
