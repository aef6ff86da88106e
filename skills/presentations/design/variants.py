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

_POINTS, _COMPARISON, _TWO, _SHORT_LISTS = "Key Points", "Comparison", "Two Content", "Two Short Lists"
_AGENDA, _WIDE, _TAKEAWAY = "Agenda", "Takeaway over Chart", "Chart with Takeaway"
_CHART_FIRST, _POINTS_FIRST = "Chart and Points", "Points and Chart"
_SHARE = 0.5  # of the slide's width, less its margins: the column of points
_SIZE = 28
_MOST_POINTS, _MOST_BELOW = 4, 8
_SIZE_BELOW, _ROOM = 22, 340  # points: of the second level; of the height of what is nested
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


def room_to_grow(slide: Slide) -> tuple[float, ...]:
    """How large short text may get on this slide, and of how full a place, where that is more than usual."""
    return (34, 0.75) if slide.layout_name in {_POINTS, _AGENDA} else ()


def has_leads(slide: Slide) -> bool:
    """Whether what heads sub-points on this slide leads them, as large as a heading."""
    return slide.layout_name == _POINTS


def _named(deck: Deck, content: Content) -> str | None:
    match content.kind:
        case "bullets" if content.title and not content.subtitle and _are_few(deck, content.lines):
            return _POINTS
        case "two_columns":
            return _SHORT_LISTS if _are_short_lists(deck, content) else _TWO
        case "comparison":
            are_short = all(_is_short(deck, item.text) for item in content.items)
            return f"{_COMPARISON} of Few" if content.items and are_short else _COMPARISON
        case "chart" | "table" if content.lines:
            return _beside(deck, content)
        case _:
            return None


def _beside(deck: Deck, content: Content) -> str:
    """A chart that calls something out makes the claim and is read first; else several points do, and it backs them."""
    if len(content.lines) == 1:
        is_said_briefly = _lines(deck, content.lines[0].text, 0.85, 22) == 1
        return _WIDE if is_said_briefly and _is_wide(content) else _TAKEAWAY
    if content.chart is None:
        return _TAKEAWAY
    return _CHART_FIRST if content.chart.highlight else _POINTS_FIRST


def _are_few(deck: Deck, lines: Sequence[Line]) -> bool:
    """A sentence or two, or a few points of two lines at most, with a few words below them."""
    tops = [line for line in lines if not line.level]
    if not 1 <= len(tops) <= _MOST_POINTS or any((line.level or 0) > 1 for line in lines):
        return False
    most = _MOST_LINES if len(lines) == 1 else 2
    if any(_lines(deck, each.text, _SHARE, _SIZE_BELOW if each.level else _SIZE) > most for each in lines):
        return False
    return len(lines) == len(tops) or (len(lines) - len(tops) <= _MOST_BELOW and _nested_height(deck, lines) <= _ROOM)


def _nested_height(deck: Deck, lines: Sequence[Line]) -> float:
    font = deck.theme_of(deck.masters[0]).minor
    set_out = [
        Paragraph((Span(line.text, font, _SIZE_BELOW if line.level else _SIZE),), before=8 if line.level else 30)
        for line in lines
    ]
    return measure(set_out, deck.size[0] / 12700 * _SHARE).height


def _are_short_lists(deck: Deck, content: Content) -> bool:
    """Of two columns without headings, which panels would not fill with less."""
    if content.items:
        has_no_heads = not any(item.head for item in content.items)
        return len(content.items) == 2 and has_no_heads and all(_is_short(deck, item.text) for item in content.items)
    are_flat = not any(line.level for line in content.lines)
    are_few = 2 <= len(content.lines) <= 2 * _MOST_COMPARED
    return are_flat and are_few and all(_is_short(deck, line.text) for line in content.lines)


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
