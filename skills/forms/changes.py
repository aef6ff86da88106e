"""Two versions of a form compared by ids: measured changes in a closed vocabulary.

Kinds: form_text form_changed section_added section_removed section_moved section_text section_changed item_added
item_removed item_moved item_text item_changed option_added option_removed option_renamed option_moved logic_changed
quiz_changed translation_changed answer_changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from copilot_server.agent.changes import Change, Scope
from skills.forms.document import Form
from skills.forms.edits.scopes import FORM, SECTION_ORDER, item_place, order_place, section_place
from skills.forms.model.form import Definition, Section
from skills.forms.model.items import Item, Repeat
from skills.forms.model.texts import ITEM_TEXTS, texts

_OPTION_FIELDS = ("options", "rows", "columns")
_LOGIC = ("show_if", "expression", "rules", "go_to")
_BOUNDS = ("min", "max", "decimals", "unit", "earliest", "latest", "min_length", "max_length", "pattern", "min_count",
           "max_count", "accept", "expression")  # fmt: skip
_MOST_OPTIONS = 12
_FORM_TEXTS = ("title", "description", "confirmation")
_FORM_SETTINGS = ("languages", "submit_url", "quiz", "publish")


def compare(before: Form, after: Form) -> tuple[Change, ...]:
    if before.definition == after.definition:
        return ()
    return tuple(_changes(before.definition, after.definition))


def covers(scope: Scope, change: Change) -> bool:
    """Whether one of the scope's places is the change's; a move may be measured as its neighbour's."""
    if scope.kinds and change.kind not in scope.kinds:
        return False
    return "*" in scope.places or bool(_places(change) & scope.places)


def _places(change: Change) -> set[str]:
    match change.kind:
        case "section_moved":
            return {change.where, SECTION_ORDER}
        case "item_moved":
            return {change.where, order_place(change.before["in"]), order_place(change.after["in"])}
        case "answer_changed":
            return {change.where, "answers"}
        case _:
            return {change.where}


def _changes(before: Definition, after: Definition) -> Iterator[Change]:
    yield from _fields("form", FORM, before, after, _FORM_TEXTS, _FORM_SETTINGS)
    yield from _section_changes(before, after)
    yield from _item_changes(before, after)
    yield from _translations(before, after)
    yield from _answers(before, after)


def _section_changes(before: Definition, after: Definition) -> Iterator[Change]:
    old = {section.id: section for section in before.sections}
    new = {section.id: section for section in after.sections}
    for name, section in old.items():
        if name not in new:
            text = f"section {section.title or name!r} removed"
            yield Change("section_removed", section_place(name), before=_dump(section), text=text)
    for position, (name, section) in enumerate(new.items()):
        where = section_place(name)
        if name not in old:
            after_ = list(new)[position - 1] if position else None
            value = _dump(section.model_copy(update={"items": ()})) | {"after": after_}
            yield Change("section_added", where, after=value, text=f"section {section.title or name!r} added")
        else:
            yield from _fields("section", where, old[name], section, ("title", "description"), ("show_if", "go_to"))
    for name, neighbour in _moved([*old], [*new]):
        text = f"section {name} moved {_after(neighbour)}"
        yield Change("section_moved", section_place(name), after={"after": neighbour}, text=text)


def _item_changes(before: Definition, after: Definition) -> Iterator[Change]:
    old, new = _homes(before), _homes(after)
    for name, (home, item) in old.items():
        if name not in new:
            text = f"{item.type} {item.label!r} removed from {home}"
            yield Change("item_removed", item_place(name), before=_dump(item), text=text)
    for name, (home, item) in new.items():
        if name not in old:
            value = _dump(_without_items(item)) | {"in": home, "after": _neighbour(new, name)}
            yield Change(
                "item_added", item_place(name), after=value, text=f"{name}: {_described(item)} added to {home}"
            )
        else:
            yield from _one_item(old[name][1], item)
    yield from _item_moves(old, new)


def _item_moves(old: Mapping[str, tuple[str, Item]], new: Mapping[str, tuple[str, Item]]) -> Iterator[Change]:
    for home in dict.fromkeys(home for home, _ in new.values()):
        was = [name for name, (place, _) in old.items() if place == home]
        now = [name for name, (place, _) in new.items() if place == home and name in old]
        strangers = {name for name in now if old[name][0] != home}
        moved = [(name, _previous(now, name)) for name in now if name in strangers]
        moved += _moved(was, [name for name in now if name not in strangers])
        for name, neighbour in moved:
            text = f"item {name} moved {_after(neighbour)} in {home}"
            was_at, is_at = {"in": old[name][0]}, {"in": home, "after": neighbour}
            yield Change("item_moved", item_place(name), before=was_at, after=is_at, text=text)


def _one_item(old: Item, new: Item) -> Iterator[Change]:
    if old == new:
        return
    where = item_place(new.id)
    if old.type != new.type:
        text = f"{new.id}: type {old.type} → {new.type}"
        yield Change("item_changed", where, before=_dump(old), after=_dump(new), text=text)
        return
    yield from _fields("item", where, old, new, ITEM_TEXTS, _settings_of(new))
    for field in _OPTION_FIELDS:
        if field in type(new).model_fields:
            yield from _options(where, field, getattr(old, field), getattr(new, field))


def _settings_of(item: Item) -> tuple[str, ...]:
    skipped = {*ITEM_TEXTS, *_OPTION_FIELDS, "id", "type", "items"}
    return tuple(name for name in type(item).model_fields if name not in skipped)


def _options(where: str, field: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    was, now = {option.value: option for option in old}, {option.value: option for option in new}
    noun = field.removesuffix("s")
    for value, option in was.items():
        if value not in now:
            text = f"{where}: {noun} {option.label!r} removed"
            yield Change("option_removed", where, before=_dump(option) | {"of": field}, text=text)
    for value, option in now.items():
        if value not in was:
            before = _previous([*now], value)
            place = f"after {now[before].label!r}" if before else "first"
            text = f"{where}: {noun} {option.label!r} added {place} ({len(now)} in all)"
            yield Change("option_added", where, after=_dump(option) | {"of": field}, text=text)
        elif option != was[value]:
            text = f"{where}: {noun} {was[value].label!r} → {option.label!r}"
            yield Change("option_renamed", where, before=_dump(was[value]), after=_dump(option), text=text)
    if any(True for _ in _moved([*was], [*now])):
        order = [option.label for option in new]
        yield Change("option_moved", where, before=[*was], after=[*now], text=f"{where}: {field} in order {order}")


def _fields(
    noun: str, where: str, old: Any, new: Any, text_fields: Sequence[str], settings: Sequence[str]
) -> Iterator[Change]:
    for field in (*text_fields, *settings):
        was, now = _plain(getattr(old, field, None)), _plain(getattr(new, field, None))
        if was == now:
            continue
        kind = f"{noun}_text" if field in text_fields else f"{noun}_changed"
        kind = "logic_changed" if field in _LOGIC else "quiz_changed" if field == "quiz" else kind
        text = f"{where} {field}: {_shown(was)} → {_shown(now)}"
        yield Change(kind, where, before={field: was}, after={field: now}, text=text)


def _translations(before: Definition, after: Definition) -> Iterator[Change]:
    still = texts(before).keys() & texts(after).keys()
    for language in dict.fromkeys([*before.translations, *after.translations]):
        old, new = before.translations.get(language, {}), after.translations.get(language, {})
        by_owner: dict[str, list[str]] = {}
        for key in dict.fromkeys([*old, *new]):
            if old.get(key) != new.get(key) and (key in still or key in new):
                by_owner.setdefault(key.partition(".")[0], []).append(key)
        sections = {section.id for section in (*before.sections, *after.sections)}
        for owner, keys in by_owner.items():
            where = FORM if owner == "form" else section_place(owner) if owner in sections else item_place(owner)
            values = {key: new.get(key) for key in keys}
            text = f"{where} in {language}: {_shown(', '.join(str(value) for value in values.values()))}"
            was = {key: old.get(key) for key in keys} | {"language": language}
            yield Change("translation_changed", where, before=was, after=values | {"language": language}, text=text)


def _answers(before: Definition, after: Definition) -> Iterator[Change]:
    for name in dict.fromkeys([*before.answers, *after.answers]):
        was, now = before.answers.get(name), after.answers.get(name)
        if was != now:
            text = f"answer {name}: {_shown(was)} → {_shown(now)}"
            where = item_place(name.removesuffix("_other"))
            yield Change("answer_changed", where, before=was, after=now, text=text)


def _homes(definition: Definition) -> dict[str, tuple[str, Item]]:
    """Id -> (section or repeat group it lies in, item), in the form's order."""
    found: dict[str, tuple[str, Item]] = {}
    for section in definition.sections:
        for item in section.items:
            found[item.id] = (section.id, item)
            if isinstance(item, Repeat):
                found |= {inner.id: (item.id, inner) for inner in item.items}
    return found


def _neighbour(homes: Mapping[str, tuple[str, Item]], name: str) -> str | None:
    siblings = [other for other, (home, _) in homes.items() if home == homes[name][0]]
    return _previous(siblings, name)


def _previous(names: Sequence[str], name: str) -> str | None:
    position = names.index(name)
    return names[position - 1] if position else None


def _moved(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str | None]]:
    """The fewest of the common names that must be taken as moved, each with the one it now follows."""
    ranks = {name: index for index, name in enumerate(old)}
    common = [name for name in new if name in ranks]
    stay = _longest_rising([ranks[name] for name in common])
    return [(name, _previous(new, name)) for name in common if ranks[name] not in stay]


def _longest_rising(ranks: Sequence[int]) -> set[int]:
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for rank in ranks:
        position = bisect_left(tails, rank)
        before[rank] = tails[position - 1] if position else None
        tails[position : position + 1] = [rank]
    found: set[int] = set()
    current = tails[-1] if tails else None
    while current is not None:
        found.add(current)
        current = before[current]
    return found


def _without_items(item: Item) -> Item:
    return item.model_copy(update={"items": ()}) if isinstance(item, Repeat) else item


def _described(item: Item) -> str:
    marks = [item.type.replace("_", " "), repr(item.label)]
    marks += ["required"] if getattr(item, "required", False) else []
    marks += [f"shown if {item.show_if}"] if item.show_if else []
    marks += [f"{field} {' | '.join(named)}" for field in _OPTION_FIELDS if (named := _labels(item, field))]
    marks += [
        f"{name} {_shown_bare(item, name)}" for name in _BOUNDS if getattr(item, name, None) not in (None, "", ())
    ]
    return " ".join(marks[:2]) + "".join(f", {mark}" for mark in marks[2:])


def _labels(item: Item, field: str) -> list[str]:
    named = [option.label for option in getattr(item, field, ())]
    more = [f"… {len(named) - _MOST_OPTIONS} more"] if len(named) > _MOST_OPTIONS else []
    return named[:_MOST_OPTIONS] + more + (["other…"] if field == "options" and getattr(item, "other", False) else [])


def _shown_bare(item: Item, name: str) -> str:
    value = getattr(item, name)
    return f"{value:g}" if isinstance(value, float) else " ".join(value) if isinstance(value, tuple) else str(value)


def _after(neighbour: str | None) -> str:
    return f"after {neighbour}" if neighbour else "to the start"


def _dump(part: Item | Section | Any) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude_defaults=True)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.model_dump(mode="json", exclude_defaults=True) if hasattr(value, "model_dump") else value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
