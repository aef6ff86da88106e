"""Edits of the form as a whole: its texts and settings, an outline written out, translations, answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, JsonValue

from copilot_server.agent.changes import Scope
from copilot_server.agent.edit import Edit
from copilot_server.errors import BadRequest, TargetNotFound, ToolError
from skills.forms.document import Form
from skills.forms.edits.scopes import FORM, SECTION_ORDER, item_place, require_known_names, scope, section_place
from skills.forms.fields import OptionList, options, value_of
from skills.forms.filling.answers import match
from skills.forms.filling.facts import from_csv, from_json, from_pairs
from skills.forms.model.form import Definition, Language, QuizSettings, Target, flat, items_of
from skills.forms.model.items import ChoiceQuestion, MatrixQuestion, Option
from skills.forms.model.texts import texts, without_stale_translations
from skills.forms.near import near_misses
from skills.forms.outline.conditions import as_expression
from skills.forms.outline.reader import Written, read_outline


class WriteOutline(Edit[Form]):
    """Write many questions in few words, appended to the form (or to the section of the same title).

    `# Form title`, `> description`, `## Section title`, then a question a line:
    `[if Q = answer:] Label [*] [\\[type\\]] [(options: a, b, other)] [(help: …)] [(min: 1) (max: 5) …]`;
    indented lines below a `[repeat]` are inside it. `*` is required; any field of an item may stand in brackets.
    """

    op: Literal["write_outline"]
    outline: Annotated[str, Field(description="lines as above")]

    def scope(self, document: Form) -> Scope:
        written = self._written(document)
        places = {FORM, SECTION_ORDER}
        for section in written.definition.sections:
            places.add(section_place(section.id))
            places |= {item_place(item.id) for item in flat(section.items) if item.id not in document.ids}
        return scope(*places)

    def apply(self, document: Form) -> None:
        before = document.definition
        document.replace(self._written(document).definition)
        require_known_names(before, document.definition)

    def _written(self, document: Form) -> Written:
        return read_outline(self.outline, document.definition)


class SetForm(Edit[Form]):
    """Set the form's own texts and settings; what is not given stays."""

    op: Literal["set_form"]
    title: Annotated[str | None, Field(description="heading of the form")] = None
    description: Annotated[str | None, Field(description="text below the title")] = None
    confirmation: Annotated[str | None, Field(description="shown after sending")] = None
    languages: Annotated[list[Language] | None, Field(description="codes; first: that of the texts themselves")] = None
    submit_url: Annotated[str | None, Field(description="https address answers are posted to")] = None
    pass_mark: Annotated[float | None, Field(description="quiz: per cent", ge=0, le=100)] = None
    publish: Annotated[list[Target] | None, Field(description="files to deliver with the form")] = None

    def scope(self, document: Form) -> Scope:
        return scope(FORM)

    def apply(self, document: Form) -> None:
        given = {name: value for name, value in self.model_dump(exclude={"op"}).items() if value is not None}
        given |= {name: tuple(given[name]) for name in ("languages", "publish") if name in given}
        if "pass_mark" in given:
            old = document.definition.quiz or QuizSettings()
            given["quiz"] = old.model_copy(update={"pass_mark": given.pop("pass_mark")})
        document.replace(document.definition.model_copy(update=given))


class ChangeOptions(Edit[Form]):
    """Change options of a choice or matrix; answers collected stay."""

    op: Literal["change_options"]
    item: Annotated[str, Field(description="id, or exact label")]
    part: Annotated[Literal["options", "rows", "columns"], Field(description="of what")] = "options"
    add: Annotated[OptionList, Field(description="labels")] = Field(default_factory=list[str | Option])
    after: Annotated[str | None, Field(description="option the new ones follow; default last")] = None
    remove: Annotated[list[str], Field(description="labels")] = Field(default_factory=list[str])
    rename: Annotated[dict[str, str], Field(description="old label: new label")] = Field(default_factory=dict[str, str])
    order: Annotated[list[str], Field(description="all labels in their new order")] = Field(default_factory=list[str])

    def scope(self, document: Form) -> Scope:
        return scope(item_place(document.item(self.item).id))

    def apply(self, document: Form) -> None:
        item = document.item(self.item)
        if not isinstance(item, (ChoiceQuestion, MatrixQuestion)) or self.part not in type(item).model_fields:
            raise ToolError(f"item: {item.id!r} is a {item.type} item, which has no {self.part}")
        after = tuple(self._changed(list(getattr(item, self.part))))
        document.change_item(item.id, lambda old: old.model_copy(update={self.part: after}))
        document.replace(without_stale_translations(document.definition))

    def loss(self, document: Form) -> str | None:
        if not self.remove:
            return None
        return f"{self.part} {', '.join(map(repr, self.remove))} of {document.item(self.item).label!r}"

    def _changed(self, listed: list[Option]) -> list[Option]:
        renamed = {self._find(old, listed).value: new for old, new in self.rename.items()}
        gone = {self._find(name, listed).value for name in self.remove}
        kept = [
            option.model_copy(update={"label": renamed.get(option.value, option.label)})
            for option in listed
            if option.value not in gone
        ]
        fresh = [Option.model_validate(each) for each in options([*kept, *self.add], kept)[len(kept) :]]
        position = kept.index(self._find(self.after, kept)) + 1 if self.after else len(kept)
        kept[position:position] = fresh
        return self._ordered(kept)

    def _ordered(self, kept: list[Option]) -> list[Option]:
        if not self.order:
            return kept
        ordered = [self._find(name, kept) for name in self.order]
        left = [option.label for option in kept if option not in ordered]
        if left or len(ordered) != len({option.value for option in ordered}):
            raise ToolError(f"order: must name each option once; left out: {', '.join(map(repr, left)) or 'none'}")
        return ordered

    @staticmethod
    def _find(name: str, listed: list[Option]) -> Option:
        value = value_of(name, listed)
        for option in listed:
            if option.value == value:
                return option
        raise ToolError(f"no option {name!r}{near_misses(name, [option.label for option in listed])}")


class Translate(Edit[Form]):
    """Set texts in one further language, by key or original text."""

    op: Literal["translate"]
    is_rare: ClassVar[bool] = True
    language: Annotated[Language, Field(description="code")]
    texts: Annotated[dict[str, str], Field(min_length=1, description="key or original text: translation")]

    def scope(self, document: Form) -> Scope:
        places = {FORM}
        for key in self._by_key(document):
            owner = key.partition(".")[0]
            places |= {item_place(owner), section_place(owner)}
        return scope(*places)

    def apply(self, document: Form) -> None:
        definition = document.definition
        if self.language == definition.languages[0]:
            raise ToolError(f"language: {self.language!r} is the form's own; change the texts themselves")
        table = definition.translations.get(self.language, {}) | self._by_key(document)
        spoken = dict.fromkeys([*definition.languages, self.language])
        translations = definition.translations | {self.language: table}
        document.replace(definition.model_copy(update={"languages": tuple(spoken), "translations": translations}))

    def _by_key(self, document: Form) -> dict[str, str]:
        known = texts(document.definition)
        by_text: dict[str, list[str]] = {}
        for key, text in known.items():
            by_text.setdefault(text.strip().casefold(), []).append(key)
        found: dict[str, str] = {}
        for name, translated in self.texts.items():
            keys = [name] if name in known else by_text.get(name.strip().casefold(), [])
            if not keys:
                raise ToolError(f"texts: no text or key {name!r}{near_misses(name, [*known, *known.values()])}")
            found.update(dict.fromkeys(keys, translated))
        return found


class ShowWhen(Edit[Form]):
    """Show an item or section only when a condition in plain words holds ("Coming is yes and Guests > 1")."""

    op: Literal["show_when"]
    is_rare: ClassVar[bool] = True
    what: Annotated[str, Field(description="id, or exact label or title")]
    condition: Annotated[str, Field(description="in plain words")]
    negated: Annotated[bool, Field(description="hide it instead")] = False

    def scope(self, document: Form) -> Scope:
        return scope(item_place(self._target(document)), section_place(self._target(document)))

    def apply(self, document: Form) -> None:
        before = document.definition
        expression = as_expression(self.condition, list(items_of(before)))
        update = {"show_if": f"not ({expression})" if self.negated else expression}
        target = self._target(document)
        document.change_item(target, lambda old: old.model_copy(update=update))
        document.change_section(target, lambda old: old.model_copy(update=update))
        require_known_names(before, document.definition)

    def _target(self, document: Form) -> str:
        try:
            return document.item(self.what).id
        except TargetNotFound as missing:
            try:
                return document.section(self.what).id
            except TargetNotFound:
                raise missing from None


class Fill(Edit[Form]):
    """Fill in answers, by id or label, for the files made of the form. Only what is stated; never invent one."""

    op: Literal["fill"]
    is_rare: ClassVar[bool] = True
    answers: Annotated[
        dict[str, JsonValue], Field(description="id or label: answer; options by value or label, a name as one text")
    ] = Field(default_factory=dict[str, JsonValue])
    data: Annotated[str, Field(description="or a text of `label: answer` lines, a JSON object, or one csv row")] = ""

    def scope(self, document: Form) -> Scope:
        return scope("answers")

    def apply(self, document: Form) -> None:
        given = self.answers or self._facts()
        facts = {**document.definition.answers, **given}
        filled = match(document.definition, facts, datetime.now(UTC).date())
        wrong = [field for field in filled.fields if field.status in {"rejected", "unknown"}]
        if wrong:
            raise ToolError("; ".join(f"{field.label}: {field.message}" for field in wrong))
        document.replace(document.definition.model_copy(update={"answers": filled.answers}))

    def _facts(self) -> dict[str, JsonValue]:
        """Text that begins like JSON is JSON; a header line with its one row is csv; else `label: answer` lines."""
        lines = [line for line in self.data.splitlines() if line.strip()]
        is_table = len(lines) == 2 and any(mark in lines[0] for mark in ",;\t") and ":" not in lines[0]
        try:
            if self.data.lstrip().startswith(("{", "[")):
                return from_json(self.data)[0]
            return from_csv(self.data)[0] if is_table else from_pairs(self.data)
        except (BadRequest, IndexError) as error:
            raise ToolError(f"data: {error}") from error


class ReplaceForm(Edit[Form]):
    """Put a whole form.json in place of this one."""

    op: Literal["replace_form"]
    is_rare: ClassVar[bool] = True
    definition: Annotated[Definition, Field(description="as docs/form.schema.json says")]

    def scope(self, document: Form) -> Scope:
        return scope("*")

    def apply(self, document: Form) -> None:
        document.replace(self.definition)

    def loss(self, document: Form) -> str | None:
        count = len(document.ids)
        return f"the whole form with {count} sections and items" if count else None
