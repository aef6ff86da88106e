"""Parts from one deck into another: slides with all they show, masters with their layouts and themes."""

from __future__ import annotations

import copy
import posixpath
import re

from copilot_server.errors import Refused
from copilot_server.office import relationships, xml
from copilot_server.office.xml import qname
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, children, need, node, number, remove
from skills.presentations.document.relayout import scale, set_layout
from skills.presentations.document.slide import Slide

_LEFT = {"slide", "comments", "tags", "notesSlide"}
_NUMBER = re.compile(r"\d*(\.[^./]+)$")


def copy_slide(target: Deck, slide: Slide, position: int | None) -> Slide:
    """On the target's layout of the same name or kind, so it takes on the target's looks; notes come along."""
    layout = like_layout(target, slide)
    made = {slide.layout: layout} if slide.layout else {}
    part = _bring(target, slide.deck, slide.part, {key: value for key, value in made.items() if key})
    new = target.list_slide(part, position)
    if slide.notes.strip():
        from skills.presentations.document.notes import set_notes  # noqa: PLC0415

        set_notes(new, slide.notes)
    new.edit()
    width, height = target.size
    old_width, old_height = slide.deck.size
    if (width, height) != (old_width, old_height):
        scale(new, width / old_width, height / old_height)
    set_layout(new, layout)
    return new


def apply_template(deck: Deck, template: Deck) -> None:
    """The template's masters instead of the deck's; every slide goes to the layout most like its own."""
    if not template.layouts:
        raise Refused("the template has no slide layouts")
    old_masters, old_size = deck.masters, deck.size
    wanted = {slide.id: like_layout(template, slide) for slide in deck.slides}
    made: dict[str, str] = {}
    for master in template.masters:
        _add_master(deck, template, master, made)
    # what has a place of its own is stretched first: a chart then takes that of its new placeholder as it is
    _take_size(deck, template, old_size)
    for slide in deck.slides:
        set_layout(slide, made[wanted[slide.id]])
    for master in old_masters:
        _drop_master(deck, master)
    _take_table_styles(deck, template)
    deck.refresh()


def like_layout(deck: Deck, slide: Slide) -> str:
    """Of the deck's layouts the one with the slide's layout's name, its type, or most alike placeholders."""
    layouts = deck.layouts
    if not layouts:
        raise Refused("the deck has no slide layouts")
    own = slide.deck.parts.xml(slide.layout) if slide.layout else None
    name, kind = slide.layout_name.lower(), own.get("type") if own is not None else None
    for layout in layouts:
        if deck.layout_name(layout).lower() == name:
            return layout
    for layout in layouts:
        if kind and kind != "cust" and deck.parts.xml(layout).get("type") == kind:
            return layout
    wanted = _shape_count(slide.deck, slide.part)
    return min(layouts, key=lambda layout: abs(_shape_count(deck, layout) - wanted))


def _shape_count(deck: Deck, part: str) -> int:
    from skills.presentations.document.shapes import placeholders  # noqa: PLC0415

    return sum(own.get("type") not in {"dt", "ftr", "sldNum"} for _, own in placeholders(deck.parts.xml(part)))


def _bring(target: Deck, source: Deck, name: str, made: dict[str, str]) -> str:
    """The new name of a part copied with what it relates to; `made` says what is there already."""
    package = source.parts.package
    new = target.parts.package.fresh_name(_NUMBER.sub(r"{}\1", name))
    made[name] = new
    content_type = package.content_type(name) or "application/octet-stream"
    data = xml.serialize(source.parts.xml(name)) if content_type.endswith("xml") else package.read(name)
    target.parts.write(new, data, content_type)
    links = package.relationships(name)
    if links:
        _bring_links(target, source, name, new, made)
    return new


def _bring_links(target: Deck, source: Deck, name: str, new: str, made: dict[str, str]) -> None:
    package = source.parts.package
    root = copy.deepcopy(xml.parse(package.read(relationships.part_of(name))))
    by_id = {each.id: each for each in package.relationships(name)}
    for element in list(root):
        link = by_id.get(element.get("Id", ""))
        if link is None or link.external:
            continue
        if link.target not in package or (link.kind in _LEFT and link.target not in made):
            root.remove(element)
            continue
        found = made.get(link.target) or _bring(target, source, link.target, made)
        element.set("Target", relationships.relative(found, new))
        kind = posixpath.basename(link.type)
        element.set("Type", _relationship_type(target, link.type, kind))
    target.parts.package.write(relationships.part_of(new), xml.serialize(root), relationships.CONTENT_TYPE)


def _relationship_type(target: Deck, written: str, kind: str) -> str:
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
    plain = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    if written.startswith((strict, plain)):
        return (strict if target.parts.is_strict else plain) + kind
    return written


def _add_master(deck: Deck, template: Deck, master: str, made: dict[str, str]) -> None:
    new = _bring(deck, template, master, made)
    listed = need(deck.parts.edit(deck.main), "p:sldMasterIdLst")
    rid = deck.parts.relate(deck.main, "slideMaster", new)
    deck.refresh()
    fresh = _free_id(deck)
    listed.append(node("p:sldMasterId", {"id": fresh, "r:id": rid}))
    for at, entry in enumerate(children(child(deck.parts.edit(new), "p:sldLayoutIdLst"), "p:sldLayoutId"), start=1):
        entry.set("id", str(fresh + at))


def _free_id(deck: Deck) -> int:
    """Masters and layouts share one range of ids (ECMA-376 Part 1, 19.7.10 and 19.7.14)."""
    used = [number(entry, "id") for entry in deck.root.iter(qname("p:sldMasterId"))]
    for master in deck.masters:
        used += [number(entry, "id") for entry in deck.parts.xml(master).iter(qname("p:sldLayoutId"))]
    return max([2147483647, *used]) + 1


def _drop_master(deck: Deck, master: str) -> None:
    """The master, its layouts and its theme; they hold each other, so they go by name."""
    package = deck.parts.package
    layouts = package.related(master, "slideLayout")
    theme = deck.parts.one(master, "theme")
    for link in package.relationships(deck.main):
        if link.target in {master, theme} and not link.external:
            package.unrelate(deck.main, link.id)
            for entry in list(deck.parts.edit(deck.main).iter(qname("p:sldMasterId"))):
                if entry.get(qname("r:id")) == link.id:
                    remove(entry)
    deck.refresh()
    held = {
        t
        for part in (master, *layouts)
        for each in package.relationships(part)
        if not each.external and (t := each.target) in package
    }
    for part in (master, *layouts):
        deck.parts.remove(part)
    for part in held - {master, *layouts}:
        deck.drop_unused(part)
    if deck.parts.one(deck.main, "theme") is None and deck.masters:
        fresh = deck.parts.one(deck.masters[0], "theme")
        if fresh:
            deck.parts.relate(deck.main, "theme", fresh)


def _take_size(deck: Deck, template: Deck, old: tuple[int, int]) -> None:
    size = child(template.root, "p:sldSz")
    if template.size == old or size is None:
        return
    present = need(deck.parts.edit(deck.main), "p:sldSz")
    present.attrib.clear()
    for name, value in size.attrib.items():
        present.set(str(name), str(value))
    for slide in deck.slides:
        slide.edit()
        scale(slide, template.size[0] / old[0], template.size[1] / old[1])


def _take_table_styles(deck: Deck, template: Deck) -> None:
    """Styles the deck lacks are added; the template's default becomes the deck's."""
    theirs, ours = template.parts.one(template.main, "tableStyles"), deck.parts.one(deck.main, "tableStyles")
    if theirs is None or ours is None:
        return
    root, added = deck.parts.edit(ours), template.parts.xml(theirs)
    known = {style.get("styleId") for style in root}
    root.extend([copy.deepcopy(style) for style in added if style.get("styleId") not in known])
    if added.get("def"):
        root.set("def", added.get("def", ""))
