"""Every text of a form under a stable key, and what it says in another language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skills.forms.model.form import Definition, items_of
from skills.forms.model.items import ChoiceQuestion, Item, MatrixQuestion, Question

ITEM_TEXTS = ("label", "help", "placeholder", "message", "low", "high", "unit")
_FORM_TEXTS = ("title", "description", "confirmation")


def texts(definition: Definition) -> dict[str, str]:
    """Key -> text in the form's first language; empty texts have no key."""
    found: dict[str, str] = {f"form.{field}": getattr(definition, field) for field in _FORM_TEXTS}
    for section in definition.sections:
        found[f"{section.id}.title"] = section.title
        found[f"{section.id}.description"] = section.description
    for item in items_of(definition):
        found.update(item_texts(item))
    return {key: text for key, text in found.items() if text.strip()}


def item_texts(item: Item) -> dict[str, str]:
    """The item's own texts; units are symbols and codes, so they need no translation."""
    found = {f"{item.id}.{field}": getattr(item, field, "") for field in ITEM_TEXTS if field != "unit"}
    found.update(_option_texts(item))
    if isinstance(item, Question):
        found.update({f"{item.id}.rule.{index}": rule.message for index, rule in enumerate(item.rules)})
        if item.quiz:
            found |= {f"{item.id}.right": item.quiz.right, f"{item.id}.wrong": item.quiz.wrong}
    return {key: text for key, text in found.items() if text}


def _option_texts(item: Item) -> Iterator[tuple[str, str]]:
    if isinstance(item, ChoiceQuestion):
        yield from ((f"{item.id}.option.{option.value}", option.label) for option in item.options)
    if isinstance(item, MatrixQuestion):
        yield from ((f"{item.id}.row.{row.value}", row.label) for row in item.rows)
        yield from ((f"{item.id}.column.{column.value}", column.label) for column in item.columns)


class Speaker:
    """Says a form's texts in one language, falling back to the form's first."""

    def __init__(self, definition: Definition, language: str | None = None) -> None:
        self.language = language or definition.languages[0]
        self._translated: Mapping[str, str] = definition.translations.get(self.language, {})

    def say(self, key: str, default: str) -> str:
        return self._translated.get(key) or default


def missing_translations(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Language -> keys it lacks, for every language of the form but the first."""
    wanted = texts(definition)
    return {
        language: missing
        for language in definition.languages[1:]
        if (missing := tuple(key for key in wanted if not definition.translations.get(language, {}).get(key)))
    }


def without_stale_translations(definition: Definition) -> Definition:
    """Translations of texts that are gone go too."""
    if not definition.translations:
        return definition
    wanted = texts(definition)
    kept = {
        language: {key: text for key, text in table.items() if key in wanted}
        for language, table in definition.translations.items()
    }
    return definition.model_copy(update={"translations": kept})
