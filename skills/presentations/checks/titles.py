"""What readers and screen readers find their way by: titles, alternative texts, like things in like places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from copilot_server.agent.changes import Finding
from skills.presentations.checks.view import SlideView
from skills.presentations.document.deck import Deck
from skills.presentations.document.shapes import Box
from skills.presentations.document.slide import Slide

_NEED_ALT = {"picture", "chart", "smartart"}
_SHIFT = 137160  # EMU; 0.15 inch


def alt_texts(view: SlideView) -> Iterator[Finding]:
    for shape in view.slide.shapes:
        if shape.kind in _NEED_ALT and not shape.alt and not shape.parents:
            yield view.finding("no_alt_text", shape, "has no alternative text", "say what it shows", is_hint=True)


def across(deck: Deck) -> Iterator[Finding]:
    """Missing and repeated titles; titles that stand elsewhere than on their like slides."""
    shown = {slide: (slide.title or "").strip() for slide in deck.slides}
    repeated = Counter(title.lower() for title in shown.values() if title)
    for slide, title in shown.items():
        if not title and not slide.is_hidden:
            yield _hint(
                "no_title", slide, "has no title", "give it one: people and screen readers find their way by it"
            )
        elif repeated[title.lower()] > 1:
            yield _hint("same_title", slide, f"shares the title {title!r} with another slide", "tell them apart")
    yield from _shifted(deck)


def _shifted(deck: Deck) -> Iterator[Finding]:
    by_layout: dict[str, list[tuple[Slide, Box]]] = {}
    for slide in deck.slides:
        box = slide.title_shape.box if slide.title_shape else None
        if box is not None and slide.layout:
            by_layout.setdefault(slide.layout, []).append((slide, box))
    for placed in by_layout.values():
        usual, count = Counter((box.x, box.y) for _, box in placed).most_common(1)[0]
        for slide, box in placed:
            if count > 1 and max(abs(box.x - usual[0]), abs(box.y - usual[1])) > _SHIFT:
                yield _hint(
                    "shifted_title", slide, "its title stands elsewhere than on slides of its layout", "reset it"
                )


def _hint(code: str, slide: Slide, text: str, mend: str) -> Finding:
    return Finding(code, slide.anchor, f"slide {slide.number} {text}", mend, slide.title or "", "hint")
