"""The compact view of a form: a line an item, in the notation of outlines, with ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from skills.forms.document import Form
from skills.forms.model import items
from skills.forms.model.form import Definition, Section, items_of
from skills.forms.model.items import Item
from skills.forms.model.texts import missing_translations

_MAX_LINES = 120
_MAX_LABEL = 90
_BARE = frozenset(
    {"id", "label", "type", "required", "show_if", "options", "rows", "columns", "other", "items", "quiz"}
)


def outline(form: Form) -> str:
    """Facts about the form, then its items; long forms are cut with how to read the rest."""
    definition = form.definition
    lines = [*_head(definition)]
    for section in definition.sections:
        lines += _section_lines(section)
    if len(lines) > _MAX_LINES:
        rest = len(lines) - _MAX_LINES
        lines = [*lines[:_MAX_LINES], f"… {rest} more lines: read a section by its id"]
    return "\n".join(lines)


def section_text(section: Section) -> str:
    return "\n".join(_section_lines(section))


def item_line(item: Item, options: int = 12, letters: int = _MAX_LABEL) -> str:
    """`id* type "label" (options) {fields} if condition`, with at most that many options, and letters of a text."""
    star = "*" if getattr(item, "required", False) else ""
    parts = [f"{item.id}{star}", item.type, f'"{_short(item.label, letters)}"']
    listed = (name for name in ("options", "rows", "columns") if getattr(item, name, ()))
    parts += [_listed(name, item, options) for name in listed]
    rest = {
        name: value for name, value in item.model_dump(mode="json", exclude_defaults=True).items() if name not in _BARE
    }
    parts += (
        ["{" + ", ".join(f"{name}: {_short(value, letters)}" for name, value in rest.items()) + "}"] if rest else []
    )
    quiz = getattr(item, "quiz", None)
    parts += [f"quiz {quiz.points:g} points for {quiz.answer!r}"] if quiz else []
    parts += [f"if {item.show_if}"] if item.show_if else []
    return " ".join(parts)


def _head(definition: Definition) -> Iterator[str]:
    every = list(items_of(definition))
    asked = [item for item in every if isinstance(item, items.Question)]
    required = sum(item.required for item in asked)
    yield (
        f"form {_quoted(definition.title)}: {len(definition.sections)} sections, {len(asked)} questions "
        f"({required} required), languages {', '.join(definition.languages)}"
    )
    for name in ("description", "confirmation", "submit_url"):
        if getattr(definition, name):
            yield f"{name}: {_quoted(getattr(definition, name))}"
    if definition.quiz:
        yield f"quiz, pass mark {definition.quiz.pass_mark or 0:g} %"
    for language, missing in missing_translations(definition).items():
        yield f"{language}: {len(missing)} texts not translated (read translations:{language})"
    if definition.answers:
        yield f"answers filled in: {len(definition.answers)} (read answers)"
    if definition.publish:
        yield f"publish as: {', '.join(definition.publish)}"


def _section_lines(section: Section) -> Iterator[str]:
    condition = f" if {section.show_if}" if section.show_if else ""
    jumps = "".join(f" → {jump.to}{f' if {jump.when}' if jump.when else ''}" for jump in section.go_to)
    yield f"## {section.id} {_quoted(section.title)}{condition}{jumps}"
    if section.description:
        yield f"> {_short(section.description)}"
    for item in section.items:
        yield item_line(item)
        for inner in getattr(item, "items", ()):
            yield f"  {item_line(inner)}"


def _listed(name: str, item: Item, most: int) -> str:
    listed: Any = getattr(item, name)
    shown = [f"{option.label}{' (exclusive)' if option.exclusive else ''}" for option in listed[:most]]
    shown += [f"… {len(listed) - most} more"] if len(listed) > most else []
    shown += ["other…"] if name == "options" and getattr(item, "other", False) else []
    return f"({'' if name == 'options' else f'{name}: '}{' | '.join(shown)})"


def _quoted(text: str) -> str:
    return f'"{_short(text)}"'


def _short(value: Any, letters: int = _MAX_LABEL) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= letters else f"{text[:letters]}… ({len(text)} characters)"
