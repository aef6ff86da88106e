"""What no form on paper, or as good as paper, can do: the losses Word, PDF and Excel share."""

from __future__ import annotations

from collections.abc import Iterator

from skills.forms.model import items
from skills.forms.model.form import Definition, items_of
from skills.forms.targets.losses import AS_TEXT, SHARED_CONTROL, Loss

_PLAIN = (items.MatrixQuestion, items.BlockQuestion, items.Calculated)
_CHECKED = (
    "min",
    "max",
    "decimals",
    "min_length",
    "max_length",
    "pattern",
    "earliest",
    "latest",
    "min_count",
    "max_count",
)


def paper_losses(
    definition: Definition, *, can_repeat: bool = False, can_check: frozenset[str] = frozenset()
) -> Iterator[Loss]:
    """`can_check` are the fields of validation the target holds answers to."""
    yield from _printed(definition)
    for language in definition.languages[1:]:
        yield Loss("form", "translations", f"only one language fits; {language} is left out")
    for field in ("submit_url", "confirmation", "quiz"):
        if getattr(definition, field):
            yield Loss("form", field, f"{field} has no place in this file")
    for section in definition.sections:
        for field in ("show_if", "go_to"):
            if getattr(section, field):
                yield Loss(f"section:{section.id}", field, "every page is always there")
    for item in items_of(definition):
        yield from _item(item, can_check)
        if isinstance(item, items.Repeat) and not can_repeat and item.max_count > fitting_entries(item):
            yield Loss(f"item:{item.id}", "max_count", f"only {fitting_entries(item)} entries fit")


def _printed(definition: Definition) -> Iterator[Loss]:
    """What a person reads in the file, but a program reading it back cannot tell from other text."""
    if definition.description:
        yield Loss("form", "description", AS_TEXT)
    for section in definition.sections:
        yield Loss(f"section:{section.id}", "title", AS_TEXT)
        if section.description:
            yield Loss(f"section:{section.id}", "description", AS_TEXT)
    for item in items_of(definition):
        where = f"item:{item.id}"
        if item.help:
            yield Loss(where, "help", AS_TEXT)
        if isinstance(item, items.Repeat):
            yield from (Loss(where, field, AS_TEXT) for field in ("label", "min_count", "max_count"))
        elif not isinstance(item, _PLAIN):
            yield Loss(where, "type", SHARED_CONTROL)
        if isinstance(item, items.ChoiceQuestion) and item.type == "multiple_choice" and item.required:
            yield Loss(where, "required", "boxes cannot be required one for all")
        if getattr(item, "default", None) not in (None, "", ()):
            yield Loss(where, "default", "nothing is filled in beforehand")


def fitting_entries(group: items.Repeat) -> int:
    """How many entries are laid out where they cannot be added."""
    return max(1, group.min_count, min(group.max_count, 4))


def _item(item: items.Item, can_check: frozenset[str]) -> Iterator[Loss]:
    where = f"item:{item.id}"
    if item.show_if:
        yield Loss(where, "show_if", "the question is always there")
    if isinstance(item, items.HiddenQuestion):
        yield Loss(where, "type", "a hidden field cannot be kept")
    if isinstance(item, items.Calculated):
        for field in ("decimals", "unit"):
            if getattr(item, field) not in (None, ""):
                yield Loss(where, field, AS_TEXT)
        yield Loss(where, "expression", "the value is not worked out while typing, only when we fill the file")
    if isinstance(item, items.FileQuestion):
        yield Loss(where, "type", "files cannot be attached; their names can be given")
    if isinstance(item, items.SignatureQuestion):
        yield Loss(where, "type", "the signature is a typed name or a signature field, not a drawing")
    for field in ("rules", "quiz", "sensitive", "placeholder", "message"):
        if getattr(item, field, None):
            yield Loss(where, field, f"{field} has no place in this file")
    yield from _weaker(item, can_check)


def _weaker(item: items.Item, can_check: frozenset[str]) -> Iterator[Loss]:
    """Validation the file does not do by itself."""
    where = f"item:{item.id}"
    for field in _CHECKED:
        if getattr(item, field, None) not in (None, "") and field not in can_check and _is_checked(item, field):
            yield Loss(where, field, "answers are not held to it while typing, only when read back")
    if any(option.exclusive for option in getattr(item, "options", ())):
        yield Loss(where, "options", "an exclusive option can be ticked beside others")


def _is_checked(item: items.Item, field: str) -> bool:
    is_shape = isinstance(item, (items.ScaleQuestion, items.Calculated)) and field in {"min", "max", "decimals"}
    return not is_shape and not isinstance(item, items.Repeat)
