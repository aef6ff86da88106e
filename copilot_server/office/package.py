"""An Office file as parts: read lazily, forked cheaply, saved with every untouched entry as it lay."""

from __future__ import annotations

import copy
import io
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, TypeAlias, TypeVar

from copilot_server.errors import DamagedFile
from copilot_server.office import content_types, gate, relationships, saving, slices, xml
from copilot_server.office.gate import CONTENT_TYPES, Limits
from copilot_server.office.part import Archived, Known, Part, Written, same_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from copilot_server.office.archive import Archive
    from copilot_server.office.content_types import ContentTypes
    from copilot_server.office.paragraphs import Cut
    from copilot_server.office.relationships import Relationship
    from copilot_server.office.xml import Element

T = TypeVar("T")
Memory: TypeAlias = "Mapping[tuple[str, bytes], Known]"
NOTHING: Memory = MappingProxyType({})
"""What is known at first."""

_DEFAULT_LIMITS = Limits()
_STRICT = "http://purl.oclc.org/ooxml/"
_PIECE = 1 << 18


class PartMissing(DamagedFile):
    """The package does not hold the part that was asked for."""


class Package:
    """An Office file (OPC in ZIP). Part names have no leading slash, and their case is ignored."""

    def __init__(self, archive: Archive | None, opened: Mapping[str, Part], parts: Mapping[str, Part]) -> None:
        """For `open`, `empty` and `fork`; both mappings go by lower-case name, `opened` as the file was."""
        self._archive = archive
        self._opened = opened
        self._parts = dict(parts)
        self._trees: dict[str, Element] = {}
        self._types: tuple[Part, ContentTypes] | None = None
        # relationships resolved, with the part they are in or, while it is being edited, how they were written
        self._resolved: dict[str, tuple[object, tuple[Relationship, ...]]] = {}
        # and what is related, with the relationships it was found in
        self._related: dict[tuple[str, str], tuple[tuple[Relationship, ...], tuple[str, ...]]] = {}

    @classmethod
    def open(cls, source: Path | bytes, limits: Limits = _DEFAULT_LIMITS, known: Memory = NOTHING) -> Package:
        """Through the gate; raises kinds of FileError. A file stays mapped: replace, never overwrite it.

        What is `known` of parts that are the same byte for byte is shared.
        """
        archive = gate.open_archive(source, limits)
        parts = {
            entry.name.lower(): Part(entry.name, Archived(archive, entry))
            for entry in archive.entries
            if not entry.is_folder
        }
        for key, part in parts.items() if known else ():
            part.known = known.get((key, part.content.digest), part.known)
        return cls(archive, parts, parts)

    @classmethod
    def empty(cls) -> Package:
        """Nothing but [Content_Types].xml, for building a file anew."""
        package = cls(None, {}, {})
        root = content_types.empty()
        content_types.assign_default(root, "rels", relationships.CONTENT_TYPE)
        content_types.assign_default(root, "xml", "application/xml")
        package.write(CONTENT_TYPES, xml.serialize(root))
        return package

    @property
    def names(self) -> tuple[str, ...]:
        """Every entry but folders, in file order, what was added last."""
        return tuple([part.name for part in self._parts.values()])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._parts

    def size(self, name: str) -> int:
        """Bytes when unpacked."""
        return self._part(name).content.size

    def read(self, name: str) -> bytes:
        """Raises PartMissing; DamagedFile for a wrong checksum."""
        return self._part(name).read()

    def chunks(self, name: str, size: int = _PIECE) -> Iterator[bytes]:
        """The part in pieces of at most `size` bytes, unpacked as asked for; raises as `read` does."""
        return self._part(name).chunks(size)

    def xml(self, name: str) -> Element:
        """The parsed part, shared between forks: never change it. Raises as `read` and `office.xml.parse`."""
        tree = self._trees.get(name.lower())
        return self._part(name).tree() if tree is None else tree

    def cut(self, name: str) -> Cut | None:
        """The Word part cut at its paragraphs, shared between forks; None where it cannot be. Raises as `read`."""
        return self._part(name).cut()

    def found(self, what: Hashable, parts: Iterable[str], find: Callable[[], T]) -> T:
        """What `find` finds in these parts, kept with the first of them for as long as all say the same.

        It may look at no other part, and what it gives is shared by all who hold the same parts: never change it. Of
        the others it may look at what they had when it was called only, not at where they end: see `extend`.
        """
        first, *rest = [self._part(name).known for name in parts]
        others = [known.root for known in rest]
        kept = first.found.get(what)
        if kept is None or kept[0] != others:
            kept = first.found[what] = others, find()
        return kept[1]

    def goes_on(self, before: Package, parts: Iterable[str]) -> bool:
        """Whether what was found in these parts of `before` stays true here, as `found` has it."""
        return all(self._part(name).known.root is before._part(name).known.root for name in parts)

    def memory(self) -> Memory:
        """What is known of the parts, for a package that is opened later and holds some of them; it grows as this one
        is read, and holds nothing of the file itself."""
        self._settle()
        return {(key, part.content.digest): part.known for key, part in self._parts.items()}

    def edit_xml(self, name: str) -> Element:
        """This package's own tree of the part, to change in place; a fork gets its own.

        When it says the same as before by the time of saving, the original bytes go back.
        """
        key = name.lower()
        if key not in self._trees:
            self._trees[key] = copy.deepcopy(self._part(name).tree().getroottree()).getroot()
        return self._trees[key]

    def write(self, name: str, data: bytes, content_type: str | None = None) -> None:
        """Replace or add a part; trees handed out by `edit_xml` for it no longer count."""
        self._put(name, Written(data))
        if content_type is not None:
            self.set_content_type(name, content_type)

    def write_xml(self, name: str, root: Element, content_type: str | None = None) -> None:
        """Replace or add a part by its tree, which is from then on the one that `edit_xml` hands out."""
        self.write(name, xml.serialize(root), content_type)
        self._trees[name.lower()] = root

    def write_chunks(self, name: str, chunks: Iterable[bytes]) -> None:
        """Replace or add a part; a large one is packed as it comes, never held unpacked."""
        self._put(name, Written.of(chunks))

    def extend(self, name: str, chunks: Iterable[bytes]) -> None:
        """As `write_chunks`, where all the part says stays as it is and more comes after it."""
        self._put(name, Written.of(chunks), self._part(name).known)

    def remove(self, name: str) -> None:
        """With its relationships and content type; what refers to it is the caller's to mend."""
        self._part(name)
        for doomed in (name, relationships.part_of(name)):
            self._trees.pop(doomed.lower(), None)
            self._parts.pop(doomed.lower(), None)
            self._forget_relations()
            if doomed.lower() in self.content_types.overrides:
                content_types.discard(self.edit_xml(CONTENT_TYPES), doomed)

    @property
    def content_types(self) -> ContentTypes:
        """The list as it stands; read once for each state of its part, anew each time while that is being edited."""
        key = CONTENT_TYPES.lower()
        if key in self._trees:
            return content_types.read(self._trees[key])
        part = self._part(CONTENT_TYPES)
        if self._types is None or self._types[0] is not part:
            self._types = part, self.found("content types", [CONTENT_TYPES], lambda: content_types.read(part.tree()))
        return self._types[1]

    def content_type(self, name: str) -> str | None:
        return self.content_types.of(name)

    def set_content_type(self, name: str, content_type: str) -> None:
        if CONTENT_TYPES.lower() in self._trees or self.content_type(name) != content_type:
            content_types.assign(self.edit_xml(CONTENT_TYPES), name, content_type)

    def relationships(self, source: str = "") -> tuple[Relationship, ...]:
        """Those of a part, or of the package itself; dangling ones too."""
        name = relationships.part_of(source)
        key = name.lower()
        part, tree = self._parts.get(key), self._trees.get(key)
        if part is None:
            return ()
        state = part if tree is None else tuple(tuple(each.attrib.values()) for each in tree)
        known = self._resolved.get(source)
        if known is None or known[0] != state:
            known = self._resolved[source] = (state, tuple(relationships.read(self.xml(name), source, self._find)))
        return known[1]

    def related(self, source: str, kind: str) -> tuple[str, ...]:
        """Names of the existing parts that `source` relates to by that kind (`worksheet`, `slide` …)."""
        found = self.relationships(source)
        known = self._related.get((source, kind))
        if known is None or known[0] is not found:
            targets = [each.target for each in found if each.kind == kind and not each.external]
            known = self._related[source, kind] = found, tuple([target for target in targets if target in self])
        return known[1]

    def relate(self, source: str, kind_uri: str, target: str, *, external: bool = False) -> str:
        """The id of the relationship, an equal one if there is one already."""
        for each in self.relationships(source):
            same_target = each.target == target if external else each.target.lower() == target.lower()
            if each.type == kind_uri and each.external == external and same_target and "#" not in each.raw_target:
                return each.id
        name = relationships.part_of(source)
        if name not in self:
            self.write(name, xml.serialize(relationships.empty()), relationships.CONTENT_TYPE)
        return relationships.add(self.edit_xml(name), source, kind_uri, target, external=external)

    def unrelate(self, source: str, rid: str) -> None:
        relationships.drop(self.edit_xml(relationships.part_of(source)), rid)

    def fresh_name(self, template: str) -> str:
        """`xl/worksheets/sheet{}.xml` with the first number no part has."""
        number = 1
        while template.format(number) in self:
            number += 1
        return template.format(number)

    def seal(self) -> None:
        """Say that trees handed out by `edit_xml` will not be changed any more; they are then read as they are."""
        self._settle()
        for key, tree in self._trees.items():
            if self._parts[key] is not self._opened.get(key):
                self._parts[key].adopt(tree)
        self._trees.clear()

    def fork(self) -> Package:
        """An independent copy that shares all parts until one of the two writes them."""
        self._settle()
        made = Package(self._archive, self._opened, self._parts)
        made._resolved, made._related = dict(self._resolved), dict(self._related)
        return made

    def save(self, target: Path | IO[bytes]) -> None:
        """A path is replaced whole or left as it was; a package without changes is copied byte for byte."""
        self._settle()
        if isinstance(target, Path):
            saving.replace_file(target, self._write_to)
        else:
            self._write_to(target)

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        self.save(out)
        return out.getvalue()

    def changed(self) -> frozenset[str]:
        """Names of the parts added, removed or changed since the file was opened."""
        self._settle()
        keys = self._opened.keys() | self._parts.keys()
        touched = (key for key in keys if self._opened.get(key) is not self._parts.get(key))
        return frozenset((self._parts.get(key) or self._opened[key]).name for key in touched)

    def shares(self, name: str, other: Package) -> bool:
        """Whether both hold the part with the same bytes."""
        if name not in self or name not in other:
            return False
        mine, theirs = self._part(name), other._part(name)
        return mine is theirs or same_bytes(mine.content, theirs.content)

    def differing(self, before: Package) -> tuple[str, ...]:
        """The parts that both hold, not with the same bytes; costs nothing for those that two forks share."""
        self._settle()
        before._settle()
        pairs = ((part, before._parts.get(key)) for key, part in self._parts.items())
        return tuple(
            part.name
            for part, old in pairs
            if old is not None and old is not part and not same_bytes(old.content, part.content)
        )

    def beyond(self, other: Package) -> tuple[str, ...]:
        """The parts that the other one has not."""
        return tuple([part.name for key, part in self._parts.items() if key not in other._parts])

    @property
    def main_part(self) -> str:
        """The target of the officeDocument relationship, or else by content type; raises DamagedFile without either."""
        by_type = (name for name in self.names if (self.content_type(name) or "").endswith(".main+xml"))
        for name in chain(self.related("", "officeDocument"), by_type):
            return name
        raise DamagedFile("the file does not say which of its parts is the document")

    @property
    def has_macros(self) -> bool:
        return any(name.lower().endswith("vbaproject.bin") for name in self.names)

    @property
    def is_signed(self) -> bool:
        return any(name.lower().startswith("_xmlsignatures/") for name in self.names)

    @property
    def is_strict(self) -> bool:
        """Whether it is written in the namespaces of ISO Strict."""
        return any(r.kind == "officeDocument" and r.type.startswith(_STRICT) for r in self.relationships())

    def _forget_relations(self) -> None:
        """Which parts there are has changed."""
        self._resolved.clear()
        self._related.clear()

    def _find(self, name: str) -> str | None:
        part = self._parts.get(name.lower())
        return part.name if part else None

    def _part(self, name: str) -> Part:
        key = name.lower()
        if key in self._trees:
            self._settle_tree(key)
        part = self._parts.get(key)
        if part is None:
            raise PartMissing(f"the file has no part {name!r}")
        return part

    def _put(self, name: str, content: Written, grown_from: Known | None = None) -> None:
        key = name.lower()
        self._trees.pop(key, None)
        current, opened = self._parts.get(key), self._opened.get(key)
        if current is None:
            gate.check_name(name)
            self._forget_relations()
        is_back = opened is not None and same_bytes(opened.content, content)
        made = Part(current.name if current else name, content, Known(grown_from))
        self._parts[key] = opened if opened and is_back else made

    def _settle(self) -> None:
        for key in self._trees:
            self._settle_tree(key)

    def _settle_tree(self, key: str) -> None:
        """Turn a tree being edited into a part, the opened one if it says the same."""
        tree, current, opened = self._trees[key], self._parts[key], self._opened.get(key)
        data = xml.serialize(tree)
        if current is not opened and current.content.read() == data:
            return
        is_back = opened is not None and _says_the_same(opened, tree, data)
        self._parts[key] = opened if opened and is_back else Part(current.name, Written(data))

    def _write_to(self, out: IO[bytes]) -> None:
        if self._archive and self._parts == self._opened:
            saving.copy_source(out, self._archive)
        else:
            saving.write_package(out, self._archive, self._parts)


def _says_the_same(opened: Part, tree: Element, data: bytes) -> bool:
    return not slices.differ_in_words(opened.content.read(), data) and xml.same_tree(opened.tree(), tree)
