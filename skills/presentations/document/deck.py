"""A presentation as its slides, in order, over the package that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, ClassVar

from copilot_server.errors import TargetNotFound, UnsupportedFile
from copilot_server.office.package import NOTHING, Memory, Package
from copilot_server.office.xml import Element, qname
from skills.presentations.document.markup import child, children, need, node, number, remove
from skills.presentations.document.parts import Parts
from skills.presentations.document.shapes import matching_by_type, matching_placeholder, placeholder_of
from skills.presentations.document.slide import Slide
from skills.presentations.document.theme import Theme

SLIDE_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"
PRESENTATION_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_THEMES = Path(__file__).resolve().parents[1] / "themes"
_DEFAULT_THEME = "meridian"
_FIRST_SLIDE_ID = 256  # ECMA-376 Part 1, 19.7.13: smaller ones are invalid
_PRESENTATION_TYPES = (
    "presentation.main",
    "template.main",
    "slideshow.main",
    "presentation.macroEnabled",
    "template.macroEnabled",
    "slideshow.macroEnabled",
    "addin.macroEnabled",
)


class Deck:
    """`attached` are the turn's other files by name: pictures to insert, templates, decks to copy from."""

    kind: ClassVar[str] = "presentation"

    def __init__(self, package: Package, attached: Mapping[str, bytes] = MappingProxyType({})) -> None:
        self.parts = Parts(package)
        self.attached = attached
        self.main = package.main_part
        self._slides: tuple[Slide, ...] | None = None
        self._themes: dict[str, Theme] = {}
        self._layouts: dict[str, tuple[str, ...]] = {}
        self._above: dict[tuple[str, str], str | None] = {}
        self._ancestors: dict[tuple[str, str, str], tuple[Element, ...]] = {}
        self.layouts_known: dict[tuple[str, str], object] = {}
        """What others worked out of a layout, by its part and a name for it; forgotten when layouts change."""

    @classmethod
    def open(cls, source: Path | bytes, known: Memory = NOTHING) -> Deck:
        """Raises kinds of FileError; presentations, templates, shows and their macro forms open alike."""
        package = Package.open(source, known=known)
        main_type = package.content_type(package.main_part) or ""
        if not any(known in main_type for known in _PRESENTATION_TYPES):
            raise UnsupportedFile(f"this is no presentation: its main part is of the type {main_type or 'unknown'}")
        return cls(package)

    @classmethod
    def create(cls, theme: str = _DEFAULT_THEME) -> Deck:
        """An empty deck in one of our own themes; the names are those of the files in `themes/`."""
        path = _THEMES / f"{theme}.pptx"
        if not path.is_file():
            raise TargetNotFound(f"no theme {theme!r}; the themes are {', '.join(theme_names())}")
        return cls(Package.open(path.read_bytes()))

    @classmethod
    def from_template(cls, source: Path | bytes) -> Deck:
        """A new deck in the user's template: its masters and layouts, none of its slides, saved as a presentation."""
        deck = cls.open(source)
        for slide in deck.slides:
            deck.delete(slide)
        deck.parts.package.set_content_type(deck.main, PRESENTATION_TYPE)
        return deck

    @property
    def package(self) -> Package:
        self.parts.flush()
        return self.parts.package

    def fork(self) -> Deck:
        return Deck(self.package.fork(), self.attached)

    def save(self, target: Path | BinaryIO) -> None:
        self.package.save(target)

    def to_bytes(self) -> bytes:
        return self.package.to_bytes()

    @property
    def root(self) -> Element:
        """The presentation part, for reading."""
        return self.parts.xml(self.main)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a slide in EMU."""
        size = child(self.root, "p:sldSz")
        return number(size, "cx", 12192000), number(size, "cy", 6858000)

    @property
    def slides(self) -> tuple[Slide, ...]:
        """In order; an entry whose part is missing is left out."""
        if self._slides is None:
            targets = {each.id: each for each in self.parts.links(self.main)}
            found: list[Slide] = []
            for entry in children(child(self.root, "p:sldIdLst"), "p:sldId"):
                link = targets.get(entry.get(qname("r:id"), ""))
                if link and not link.external and link.target in self.parts.package:
                    found.append(Slide(self, number(entry, "id"), link.target, len(found) + 1))
            self._slides = tuple(found)
        return self._slides

    def slide(self, reference: int | str) -> Slide:
        """By position (1 is the first), "last" or id ("#257"); raises TargetNotFound naming what there is."""
        text = str(reference).strip().lower()
        if text == "last":
            found = list(self.slides[-1:])
        elif text.startswith("#"):
            found = [slide for slide in self.slides if f"#{slide.id}" == text]
        else:
            found = [slide for slide in self.slides if str(slide.number) == text]
        if not found:
            raise TargetNotFound(f"no slide {reference!r}; the deck has {self._slide_range()}")
        return found[0]

    @property
    def next_slide_id(self) -> int:
        used = [number(entry, "id") for entry in children(child(self.root, "p:sldIdLst"), "p:sldId")]
        return max([_FIRST_SLIDE_ID - 1, *used]) + 1

    @property
    def next_slide_part(self) -> str:
        return self.parts.package.fresh_name("ppt/slides/slide{}.xml")

    def insert(self, root: Element, layout: str, position: int | None = None) -> Slide:
        """A new slide part on that layout, listed at `position` (1 is the first; None is last)."""
        part = self.next_slide_part
        self.parts.add(part, root, SLIDE_TYPE)
        self.parts.relate(part, "slideLayout", layout)
        return self.list_slide(part, position)

    def list_slide(self, part: str, position: int | None = None) -> Slide:
        """Enter an existing slide part into the list of slides."""
        slide_id = self.next_slide_id
        rid = self.parts.relate(self.main, "slide", part)
        entry = node("p:sldId", {"id": slide_id, "r:id": rid})
        listed = need(self.parts.edit(self.main), "p:sldIdLst")
        listed.insert(len(listed) if position is None else position - 1, entry)
        self._slides = None
        return self.slide(f"#{slide_id}")

    def move(self, slide: Slide, position: int) -> None:
        """Put a slide at that position (1 is the first)."""
        entry = self._entry(slide)
        listed = need(self.parts.edit(self.main), "p:sldIdLst")
        listed.remove(entry)
        listed.insert(position - 1, entry)
        self.refresh()

    def delete(self, slide: Slide) -> None:
        """With its relationships, its notes and its charts, and out of sections and custom shows."""
        entry = self._entry(slide)
        rid = entry.get(qname("r:id"), "")
        remove(entry)
        for listed in self.parts.edit(self.main).iter(qname("p14:sldId")):
            if listed.get("id") == str(slide.id):
                remove(listed)
        for shown in list(self.parts.edit(self.main).iter(qname("p:sld"))):
            if shown.get(qname("r:id")) == rid:
                remove(shown)
        self.parts.package.unrelate(self.main, rid)
        for other in self.linking_to(slide):
            self._unlink(other, slide.part)
        self._remove(slide.part)
        self.refresh()

    def linking_to(self, slide: Slide) -> tuple[Slide, ...]:
        """The other slides that jump to it."""
        package = self.parts.package
        return tuple(
            other
            for other in self.slides
            if other.id != slide.id and slide.part in package.related(other.part, "slide")
        )

    def _unlink(self, slide: Slide, target: str) -> None:
        for link in self.parts.package.relationships(slide.part):
            if link.target == target and not link.external:
                for jump in [each for each in slide.edit().iter() if each.get(qname("r:id")) == link.id]:
                    remove(jump)
                self.parts.package.unrelate(slide.part, link.id)

    def drop_unused(self, part: str) -> None:
        """Remove a part nothing relates to any more, and then what only it held."""
        if part in self.parts.package and part not in self._targets():
            self._remove(part)

    def _remove(self, part: str) -> None:
        package = self.parts.package
        held = [each.target for each in package.relationships(part) if not each.external and each.target in package]
        self.parts.remove(part)
        for name in held:
            if name != part:
                self.drop_unused(name)

    def theme_of(self, master: str) -> Theme:
        """The colours and fonts of a slide master (or notes master)."""
        if master not in self._themes:
            self._themes[master] = Theme.read(self.parts, master)
        return self._themes[master]

    @property
    def masters(self) -> tuple[str, ...]:
        return self.parts.package.related(self.main, "slideMaster")

    @property
    def layouts(self) -> tuple[str, ...]:
        """Part names, masters in order, each with its layouts in the order it lists them."""
        return tuple(name for master in self.masters for name in self.layouts_of(master))

    def layouts_of(self, master: str) -> tuple[str, ...]:
        if master not in self._layouts:
            self._layouts[master] = self._read_layouts(master)
        return self._layouts[master]

    def _read_layouts(self, master: str) -> tuple[str, ...]:
        listed = children(child(self.parts.xml(master), "p:sldLayoutIdLst"), "p:sldLayoutId")
        targets = {each.id: each.target for each in self.parts.links(master)}
        named = [targets.get(entry.get(qname("r:id"), "")) for entry in listed]
        found = tuple(name for name in named if name and name in self.parts.package)
        return found or self.parts.package.related(master, "slideLayout")

    def layout_name(self, layout: str) -> str:
        common = child(self.parts.xml(layout), "p:cSld")
        return (common.get("name") if common is not None else None) or layout.rpartition("/")[2].removesuffix(".xml")

    def above(self, part: str, kind: str) -> str | None:
        """The layout of a slide (`slideLayout`) or the master of a layout (`slideMaster`)."""
        key = (part, kind)
        if key not in self._above:
            self._above[key] = self.parts.one(part, kind)
        return self._above[key]

    def ancestors(self, layout: str | None, own: Element) -> tuple[Element, ...]:
        """The placeholders of that layout and its master that a p:ph takes after, nearest first."""
        if layout is None:
            return ()
        key = (layout, own.get("type", "obj"), own.get("idx", "0"))
        if key not in self._ancestors:
            above = matching_placeholder(self.parts.xml(layout), own)
            kind = placeholder_of(above) if above is not None else own
            master = self.above(layout, "slideMaster")
            top = matching_by_type(self.parts.xml(master), own if kind is None else kind) if master else None
            self._ancestors[key] = tuple(found for found in (above, top) if found is not None)
        return self._ancestors[key]

    def refresh(self) -> None:
        """Forget what was read of slides, layouts and themes, after any of them changed."""
        self._slides = None
        for known in (self._themes, self._layouts, self._above, self._ancestors, self.layouts_known):
            known.clear()

    def _entry(self, slide: Slide) -> Element:
        for entry in children(child(self.parts.edit(self.main), "p:sldIdLst"), "p:sldId"):
            if number(entry, "id") == slide.id:
                return entry
        raise TargetNotFound(f"slide #{slide.id} is gone; the deck has {self._slide_range()}")

    def _targets(self) -> set[str]:
        package = self.parts.package
        sources = ["", *(name for name in package.names if not name.endswith(".rels"))]
        return {each.target for source in sources for each in package.relationships(source) if not each.external}

    def _slide_range(self) -> str:
        return f"slides 1 to {len(self.slides)}" if self.slides else "no slides"


def theme_names() -> tuple[str, ...]:
    """Our own themes, as `Deck.create` takes them."""
    return tuple(sorted(path.stem for path in _THEMES.glob("*.pptx")))
