"""The form document: one JSON file, its definition immutable and shared between forks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, TypeVar

from pydantic import TypeAdapter, ValidationError

from copilot_server.agent.repair import explain
from copilot_server.errors import DamagedFile, TargetNotFound, TooLarge, ToolError, UnsupportedFile
from copilot_server.office.package import NOTHING, Memory
from skills.forms.model.form import FORMAT, Definition, Section, all_ids, items_of, with_item, with_section
from skills.forms.model.items import AnyItem, Item
from skills.forms.near import near_misses

MAX_BYTES = 10_000_000
_ITEM: TypeAdapter[Item] = TypeAdapter(AnyItem)
T = TypeVar("T")


class Form:
    """`definition` is replaced whole by every change, so a fork is a copy of one reference."""

    kind: ClassVar[str] = "form"

    def __init__(self, definition: Definition, source: bytes | None = None) -> None:
        """`source` is the file the definition came from, given back as it was while nothing changes."""
        self.definition = definition
        self._opened = definition
        self._source = source
        self._known: dict[str, Any] = {}

    @classmethod
    def open(cls, source: Path | bytes, known: Memory = NOTHING) -> Form:  # noqa: ARG003 - a form has no parts
        """Raises TooLarge, DamagedFile (no JSON), or UnsupportedFile naming all that is not as the schema says."""
        data = source if isinstance(source, bytes) else source.read_bytes()
        if len(data) > MAX_BYTES:
            raise TooLarge(f"the form has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
        return cls(_parse(data), data)

    @classmethod
    def create(cls) -> Form:
        return cls(Definition())

    @property
    def package(self) -> None:
        """A form is one JSON file, no Office package."""
        return None

    def fork(self) -> Form:
        copied = Form(self.definition)
        copied._opened, copied._source, copied._known = self._opened, self._source, self._known
        return copied

    def save(self, target: Path | BinaryIO) -> None:
        if isinstance(target, Path):
            target.write_bytes(self.to_bytes())
        else:
            target.write(self.to_bytes())

    def to_bytes(self) -> bytes:
        if self._source is not None and self.definition == self._opened:
            return self._source
        return to_json(self.definition)

    def item(self, item_id: str) -> Item:
        """By id, else by label when just one has it; raises TargetNotFound with near misses."""
        found = _by_id_or_text(item_id, [(item.id, item.label, item) for item in items_of(self.definition)])
        if found is None:
            known = [name for item in items_of(self.definition) for name in (item.id, item.label)]
            raise TargetNotFound(f"no item {item_id!r}{near_misses(item_id, known)}")
        return found

    def section(self, section_id: str) -> Section:
        """By id, else by title when just one has it; raises TargetNotFound with near misses."""
        sections = self.definition.sections
        found = _by_id_or_text(section_id, [(section.id, section.title, section) for section in sections])
        if found is None:
            known = [name for section in sections for name in (section.id, section.title)]
            raise TargetNotFound(f"no section {section_id!r}{near_misses(section_id, known)}")
        return found

    def section_of(self, item_id: str) -> Section:
        for section in self.definition.sections:
            if any(item.id == item_id for item in items_of(Definition(sections=(section,)))):
                return section
        raise TargetNotFound(f"no section holds {item_id!r}")

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(all_ids(self.definition))

    def change_section(self, section_id: str, change: Callable[[Section], Section | None]) -> None:
        self.replace(with_section(self.definition, section_id, change))

    def change_item(self, item_id: str, change: Callable[[Item], Item | None]) -> None:
        """Only what `change` answers is held to the model anew; raises ToolError as `replace` does."""

        def checked(item: Item) -> Item | None:
            after = change(item)
            return None if after is None else revalidated_item(after)

        changed = with_item(self.definition, item_id, checked)
        if len(names := list(all_ids(changed))) != len(set(names)):
            changed = revalidated(changed)  # says which id is there twice
        self.definition, self._known = changed, {}

    def replace(self, definition: Definition) -> None:
        """Raises ToolError naming what would make it no valid form."""
        if definition is self.definition:
            return
        self.definition = revalidated(definition)
        self._known = {}

    def once(self, name: str, find: Callable[[Definition], T]) -> T:
        """What `find` makes of the definition as it stands, worked out once for it and its forks."""
        if name not in self._known:
            self._known[name] = find(self.definition)
        return self._known[name]


def _by_id_or_text(wanted: str, known: list[tuple[str, str, T]]) -> T | None:
    for name, _, found in known:
        if name == wanted:
            return found
    key = _key(wanted)
    same = [found for _, text, found in known if _key(text) == key]
    return same[0] if len(same) == 1 else None


def _key(text: str) -> str:
    return " ".join(text.split()).rstrip(":?*").casefold()


def revalidated(definition: Definition) -> Definition:
    """Copies made by `model_copy` are unchecked: this is where a change is held to the model."""
    try:
        return Definition.model_validate(definition.model_dump())
    except ValidationError as error:
        raise ToolError(explain("the form", error, {})) from error


def revalidated_item(item: Item) -> Item:
    try:
        return _ITEM.validate_python(item.model_dump())
    except ValidationError as error:
        raise ToolError(explain("the item", error, {})) from error


def to_json(definition: Definition) -> bytes:
    """Readable, without what is as by default; the format and its version always first."""
    content = definition.model_dump(mode="json", exclude_defaults=True)
    head = {"format": FORMAT, "schema_version": definition.schema_version}
    return (json.dumps(head | content, ensure_ascii=False, indent=2) + "\n").encode()


def _parse(data: bytes) -> Definition:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"the file is no JSON: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise UnsupportedFile(f'the JSON file is no form: it lacks "format": "{FORMAT}"')
    if content.get("schema_version") != 1:
        raise UnsupportedFile(f"schema_version {content.get('schema_version')!r} of a form is not known, only 1")
    try:
        return Definition.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(f"{_place(each['loc'])}: {each['msg']}" for each in error.errors(include_url=False)[:10])
        raise UnsupportedFile(f"the file is not a form as docs/form.schema.json says: {faults}") from error


def _place(steps: tuple[int | str, ...]) -> str:
    return "/".join(map(str, steps)) or "the form"
