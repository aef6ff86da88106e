"""The named styles of a file: found by the names people use, added where a built-in one is missing."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, TypeAlias

from copilot_server.errors import TargetNotFound
from copilot_server.office.xml import NS, serialize
from skills.documents.document.built_in_styles import built_in
from skills.documents.document.markup import ID, PPR, child, is_on, make, number, value, w

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.word import WordDocument

StyleKind: TypeAlias = Literal["paragraph", "character", "table", "numbering"]
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
_MAX_CHAIN = 20  # Word allows fewer; a chain that goes round ends here


@dataclass(frozen=True, slots=True)
class Style:
    id: str
    name: str
    kind: str
    based_on: str | None
    element: Element


class Styles:
    """Over the tree of styles.xml; asked anew for each edit, since the tree may have grown."""

    def __init__(self, root: Element | None) -> None:
        self.root = root
        found = [] if root is None else [_style(each) for each in root.iterfind(w("style"))]
        self._by_id = {style.id: style for style in found}

    @property
    def all(self) -> tuple[Style, ...]:
        return tuple(self._by_id.values())

    def by_id(self, style_id: str | None) -> Style | None:
        return None if style_id is None else self._by_id.get(style_id)

    def name_of(self, style_id: str | None) -> str:
        """As Word's users see it; "Normal" for none."""
        style = self.by_id(style_id)
        if style is None:
            return style_id or "Normal"
        return style.name[:1].upper() + style.name[1:]

    def named(self, name: str, kind: StyleKind = "paragraph") -> Style | None:
        """By name, alias or id, case and blanks aside."""
        wanted = _plain(name)
        styles = [style for style in self._by_id.values() if style.kind == kind]
        for style in styles:
            names = [style.name, *(value(style.element, "aliases") or "").split(",")]
            if wanted in {_plain(each) for each in names}:
                return style
        return next((style for style in styles if _plain(style.id) == wanted), None)

    def chain(self, style_id: str | None) -> list[Style]:
        """The style and those it is based on, nearest first."""
        found: list[Style] = []
        style = self.by_id(style_id)
        while style is not None and len(found) < _MAX_CHAIN:
            found.append(style)
            style = self.by_id(style.based_on)
        return found

    def heading_level(self, style_id: str | None) -> int | None:
        """1 to 9 for what shows in the outline, 0 for a title, None for body text."""
        for style in self.chain(style_id):
            match = _HEADING.fullmatch(style.name)
            if match:
                return int(match[1])
            if style.name.lower() == "title":
                return 0
            level = value(style.element.find(PPR), "outlineLvl")
            if level is not None:
                return number(level) + 1 if number(level) < 9 else None
        return None

    def inherited(self, style_id: str | None, tag: str, local: str) -> Element | None:
        """The nearest `w:local` within `tag` (`w:pPr` or `w:rPr`) along the chain."""
        for style in self.chain(style_id):
            found = child(style.element.find(tag), local)
            if found is not None:
                return found
        return None

    @property
    def default_id(self) -> str | None:
        """Of the paragraph style used where none is named."""
        for style in self._by_id.values():
            if style.kind == "paragraph" and style.element.get(w("default")) in {"1", "true", "on"}:
                return style.id
        return None

    def near(self, name: str, kind: StyleKind) -> list[str]:
        names = {style.name.lower(): style.name for style in self._by_id.values() if style.kind == kind}
        return [names[each] for each in get_close_matches(name.lower(), names, 4, 0.5)]


def styles_of(document: WordDocument) -> Styles:
    part = document.part("styles")
    return Styles(None if part is None else document.tree(part))


def use_style(document: WordDocument, name: str, kind: StyleKind = "paragraph") -> str:
    """The id of a style by that name; a built-in one the file lacks is added. Raises TargetNotFound."""
    part = document.part("styles")
    styles = Styles(None if part is None else document.tree(part))
    found = styles.named(name, kind)
    if found is not None:
        return found.id
    made = built_in(name, kind)
    if made is not None and part is None:
        document.add_part("word/styles.xml", serialize(_no_styles()), _TYPE, f"{NS['r']}/styles")
        return use_style(document, name, kind)  # which may be the one a file without styles begins with
    if made is None or part is None:
        near = ", ".join(map(repr, styles.near(name, kind))) or "none like it"
        raise TargetNotFound(f"no {kind} style {name!r} in this document; near: {near}")
    return _add(document, part, made)


def _no_styles() -> Element:
    """For a file without any: what is not styled looks as it did."""
    normal = make("style", {"type": "paragraph", "default": "1", "styleId": "Normal"}, make("name", {"val": "Normal"}))
    return make("styles", None, normal)


def import_style(document: WordDocument, style: Style, made: Element) -> str:
    """The id, in this document, of a style of another file: of the one so named, else of a copy of `made`."""
    part = document.part("styles")
    own = Styles(None if part is None else document.tree(part)).named(style.name, _kind(style))
    if own is not None or part is None:
        return style.id if own is None else own.id
    made.attrib.pop(w("default"), None)
    return _add(document, part, made)


def _kind(style: Style) -> StyleKind:
    match style.kind:
        case "character" | "table" | "numbering" as kind:
            return kind
        case _:
            return "paragraph"


def _add(document: WordDocument, part: str, made: Element) -> str:
    root = document.edit(part)
    styles = Styles(root)
    made = copy.deepcopy(made)
    base = child(made, "basedOn")
    kind = made.get(w("type"), "paragraph")
    if base is not None and styles.by_id(value(made, "basedOn")) is None:
        if kind == "paragraph" and styles.default_id is not None:
            base.set(w("val"), styles.default_id)
        else:
            made.remove(base)
    style_id = made.get(w("styleId"), "Style")
    while styles.by_id(style_id) is not None:
        style_id += "A"
    made.set(w("styleId"), style_id)
    root.append(made)
    return style_id


def _style(element: Element) -> Style:
    return Style(
        id=element.get(w("styleId"), element.get(ID, "")),
        name=value(element, "name") or element.get(w("styleId"), ""),
        kind=element.get(w("type"), "paragraph"),
        based_on=value(element, "basedOn"),
        element=element,
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


def is_hidden(style: Style) -> bool:
    return is_on(style.element, "semiHidden") and not is_on(style.element, "unhideWhenUsed")
