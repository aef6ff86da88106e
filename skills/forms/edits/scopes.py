"""What edits of a form may touch, in the room's notation of places."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound
from skills.forms.model import expressions
from skills.forms.model.form import END, Definition, all_ids, expressions_of
from skills.forms.near import near_misses

FORM = "form"


def scope(*places: str) -> Scope:
    """The one file of a form is the part `document`."""
    return Scope(frozenset(places), frozenset({"document"}))


def item_place(item_id: str) -> str:
    return f"item:{item_id}"


def section_place(section_id: str) -> str:
    return f"section:{section_id}"


def order_place(section_id: str) -> str:
    """The order of items within a section; moving one may be measured as another's move."""
    return f"order:{section_id}"


SECTION_ORDER = "order:sections"


def require_known_names(before: Definition, after: Definition) -> None:
    """Raises TargetNotFound for a new name that is nowhere, Refused where something gone is still referred to."""
    was, names = set(all_ids(before)), set(all_ids(after))
    old = set(_dangling(before))
    for where, field, name in _dangling(after):
        if (where, field, name) in old:
            continue
        if name in was:
            users = ", ".join(sorted({f"{place} ({used})" for place, used, gone in _dangling(after) if gone == name}))
            raise Refused(f"{name!r} is still used by {users}; change that first")
        raise TargetNotFound(f"{where} {field}: no item or section {name!r}{near_misses(name, names)}")


def _dangling(definition: Definition) -> Iterable[tuple[str, str, str]]:
    names = set(all_ids(definition))
    allowed = names | {f"{name}_other" for name in names}
    for where, field, text in expressions_of(definition):
        for reference in expressions.references(expressions.parse(text)):
            missing = [name for name in (reference.name, reference.group) if name and name not in allowed]
            yield from ((where, field, name) for name in missing)
    for section in definition.sections:
        yield from ((section.id, "go_to", jump.to) for jump in section.go_to if jump.to not in names | {END})
