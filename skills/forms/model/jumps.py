"""Jumps between pages said as conditions of the pages they pass over, for targets that know no jumps."""

from __future__ import annotations

from collections.abc import Iterator

from skills.forms.model.expressions import Node, Operation, parse, write
from skills.forms.model.form import END, Definition


def page_conditions(definition: Definition) -> dict[str, str]:
    """Section -> when it is shown, jumps over it counted in; jumps back to an earlier page cannot be said so."""
    over: dict[str, list[Node | None]] = {section.id: [] for section in definition.sections}
    for start, stop, condition in _jumps(definition):
        for section in definition.sections[start + 1 : stop]:
            over[section.id].append(condition)
    return {section.id: _shown(section.show_if, over[section.id]) for section in definition.sections}


def _jumps(definition: Definition) -> Iterator[tuple[int, int, Node | None]]:
    """(from, to, when) of every jump forward; None for always."""
    order = {section.id: index for index, section in enumerate(definition.sections)} | {END: len(definition.sections)}
    for start, section in enumerate(definition.sections):
        earlier: list[Node] = []  # of several, the first that holds counts
        for jump in section.go_to:
            when = parse(jump.when) if jump.when else None
            parts = [*([parse(section.show_if)] if section.show_if else []), *map(_not, earlier)]
            parts += [when] if when else []
            yield start, order.get(jump.to, 0), _all(parts)
            if when is None:
                break
            earlier.append(when)


def _shown(own: str, passing: list[Node | None]) -> str:
    if not passing:
        return own
    if None in passing:
        return "false"
    parts = [*([parse(own)] if own else []), *(_not(each) for each in passing if each is not None)]
    joined = _all(parts)
    return write(joined) if joined else ""


def _all(parts: list[Node]) -> Node | None:
    if not parts:
        return None
    node, *rest = parts
    for part in rest:
        node = Operation("and", (node, part))
    return node


def _not(node: Node) -> Node:
    return Operation("not", (node,))
