"""Content put into a deck: the layout chosen, its placeholders filled, what does not fit carried to a next slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from copilot_server.office.text.layout import measure
from skills.presentations.design import compose, figuring, variants
from skills.presentations.design.archetypes import Kind, counts, layout_for
from skills.presentations.design.area import EMU, columns, content_area
from skills.presentations.design.balancing import balance
from skills.presentations.design.content import Content
from skills.presentations.design.growing import grow, grow_quote, is_ours, lead, set_tightly
from skills.presentations.design.mirroring import mirror, runs_from_the_right
from skills.presentations.design.tabling import add_table, rows_that_fit
from skills.presentations.document import notes, text
from skills.presentations.document.building import Look, Words, draw, new_slide, transform
from skills.presentations.document.charting import add_chart
from skills.presentations.document.deck import Deck
from skills.presentations.document.fitting import fit, measured, refit, set_scale
from skills.presentations.document.markup import need, put, remove
from skills.presentations.document.pictures import add_picture
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide
from skills.presentations.document.styles import Cascade
from skills.presentations.document.text import Line

COMFORT = 14.0  # points: new text is split over slides before it gets smaller than this
_MAX_PARTS = 6


def add_slides(deck: Deck, content: Content, position: int | None = None, layout: str | None = None) -> list[Slide]:
    """One slide, or as many as the text or table needs; `position` is that of the first (None: at the end)."""
    if _may_need_more(deck, content, layout):
        first = _add(deck, content, position, layout)
        if _is_comfortable(first):
            return [first]
        deck.delete(first)
    made: list[Slide] = []
    for at, part in enumerate(_parts(deck, content, layout)):
        made.append(_add(deck, part, None if position is None else position + at, layout))
    return made


def _add(deck: Deck, content: Content, position: int | None, layout: str | None) -> Slide:
    content = _with_kind(deck, content)
    chosen = layout or variants.layout(deck, content) or layout_for(deck, _place(deck, content))
    slide = new_slide(deck, chosen, position)
    _fill(slide, content)
    mirror(slide, content)
    for shape in slide.shapes:
        if shape.is_empty_placeholder and shape.role not in {"date", "footer", "number"}:
            remove(shape.element)
        else:
            balance(shape)
    if content.notes:
        notes.set_notes(slide, content.notes)
    return slide


def _place(deck: Deck, content: Content) -> Kind:
    """Words beside a chart or table want the layout with a place for them, which would stand empty without."""
    if content.kind == "chart":
        return "chart" if content.lines else "table"
    return "chart" if content.kind == "table" and content.lines and is_ours(deck) else content.kind


def _with_kind(deck: Deck, content: Content) -> Content:
    """Two headed columns are a comparison wherever the template has a layout for one."""
    has_heads = len(content.items) == 2 and all(item.head for item in content.items)
    if content.kind == "two_columns" and has_heads and counts(deck, layout_for(deck, "comparison"))[1] == 4:
        return replace(content, kind="comparison")
    return content


def _fill(slide: Slide, content: Content) -> None:
    slide.edit()
    _title(slide, content)
    match content.kind:
        case "two_columns" | "comparison":
            _columns(slide, content)
        case "key_figures":
            _figures(slide, content)
        case "process" | "timeline" | "team" if content.items:
            compose.COMPOSED[content.kind](slide, content.items)
        case "quote":
            _quote(slide, content)
        case "chart" | "table" | "picture":
            _exhibit(slide, content)
        case _:
            _body(slide, content)


def _title(slide: Slide, content: Content) -> None:
    shape = slide.title_shape
    if content.kind == "quote":
        return
    if shape is not None:
        _write(shape, [Line(content.title)])
    elif content.title:
        width, height = slide.deck.size
        box = Box(width // 18, height // 16, width * 8 // 9, height // 8)
        draw(slide, "Title", box, Look(is_text_box=True), [Words(content.title, 28, bold=True, is_heading=True)], "b")


def _body(slide: Slide, content: Content) -> None:
    """The words into the body; a subtitle goes to its own placeholder, or stands first."""
    bodies = _bodies(slide)
    subtitle = next((shape for shape in slide.shapes if shape.role == "subtitle"), None)
    lines = list(content.lines)
    if content.subtitle and subtitle is None:
        subtitle = bodies.pop(0) if len(bodies) > 1 or (bodies and not lines) else None
        lines = lines if subtitle is not None else [Line(content.subtitle), *lines]
    elif subtitle is not None and not bodies:
        lines = [*([Line(content.subtitle)] if content.subtitle else []), *lines]
        bodies, subtitle = [subtitle], None
    if content.subtitle and subtitle is not None:
        _write(subtitle, [Line(content.subtitle)])
    if lines and bodies:
        _write(bodies[0], lines)
        if content.kind == "bullets" and len(lines) == 1 and is_ours(slide.deck):
            text.set_bullet(bodies[0].paragraphs[0], None)  # one sentence is no list
            grow_quote(bodies[0])
        else:
            grow(bodies[:1], *variants.room_to_grow(slide))
            if variants.has_leads(slide) and any(line.level for line in lines):
                lead(bodies[0])
    elif lines:
        words = [Words(line.text, 18) for line in lines]
        draw(slide, "Text", content_area(slide), Look(is_text_box=True), words, "t")


def _columns(slide: Slide, content: Content) -> None:
    """Heads over contents where the layout has both; otherwise a bold head leads each column."""
    bodies = sorted(_bodies(slide), key=_across)
    items = content.items or _halves(content.lines)
    if len(bodies) >= 2 * len(items):
        pairs = [sorted(bodies[2 * at : 2 * at + 2], key=_down) for at in range(len(items))]
        pairs = pairs[::-1] if runs_from_the_right(content) else pairs
        for item, (head, body) in zip(items, pairs, strict=True):
            _write(head, [Line(item.head)])
            _write(body, _lines(item.text))
        are_said = is_ours(slide.deck) and all(len(_lines(item.text)) == 1 for item in items)
        for _, body in pairs if are_said else ():
            text.set_bullet(body.paragraphs[0], None)  # one line is no list
        grow([body for _, body in pairs], 36 if are_said else 26)  # the heads of lists stay the larger
        return
    if len(bodies) < len(items):
        _spread(slide, bodies, items)
        return
    bodies = bodies[len(items) - 1 :: -1] if runs_from_the_right(content) else bodies
    for item, body in zip(items, bodies, strict=False):
        _write(body, _headed(item))
        if item.head and body.paragraphs:
            text.set_bullet(body.paragraphs[0], None)
    grow(bodies[: len(items)])


def _spread(slide: Slide, bodies: Sequence[Shape], items: Sequence[compose.Item]) -> None:
    """More columns than placeholders: the content area is cut into as many cards."""
    for body in bodies:
        remove(body.element)
    compose.cards(slide, items)


def _figures(slide: Slide, content: Content) -> None:
    """Pairs of placeholders (figure, label) spread over the width; drawn where the layout has too few."""
    bodies = _bodies(slide)
    pairs = list(zip(bodies[::2], bodies[1::2], strict=False))
    count = len(content.items)
    if not (1 if is_ours(slide.deck) else 2) <= count <= len(pairs):
        for body in bodies:
            remove(body.element)
        figuring.figures(slide, content.items)
    elif is_ours(slide.deck):
        _our_figures(slide, content.items, pairs)
    else:
        _their_figures(slide, content, pairs)


def _our_figures(slide: Slide, items: Sequence[compose.Item], pairs: Sequence[tuple[Shape, Shape]]) -> None:
    """Placed and set by the plan."""
    made = figuring.plan(slide, items)
    for pair, item, place in zip(pairs, items, made.places, strict=False):
        parts = ((place.value, item.head, made.size), (place.label, item.text, made.small))
        for shape, (box, words, size) in zip(pair, parts, strict=True):
            put(need(shape.element, "p:spPr"), transform(box))
            _write(shape, [Line(words)])
            set_tightly(shape, size, "ctr" if made.is_beside else None)
    figuring.cards(slide, made)


def _their_figures(slide: Slide, content: Content, pairs: Sequence[tuple[Shape, Shape]]) -> None:
    count = len(content.items)
    cells = columns(content_area(slide), count)
    for pair, item, cell in zip(pairs, content.items, cells, strict=False):
        for shape, words in zip(pair, (item.head, item.text), strict=True):
            box = shape.box
            if box and (count < len(pairs) or runs_from_the_right(content)):
                put(need(shape.element, "p:spPr"), transform(Box(cell.x, box.y, cell.width, box.height)))
            _write(shape, [Line(words)])
    values = [value for value, _ in pairs[:count]]
    least = min(map(_one_line, values))
    for each in values:  # like things in like type: the smallest that one of them needed
        if each.text_body is not None:
            set_scale(each.text_body, least)


def _one_line(shape: Shape) -> float:
    """The scale, in steps of 5 %, at which a figure stands on one line; its own where that is smaller."""
    cascade, box = Cascade(shape), shape.box
    found = fit(shape, 1.0, cascade)
    if found is None or box is None or not shape.paragraphs:
        return cascade.frame().scale
    words = measure(measured(cascade, shape.paragraphs), 100_000).width
    return min(cascade.frame().scale, max(int(found.width / words * 20) / 20, 0.3)) if words > found.width else 1.0


def _quote(slide: Slide, content: Content) -> None:
    words = content.title if not content.lines else " ".join(line.text for line in content.lines)
    source = content.subtitle
    title, bodies = slide.title_shape, _bodies(slide)
    box = title.box if title else None
    if title is not None and box and box.height > slide.deck.size[1] // 4:
        _write(title, [Line(words)])
        grow_quote(title)
        if runs_from_the_right(content) and title.text_body is not None:
            for run in text.all_runs(title.text_body):
                text.properties_of(run).set("i", "0")  # these scripts have no slanted type
        if bodies and source:
            _write(bodies[0], [Line(source)])
        if content.lines and content.title:
            compose.heading_above(slide, box, content.title)
        return
    if title is not None:
        _write(title, [Line(content.title if content.lines else source or "In their words")])
    for body in bodies:
        remove(body.element)
    compose.quote(slide, words, source)


def _exhibit(slide: Slide, content: Content) -> None:
    """A chart, table or picture in its placeholder, the words beside it."""
    holder = _holder(slide, content)
    others = [body for body in _bodies(slide) if holder is None or body.key != holder.key]
    box = (holder.box if holder else None) or content_area(slide)
    link = holder.placeholder if holder else None
    if content.lines and not others:
        box, beside = _cut(box)
        font, width = compose.theme_of(slide).minor, (beside.width - 2 * 91440) / 12700
        size = compose.largest([line.text for line in content.lines], font, width, (20, 18, 16, 14), lines=4)
        words = [Words(line.text, size, before=8) for line in content.lines]
        draw(slide, "Takeaway", beside, Look(is_text_box=True), words, "ctr")
    elif content.lines:
        _write(others[0], content.lines)
        grow(others[:1])
    if content.chart is not None:
        shape = add_chart(slide, "Chart", box, content.chart, link)
        describe(shape, content.chart.title or content.title)
    elif content.rows:
        add_table(slide, box, content.rows, link)
    elif content.picture is not None:
        add_picture(slide, content.picture.data, content.picture.suffix, box, content.picture.alt, link)
    else:
        return
    if holder is not None:
        remove(holder.element)


def describe(shape: Shape, words: str) -> None:
    about = shape.about
    if about is not None:
        about.set("descr", words)


def _holder(slide: Slide, content: Content) -> Shape | None:
    """The placeholder for the exhibit: one of its own type, else the largest of the contents."""
    wanted = "picture" if content.kind == "picture" else content.kind
    shapes = [shape for shape in slide.shapes if shape.placeholder is not None and shape.is_empty_placeholder]
    exact = [shape for shape in shapes if shape.role == wanted]
    general = [shape for shape in shapes if shape.role == "body" and shape.box]
    return (exact or sorted(general, key=lambda shape: shape.box.area if shape.box else 0, reverse=True) or [None])[0]


def _cut(box: Box) -> tuple[Box, Box]:
    """Two thirds for the exhibit, the rest for what it means."""
    left = box.width * 2 // 3
    return Box(box.x, box.y, left - EMU // 8, box.height), Box(
        box.x + left + EMU // 8, box.y, box.width - left - EMU // 8, box.height
    )


def _bodies(slide: Slide) -> list[Shape]:
    return [shape for shape in slide.shapes if shape.role == "body" and shape.text_body is not None]


def _write(shape: Shape, lines: Sequence[Line]) -> None:
    body = shape.text_body
    if body is not None:
        text.set_body(body, text.numbered([Line(line.text, line.level or 0) for line in lines]))
        refit(shape)


def _lines(words: str) -> list[Line]:
    return [Line(part.lstrip("\t"), len(part) - len(part.lstrip("\t"))) for part in words.split("\n") if part.strip()]


def _headed(item: compose.Item) -> list[Line]:
    return [*([Line(f"**{item.head}**")] if item.head else []), *_lines(item.text)]


def _halves(lines: Sequence[Line]) -> list[compose.Item]:
    tops = [at for at, line in enumerate(lines) if not line.level]
    middle = tops[(len(tops) + 1) // 2] if len(tops) > 1 else len(lines)
    joined = [
        "\n".join("\t" * (line.level or 0) + line.text for line in part) for part in (lines[:middle], lines[middle:])
    ]
    return [compose.Item("", words) for words in joined]


def _across(shape: Shape) -> tuple[int, int]:
    box = shape.box
    return (box.x, box.y) if box else (0, 0)


def _down(shape: Shape) -> int:
    return shape.box.y if shape.box else 0


def _parts(deck: Deck, content: Content, layout: str | None) -> list[Content]:
    """The content cut so that each part fits a slide at a comfortable size."""
    if content.rows and content.kind == "table":
        return _table_parts(deck, content)
    if not _may_need_more(deck, content, layout):
        return [content]
    probe = deck.fork()
    for count in range(2, _MAX_PARTS + 1):
        parts = _cut_lines(content, count)
        if all(_is_comfortable(_add(probe, replace(part, notes=""), None, layout)) for part in parts):
            return parts
    return _cut_lines(content, _MAX_PARTS)


def _may_need_more(deck: Deck, content: Content, layout: str | None) -> bool:
    """Whether this is running text in a placeholder, which may go on over further slides."""
    is_text = content.kind in {"bullets", "agenda"} and len(content.lines) > 1
    return is_text and counts(deck, layout or layout_for(deck, content.kind))[1] > 0


def _is_comfortable(slide: Slide) -> bool:
    measured = [found for shape in _bodies(slide) if (found := fit(shape))]
    return all(each.fits and each.smallest >= COMFORT - 0.01 for each in measured)


def _cut_lines(content: Content, count: int) -> list[Content]:
    """Cut at top-level paragraphs into parts of like length."""
    starts = [at for at, line in enumerate(content.lines) if not line.level] or [0]
    starts[0] = 0
    if count == 1 or len(starts) < count:
        return [content]
    cuts = [starts[round(len(starts) * at / count)] for at in range(count)] + [len(content.lines)]
    parts = [content.lines[first:last] for first, last in pairwise(cuts)]
    return [_part(content, at, count, lines=lines) for at, lines in enumerate(parts)]


def _table_parts(deck: Deck, content: Content) -> list[Content]:
    head, body = content.rows[0], content.rows[1:]
    room = max(rows_that_fit(deck, content.rows, 0.6 if content.lines else 1), 2)
    count = -(-len(body) // room) if body else 1
    if count == 1:
        return [content]
    size = -(-len(body) // count)
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    return [_part(content, at, len(chunks), rows=[head, *chunk]) for at, chunk in enumerate(chunks)]


def _part(content: Content, at: int, count: int, **changed: object) -> Content:
    title = f"{content.title} ({at + 1}/{count})"
    return replace(content, title=title, notes=content.notes if at == 0 else "", **changed)  # type: ignore[arg-type]
