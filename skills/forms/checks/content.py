"""Faults of what is there and what is not: labels, options, ends of scales, translations, consent, length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from copilot_server.agent.changes import Finding
from skills.forms.model import items
from skills.forms.model.form import Definition, flat, items_of
from skills.forms.model.items import Item
from skills.forms.model.texts import missing_translations
from skills.forms.model.words import is_spoken

_MAX_QUESTIONS, _MAX_A_PAGE, _MANY_OPTIONS = 40, 15, 4
_SENSITIVE = re.compile(
    r"\b(health|medical|medication|diagnos\w+|disease|illness|allerg\w+|pregnan\w+|disabilit\w+|religio\w+|ethnic\w+|"
    r"sexual\w*|political|trade union|social security|ssn|passport|national id|bank account|iban|"
    r"credit card|criminal)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^\D{0,3}(\d+(?:[.,]\d+)?)\s*(?:-|–|—|to|bis|à)\s*\D{0,3}(\d+(?:[.,]\d+)?)\D{0,12}$")
_OPEN = re.compile(r"^\D{0,3}(\d+)\s*(?:\+|or more|and over|and above|oder mehr|et plus)\D{0,12}$", re.IGNORECASE)


def findings(definition: Definition) -> Iterator[Finding]:
    yield from _form(definition)
    for section in definition.sections:
        yield from _section_items(section.id, section.items)
    for item in items_of(definition):
        yield from _item(item)
    yield from _consent(definition)
    yield from _translations(definition)


def _form(definition: Definition) -> Iterator[Finding]:
    asked = [item for item in items_of(definition) if isinstance(item, items.Question)]
    if not definition.title.strip():
        yield Finding("no_title", "form", "the form has no title")
    if not asked:
        yield Finding("empty", "form", "the form asks nothing")
    if len(asked) > _MAX_QUESTIONS:
        yield Finding("too_long", "form", f"{len(asked)} questions; people give up beyond 40", severity="hint")
    labels = Counter(item.label.strip().casefold() for item in asked)
    for item in asked:
        if labels[item.label.strip().casefold()] > 1 and not _is_in_group(definition, item):
            text = f"another question is labelled {item.label!r} too"
            yield Finding("same_label", f"item:{item.id}", text, what=item.label, severity="hint")


def _is_in_group(definition: Definition, item: Item) -> bool:
    return any(item in group.items for group in items_of(definition) if isinstance(group, items.Repeat))


def _section_items(section: str, listed: tuple[Item, ...]) -> Iterator[Finding]:
    where = f"section:{section}"
    if not listed:
        yield Finding("empty_section", where, "the section has no items")
    asked = [item for item in flat(listed) if isinstance(item, items.Question)]
    if len(asked) > _MAX_A_PAGE:
        yield Finding("long_page", where, f"{len(asked)} questions on one page", "split it", severity="hint")


def _item(item: Item) -> Iterator[Finding]:
    where = f"item:{item.id}"
    if not item.label.strip() and not isinstance(item, items.HiddenQuestion):
        yield Finding("no_label", where, "it has no label")
    match item:
        case items.ChoiceQuestion():
            yield from _options(item, where)
        case items.ScaleQuestion(type="scale") if not (item.low and item.high):
            yield Finding(
                "scale_ends", where, "the scale does not say what its ends mean", "set low and high", severity="hint"
            )
        case items.MatrixQuestion() if not item.rows or len(item.columns) < 2:
            yield Finding("no_options", where, "the matrix needs rows and at least two columns")
        case items.TextQuestion(pattern=pattern) if pattern and not (item.help or item.placeholder or item.message):
            yield Finding("no_help", where, "it asks for a pattern nobody is told", "give help", severity="hint")
        case items.FileQuestion(accept=()):
            yield Finding("any_file", where, "any kind of file is accepted", "set accept", severity="hint")
        case items.Repeat(items=()):
            yield Finding("empty_group", where, "the repeat group has no items")
        case _:
            return


def _options(item: items.ChoiceQuestion, where: str) -> Iterator[Finding]:
    if len(item.options) + item.other < 2:
        yield Finding("no_options", where, f"it has {len(item.options)} options; a choice needs two")
    labels = Counter(option.label.strip().casefold() for option in item.options)
    for label, count in labels.items():
        if count > 1:
            yield Finding("same_option", where, f"the option {label!r} is there {count} times", what=label)
    values = Counter(option.value for option in item.options)
    if any(count > 1 for count in values.values()) or "other" in values:
        yield Finding("same_value", where, "two options share a value, so answers cannot be told apart")
    ranges = _ranges(item)
    if ranges:
        yield from _range_faults(ranges, where)
    elif len(item.options) >= _MANY_OPTIONS and not item.other and not item.quiz and item.type != "ranking":
        yield Finding("no_other", where, "whoever fits no option cannot say so", "add other", severity="hint")


def _ranges(item: items.ChoiceQuestion) -> list[tuple[float, float, str]]:
    found: list[tuple[float, float, str]] = []
    for option in item.options:
        match, open_ = _RANGE.match(option.label), _OPEN.match(option.label)
        if match:
            found.append((_float(match[1]), _float(match[2]), option.label))
        elif open_:
            found.append((float(open_[1]), float("inf"), option.label))
    return sorted(found) if len(found) >= 2 else []


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _range_faults(ranges: list[tuple[float, float, str]], where: str) -> Iterator[Finding]:
    for (_, end, label), (start, _, following) in pairwise(ranges):
        if start <= end:
            yield Finding("overlap", where, f"{label!r} and {following!r} overlap", "make them meet", label)
        elif start > end + 1:
            yield Finding("gap", where, f"nothing lies between {label!r} and {following!r}", "close the gap", label)


def _consent(definition: Definition) -> Iterator[Finding]:
    if any(isinstance(item, items.ConsentQuestion) for item in items_of(definition)):
        return
    for item in items_of(definition):
        if not isinstance(item, items.Question):
            continue
        if item.sensitive:
            text = f"{item.sensitive} data is asked for, but the form asks no consent"
            yield Finding("no_consent", f"item:{item.id}", text, "add a consent item", item.label)
        elif _SENSITIVE.search(item.label):
            text = "this may be sensitive data, and the form asks no consent"
            yield Finding("no_consent", f"item:{item.id}", text, "add a consent item", item.label, "hint")


def _translations(definition: Definition) -> Iterator[Finding]:
    for language, keys in missing_translations(definition).items():
        shown = ", ".join(keys[:5]) + (" …" if len(keys) > 5 else "")
        text = f"{len(keys)} texts lack their {language} translation: {shown}"
        yield Finding("untranslated", "form", text, "translate them", language)
    for language in definition.languages:
        if not is_spoken(language):
            text = f"buttons and messages are not known in {language!r} and will be English"
            yield Finding("no_words", "form", text, what=language, severity="hint")
