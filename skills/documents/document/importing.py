"""Blocks of another Word file brought into this one: styles, lists, notes, pictures and names reconciled."""

from __future__ import annotations

import copy
import posixpath
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused
from copilot_server.office.xml import NS, parse, serialize
from skills.documents.document import notes
from skills.documents.document.markup import (
    BOOKMARK_END,
    BOOKMARK_START,
    FLD_CHAR,
    ID,
    IGNORABLE,
    INSTR,
    PARA_ID,
    SECTPR,
    TEXT_ID,
    VAL,
    P,
    R,
    child,
    make,
    number,
    remove,
    w,
)
from skills.documents.document.numbering import numbering_root
from skills.documents.document.revisions import ALL_TAGS
from skills.documents.document.styles import import_style, styles_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copilot_server.office.xml import Element
    from skills.documents.document.word import WordDocument

_STYLED: Final = ("pStyle", "rStyle", "tblStyle")
_STYLE_LINKS: Final = ("basedOn", "next", "link")
_COMMENT_MARKS: Final = tuple(w(name) for name in ("commentRangeStart", "commentRangeEnd", "commentReference"))
_MOVE_RANGES: Final = tuple(w(f"{name}Range{end}") for name in ("moveFrom", "moveTo") for end in ("Start", "End"))
_DRAWING_NAME: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


class Importer:
    """From the body of `other` into the body of `document`, whose definitions win where both have one of a name."""

    def __init__(self, document: WordDocument, other: WordDocument) -> None:
        self._document, self._other = document, other
        self._styles_there = styles_of(other)
        self._styles: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._definitions: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._bookmarks: dict[str, str] = {}
        self._serials: dict[str, int] = {}
        self._marks: dict[tuple[str, str], str] = {}

    def blocks(self, elements: Iterable[Element]) -> list[Element]:
        """Copies that can stand in the document; comments stay behind, section breaks without their headers."""
        made = [copy.deepcopy(each) for each in elements]
        for block in made:
            block.tail = None
            self._drop_clashing(block)
            self._settle(block)
        _drop_halves(made)
        _drop_half_fields(made)
        return made

    def _drop_clashing(self, block: Element) -> None:
        """What readers may ignore, under a prefix that stands for something else here (drafts of w14): it goes."""
        ours = self._document.tree(self._document.main).nsmap
        may_go = (self._other.tree(self._other.main).get(IGNORABLE) or "").split()
        theirs = block.nsmap
        doomed = {
            f"{{{theirs[name]}}}" for name in may_go if name in theirs and ours.get(name, theirs[name]) != theirs[name]
        }
        if not doomed:
            return
        for element in list(block.iter(etree.Element)):
            if _namespace(element.tag) in doomed:
                remove(element)
            for name in [str(each) for each in element.attrib if _namespace(str(each)) in doomed]:
                del element.attrib[name]
        etree.cleanup_namespaces(block)

    def _settle(self, block: Element) -> None:
        for name in _STYLED:
            for each in block.iter(w(name)):
                each.set(VAL, self._style(each.get(VAL, "")))
        for each in block.iter(w("numId")):
            each.set(VAL, self._list(each.get(VAL, "")))
        for paragraph in block.iter(P):
            for name in (PARA_ID, TEXT_ID):
                paragraph.attrib.pop(name, None)
        for mark in list(block.iter(*_COMMENT_MARKS)):
            run = mark.getparent()
            remove(mark)
            if run is not None and run.tag == R and not any(each.tag != w("rPr") for each in run):
                remove(run)
        for section in list(block.iter(SECTPR)):
            for each in [*section.findall(w("headerReference")), *section.findall(w("footerReference"))]:
                section.remove(each)
        self._rename(block)
        self._renumber(block)
        self._bring_notes(block)
        self._relate(block, self._other.main, self._document.main)

    def _style(self, style_id: str) -> str:
        if style_id not in self._styles:
            style = self._styles_there.by_id(style_id)
            if style is None:
                return style_id
            self._styles[style_id] = style_id  # ends chains that go round
            made = copy.deepcopy(style.element)
            is_ours = styles_of(self._document).named(style.name, style.kind) is not None  # pyright: ignore[reportArgumentType] - a kind read from a file
            for name in () if is_ours else _STYLE_LINKS:
                link = child(made, name)
                if link is not None:
                    link.set(VAL, self._style(link.get(VAL, "")))
            for each in () if is_ours else made.iter(w("numId")):
                each.set(VAL, self._list(each.get(VAL, "")))
            self._styles[style_id] = import_style(self._document, style, made)
        return self._styles[style_id]

    def _list(self, num_id: str) -> str:
        """A list of its own, counting from its start, with the looks it has there."""
        part = self._other.part("numbering")
        if num_id in {"", "0"} or part is None:
            return "0"
        if num_id not in self._lists:
            there = self._other.tree(part)
            num = next((each for each in there.iterfind(w("num")) if each.get(w("numId")) == num_id), None)
            if num is None:
                return "0"
            root = numbering_root(self._document)
            made = copy.deepcopy(num)
            fresh = str(max((number(each.get(w("numId"))) for each in root.iterfind(w("num"))), default=0) + 1)
            self._lists[num_id] = fresh
            made.set(w("numId"), fresh)
            _after_last(root, made, ("numPicBullet", "abstractNum", "num"))  # before other lists come with its styles
            about = child(made, "abstractNumId")
            if about is not None:
                about.set(VAL, self._definition(root, there, about.get(VAL, "")))
        return self._lists[num_id]

    def _definition(self, root: Element, there: Element, abstract_id: str) -> str:
        if abstract_id not in self._definitions:
            found = (each for each in there.iterfind(w("abstractNum")) if each.get(w("abstractNumId")) == abstract_id)
            old = next(found, None)
            made = make("abstractNum") if old is None else copy.deepcopy(old)
            taken = (number(each.get(w("abstractNumId"))) for each in root.iterfind(w("abstractNum")))
            self._definitions[abstract_id] = fresh = str(max(taken, default=-1) + 1)
            made.set(w("abstractNumId"), fresh)
            for name in ("nsid", "lvlPicBulletId"):
                for each in list(made.iter(w(name))):
                    remove(each)
            _after_last(root, made, ("numPicBullet", "abstractNum"))
            for name in ("pStyle", "rStyle", "styleLink", "numStyleLink"):
                for each in list(made.iter(w(name))):
                    each.set(VAL, self._style(each.get(VAL, "")))
        return self._definitions[abstract_id]

    def _rename(self, block: Element) -> None:
        """Bookmarks keep their names unless the document has them; what refers to one follows."""
        taken = {
            each.get(w("name"), "")
            for story in self._document.stories
            for each in self._document.tree(story.part).iter(BOOKMARK_START)
        }
        for each in block.iter(BOOKMARK_START):
            name = each.get(w("name"), "")
            if name in taken and name not in self._bookmarks:
                serial = next(n for n in range(2, 10_000) if f"{name}_{n}"[:40] not in taken)
                self._bookmarks[name] = f"{name}_{serial}"[:40]
            each.set(w("name"), self._bookmarks.get(name, name))
        for each in block.iter(w("hyperlink")):
            target = each.get(w("anchor"))
            if target in self._bookmarks:
                each.set(w("anchor"), self._bookmarks[target])
        for code in block.iter(INSTR):
            words = (code.text or "").split(" ")
            code.text = " ".join(self._bookmarks.get(word, word) for word in words)

    def _renumber(self, block: Element) -> None:
        """Ids of marks that come in pairs and of drawings, which count within the file."""
        fresh = self._marks
        for each in block.iter(BOOKMARK_START, BOOKMARK_END, *_MOVE_RANGES, *ALL_TAGS):
            family = "bookmark" if each.tag in {BOOKMARK_START, BOOKMARK_END} else "revision"
            key = (family, each.get(ID, ""))
            if key not in fresh or each.tag in ALL_TAGS:
                fresh[key] = str(self._serial("mark", (BOOKMARK_START, *ALL_TAGS, *_MOVE_RANGES), ID))
            each.set(ID, fresh[key])
        for each in block.iter(_DRAWING_NAME):
            each.set("id", str(self._serial("drawing", (_DRAWING_NAME,), "id")))

    def _serial(self, name: str, tags: tuple[str, ...], attribute: str) -> int:
        if name not in self._serials:
            trees = [self._document.tree(story.part) for story in self._document.stories]
            taken = (number(each.get(attribute)) for tree in trees for each in tree.iter(*tags))
            self._serials[name] = max(taken, default=0)
        self._serials[name] += 1
        return self._serials[name]

    def _bring_notes(self, block: Element) -> None:
        kinds: tuple[notes.NoteKind, ...] = ("footnote", "endnote")
        for kind in kinds:
            for reference in block.iter(w(f"{kind}Reference")):
                there = notes.note(self._other, kind, reference.get(ID, ""))
                if there is None:
                    raise Refused(f"the other document refers to a {kind} it does not have")
                made = copy.deepcopy(there)
                source, target = self._other.part(f"{kind}s"), None
                reference.set(ID, notes.add_copy(self._document, kind, made))
                target = self._document.part(f"{kind}s")
                for name in _STYLED:
                    for each in made.iter(w(name)):
                        each.set(VAL, self._style(each.get(VAL, "")))
                for paragraph in made.iter(P):
                    paragraph.attrib.pop(PARA_ID, None)
                    paragraph.attrib.pop(TEXT_ID, None)
                if source is not None and target is not None:
                    self._relate(made, source, target)

    def _relate(self, element: Element, source: str, target: str) -> None:
        """Pictures, links and charts: their parts copied, their ids those of the new relationships."""
        known = {each.id: each for each in self._other.package.relationships(source)}
        for node, name in _ids(element):
            found = known.get(node.get(name, ""))
            if found is None:
                continue
            kind = f"{NS['r']}/{found.kind}"
            if found.external:
                node.set(name, self._document.relate(target, kind, found.target, external=True))
            elif found.target in self._other.package:
                node.set(name, self._document.relate(target, kind, self._part(found.target)))

    def _part(self, name: str) -> str:
        if name in self._parts:
            return self._parts[name]
        ours, theirs = self._document.package, self._other.package
        if theirs.is_strict != ours.is_strict and name.endswith(".xml"):
            raise Refused(f"the other document holds {posixpath.basename(name)} in another dialect of the format")
        stem, dot, suffix = name.rpartition(".")
        fresh = name if name not in ours else ours.fresh_name(f"{stem.rstrip('0123456789')}{{}}{dot}{suffix}")
        self._parts[name] = fresh
        ours.write(fresh, theirs.read(name), theirs.content_type(name))
        inner = theirs.relationships(name)
        if inner:
            tree = parse(theirs.read(name))
            fresh_ids = {
                each.id: ours.relate(
                    fresh, each.type, each.target if each.external else self._part(each.target), external=each.external
                )
                for each in inner
                if each.external or each.target in theirs
            }
            for node, key in _ids(tree):
                node.set(key, fresh_ids.get(node.get(key, ""), node.get(key, "")))
            ours.write(fresh, serialize(tree))
        return fresh


def _ids(element: Element) -> Iterator[tuple[Element, str]]:
    """Attributes that hold ids of relationships."""
    prefix = f"{{{NS['r']}}}"
    for node in element.iter():
        for name in list(node.attrib):
            if str(name).startswith(prefix) or name == "{urn:schemas-microsoft-com:office:office}relid":
                yield node, str(name)


def _namespace(name: object) -> str:
    return str(name).partition("}")[0] + "}"


def _drop_halves(blocks: list[Element]) -> None:
    """Marks whose other end stood between the blocks, or did not come."""
    for start, end in ((BOOKMARK_START, BOOKMARK_END), _MOVE_RANGES[:2], _MOVE_RANGES[2:]):
        starts, ends = ({each.get(ID) for block in blocks for each in block.iter(tag)} for tag in (start, end))
        for block in blocks:
            for each in [mark for mark in block.iter(start, end) if mark.get(ID) not in starts & ends]:
                remove(each)


def _drop_half_fields(blocks: list[Element]) -> None:
    """Marks of fields that begin or end outside of the blocks: their results stay as text."""
    running: list[list[Element]] = []
    doomed: list[Element] = []
    for each in (mark for block in blocks for mark in block.iter(FLD_CHAR, INSTR)):
        kind = each.get(w("fldCharType"), "")
        if kind == "begin":
            running.append([each])
        elif not running:
            doomed.append(each)
        elif kind == "end":
            running.pop()
        else:
            running[-1].append(each)
    for each in (*doomed, *(mark for marks in running for mark in marks)):
        remove(each)


def _after_last(root: Element, made: Element, names: tuple[str, ...]) -> None:
    before = [each for each in root if each.tag in {w(name) for name in names}]
    if before:
        before[-1].addnext(made)
    else:
        root.insert(0, made)
