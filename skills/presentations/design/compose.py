"""Slides drawn from shapes where no placeholder can say it: columns, steps, a timeline, a team; all in theme slots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copilot_server.office.text.layout import Paragraph, Span, measure
from skills.presentations.design.area import EMU, GUTTER, columns, content_area, rows
from skills.presentations.document.building import Look, Words, draw, line
from skills.presentations.document.fitting import dangles
from skills.presentations.document.markup import need
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide
from skills.presentations.document.theme import Theme, contrast

_POINT = 12700
_ACCENTS = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A figure and what it measures, a step and what happens, a date and an event, a name and a role."""

    head: str
    text: str = ""


def cards(slide: Slide, items: Sequence[Item]) -> None:
    """Columns of their own, more than a template has places for: a card each, its heading under a coloured edge.

    Where little is said of each they are bands one below the other, which it fills.
    """
    area = content_area(slide)
    if _bands(slide, items, area):
        return
    cells = columns(area, len(items))
    theme = theme_of(slide)
    inner = (cells[0].width - 2 * PAD) / _POINT
    head = largest([item.head for item in items], theme.minor, inner, _HEADS, bold=True, lines=2)
    texts = [part for item in items for part in item.text.split("\n")]
    body = min(largest(texts, theme.minor, inner, _BODIES, lines=4), head)
    words = [_card_words(item, head, body) for item in items]
    while body > _LEAST and max(_height(each, theme, inner) for each in words) + 3 * PAD > area.height:
        body -= 1
        words = [_card_words(item, min(head, body + 4), body) for item in items]
    deep = max(_height(each, theme, inner) for each in words) + 3 * PAD
    for at, (cell, text) in enumerate(zip(cells, words, strict=True), start=1):
        place = _shallow(cell, deep)
        card(slide, f"Column {at}", place, text)
        draw(slide, f"Column {at} edge", Box(place.x, place.y, place.width, EMU // 14), Look(fill="accent1"))


def _bands(slide: Slide, items: Sequence[Item], area: Box) -> bool:
    """Headings in the first third of a band, the words beside; False, and nothing drawn, where there are more."""
    theme, third = theme_of(slide), area.width // 3
    rest = Box(area.x + third + PAD, area.y, area.width - third - 2 * PAD, area.height)
    head = largest([item.head for item in items], theme.minor, (third - 2 * PAD) / _POINT, _HEADS, bold=True, lines=1)
    texts = [part for item in items for part in item.text.split("\n")]
    body = min(largest(texts, theme.minor, rest.width / _POINT, _BODIES, lines=1), head)
    lines = max(len(item.text.split("\n")) for item in items)
    if lines > 2 or body < _BAND_LEAST or not all(item.head and item.text for item in items):
        return False
    for at, (item, band) in enumerate(zip(items, rows(area, len(items)), strict=True), start=1):
        card(slide, f"Band {at}", band, [])
        draw(slide, f"Band {at} edge", Box(band.x, band.y, EMU // 14, band.height), Look(fill="accent1"))
        left = Box(band.x + PAD, band.y, third - PAD, band.height)
        draw(slide, f"Head {at}", left, _TEXT, [Words(item.head, head, bold=True)], "ctr", 0)
        words = [Words(part, body) for part in item.text.split("\n")]
        draw(slide, f"Text {at}", Box(rest.x, band.y, rest.width, band.height), _TEXT, words, "ctr", 0)
    return True


def _card_words(item: Item, head: float, body: float) -> list[Words]:
    lines = [part.strip() for part in item.text.split("\n") if part.strip()]
    heads = [Words(item.head, head, bold=True, before=4)] if item.head else []
    return [*heads, *(Words(each, body, before=8) for each in lines)]


def process(slide: Slide, items: Sequence[Item]) -> None:
    """Steps as cards from left to right, numbered, an arrow between them; more than five wrap into two rows."""
    area = content_area(slide)
    bands = rows(area, 1 if len(items) <= 5 else 2, GUTTER)
    per_row = -(-len(items) // len(bands))
    theme = theme_of(slide)
    inner = (columns(area, per_row, _STEP_GAP)[0].width - 2 * PAD) / _POINT
    heads, are_few = [item.head for item in items], len(items) <= _FEW
    head = largest(heads, theme.minor, inner, _LARGE_HEADS, bold=True, lines=1) if are_few else 0
    if head < _HEADS[0]:
        head = largest(heads, theme.minor, inner, _HEADS, bold=True, lines=3)
    bodies = _LARGE_BODIES[1:] if are_few else _BODIES[1:]
    body = largest([item.text for item in items], theme.minor, inner, bodies, lines=6)
    if min(head, body) < _STEP_LEAST and len(items) <= _MOST_STEP_ROWS:
        _step_rows(slide, items, area)
        return
    words = [_step_words(item, head, min(body, head)) for item in items]
    disc = EMU * 3 // 4 if len(bands) == 1 else EMU // 2
    deep = max(_height(each, theme, inner) for each in words) + disc + 4 * PAD
    cells = [cell for band in bands for cell in columns(_shallow(band, deep), per_row, _STEP_GAP)][: len(items)]
    for at, cell in enumerate(cells, start=1):
        _lower(card(slide, f"Step {at}", cell, words[at - 1]), disc + 2 * PAD)
        _disc(slide, f"Number {at}", Box(cell.x + PAD, cell.y + PAD, disc, disc), "accent1", f"{at}")
        if at < len(items) and at % per_row:
            middle = cell.y + cell.height // 2
            arrow = Box(cell.right + GUTTER // 3, middle, GUTTER * 5 // 6, 0)
            line(slide, f"Arrow {at}", arrow, "accent1", 2, "triangle")


def _step_rows(slide: Slide, items: Sequence[Item], area: Box) -> None:
    """Steps of many words one below the other, which gives them the width of the slide."""
    theme, bands = theme_of(slide), rows(area, len(items), GUTTER // 2)
    disc = min(bands[0].height * 3 // 5, EMU * 3 // 4)
    inset = disc + 2 * PAD
    width = (area.width - inset - PAD) / _POINT
    room = bands[0].height - PAD // 2
    for body in (22, 20, 18, 16, 14, 12):
        words = [_step_words(item, body + 2, body, before=0) for item in items]
        if max(_height(each, theme, width) for each in words) <= room:
            break
    for at, (band, each) in enumerate(zip(bands, words, strict=True), start=1):
        shape = card(slide, f"Step {at}", band, each)
        frame = need(shape.element, "p:txBody/a:bodyPr")
        for side, value in (("lIns", inset), ("tIns", 0), ("bIns", 0)):
            frame.set(side, str(value))
        frame.set("anchor", "ctr")
        place = Box(band.x + PAD, band.y + (band.height - disc) // 2, disc, disc)
        _disc(slide, f"Number {at}", place, "accent1", f"{at}")


def timeline(slide: Slide, items: Sequence[Item]) -> None:
    """Events on a line: the date above, what happened on a card below."""
    area = content_area(slide)
    cells = columns(area, len(items), GUTTER)
    theme = theme_of(slide)
    width = cells[0].width / _POINT
    heads, bodies = (_LARGE_HEADS, _LARGE_BODIES) if len(items) <= _FEW else (_HEADS, _BODIES)
    head = largest([item.head for item in items], theme.minor, width, heads, bold=True, lines=1)
    inner = width - 2 * PAD / _POINT
    body = min(largest([item.text for item in items], theme.minor, inner, bodies, lines=5), head)
    words = [[Words(item.text, body)] if item.text else [] for item in items]
    deep = max(_height(each, theme, inner) for each in words) + 3 * PAD
    height = min(max(deep, area.height // 4), area.height - EMU * 4 // 3)
    axis = area.y + (area.height - height - EMU * 4 // 3) * 2 // 5 + EMU
    below = Box(area.x, axis + EMU // 3, area.width, height)
    line(slide, "Timeline", Box(area.x, axis, area.width, 0), "tx1 35", 2.5)
    dot = EMU // 5
    for at, (item, cell) in enumerate(zip(items, cells, strict=True), start=1):
        date = Box(cell.x, axis - EMU, cell.width, EMU * 3 // 4)
        draw(slide, f"Date {at}", date, _TEXT, [Words(item.head, head, readable(theme, "accent1"), bold=True)], "b", 0)
        draw(slide, f"Point {at}", Box(cell.x, axis - dot // 2, dot, dot), Look("ellipse", fill="accent1"))
        if item.text:
            card(slide, f"Event {at}", Box(cell.x, below.y, cell.width, height), words[at - 1])


def team(slide: Slide, items: Sequence[Item]) -> None:
    """People as cards: a disc with initials, the name, the role."""
    area = content_area(slide)
    bands = rows(area, 1 if len(items) <= 4 else 2, GUTTER)
    per_row = -(-len(items) // len(bands))
    theme = theme_of(slide)
    inner = (columns(area, per_row)[0].width - 2 * PAD) / _POINT
    size = largest([item.head for item in items], theme.minor, inner, _HEADS[1:], bold=True, lines=2)
    texts = [part for item in items for part in item.text.split("\n")]
    small = min(largest(texts, theme.minor, inner, _BODIES[1:], lines=2), size)
    words = [
        [Words(item.head, size, bold=True), *([Words(item.text, small, before=3)] if item.text else [])]
        for item in items
    ]
    disc = min(round(inner * _POINT) // 2, EMU * 3 // 2 if len(bands) == 1 else EMU * 3 // 4)
    deep = max(_height(each, theme, inner) for each in words) + disc + 4 * PAD
    cells = [cell for band in bands for cell in columns(_shallow(band, deep), per_row)][: len(items)]
    for at, (item, cell) in enumerate(zip(items, cells, strict=True), start=1):
        card(slide, f"Person {at}", cell, [])
        place = Box(cell.x + PAD, cell.y + PAD, disc, disc)
        _disc(slide, f"Initials {at}", place, f"accent{(at - 1) % _ACCENTS + 1}", _initials(item.head))
        text = Box(cell.x + PAD, cell.y + disc + 2 * PAD, cell.width - 2 * PAD, cell.height - disc - PAD * 5 // 2)
        draw(slide, f"Name {at}", text, _TEXT, words[at - 1], "t", 0)


def quote(slide: Slide, words: str, source: str) -> None:
    """A quotation large in the heading font, who said it below."""
    area = content_area(slide)
    theme = theme_of(slide)
    inner = Box(area.x + area.width // 12, area.y, area.width * 10 // 12, area.height * 2 // 3)
    size = largest([words], theme.major, inner.width / _POINT, (32, 28, 24, 20, 18), lines=6)
    draw(slide, "Quote rule", Box(area.x, inner.y, EMU // 12, inner.height), Look(fill="accent1"))
    draw(slide, "Quote", inner, _TEXT, [Words(words, size, italic=True, is_heading=True)], "ctr", 0)
    if source:
        below = Box(inner.x, inner.bottom + GUTTER // 2, inner.width, EMU // 2)
        draw(slide, "Source", below, _TEXT, [Words(source, 18)], "t", 0)


def heading_above(slide: Slide, box: Box, words: str) -> None:
    """What a quotation is evidence of, small above it: its title's place holds the quotation itself."""
    height = EMU // 2
    place = Box(box.x, max(box.y - height, 0), box.width, height)
    draw(slide, "Heading", place, _TEXT, [Words(words, 18, color="accent1", bold=True)], "b", 0)


COMPOSED: dict[str, Callable[[Slide, Sequence[Item]], None]] = {
    "process": process, "timeline": timeline, "team": team,
}  # fmt: skip
_TEXT = Look(is_text_box=True)
PAD = EMU // 5
_LITTLE = 0.85
_STEP_LEAST = 19  # points
_MOST_STEP_ROWS = 6
_BAND_LEAST = 20  # points
_STEP_GAP = GUTTER * 3 // 2
_LEAST = 12
_HEADS = (30, 28, 26, 24, 22, 20, 18, 16, 14, 13, 12)
_FEW = 3
_LARGE_HEADS = (40, 36, 32, *_HEADS)
_BODIES = (26, 24, 22, 20, 18, 16, 15, 14, 13, 12)
_LARGE_BODIES = (30, 28, *_BODIES)


def largest(
    texts: Sequence[str], font: str, width: float, sizes: Sequence[float], *, bold: bool = False, lines: int
) -> float:
    """The largest of the sizes at which every text takes at most `lines` lines of `width` points, else the last.

    A little smaller where that spares a last line of one word or sign.
    """
    suiting: list[float] = []
    for size in sizes:
        extents = [measure([Paragraph((Span(text, font, size, bold),))], width) for text in texts]
        if all(each.lines <= lines and each.widest_word <= width for each in extents):
            if not any(dangles(each, width, 2) for each in extents):
                return size
            suiting.append(size)
        if suiting and size < suiting[0] * _LITTLE:
            break
    return suiting[0] if suiting else sizes[-1]


def theme_of(slide: Slide) -> Theme:
    return slide.deck.theme_of(slide.master or slide.deck.masters[0])


def on(theme: Theme, slot: str) -> str:
    """The theme's text or ground colour, whichever reads better on that slot."""
    ground = theme.slot(slot) or "808080"
    return max(("bg1", "tx1"), key=lambda each: contrast(theme.slot(each) or "000000", ground))


def readable(theme: Theme, slot: str, ground: str = "bg1", least: float = 4.5) -> str:
    """That slot as a text colour if it stands out enough from the ground, else the text colour."""
    colors = theme.slot(slot), theme.slot(ground)
    return slot if colors[0] and colors[1] and contrast(colors[0], colors[1]) >= least else "tx1"


def card(slide: Slide, name: str, box: Box, words: Sequence[Words]) -> Shape:
    """On the theme's second ground where that is seen, else outlined."""
    theme = theme_of(slide)
    ground, raised = theme.slot("bg1"), theme.slot("bg2")
    is_visible = ground and raised and 1.03 < contrast(ground, raised) < 1.8
    look = Look(fill="bg2") if is_visible else Look(line="tx1 50", line_width=1)
    return draw(slide, name, box, look, words, "t", PAD)


def _step_words(item: Item, head: float, body: float, before: float = 6) -> list[Words]:
    return [Words(item.head, head, bold=True), *([Words(item.text, body, before=before)] if item.text else [])]


def _lower(shape: Shape, inset: int) -> None:
    """Its text begins that far below its top."""
    if shape.text_body is not None:
        need(shape.text_body, "a:bodyPr").set("tIns", str(inset))


def _disc(slide: Slide, name: str, box: Box, slot: str, sign: str) -> None:
    """A filled disc with a number or initials."""
    size = max(round(box.width / _POINT / 2.6), 12)
    words = [Words(sign, size, on(theme_of(slide), slot), bold=True, align="ctr")]
    draw(slide, name, box, Look("ellipse", fill=slot), words, "ctr", 0)


def _shallow(band: Box, deep: int) -> Box:
    """As deep as its cards need and not much more, two fifths of what is left over above it."""
    height = min(band.height, max(deep, band.height * 9 // 20))
    return Box(band.x, band.y + (band.height - height) * 2 // 5, band.width, height)


def _height(words: Sequence[Words], theme: Theme, width: float) -> int:
    """Of these paragraphs set in the theme's body font, in EMU."""
    paragraphs = [
        Paragraph((Span(each.text, theme.minor, each.size, each.bold),), before=each.before) for each in words
    ]
    return round(measure(paragraphs, width).height * _POINT)


def _initials(name: str) -> str:
    words = [word for word in name.replace("Dr.", "").split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "•"
