"""Faults of colour and font: contrast too low, colours and fonts that a change of theme would not reach."""

from __future__ import annotations

from collections.abc import Iterator

from copilot_server.agent.changes import Finding
from skills.presentations.checks.view import FURNITURE, Seen, SlideView
from skills.presentations.document.markup import child, children, every, tag
from skills.presentations.document.theme import contrast

_LEAST = 4.5
_LEAST_LARGE = 3.0  # WCAG 2.2, 1.4.3: text of 18 pt, or 14 pt bold


def contrast_faults(view: SlideView) -> Iterator[Finding]:
    for seen in view.seen:
        if seen.fit is None or seen.shape.role in FURNITURE:
            continue
        ground = view.ground(seen)
        worst = min(_ratios(seen, ground), default=None) if ground else None
        if worst is not None:
            text = f"contrast {worst[0]:.1f} of text {worst[1]} on {ground}"
            yield view.finding("contrast", seen.shape, text, "use the theme's text colour, or a darker or lighter one")


def literals(view: SlideView) -> Iterator[Finding]:
    """One hint a slide: how many colours and fonts are written out instead of taken from the theme."""
    root = child(view.slide.root, "p:cSld/p:spTree")
    colors = sum(1 for _ in every(root, "a:srgbClr"))
    fonts = {
        face.get("typeface", "") for face in every(root, "a:latin") if not face.get("typeface", "+").startswith("+")
    }
    if colors or fonts:
        parts = [f"{colors} literal colours"] if colors else []
        parts += [f"fonts {', '.join(sorted(fonts))}"] if fonts else []
        yield view.finding(
            "off_theme", None, " and ".join(parts) + " instead of the theme's", "use theme slots", is_hint=True
        )


def _ratios(seen: Seen, ground: str | None) -> Iterator[tuple[float, str]]:
    """(ratio, colour) of every run that stands out too little."""
    cascade = seen.cascade
    for paragraph in seen.shape.paragraphs:
        for run in paragraph:
            if tag(run) != "a:r" or not "".join(t.text or "" for t in children(run, "a:t")).strip():
                continue
            looks = cascade.run(paragraph, child(run, "a:rPr"))
            if looks.color is None or ground is None:
                continue
            size = looks.size * (seen.frame.scale if seen.frame else 1)
            is_large = size >= 18 or (looks.is_bold and size >= 14)
            ratio = contrast(looks.color, ground)
            if ratio < (_LEAST_LARGE if is_large else _LEAST):
                yield ratio, looks.color
