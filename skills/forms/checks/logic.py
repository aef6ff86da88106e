"""Faults of branching: what nobody can reach, what never ends, conditions that decide nothing."""

from __future__ import annotations

from collections.abc import Iterator

from copilot_server.agent.changes import Finding
from skills.forms.checks.explore import Explored, explore
from skills.forms.model import expressions, items
from skills.forms.model.form import END, Definition, expressions_of, flat, items_of
from skills.forms.model.walk import other_key


def findings(definition: Definition) -> Iterator[Finding]:
    yield from _names(definition)
    yield from _jumps(definition)
    explored = explore(definition)
    yield from _stuck(explored)
    yield from _conditions(definition, explored)
    yield from _unreached(definition, explored)


def _place(definition: Definition, name: str) -> str:
    return f"section:{name}" if any(section.id == name for section in definition.sections) else f"item:{name}"


def _names(definition: Definition) -> Iterator[Finding]:
    """Order of answering: sections as listed, items as listed in them; a check may use its own item."""
    order = {item.id: index for index, item in enumerate(items_of(definition))}
    ends = {section.id: [order[item.id] for item in flat(section.items)] for section in definition.sections}
    groups = {inner.id: group.id for group in items_of(definition) for inner in getattr(group, "items", ())}
    others = {other_key(name): name for name in order}
    for where, field, text in expressions_of(definition):
        place = _place(definition, where)
        limit = _limit(where, field, order, ends)
        for reference in expressions.references(expressions.parse(text)):
            name = others.get(reference.name, reference.name)
            if name not in order:
                yield Finding("unknown_name", place, f"{field} uses {name!r}, which is no item", what=text)
            elif order[name] >= limit:
                said = "itself" if name == where else f"{name!r}, which is asked later"
                yield Finding("later_answer", place, f"{field} uses {said}", "move it, or the question", text)
            elif name in groups and not reference.group and groups.get(where) != groups[name]:
                mend = f"write sum({groups[name]}.{name}) or the like"
                yield Finding("entry_outside", place, f"{field} uses {name!r} of a repeat group", mend, text)


def _limit(where: str, field: str, order: dict[str, int], ends: dict[str, list[int]]) -> float:
    """The first item that is not yet answered where this expression is decided."""
    if where in order:
        return order[where] + (field == "rules")
    inside = ends[where]
    if field == "go_to":
        return max(inside) + 1 if inside else float("inf")
    return min(inside) if inside else float("inf")


def _jumps(definition: Definition) -> Iterator[Finding]:
    order = [section.id for section in definition.sections]
    for position, section in enumerate(definition.sections):
        where = f"section:{section.id}"
        for index, jump in enumerate(section.go_to):
            if jump.to != END and jump.to not in order:
                yield Finding("lost", where, f"goes on to {jump.to!r}, which is no section", what=jump.to)
            elif jump.to in order[: position + 1]:
                yield Finding("back", where, f"goes back to {jump.to!r}", "go forward, or to end", jump.to, "hint")
            if not jump.when and index + 1 < len(section.go_to):
                yield Finding("idle_jump", where, "jumps after one without a condition are never used", what=jump.to)


def _stuck(explored: Explored) -> Iterator[Finding]:
    for loop in sorted(explored.loops):
        yield Finding("loop", f"section:{loop}", "some answers lead round to this section without end", what=loop)
    for end in sorted(explored.dead_ends):
        if end.startswith("item:"):
            where = end.partition(" ")[0]
            yield Finding("dead_end", where, "no answer is accepted, so nobody can go on", "loosen its checks", end)


def _conditions(definition: Definition, explored: Explored) -> Iterator[Finding]:
    for where, field, text in expressions_of(definition):
        key = (where, field, text)
        if field not in {"show_if", "go_to"} or (key in explored.held) == (key in explored.failed):
            continue
        place = _place(definition, where)
        is_sure = text in explored.proven
        tried = "" if is_sure else " for any answers tried"
        if key in explored.failed:
            said, code = f"{field} {text!r} is never true{tried}", "never_true"
        else:
            said, code = f"{field} {text!r} is always true{tried}", "always_true"
        severity = "fault" if is_sure and code == "never_true" else "hint"
        yield Finding(code, place, said, "", text, severity)


def _unreached(definition: Definition, explored: Explored) -> Iterator[Finding]:
    for section in definition.sections:
        if section.id not in explored.entered:
            yield Finding("unreachable", f"section:{section.id}", "no answers lead to this section", what=section.title)
            continue
        for item in flat(section.items):
            if item.id in explored.shown or (isinstance(item, items.Repeat) and not item.items):
                continue
            needs = " but it is required" if getattr(item, "required", False) else ""
            code = "required_but_hidden" if needs else "unreachable"
            yield Finding(code, f"item:{item.id}", f"no answers lead to this item{needs}", what=item.label)
