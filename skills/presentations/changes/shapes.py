"""One slide in two versions: shapes added, deleted, moved, restyled; text, cells, chart data, pictures, notes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from lxml import etree

from copilot_server.agent.changes import Change
from copilot_server.office.xml import Element
from skills.presentations.changes.restyling import restyled
from skills.presentations.document import charts, tables
from skills.presentations.document.fitting import fit
from skills.presentations.document.markup import child, every, number, remove, tag
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide
from skills.presentations.reading.drawn import exhibited

_CANONICAL: Any = "c14n"  # lxml's stubs do not know this method
_MAX_TEXT = 80
_LEAD = 20  # characters shown of what two texts have in common
_MAX_CELLS = 12


def slide_changes(old: Slide, new: Slide) -> Iterator[Change]:
    """Everything that differs on one slide, in drawing order."""
    if old.is_hidden != new.is_hidden:
        kind, verb = ("slide_hidden", "hid") if new.is_hidden else ("slide_shown", "showed")
        yield Change(kind, new.anchor, old.is_hidden, new.is_hidden, f"{verb} {new.name}")
    is_dressed_anew = old.layout_name == new.layout_name and old.layout not in new.deck.parts.package
    if old.layout != new.layout and not is_dressed_anew:
        text = f"{new.name}: layout {old.layout_name!r} → {new.layout_name!r}"
        yield Change("layout", new.anchor, old.layout_name, new.layout_name, text, replayable=False)
    olds, news = ({shape.key: shape for shape in slide.shapes} for slide in (old, new))
    for key, shape in olds.items():
        if key not in news:
            facts = {"kind": shape.kind, "name": shape.name, "text": shape.text}
            yield Change("shape_deleted", shape.anchor, facts, text=f"{new.name}: deleted {_noun(shape)}")
    for key, shape in news.items():
        before = olds.get(key)
        yield from _added(shape) if before is None else _shape_changes(before, shape)
    yield from _order(olds, news, new)
    yield from _rest(old, new)


def _added(shape: Shape) -> Iterator[Change]:
    box = shape.box
    facts = {"kind": shape.kind, "name": shape.name, "text": shape.text, "box": box.tuple() if box else None}
    words = f" {_quoted(shape.text)}" if shape.text.strip() else ""
    if told := exhibited(shape):
        words = f": {told}"
    yield Change(
        "shape_added",
        shape.anchor,
        after=facts,
        replayable=False,
        text=f"{shape.slide.name}: added {_noun(shape)}{words}",
    )


def _shape_changes(old: Shape, new: Shape) -> Iterator[Change]:
    where = f"{new.slide.name}, {_noun(new)}"
    seen = False
    for change in (
        *_place(old, new, where),
        *_words(old, new, where),
        *_cells(old, new, where),
        *_columns(old, new, where),
        *_chart(old, new, where),
        *_about(old, new, where),
        *_picture(old, new, where),
    ):
        seen = True
        yield change
    if not seen and new.kind != "group" and _canonical(old.element) != _canonical(new.element):
        told = restyled(old, new) or "formatting changed"
        yield Change("shape_restyled", new.anchor, text=f"{where}: {told}", replayable=False)
    elif seen and new.kind != "group" and not _style(new) <= _style(old):
        told = restyled(old, new) or "formatting changed"
        yield Change("shape_restyled", new.anchor, text=f"{where}: {told} too", replayable=False)


def _place(old: Shape, new: Shape, where: str) -> Iterator[Change]:
    before, after = old.box, new.box
    if before and after and before != after:
        is_move = (before.width, before.height) == (after.width, after.height)
        verb = "moved" if is_move else "resized"
        yield Change(
            f"shape_{verb}",
            new.anchor,
            before.tuple(),
            after.tuple(),
            f"{where}: {verb} {before.inches()} → {after.inches()}",
        )
    if old.rotation != new.rotation:
        yield Change(
            "shape_rotated",
            new.anchor,
            old.rotation,
            new.rotation,
            f"{where}: rotated {old.rotation:g}° → {new.rotation:g}°",
        )


def _words(old: Shape, new: Shape, where: str) -> Iterator[Change]:
    if old.text == new.text:
        return
    before, after = _around_difference(_flat(old.text), _flat(new.text))
    told = f"{where}: {_quoted(before)} → {_quoted(after)}"
    yield Change("text", new.anchor, old.text, new.text, told + _size_told(old, new))


def _size_told(old: Shape, new: Shape) -> str:
    """The size of type where fitting the new words changed the scale of it."""
    if _scale(old) == _scale(new):
        return ""
    before, after = (found.smallest if (found := fit(shape)) else None for shape in (old, new))
    return f", text now {after:.3g} pt" + (f" (was {before:.3g})" if before else "") if after else ""


def _scale(shape: Shape) -> int:
    return number(child(shape.text_body, "a:bodyPr/a:normAutofit"), "fontScale", 100_000)


def _cells(old: Shape, new: Shape, where: str) -> Iterator[Change]:
    if old.table is None or new.table is None:
        return
    before, after = tables.texts(old.table), tables.texts(new.table)
    sizes = [(len(rows), max(map(len, rows), default=0)) for rows in (before, after)]
    if sizes[0] != sizes[1]:
        text = f"{where}: table {sizes[0][0]}×{sizes[0][1]} → {sizes[1][0]}×{sizes[1][1]}"
        yield Change("table", new.anchor, before, after, text, replayable=False)
        return
    changed = [(r, c) for r, row in enumerate(after) for c, word in enumerate(row) if before[r][c : c + 1] != [word]]
    for row, column in changed[:_MAX_CELLS]:
        one, other = before[row][column], after[row][column]
        yield Change(
            "table_cell",
            f"{new.anchor}/R{row + 1}C{column + 1}",
            one,
            other,
            f"{where}: row {row + 1}, column {column + 1}: {_quoted(one)} → {_quoted(other)}",
        )
    if len(changed) > _MAX_CELLS:
        rest = [f"{new.anchor}/R{r + 1}C{c + 1}" for r, c in changed[_MAX_CELLS:]]
        yield Change("table_cell", new.anchor, before, after, f"{where}: {len(rest)} more cells changed")


def _columns(old: Shape, new: Shape, where: str) -> Iterator[Change]:
    if old.table is None or new.table is None:
        return
    before, after = tables.widths(old.table), tables.widths(new.table)
    if before != after and len(before) == len(after):
        shown = " ".join(f"{width / 914400:.3g}" for width in after)
        yield Change("table", new.anchor, before, after, f"{where}: columns now {shown} in", replayable=False)


def _chart(old: Shape, new: Shape, where: str) -> Iterator[Change]:
    if not old.chart_part or not new.chart_part:
        return
    before, after = (shape.slide.deck.parts.xml(shape.chart_part or "") for shape in (old, new))
    if charts.data(before) != charts.data(after):
        names = ", ".join(charts.series_name(each) for each in charts.series(after))
        called = exhibited(new).partition(", ")[2]  # the words at a point stay, whatever its value is now
        yield Change(
            "chart_data",
            new.anchor,
            charts.data(before),
            charts.data(after),
            f"{where}: chart data changed ({names}; {len(charts.categories(after))} categories)"
            + (f"; as before: {called}" if called else ""),
        )
    elif _canonical(before) != _canonical(after):
        yield Change("chart_format", new.anchor, text=f"{where}: the chart's looks changed", replayable=False)


def _about(old: Shape, new: Shape, where: str) -> Iterator[Change]:
    if old.alt != new.alt:
        yield Change("alt_text", new.anchor, old.alt, new.alt, f"{where}: alternative text {_quoted(new.alt)}")
    if old.name != new.name:
        yield Change("shape_renamed", new.anchor, old.name, new.name, f"{where}: named {new.name!r}")


def _picture(old: Shape, new: Shape, where: str) -> Iterator[Change]:
    before, after = (_picture_bytes(shape) for shape in (old, new))
    if before != after:
        yield Change("picture", new.anchor, text=f"{where}: another picture", replayable=False)


def _picture_bytes(shape: Shape) -> bytes | None:
    rid = shape.picture_id
    part = shape.slide.deck.parts.target(shape.slide.part, rid) if rid else None
    return shape.slide.deck.parts.package.read(part) if part else None


def _order(olds: dict[str, Shape], news: dict[str, Shape], slide: Slide) -> Iterator[Change]:
    before = [key for key in olds if key in news]
    after = [key for key in news if key in olds]
    if before != after:
        yield Change("reading_order", slide.anchor, before, after, f"{slide.name}: shapes reordered")


def _rest(old: Slide, new: Slide) -> Iterator[Change]:
    """Notes, and what of the slide is no shape: background, transition, animations."""
    if old.notes != new.notes:
        before, after = _around_difference(_flat(old.notes), _flat(new.notes))
        yield Change(
            "notes",
            f"{new.anchor}/notes",
            old.notes,
            new.notes,
            f"{new.name}, its notes: {_quoted(before)} → {_quoted(after)}",
        )
    for name, path in (("background", "p:cSld/p:bg"), ("animations", "p:timing")):
        if _canonical(child(old.root, path)) != _canonical(child(new.root, path)):
            yield Change(name, new.anchor, text=f"{new.name}: {name} changed", replayable=False)
    if _transitions(old) != _transitions(new):
        yield Change("transition", new.anchor, text=f"{new.name}: transition changed", replayable=False)


def _transitions(slide: Slide) -> list[str]:
    return [_canonical(each) for each in every(slide.root, "p:transition")]


def _style(shape: Shape) -> frozenset[str]:
    """The looks that occur in the shape, without what is told apart already: its place, words, name."""
    bare = copy.deepcopy(shape.element)
    for each in [*every(bare, "a:t"), *every(bare, "p:cNvPr"), *every(bare, "a:xfrm"), *every(bare, "p:xfrm")]:
        each.text = None
        each.attrib.clear()
        each[:] = []
    kept = [each for each in (child(bare, "p:spPr"), child(bare, "p:style")) if each is not None]
    for autofit in [*every(bare, "a:normAutofit")]:
        remove(autofit)
    looks = [each for name in ("a:rPr", "a:pPr", "a:bodyPr", "a:tcPr") for each in every(bare, name)]
    return frozenset(_canonical(each) for each in [*kept, *looks] if len(each) or each.attrib)


def _canonical(element: Element | None) -> str:
    return "" if element is None else etree.tostring(element, method=_CANONICAL, with_tail=False).decode()


def _noun(shape: Shape) -> str:
    if shape.placeholder is not None and tag(shape.element) == "p:sp":
        return f"{shape.role} ({shape.key})"
    return f"{shape.kind} {shape.name!r} ({shape.key})"


def _around_difference(old: str, new: str) -> tuple[str, str]:
    """Long texts from shortly before they part, so that what changed is what is seen."""
    same = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    if max(len(old), len(new)) <= _MAX_TEXT or same <= _LEAD * 2:
        return old, new
    return "…" + old[same - _LEAD :], "…" + new[same - _LEAD :]


def _flat(text: str) -> str:
    return " / ".join(part.strip() for part in text.split("\n") if part.strip()).replace("\v", " ⏎ ")


def _quoted(text: str) -> str:
    flat = _flat(text)
    return "“" + (flat if len(flat) <= _MAX_TEXT else flat[: _MAX_TEXT - 1] + "…") + "”"
