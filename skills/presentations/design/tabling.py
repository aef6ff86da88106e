"""Tables sized to their text and their place, in the deck's own table style."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_server.office.text import faces
from copilot_server.office.text.layout import Paragraph, Span, measure
from copilot_server.office.xml import Element
from skills.presentations.design.area import EMU
from skills.presentations.document import tables
from skills.presentations.document.building import frame
from skills.presentations.document.deck import Deck
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide

_SIZES = (22, 20, 18, 16, 14, 13, 12)
_MEDIUM_STYLE = "{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"
_SHARE = 0.9  # of the place: words may come to a cell later, or be set bold
_PLAIN = 16  # points
_POINT = 12700
_ROOM_ABOVE = 2 * 45720 + 60000  # EMU above and below a row's text


def add_table(slide: Slide, box: Box, rows: Sequence[Sequence[str]], link: Element | None = None) -> Shape:
    """A native table at the top of `box`, in the largest type at which it fits."""
    font = slide.deck.theme_of(slide.master or slide.deck.masters[0]).minor
    size = _size(rows, font, box)
    widths, heights = _sized(rows, font, size, box.width)
    spare = round(max(box.height * _SHARE - sum(heights), 0)) // len(rows)
    row_height = max(heights) if max(heights) * len(rows) <= box.height else min(heights)
    row_height += min(spare, round(0.5 * EMU))
    table = tables.make(rows, widths, row_height, style_of(slide.deck), size * 100)
    total = sum(max(height, row_height) for height in heights)
    return frame(slide, "Table", Box(box.x, box.y, sum(widths), total), tables.graphic(table), link)


def _size(rows: Sequence[Sequence[str]], font: str, box: Box) -> int:
    """The largest type that fits; rather a little smaller, where every row then takes one line."""
    sized = {each: _sized(rows, font, each, box.width) for each in _SIZES}
    heights = {each: found[1] for each, found in sized.items()}
    whole = [each for each in _SIZES if _keeps_words(rows, font, each, sized[each][0])] or list(_SIZES[-1:])
    fitting = [each for each in whole if sum(heights[each]) <= box.height * _SHARE]
    plain = [each for each in fitting if each >= _PLAIN and max(heights[each]) == min(heights[each])]
    return next(iter([*plain, *fitting]), _SIZES[-1])


def _keeps_words(rows: Sequence[Sequence[str]], font: str, size: float, widths: Sequence[int]) -> bool:
    """Whether no word is wider than its column, where it would be broken."""
    return all(
        widest <= width / _POINT - padding
        for widest, width, padding in zip(_widest_words(rows, font, size), widths, _paddings(rows), strict=True)
    )


def _widest_words(rows: Sequence[Sequence[str]], font: str, size: float) -> list[float]:
    """By column, in points, as bold as a header may be."""
    count = max(map(len, rows))
    cells = [[row[at] if at < len(row) else "" for row in rows] for at in range(count)]
    return [
        max((faces.width(word, font, size, is_bold=True) for cell in column for word in cell.split()), default=0.0)
        for column in cells
    ]


def _sized(rows: Sequence[Sequence[str]], font: str, size: float, width: int) -> tuple[list[int], list[int]]:
    """Column widths and row heights at that type size, in EMU."""
    widths = column_widths(rows, font, size, width)
    return widths, _row_heights(rows, widths, font, size)


def rows_that_fit(deck: Deck, rows: Sequence[Sequence[str]], share: float = 1) -> int:
    """How many rows below the header stand on one slide, or a share of its width, at 12 points or more."""
    font = deck.theme_of(deck.masters[0]).minor
    width, height = deck.size
    widths = column_widths(rows, font, 12, round(width * share * 8 / 9))
    heights = _row_heights(rows, widths, font, 12)
    room, count = height * 0.6 - heights[0], 0
    for one in heights[1:]:
        room -= max(one, round(0.34 * EMU))
        count += room >= 0
    return count


def column_widths(rows: Sequence[Sequence[str]], font: str, size: float, total: int) -> list[int]:
    """Shares by what the columns hold: figures what they need, words by their length, within limits."""
    count = max(map(len, rows))
    if len(rows) > 1 and not any(word.strip() for row in rows[1:] for word in row):
        return [total // count] * count  # to be filled in
    needed = [
        max(faces.width(row[at] if at < len(row) else "", font, size, is_bold=True) for row in rows)
        for at in range(count)
    ]
    paddings = _paddings(rows)
    room = total / _POINT - sum(paddings)
    capped = [min(max(each, 36.0), room * 0.55) + padding for each, padding in zip(needed, paddings, strict=True)]
    points = total / _POINT
    scale = points / sum(capped)
    shares = [each * scale for each in capped]
    widest = _widest_words(rows, font, size)
    least = [each + padding + 1 for each, padding in zip(widest, paddings, strict=True)]
    if sum(least) <= points and any(share < need for share, need in zip(shares, least, strict=True)):
        spare = [max(share - need, 0) for share, need in zip(shares, least, strict=True)]
        factor = (points - sum(least)) / sum(spare)
        shares = [need + each * factor for need, each in zip(least, spare, strict=True)]
    return [round(each * _POINT) for each in shares]


def style_of(deck: Deck) -> str:
    """The deck's default table style."""
    part = deck.parts.one(deck.main, "tableStyles")
    return (deck.parts.xml(part).get("def") if part else None) or _MEDIUM_STYLE


def _row_heights(rows: Sequence[Sequence[str]], widths: Sequence[int], font: str, size: float) -> list[int]:
    free = [width / _POINT - padding for width, padding in zip(widths, _paddings(rows), strict=True)]
    tallest = (
        max(
            measure([Paragraph((Span(words, font, size, True),))], width).height
            for words, width in zip(row, free, strict=False)
        )
        for row in rows
    )
    return [round(each * _POINT) + _ROOM_ABOVE for each in tallest]


def _paddings(rows: Sequence[Sequence[str]]) -> list[float]:
    """By column, in points beside its words."""
    return [(left + tables.MARGIN) / _POINT for left in tables.indents(rows)]
