"""A Word file: its stories and paragraphs over the package, read lazily and edited in place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, TypeVar

from lxml import etree

from copilot_server.errors import Mismatch, TargetNotFound, UnsupportedFile
from copilot_server.office.package import NOTHING, Memory, Package
from copilot_server.office.xml import NS, qname, serialize
from skills.documents.document import strict_parts
from skills.documents.document.anchors import parse_anchor, quoted, text_hash
from skills.documents.document.lookup import by_words, name_since, near_misses
from skills.documents.document.markup import is_on, w
from skills.documents.document.naming import answers_to, named, paragraphs_of
from skills.documents.document.paragraph import Paragraph
from skills.documents.document.spelling import Spelling, spelling_of
from skills.documents.document.story import Story, open_fields, stories_of
from skills.documents.document.text_index import TextIndex, Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from copilot_server.office.xml import Element
    from skills.documents.document.sought import Sought

V = TypeVar("V")
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_TEMPLATES = Path(__file__).resolve().parents[1] / "designs"


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who tracked changes and comments are signed by, and when (UTC)."""

    author: str = "Office Copilot"
    at: datetime | None = None

    @property
    def date(self) -> str:
        """As Word writes it, to the second; the moment of asking when none is set."""
        return (self.at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


class WordDocument:
    """Reading shares trees between forks; `edit` gives this fork its own tree of the part it names."""

    kind: ClassVar[str] = "document"

    def __init__(self, package: Package, reviewer: Reviewer, trees: strict_parts.Trees) -> None:
        """For `open` and `fork`."""
        self.reviewer = reviewer
        self.attached: Mapping[str, bytes] = MappingProxyType({})  # other files of the turn, by name
        self._trees = trees
        self._package = package
        self._index: dict[str, dict[str, Element]] = {}
        self._stories: tuple[Story, ...] | None = None
        self._related: dict[str, str | None] = {}
        self._facts: dict[object, Any] = {}
        self._last_found: tuple[object, Any] = (None, None)
        self.sought: Sought | None = None  # the words that the batch to come looks for, where they are many
        self.main = package.main_part
        self.began: WordDocument | None = None  # what this was forked from, which nobody changes any more
        self._is_edited = False
        self._is_settled = False
        self._remembered: dict[object, Any] = {}
        self._stamps: dict[str, int] = {}
        self._indexes: dict[str, TextIndex] = {}
        self._shared: dict[str, tuple[Element, TextIndex]] = {}
        self._spelled: dict[str, Spelling] = {}  # stories whose paragraphs are being changed without a tree

    @classmethod
    def open(cls, source: Path | bytes, known: Memory = NOTHING) -> WordDocument:
        """Raises kinds of FileError; .docx, .docm, .dotx and .dotm, ISO Strict too."""
        package = Package.open(source, known=known)
        kind = package.content_type(package.main_part) or ""
        if "wordprocessingml" not in kind and "ms-word" not in kind:
            raise UnsupportedFile(f"this file is not a Word document (its main part is {kind or 'of no known type'})")
        now = datetime.now(UTC).replace(microsecond=0)
        return cls(package, Reviewer(at=now), strict_parts.Trees(package))

    @classmethod
    def create(cls, design: str = "report") -> WordDocument:
        """An empty document of one of the house designs."""
        return cls.open((_TEMPLATES / f"{design}.docx").read_bytes())

    @property
    def package(self) -> Package:
        self._write_spelled(*self._spelled)
        self._trees.flush()
        return self._package

    def fork(self) -> WordDocument:
        self.settle()
        package = self.package.fork()
        forked = WordDocument(package, self.reviewer, self._trees.fork(package))
        forked._shared = self._shared = self._own_indexes()
        forked.attached, forked.sought = self.attached, self.sought
        forked.began, self.began = self, None
        return forked

    def save(self, target: Path | BinaryIO) -> None:
        self.package.save(target)

    def to_bytes(self) -> bytes:
        return self.package.to_bytes()

    def tree(self, part: str) -> Element:
        """To read; Transitional whatever the file is written in."""
        self._write_spelled(part)
        return self._trees.read(part)

    def edit(self, part: str) -> Element:
        """To change in place."""
        self._write_spelled(part)
        self._note_edit()
        self._stamps[part] = self._stamps.get(part, 0) + 1
        return self._trees.edit(part)

    def _note_edit(self) -> None:
        if self._is_settled:
            self._indexes.clear()
        self._is_edited, self._is_settled = True, False
        self._remembered.clear()
        self._last_found = (None, None)

    def spelling(self, story: Story, like: Spelling | None = None) -> Spelling | None:
        """The story without a tree of it; None where it takes one, or has been changed in one.

        What is spelled as in `like` is not read again.
        """
        if story.part in self._spelled:
            return self._spelled[story.part]
        cut = None if self._stamps.get(story.part) else self._package.cut(story.part)
        return None if cut is None else spelling_of(cut, like)

    def respelling(self, story: Story) -> Spelling:
        """The story's spelling, to reword paragraphs or put them anew."""
        spelling = self.spelling(story)
        if spelling is None:
            raise TargetNotFound("the paragraphs are no longer in the document")
        if story.part not in self._spelled:
            self._spelled[story.part] = spelling = spelling.to_change()
        self._note_edit()
        return spelling

    def _write_spelled(self, *parts: str) -> None:
        for part in parts:
            spelling = self._spelled.pop(part, None)
            if spelling is not None:
                self._package.write(part, spelling.data())
                self._indexes.pop(part, None)
                self._index.pop(part, None)

    def settle(self) -> None:
        """Say that no element handed out by `edit` will be changed from here on."""
        self._write_spelled(*self._spelled)
        if self._is_edited and not self._is_settled:
            self._remembered.clear()
            self._trees.settle()
        self._is_settled = True

    def remembered(self, key: object, make: Callable[[], V]) -> V:
        """What is costly to find out, found once; while the document is being edited, each time anew."""
        if self._is_edited and not self._is_settled:
            return make()
        if key not in self._remembered:
            self._remembered[key] = make()
        return self._remembered[key]

    def found(self, key: object, make: Callable[[], V]) -> V:
        """What was last looked for, kept until the document is edited: an edit asks for its scope, then applies."""
        known, value = self._last_found
        if known != key:
            self._last_found = (key, value := make())
        return value

    def markup(self, part: str) -> bytes:
        """The part as it is, or will be, saved; for an ISO Strict file as it is read."""
        return serialize(self.tree(part)) if self._package.is_strict else self.package.read(part)

    @property
    def body(self) -> Element:
        """The `w:body`, to read."""
        return _body(self.tree(self.main))

    def edit_body(self) -> Element:
        return _body(self.edit(self.main))

    def attachment(self, name: str) -> WordDocument:
        """Another Word file of the turn; raises TargetNotFound naming those there are, kinds of FileError."""
        if name not in self.attached:
            raise TargetNotFound(f"no attached file {name!r}; attached are: {', '.join(self.attached) or 'none'}")
        return WordDocument.open(self.attached[name])

    def part(self, kind: str) -> str | None:
        """The part the main one relates to by that kind ("styles", "numbering", "settings" …)."""
        if kind not in self._related:
            self._related[kind] = next(iter(self._package.related(self.main, kind)), None)
        return self._related[kind]

    def of_parts(self, key: object, make: Callable[[], V]) -> V:
        """What the parts there are and their relationships tell, found once until they change."""
        if key not in self._facts:
            self._facts[key] = make()
        return self._facts[key]

    def add_part(self, template: str, data: bytes, content_type: str, kind_uri: str, source: str | None = None) -> str:
        """A new part related to the main one (or `source`), in the file's own dialect; the relationship's id."""
        name = (
            template if template not in self._package else self._package.fresh_name(template.replace(".xml", "{}.xml"))
        )
        if self._package.is_strict:
            data, kind_uri = strict_parts.as_strict(data), strict_parts.as_strict(kind_uri.encode()).decode()
        self._package.write(name, data, content_type)
        self._forget_parts()
        return self._package.relate(source or self.main, kind_uri, name)

    def relate(self, part: str, kind_uri: str, target: str, *, external: bool = False) -> str:
        """The id of a relationship of a part, in the file's own dialect."""
        if self._package.is_strict:
            kind_uri = strict_parts.as_strict(kind_uri.encode()).decode()
        self._forget_parts()
        return self._package.relate(part, kind_uri, target, external=external)

    def _forget_parts(self) -> None:
        self._stories = None
        self._related.clear()
        self._facts.clear()
        self._last_found = (None, None)

    @property
    def is_tracking(self) -> bool:
        """Whether the document itself asks for changes to be tracked."""
        settings = self.part("settings")
        if settings is None:
            return False
        key = ("is tracking", self._stamps.get(settings))
        return self.of_parts(key, lambda: is_on(self.tree(settings), "trackRevisions"))

    @property
    def stories(self) -> tuple[Story, ...]:
        if self._stories is None:
            self._stories = stories_of(self._package)
        return self._stories

    def story(self, key: str) -> Story:
        for each in self.stories:
            if each.key == key:
                return each
        known = ", ".join(each.key or "body" for each in self.stories)
        raise TargetNotFound(f"no part {key!r} in this document; there are {known}")

    def story_of(self, rid: str) -> Story:
        """The story a relationship of the main part leads to."""
        target = next((each.target for each in self._package.relationships(self.main) if each.id == rid), "")
        for each in self.stories:
            if each.part.lower() == target.lower():
                return each
        raise TargetNotFound(f"the part of relationship {rid} is missing from the file")

    def core_properties(self) -> Element:
        """Title, author and the like, to change; the part is made when there is none."""
        found = self._package.related("", "core-properties")
        if not found:
            root = etree.Element(qname("cp:coreProperties"), nsmap={name: NS[name] for name in ("cp", "dc", "dcterms")})
            self._package.write("docProps/core.xml", serialize(root), _CORE_TYPE)
            self._package.relate("", f"{NS['rel']}/metadata/core-properties", "docProps/core.xml")
            found = ("docProps/core.xml",)
        return self._package.edit_xml(found[0])

    def paragraphs(self, story: Story | None = None, *, editing: bool = False) -> Iterator[Paragraph]:
        """Of one story, or of all; in document order."""
        for each in (story,) if story else self.stories:
            root = self.edit(each.part) if editing else self.tree(each.part)
            index = None if editing else self._known_index(each)
            if index is not None:
                yield from index.paragraphs
            else:
                yield from self.remembered(("paragraphs", each.part), partial(paragraphs_of, each, root))

    def text_index(self, story: Story, *, editing: bool = False) -> TextIndex:
        """The story's texts; those of an index that is still right are not read again."""
        index = self._known_index(story)
        if index is not None and (not editing or (self._stamps.get(story.part) and not self._is_settled)):
            return index
        if editing:
            root = self.edit(story.part)
            index = None if index is None else index.over(root, self._stamps[story.part])
        if index is None:
            paragraphs = list(self.paragraphs(story, editing=editing))
            index = TextIndex(paragraphs, Texts([each.text for each in paragraphs]), self._stamps.get(story.part, 0))
        self._indexes[story.part] = index
        if not self._stamps.get(story.part):
            self._shared[story.part] = (self.tree(story.part), index)
        return index

    def _known_index(self, story: Story) -> TextIndex | None:
        """The index made by this document or, of the very same tree, by one it shares the part with."""
        index = self._indexes.get(story.part)
        if index is not None and index.stamp == self._stamps.get(story.part, 0):
            return index
        root, index = self._shared.get(story.part, (None, None))
        is_same = not self._stamps.get(story.part) and root is not None and root is self.tree(story.part)
        return index if is_same else None

    def _own_indexes(self) -> dict[str, tuple[Element, TextIndex]]:
        """Those that forks can share: of trees nobody changes any more."""
        return self._shared | {
            story.part: (self.tree(story.part), replace(index, stamp=0))
            for story in self.stories
            if (index := self._known_index(story)) is not None
        }

    def renew_index(self, story: Story, numbers: Iterable[int]) -> None:
        """After an edit that touched those paragraphs of the story and no others."""
        index = self._indexes.get(story.part)
        if index is not None and not index.renew(numbers, self._stamps.get(story.part, 0)):
            del self._indexes[story.part]

    def paragraph(self, anchor: str, *, editing: bool = False) -> Paragraph:
        """The one an anchor names.

        Words in quotes name the one paragraph that reads so, begins so or holds them. Raises TargetNotFound with near
        misses; Mismatch when its text is not what the anchor's hash was made of, or several hold the words.
        """
        words = quoted(anchor)
        if words is not None:
            anchor = by_words(self.paragraphs(), words).place
        asked = parse_anchor(anchor)
        story = self.story(asked.story)
        root = self.edit(story.part) if editing else self.tree(story.part)
        found = self._at(story, root, asked.id)
        if found is not None and asked.hash in {None, text_hash(found.text)}:
            return found
        if self.began is not None:
            # Edits of one batch name paragraphs as they were read, whatever earlier ones made of them.
            before = list(self.began.paragraphs(story))
            name = name_since(asked, before, list(self.paragraphs(story)))
            found = found if name is None else self._at(story, root, name)
            if name is not None and found is not None:
                return found
        if found is None:
            raise TargetNotFound(near_misses(root, asked))
        raise Mismatch(
            f"[{asked.place}] has changed since it was read; it is now [{found.anchor}] {found.text[:200]!r}"
        )

    def _at(self, story: Story, root: Element, name: str) -> Paragraph | None:
        element = self._find(story, root, name)
        return None if element is None else Paragraph(story, name, element, open_fields(root).get(element, ""))

    def spelled_at(self, anchor: str) -> tuple[Story, int] | None:
        """The story and number of a paragraph to change in its spelling; None where it takes `paragraph`."""
        if quoted(anchor) is not None:
            return None
        asked = parse_anchor(anchor)
        story = self.story(asked.story)
        spelling = self.spelling(story)
        number = None if spelling is None else spelling.numbers([asked.id])[0]
        if spelling is None or number is None or asked.hash not in {None, text_hash(spelling.texts.all[number])}:
            return None
        return story, number

    def identify(self, story: Story, element: Element) -> Paragraph:
        """The paragraph of an element of the story's tree."""
        found = self.remembered(
            ("by element", story.part), lambda: {each.element: each for each in self.paragraphs(story)}
        )
        if element not in found:
            raise TargetNotFound("that paragraph is no longer in the document")
        return found[element]

    def _find(self, story: Story, root: Element, name: str) -> Element | None:
        index = self._index.get(story.part, {})
        found = index.get(name)
        if found is not None and answers_to(found, name, root):
            return found
        self._index[story.part] = index = dict(named(root))
        return index.get(name)


def _body(root: Element) -> Element:
    body = root.find(w("body"))
    return root if body is None else body
