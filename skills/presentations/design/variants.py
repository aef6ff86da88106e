"""Where our themes have more than one layout for a kind of slide, the one that suits how much is to stand on it."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_server.office.text.layout import Paragraph, Span, measure
from skills.presentations.design.archetypes import layout_named
from skills.presentations.design.content import Content
from skills.presentations.design.growing import is_ours
from skills.presentations.document.deck import Deck
from skills.presentations.document.slide import Slide
from skills.presentations.document.text import Line

_POINTS, _COMPARISON, _WIDE = "Key Points", "Comparison", "Takeaway over Chart"
_SHARE = 0.5  # of the slide's width, less its margins: the column of points
_SIZE = 28
_MOST_POINTS = 4
_MOST_LINES = 6  # of one paragraph
_MOST_COMPARED = 3
_ALONG_AN_AXIS = {"line", "area", "stacked_area", "combo", "scatter_lines"}
_MANY = 7  # categories
_MANY_COLUMNS = 4


def layout(deck: Deck, content: Content) -> str | None:
    """None where the usual one serves, and in templates that are not ours."""
    name = _named(deck, content)
    has_it = name and is_ours(deck) and name in {deck.layout_name(each) for each in deck.layouts}
    return layout_named(deck, name) if name and has_it else None


def largest(slide: Slide) -> tuple[float, ...]:
    """How large short text may get on this slide, where that is more than usual."""
    return (34,) if slide.layout_name == _POINTS else ()


def _named(deck: Deck, content: Content) -> str | None:
    match content.kind:
        case "bullets" if _are_few(deck, content.lines) and content.title and not content.subtitle:
            return _POINTS
        case "comparison":
            are_short = all(_is_short(deck, item.text) for item in content.items)
            return f"{_COMPARISON} of Few" if content.items and are_short else _COMPARISON
        case "chart" | "table" if content.lines:
            is_said_briefly = len(content.lines) == 1 and _lines(deck, content.lines[0].text, 0.85, 22) == 1
            return _WIDE if is_said_briefly and _is_wide(content) else "Chart with Takeaway"
        case _:
            return None


def _are_few(deck: Deck, lines: Sequence[Line]) -> bool:
    """A sentence or two, or a few points of two lines at most."""
    if any(line.level for line in lines) or not 1 <= len(lines) <= _MOST_POINTS:
        return False
    return all(_lines(deck, each.text, _SHARE) <= (_MOST_LINES if len(lines) == 1 else 2) for each in lines)


def _is_short(deck: Deck, words: str) -> bool:
    lines = [line for line in words.split("\n") if line.strip()]
    return sum(_lines(deck, line, 0.4, 24) for line in lines) <= _MOST_COMPARED


def _is_wide(content: Content) -> bool:
    """What runs along an axis, or has many columns."""
    chart = content.chart
    if chart is None:
        return max(map(len, content.rows), default=0) >= _MANY_COLUMNS
    return chart.type in _ALONG_AN_AXIS or len(chart.categories) >= _MANY


def _lines(deck: Deck, words: str, share: float, size: float = _SIZE) -> int:
    """How many lines the words take on that share of the slide's width."""
    font = deck.theme_of(deck.masters[0]).minor
    return measure([Paragraph((Span(words.replace("**", ""), font, size),))], deck.size[0] / 12700 * share).lines
