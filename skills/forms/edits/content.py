"""Edits of what is asked: items and sections added, changed, moved and removed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.agent.edit import Edit
from copilot_server.errors import TargetNotFound, ToolError
from skills.forms.document import Form
from skills.forms.edits.scopes import (
    SECTION_ORDER,
    item_place,
    order_place,
    require_known_names,
    scope,
    section_place,
)
from skills.forms.fields import ItemFields, build_all, changed
from skills.forms.model import ids
from skills.forms.model.form import Jump, Section, flat, group_of
from skills.forms.model.items import Expression, Item, Repeat
from skills.forms.model.texts import without_stale_translations

ItemName = Annotated[str, Field(description="id, or exact label")]
SectionName = Annotated[str, Field(description="id, or exact title")]


class AddItems(Edit[Form]):
    """Add items in order: at the end of `into`, or after an item; with neither, at the end of the form."""

    op: Literal["add_items"]
    items: Annotated[list[ItemFields], Field(min_length=1, description="in order")]
    into: Annotated[str | None, Field(description="section or repeat group")] = None
    after: ItemName | None = None

    def scope(self, document: Form) -> Scope:
        made = build_all(self.items, document.ids)
        places = [item_place(each.id) for each in flat(tuple(made))]
        return scope(*places, *([] if document.definition.sections else [section_place("section_1"), SECTION_ORDER]))

    def apply(self, document: Form) -> None:
        before = document.definition
        made = build_all(self.items, document.ids)
        if self.after is not None:
            insert_after(document, document.item(self.after).id, made)
        else:
            _append(document, made, self.into)
        require_known_names(before, document.definition)


class AddSection(Edit[Form]):
    """Add an empty page; add_items fills it."""

    op: Literal["add_section"]
    title: Annotated[str, Field(description="its heading")]
    after: Annotated[str | None, Field(description="section; default last")] = None

    def scope(self, document: Form) -> Scope:
        return scope(SECTION_ORDER, section_place(self._id(document)))

    def apply(self, document: Form) -> None:
        sections = list(document.definition.sections)
        position = len(sections) if self.after is None else sections.index(document.section(self.after)) + 1
        sections.insert(position, Section(id=self._id(document), title=self.title))
        document.replace(document.definition.model_copy(update={"sections": tuple(sections)}))

    def _id(self, document: Form) -> str:
        return ids.fresh(self.title, document.ids, "section")


class ChangeItems(Edit[Form]):
    """Change fields of one or more items; what is not given stays. A new `type` keeps id and answers."""

    op: Literal["change_items"]
    items: Annotated[list[str], Field(min_length=1, description='ids or labels; ["*"] for every question')]
    set: Annotated[ItemFields, Field(description="new values")]
    clear: Annotated[list[str], Field(description="fields to empty")] = Field(default_factory=list[str])

    def scope(self, document: Form) -> Scope:
        return scope(*(item_place(each.id) for each in self._targets(document)))

    def apply(self, document: Form) -> None:
        before = document.definition
        for item in self._targets(document):
            after = self._cleared(changed(item, self.set, document.ids))
            document.change_item(item.id, lambda _, after=after: after)
        document.replace(without_stale_translations(document.definition))
        require_known_names(before, document.definition)

    def _targets(self, document: Form) -> list[Item]:
        if self.items != ["*"]:
            return [document.item(name) for name in self.items]
        given = self.set.model_fields_set
        every = flat(tuple(item for section in document.definition.sections for item in section.items))
        return [item for item in every if given <= set(type(item).model_fields)]

    def _cleared(self, item: Item) -> Item:
        fields = type(item).model_fields
        wrong = [name for name in self.clear if name not in fields or fields[name].is_required()]
        if wrong:
            raise ToolError(f"clear: {wrong[0]!r} cannot be emptied on a {item.type} item")
        data = item.model_dump(exclude_unset=True)
        return type(item).model_validate({name: value for name, value in data.items() if name not in self.clear})


class ChangeSection(Edit[Form]):
    """Change a page: its texts, when it is shown, where it leads."""

    op: Literal["change_section"]
    is_rare: ClassVar[bool] = True
    section: SectionName
    title: Annotated[str | None, Field(description="its heading")] = None
    description: Annotated[str | None, Field(description="text below the title")] = None
    show_if: Annotated[Expression | None, Field(description="expression")] = None
    go_to: Annotated[list[Jump] | None, Field(description="where it leads")] = None

    def scope(self, document: Form) -> Scope:
        return scope(section_place(document.section(self.section).id))

    def apply(self, document: Form) -> None:
        before = document.definition
        given = {
            name: getattr(self, name) for name in ("title", "description", "show_if") if getattr(self, name) is not None
        }
        if self.go_to is not None:
            given["go_to"] = tuple(self.go_to)
        document.change_section(document.section(self.section).id, lambda old: old.model_copy(update=given))
        require_known_names(before, document.definition)


class Move(Edit[Form]):
    """Move an item or section after or before another, or an item to the end of a section or repeat group."""

    op: Literal["move"]
    what: ItemName
    after: Annotated[str | None, Field(description="item or section")] = None
    before: Annotated[str | None, Field(description="item or section")] = None
    into: Annotated[str | None, Field(description="section or repeat group")] = None

    def scope(self, document: Form) -> Scope:
        if self._is_section(document):
            return scope(SECTION_ORDER)
        item = document.item(self.what)
        return scope(item_place(item.id), order_place(document.section_of(item.id).id))

    def apply(self, document: Form) -> None:
        if sum(place is not None for place in (self.after, self.before, self.into)) != 1:
            raise ToolError("give exactly one of after, before, into")
        if self._is_section(document):
            self._move_section(document)
        else:
            self._move_item(document)

    def _is_section(self, document: Form) -> bool:
        try:
            document.item(self.what)
        except TargetNotFound:
            document.section(self.what)
            return True
        return False

    def _move_section(self, document: Form) -> None:
        moved = document.section(self.what)
        target = document.section(self.after or self.before or self.into or "")
        rest = [section for section in document.definition.sections if section.id != moved.id]
        if target.id == moved.id:
            return
        rest.insert(rest.index(target) + (self.before is None), moved)
        document.replace(document.definition.model_copy(update={"sections": tuple(rest)}))

    def _move_item(self, document: Form) -> None:
        item = document.item(self.what)
        target = document.item(self.after or self.before or "") if self.into is None else None
        if target is not None and target.id in {each.id for each in flat((item,))}:
            raise ToolError(f"{item.id!r} cannot be moved next to itself")
        definition = document.definition
        # Removing first leaves names dangling for a moment, so the checks of `replace` wait for the whole.
        document.change_item(item.id, lambda _: None)
        if target is None:
            _append(document, [item], self.into)
        elif self.before is None:
            insert_after(document, target.id, [item])
        else:
            insert_after(document, target.id, [item], is_before=True)
        require_known_names(definition, document.definition)


class Remove(Edit[Form]):
    """Remove items or sections. Refused while a condition, jump or calculation still uses one."""

    op: Literal["remove"]
    ids: Annotated[list[str], Field(min_length=1, description="ids, labels or titles")]

    def scope(self, document: Form) -> Scope:
        places = {SECTION_ORDER}
        for target in self._targets(document):
            inner = flat(target.items if isinstance(target, Section) else (target,))
            places |= {item_place(each.id) for each in inner}
            places |= {section_place(target.id)} if isinstance(target, Section) else set[str]()
        return scope(*places)

    def apply(self, document: Form) -> None:
        before = document.definition
        for target in self._targets(document):
            if isinstance(target, Section):
                document.change_section(target.id, lambda _: None)
            else:
                document.change_item(target.id, lambda _: None)
        require_known_names(before, document.definition)
        document.replace(without_stale_translations(document.definition))

    def loss(self, document: Form) -> str | None:
        named = [
            f"section {each.title or each.id!r} with {len(each.items)} items"
            if isinstance(each, Section)
            else f"question {each.label!r} and the answers to it"
            for each in self._targets(document)
        ]
        return ", ".join(named)

    def _targets(self, document: Form) -> list[Item | Section]:
        found: list[Item | Section] = []
        for name in self.ids:
            try:
                found.append(document.item(name))
            except TargetNotFound as missing:
                try:
                    found.append(document.section(name))
                except TargetNotFound:
                    raise missing from None
        return found


def insert_after(document: Form, target_id: str, made: list[Item], *, is_before: bool = False) -> None:
    """Beside an item, in its own section or repeat group."""

    def placed(items: tuple[Item, ...]) -> tuple[Item, ...]:
        position = next(index for index, item in enumerate(items) if item.id == target_id)
        position += not is_before
        return (*items[:position], *made, *items[position:])

    group = group_of(document.definition, target_id)
    if group is not None:
        document.change_item(group.id, lambda old: old.model_copy(update={"items": placed(getattr(old, "items", ()))}))
    else:
        section = document.section_of(target_id)
        document.change_section(section.id, lambda old: old.model_copy(update={"items": placed(old.items)}))


def _append(document: Form, made: list[Item], into: str | None) -> None:
    if not document.definition.sections and into is None:
        document.replace(document.definition.model_copy(update={"sections": (Section(id="section_1"),)}))
    group = next((each for each in _groups(document) if into in {each.id, each.label}), None)
    if group is not None:
        document.change_item(group.id, lambda old: old.model_copy(update={"items": (*group.items, *made)}))
        return
    section = document.section(into) if into is not None else document.definition.sections[-1]
    document.change_section(section.id, lambda old: old.model_copy(update={"items": (*old.items, *made)}))


def _groups(document: Form) -> list[Repeat]:
    items = [item for section in document.definition.sections for item in section.items]
    return [item for item in items if isinstance(item, Repeat)]
