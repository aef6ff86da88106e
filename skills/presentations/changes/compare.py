"""Two versions of a deck compared: the list of slides, each slide that may differ, and what all slides share."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from copilot_server.agent.changes import Change, Scope
from copilot_server.office import diff
from copilot_server.office.relationships import part_of
from copilot_server.office.xml import qname
from skills.presentations.changes.shapes import slide_changes
from skills.presentations.document.deck import Deck
from skills.presentations.document.slide import Slide
from skills.presentations.reading.drawn import drawn

_SWAPPED = ("removed", "added")
_SHARED = {"slideMasters": "master", "slideLayouts": "layout", "theme": "theme"}


def compare(before: Deck, after: Deck) -> tuple[Change, ...]:
    """Slides added, deleted, moved, hidden; then shapes, text, cells, chart data, notes; then masters and themes."""
    found = diff.part_diff(before.package, after.package)
    touched = frozenset({*found.changed, *found.added, *found.removed})
    if not touched:
        return ()
    return tuple(_changes(before, after, touched))


def covers(scope: Scope, change: Change) -> bool:
    """A place covers what lies in it: "#257" covers "#257/4" and "#257/notes"."""
    if scope.kinds and change.kind not in scope.kinds:
        return False
    where = change.where
    return any(place in {"*", where} or where.startswith(place + "/") for place in scope.places)


def _changes(before: Deck, after: Deck, touched: frozenset[str]) -> Iterator[Change]:
    olds, news = ({slide.id: slide for slide in deck.slides} for deck in (before, after))
    for slide in before.slides:
        if slide.id not in news:
            yield Change("slide_deleted", slide.anchor, before=_facts(slide), text=f"deleted {slide.name}")
    for slide in after.slides:
        if slide.id not in olds:
            yield _added(slide)
    yield from _moved(before.slides, after.slides, set(olds) & set(news))
    own = {name for slide in (*before.slides, *after.slides) for name in (slide.part, part_of(slide.part))}
    is_only_slides = touched <= own
    for slide in after.slides:
        old = olds.get(slide.id)
        if old is None:
            continue
        parts = {slide.part, part_of(slide.part)} if is_only_slides else _own_parts(old) | _own_parts(slide)
        if parts & touched:
            yield from slide_changes(old, slide)
    yield from _shared(before, after, touched)


def _added(slide: Slide) -> Change:
    text = f"added {slide.name} {slide.anchor} on layout {slide.layout_name!r}"
    if told := drawn(slide):
        text += f": {told}"
    return Change("slide_added", slide.anchor, after=_facts(slide), text=text, replayable=False)


def _facts(slide: Slide) -> dict[str, object]:
    texts = {shape.key: shape.text for shape in slide.shapes if shape.text.strip()}
    return {"number": slide.number, "title": slide.title, "layout": slide.layout_name, "texts": texts}


def _moved(olds: Sequence[Slide], news: Sequence[Slide], common: set[int]) -> Iterator[Change]:
    """The fewest slides whose moving explains the new order."""
    place = {slide.id: at for at, slide in enumerate(slide for slide in olds if slide.id in common)}
    number = {slide.id: slide.number for slide in olds}
    stayed = _longest_rising([place[slide.id] for slide in news if slide.id in common])
    for slide in news:
        if slide.id in common and place[slide.id] not in stayed:
            text = f"moved {slide.name} from position {number[slide.id]} to {slide.number}"
            yield Change("slide_moved", slide.anchor, number[slide.id], slide.number, text)


def _longest_rising(places: Sequence[int]) -> set[int]:
    """The values of a longest increasing subsequence."""
    tails: list[int] = []
    previous: dict[int, int | None] = {}
    for value in places:
        at = bisect_left(tails, value)
        previous[value] = tails[at - 1] if at else None
        tails[at : at + 1] = [value]
    kept: set[int] = set()
    value = tails[-1] if tails else None
    while value is not None:
        kept.add(value)
        value = previous[value]
    return kept


def _own_parts(slide: Slide) -> set[str]:
    """The parts that hold what people see as this slide."""
    package = slide.deck.parts.package
    held = [
        each.target for each in package.relationships(slide.part) if not each.external and each.kind not in _NOT_OWN
    ]
    return {slide.part, part_of(slide.part), *held}


_NOT_OWN = {"slideLayout", "slide", "image"}


def _shared(before: Deck, after: Deck, touched: frozenset[str]) -> Iterator[Change]:
    """Masters, layouts and themes, those of one fate together: a template brings a dozen."""
    themes = {deck.parts.one(master, "theme") for deck in (before, after) for master in deck.masters}
    found: dict[tuple[str, str], list[str]] = {}
    for name in sorted(touched):
        kind = _SHARED.get(name.removeprefix("ppt/").partition("/")[0])
        if kind and not name.endswith(".rels") and (kind != "theme" or name in themes):
            found.setdefault((kind, _fate(name, before, after)), []).append(name)
    if {("master", "removed"), ("master", "added")} <= set(found):
        yield _dressed_anew(before, after, found)
    if after.root.get("rtl") == "1" != before.root.get("rtl") and ("master", "changed") in found:
        yield _turned(found)
    for (kind, fate), names in found.items():
        shown = before if fate == "removed" else after
        labels = [name.rpartition("/")[2] if kind == "theme" else shown.layout_name(name) for name in names]
        what = f"{kind} {labels[0]!r}" if len(labels) == 1 else f"{len(labels)} {kind}s: {', '.join(labels[:20])}"
        yield Change(kind, f"deck/{names[0]}", text=f"{fate} {what}", replayable=False)
    if before.main in touched:
        yield from _deck_properties(before, after)


def _dressed_anew(before: Deck, after: Deck, found: dict[tuple[str, str], list[str]]) -> Change:
    """Another template in one line; takes what it tells out of `found`."""
    told = {key: found.pop(key, []) for key in [(kind, fate) for kind in _SHARED.values() for fate in _SWAPPED]}
    old, new = (
        f"{_theme_name(deck, told['master', fate][0])!r} ({len(told['layout', fate])} layouts)"
        for deck, fate in ((before, "removed"), (after, "added"))
    )
    return Change("master", f"deck/{told['master', 'added'][0]}", text=f"template {old} → {new}", replayable=False)


def _turned(found: dict[tuple[str, str], list[str]]) -> Change:
    """Masters and layouts that now begin at the right, in one line; takes them out of `found`."""
    names = [name for kind in ("master", "layout") for name in found.pop((kind, "changed"), [])]
    return Change("master", f"deck/{names[0]}", text="template turned to begin at the right", replayable=False)


def _theme_name(deck: Deck, master: str) -> str:
    part = deck.parts.one(master, "theme")
    return (deck.parts.xml(part).get("name") if part else None) or master.rpartition("/")[2]


def _fate(name: str, before: Deck, after: Deck) -> str:
    if name not in before.parts.package:
        return "added"
    return "changed" if name in after.parts.package else "removed"


def _deck_properties(before: Deck, after: Deck) -> Iterator[Change]:
    if before.size != after.size:
        yield Change("slide_size", "deck", before.size, after.size, "changed the slide size", replayable=False)
    old, new = _sections(before), _sections(after)
    if old != new and _without_slides(old, after) != _without_slides(new, before):
        yield Change("sections", "deck", old, new, "changed the sections", replayable=False)


def _sections(deck: Deck) -> list[tuple[str, list[str]]]:
    return [
        (section.get("name", ""), [listed.get("id", "") for listed in section.iter(qname("p14:sldId"))])
        for section in deck.root.iter(qname("p14:section"))
    ]


def _without_slides(sections: list[tuple[str, list[str]]], other: Deck) -> list[tuple[str, list[str]]]:
    """Sections without the slides the other version has not: these are told as slides."""
    known = {str(slide.id) for slide in other.slides}
    return [(name, [key for key in keys if key in known]) for name, keys in sections]
