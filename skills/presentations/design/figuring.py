"""Large figures over what they measure: both sizes from one scale of type, on cards that fill the slide's grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copilot_server.office.text.layout import Paragraph, Span, measure
from skills.presentations.design.area import EMU, columns, content_area, rows
from skills.presentations.design.compose import PAD, Item, card, largest, readable, theme_of
from skills.presentations.design.growing import is_ours, set_tightly
from skills.presentations.document.building import Look, Words, draw
from skills.presentations.document.fitting import fit
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide
from skills.presentations.document.theme import Theme

_POINT = 12700
_LAYOUT, _FIRST = "Key Figures", 11  # its placeholders: figure, label, figure, …
_SCALE = (138, 115, 96, 80, 66, 54, 48, 44, 40, 36, 32, 28, 24, 22, 20, 18, 16, 14, 13, 12)
_LABEL = 0.5  # of its figure: near enough to be read with it, far enough to be told from it
_LARGEST_LABEL, _SURE_LABEL = 32, 20
_LARGEST = {1: 138, 2: 96, 3: 80}  # of as many side by side, more take the next
_LARGEST_OF_MANY, _LARGEST_IN_ROWS = 66, 54
_FULL = 0.74  # of the content's height: one row of cards
_LINE = 1.25
_SMALL_FOR_FOUR = 44


@dataclass(frozen=True, slots=True)
class Place:
    """Of one figure; `value` and `label` are as wide and high as their words need."""

    card: Box
    value: Box
    label: Box


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes in points, alike for all; a figure alone has its words beside it, others have them below."""

    size: float
    small: float
    places: tuple[Place, ...]

    @property
    def is_beside(self) -> bool:
        return len(self.places) == 1


def plan(slide: Slide, items: Sequence[Item]) -> Plan:
    """Up to four in one row, unless that would make them small; more in two, the shorter row first."""
    area, count = content_area(slide), len(items)
    if count == 1:
        return _alone(slide, items[0], area)
    first = _in_rows(slide, items, area, (count,) if count <= 4 else (count // 2, count - count // 2))
    if count == 4 and first.size < _SMALL_FOR_FOUR:
        return _in_rows(slide, items, area, (2, 2))
    return first


def figures(slide: Slide, items: Sequence[Item]) -> None:
    """Drawn where the layout has no places for as many; in a template of the user's without cards."""
    made, theme = plan(slide, items), theme_of(slide)
    if is_ours(slide.deck):
        cards(slide, made)
    anchors = ("ctr", "ctr") if made.is_beside else ("b", "t")
    for at, (item, place) in enumerate(zip(items, made.places, strict=True), start=1):
        value = [Words(item.head, made.size, readable(theme, "accent1"), bold=True, is_heading=True)]
        draw(slide, f"Figure {at}", place.value, _TEXT, value, anchors[0], 0)
        draw(slide, f"Figure {at} label", place.label, _TEXT, [Words(item.text, made.small)], anchors[1], 0)


def alike(shape: Shape) -> list[Shape]:
    """The other figures, or the other labels, on a slide of our own for them; none anywhere else."""
    at = _ordinal(shape)
    if at is None or shape.slide.layout_name != _LAYOUT or not is_ours(shape.slide.deck):
        return []
    others = [each for each in shape.slide.shapes if each.key != shape.key and each.text.strip()]
    return [each for each in others if (own := _ordinal(each)) is not None and own % 2 == at % 2]


def level(shape: Shape) -> None:
    """Where one has come to need smaller type than those beside it, all take that; figures stay on one line."""
    shapes, at = [shape, *alike(shape)], _ordinal(shape)
    found = [each for one in shapes if (each := fit(one))]
    if at is None or len(shapes) == 1 or len(found) < len(shapes):
        return
    size = min(each.smallest for each in found)
    if at % 2 == _FIRST % 2:
        words, width = [one.text for one in shapes], min(each.width for each in found)
        size = largest(words, theme_of(shape.slide).major, width, [size, *_to(size)], bold=True, lines=1)
    if any(each.smallest != size for each in found):
        for each in shapes:
            set_tightly(each, size)


def _ordinal(shape: Shape) -> int | None:
    index = shape.placeholder.get("idx") if shape.placeholder is not None else None
    return int(index) if index and int(index) >= _FIRST else None


def cards(slide: Slide, made: Plan) -> None:
    """A card behind each figure, with a coloured edge, beneath all that is there."""
    for at, place in enumerate(made.places, start=1):
        box = place.card
        edge = draw(slide, f"Figure {at} edge", Box(box.x, box.y, box.width, EMU // 14), Look(fill="accent1"))
        behind = card(slide, f"Figure {at} card", box, ())
        for shape in (edge, behind):
            slide.tree.insert(2, shape.element)


def _alone(slide: Slide, item: Item, area: Box) -> Plan:
    """As wide as the slide: the figure in one half, what it measures in the other."""
    theme = theme_of(slide)
    height = area.height * 3 // 5
    band = Box(area.x, area.y + (area.height - height) * 2 // 5, area.width, height)
    inner = Box(band.x + 2 * PAD, band.y + PAD, band.width - 4 * PAD, height - 2 * PAD)
    left, right = columns(inner, 2, 2 * PAD)
    size = largest([item.head], theme.major, left.width / _POINT, _to(_LARGEST[1]), bold=True, lines=1)
    small = largest([item.text], theme.minor, right.width / _POINT, _to(_LARGEST_LABEL), lines=4)
    return Plan(size, small, (Place(band, left, right),))


def _in_rows(slide: Slide, items: Sequence[Item], area: Box, split: tuple[int, ...]) -> Plan:
    theme, is_one_row = theme_of(slide), len(split) == 1
    bands = [_row(area)] if is_one_row else rows(area, len(split))
    cells = [cell for band, count in zip(bands, split, strict=True) for cell in columns(band, count)]
    width = (min(cell.width for cell in cells) - 2 * PAD) / _POINT
    most = _LARGEST.get(len(items), _LARGEST_OF_MANY) if is_one_row else _LARGEST_IN_ROWS
    size = largest([item.head for item in items], theme.major, width, _to(most), bold=True, lines=1)
    texts = [item.text for item in items]
    small = _label(texts, theme, width, min(max(size * _LABEL, _SURE_LABEL), _LARGEST_LABEL))
    value, label = size * _LINE, _lines(texts, theme, small, width) * small * _LINE + small / 2
    return Plan(size, small, tuple(_placed(cell, value, label) for cell in cells))


def _row(area: Box) -> Box:
    height = round(area.height * _FULL)
    return Box(area.x, area.y + (area.height - height) * 2 // 5, area.width, height)


def _placed(cell: Box, value: float, label: float) -> Place:
    """Both in the middle of their card, as one; on all cards at the same height."""
    high, low = round(value * _POINT), round(label * _POINT)
    top = cell.y + max((cell.height - high - low) // 2, 0)
    x, width = cell.x + PAD, cell.width - 2 * PAD
    return Place(cell, Box(x, top, width, high), Box(x, top + high, width, min(low, cell.bottom - top - high)))


def _label(texts: Sequence[str], theme: Theme, width: float, most: float) -> float:
    """On two lines where that leaves it easily read, else on three."""
    small = largest(texts, theme.minor, width, [size for size in _to(most) if size >= _SURE_LABEL], lines=2)
    if _lines(texts, theme, small, width) <= 2:
        return small
    return largest(texts, theme.minor, width, _to(most), lines=3)


def _lines(texts: Sequence[str], theme: Theme, size: float, width: float) -> int:
    return max(measure([Paragraph((Span(text, theme.minor, size),))], width).lines for text in texts)


def _to(most: float) -> list[float]:
    return [size for size in _SCALE if size <= most]


_TEXT = Look(is_text_box=True)
