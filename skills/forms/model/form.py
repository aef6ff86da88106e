"""The whole form as form.json holds it, and how its parts are found and replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue, WithJsonSchema, model_validator

from skills.forms.model.items import AnyItem, Common, Expression, Id, Item, Repeat, Strict

FORMAT = "office-copilot/form"
END = "end"
_LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

Language: TypeAlias = Annotated[str, Field(pattern=_LANGUAGE), WithJsonSchema({"type": "string"})]
Target: TypeAlias = Literal["html", "docx", "pdf", "xlsx", "schema", "xlsform", "surveyjs", "google"]


class Jump(Strict):
    """Of several, the first whose `when` holds counts; an empty one always holds."""

    when: Annotated[Expression, Field(description="expression")] = ""
    to: Annotated[str, Field(description='section, or "end"')]


class Section(Strict):
    """A page of the form."""

    id: Id
    title: str = ""
    description: str = ""
    show_if: Expression = ""
    items: tuple[AnyItem, ...] = ()
    go_to: tuple[Jump, ...] = ()


class QuizSettings(Strict):
    """`pass_mark` is a share of all points in per cent."""

    pass_mark: Annotated[float, Field(ge=0, le=100)] | None = None
    show_score: bool = True


class Definition(Strict):
    """A form: the texts in it are in the first of its languages, all others are in `translations`.

    `translations` maps language -> key of a text -> text; the keys are those `model.texts.texts` gives.
    `answers` are filled in and carried into every target; `publish` names the targets to be delivered with the form.
    """

    format: Literal["office-copilot/form"] = FORMAT
    schema_version: Literal[1] = 1
    title: str = ""
    description: str = ""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    sections: tuple[Section, ...] = ()
    confirmation: str = ""
    submit_url: str = ""
    quiz: QuizSettings | None = None
    translations: dict[Language, dict[str, str]] = Field(default_factory=dict[str, dict[str, str]])
    answers: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    publish: tuple[Target, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Definition:
        seen: set[str] = set()
        for name in all_ids(self):
            if name in seen:
                raise ValueError(f"two things have the id {name!r}")
            seen.add(name)
        return self


def all_ids(definition: Definition) -> Iterator[str]:
    for section in definition.sections:
        yield section.id
        yield from (item.id for item in flat(section.items))


def flat(items: tuple[Item, ...]) -> Iterator[Item]:
    """Every item in order, those inside repeat groups after the group."""
    for item in items:
        yield item
        if isinstance(item, Repeat):
            yield from item.items


def items_of(definition: Definition) -> Iterator[Item]:
    for section in definition.sections:
        yield from flat(section.items)


def outer_items(definition: Definition) -> list[Item]:
    """Every item but those inside repeat groups."""
    return [item for section in definition.sections for item in section.items]


def group_of(definition: Definition, item_id: str) -> Repeat | None:
    """The repeat group an item lies in."""
    groups = (item for section in definition.sections for item in section.items if isinstance(item, Repeat))
    return next((group for group in groups if any(inner.id == item_id for inner in group.items)), None)


def with_section(definition: Definition, section_id: str, change: Callable[[Section], Section | None]) -> Definition:
    """`change` answers the section's successor, None to drop it."""
    changed = [change(section) if section.id == section_id else section for section in definition.sections]
    return definition.model_copy(update={"sections": tuple(section for section in changed if section is not None)})


def with_item(definition: Definition, item_id: str, change: Callable[[Item], Item | None]) -> Definition:
    """`change` answers the item's successor, None to drop it; items inside repeat groups are reached too."""

    def through(items: tuple[Item, ...]) -> tuple[Item, ...]:
        kept: list[Item] = []
        for item in items:
            after: Item | None = change(item) if item.id == item_id else item
            if isinstance(after, Repeat) and after is item and any(inner.id == item_id for inner in after.items):
                after = after.model_copy(update={"items": through(after.items)})
            if after is not None:
                kept.append(after)
        return tuple(kept)

    def through_section(section: Section) -> Section:
        items = through(section.items)
        return section if items == section.items else section.model_copy(update={"items": items})

    return definition.model_copy(update={"sections": tuple(map(through_section, definition.sections))})


def expressions_of(definition: Definition) -> Iterator[tuple[str, str, str]]:
    """(where, which field, text) of every expression, in the form's order."""
    for section in definition.sections:
        if section.show_if:
            yield section.id, "show_if", section.show_if
        for item in flat(section.items):
            yield from ((item.id, field, text) for field, text in item_expressions(item))
        yield from ((section.id, "go_to", jump.when) for jump in section.go_to if jump.when)


def item_expressions(item: Common) -> Iterator[tuple[str, str]]:
    if item.show_if:
        yield "show_if", item.show_if
    for rule in getattr(item, "rules", ()):
        yield "rules", rule.check
    expression = getattr(item, "expression", "")
    if expression:
        yield "expression", expression
