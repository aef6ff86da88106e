"""What readers and screen readers find their way by: titles, alternative texts, like things in like places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from copilot_server.agent.changes import Finding
from copilot_server.office.xml import qname
from skills.presentations.checks.view import FURNITURE, SlideView
from skills.presentations.document import text
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child
from skills.presentations.document.shapes import Box
from skills.presentations.document.slide import Slide

_NEED_ALT = {"picture", "chart", "smartart"}
_NAME_IT = "give it one: people and screen readers find their way by it"
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
        if not title and _is_to_be_titled(slide):
            yield _hint("no_title", slide, "has no title", _NAME_IT)
        elif repeated[title.lower()] > 1:
            yield _hint("same_title", slide, f"shares the title {title!r} with another slide", "tell them apart")
    yield from _shifted(deck)


def of_slides(deck: Deck, anchors: Collection[str]) -> Iterator[Finding]:
    """Missing and repeated titles of these slides only, the others' titles read but nothing else of them."""
    chosen = [slide for slide in deck.slides if slide.anchor in anchors]
    wanted = {(slide.title or "").strip().lower() for slide in chosen} - {""}
    alike = [slide for slide in deck.slides if any(_may_say(slide, title) for title in wanted)]
    others = Counter(title for slide in alike if (title := _plain_title(slide)) in wanted)
    for slide in chosen:
        title = (slide.title or "").strip()
        if not title and _is_to_be_titled(slide):
            yield _hint("no_title", slide, "has no title", _NAME_IT)
        elif others[title.lower()] > 1:
            yield _hint("same_title", slide, f"shares the title {title!r} with another slide", "tell them apart")


def _is_to_be_titled(slide: Slide) -> bool:
    """Shown, and with anything on it."""
    return not slide.is_hidden and any(shape.role not in FURNITURE for shape in slide.shapes)


def _may_say(slide: Slide, title: str) -> bool:
    """Whether every plain word of the title occurs in the slide at all: far cheaper than to parse it."""
    raw = slide.deck.parts.package.read(slide.part).lower()
    return all(word.encode() in raw for word in title.split() if word.isalnum())


def _plain_title(slide: Slide) -> str:
    for own in slide.root.iter(qname("p:ph")):
        if own.get("type") in {"title", "ctrTitle"}:
            shape = next(own.iterancestors(qname("p:sp")), None)
            body = child(shape, "p:txBody")
            return text.of_body(body).strip().lower() if body is not None else ""
    return ""


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
