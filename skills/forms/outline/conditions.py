"""Conditions as people write them ("Coming = yes and Guests > 1") made into expressions over ids."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot_server.errors import ToolError
from skills.forms.fields import value_of
from skills.forms.model import expressions
from skills.forms.model.items import ChoiceQuestion, ConsentQuestion, Item, YesNoQuestion
from skills.forms.model.walk import OTHER
from skills.forms.near import near_misses

_JOINED = re.compile(r"""\s+(and|or)\s+(?=(?:[^"']|"[^"]*"|'[^']*')*$)""", re.IGNORECASE)
_TEST = re.compile(
    r"^(?P<left>.+?)\s*(?P<sign>!=|<>|>=|<=|≥|≤|==|=|>|<|\bis not\b|\bisn't\b|\bis\b|\bequals\b|\bcontains\b|"
    r"\bincludes\b|\bis greater than\b|\bis less than\b)\s*(?P<right>.+)$",
    re.IGNORECASE,
)
_SIGNS = {
    "is not": "!=", "isn't": "!=", "<>": "!=", "is": "=", "equals": "=", "==": "=", "≥": ">=", "≤": "<=",
    "includes": "contains",
}  # fmt: skip
_ANSWERED = re.compile(r"^(?P<left>.+?)\s+is\s+(?P<not>not\s+)?(?:answered|filled(?: in)?|given)$", re.IGNORECASE)
_YES = {"yes", "true", "y", "ja", "oui", "sí", "checked", "ticked"}
_NO = {"no", "false", "n", "nein", "non", "unchecked"}


def as_expression(text: str, items: Sequence[Item]) -> str:
    """Raises ToolError naming the question or answer that is not there."""
    parts = _JOINED.split(text.strip())
    made = [part.lower() if index % 2 else _test(part.strip(), items) for index, part in enumerate(parts)]
    joined = " ".join(made)
    try:
        expressions.parse(joined)
    except ValueError as error:
        raise ToolError(f"the condition {text!r} cannot be read: {error}") from error
    return joined


def _test(text: str, items: Sequence[Item]) -> str:
    answered = _ANSWERED.match(text)
    if answered:
        asked = f"answered({find(answered['left'], items).id})"
        return f"not {asked}" if answered["not"] else asked
    match = _TEST.match(text)
    if match is None:
        return _plain(text, items)
    try:
        item = find(match["left"], items)
    except ToolError:
        if _is_expression_over(text, items):
            return text
        raise
    sign = match["sign"].lower()
    return f"{item.id} {_SIGNS.get(sign, sign)} {_value(match['right'], item)}"


def _plain(text: str, items: Sequence[Item]) -> str:
    """A question on its own: answered with yes."""
    is_negated = text.lower().startswith("not ")
    item = find(text[4:] if is_negated else text, items)
    return f"not {item.id}" if is_negated else item.id


def _is_expression_over(text: str, items: Sequence[Item]) -> bool:
    try:
        named = {reference.name for reference in expressions.references(expressions.parse(text))}
    except ValueError:
        return False
    return bool(named) and named <= {item.id for item in items}


def find(name: str, items: Sequence[Item]) -> Item:
    """By id or label, quotes and a closing question mark aside."""
    wanted = _key(name)
    found = [item for item in items if item.id == name.strip() or _key(item.label) == wanted]
    found = found or [item for item in items if wanted and _key(item.label).startswith(wanted)]
    if len(found) != 1:
        raise ToolError(f"no question {name.strip()!r}{near_misses(name, [item.label for item in items])}")
    return found[0]


def _key(text: str) -> str:
    return " ".join(text.strip().strip("\"'“”").split()).rstrip("?:* ").casefold()


def _value(text: str, item: Item) -> str:
    plain = text.strip().strip("\"'“”")
    if isinstance(item, (YesNoQuestion, ConsentQuestion)):
        if plain.lower() in _YES | _NO:
            return "true" if plain.lower() in _YES else "false"
        raise ToolError(f"{item.label!r} is answered yes or no, not {plain!r}")
    if isinstance(item, ChoiceQuestion):
        value = value_of(plain, item.options)
        known = {option.value for option in item.options}
        if value not in known and item.other and plain.casefold().rstrip(".…") == OTHER:
            return expressions.quoted(OTHER)
        if value not in known:
            names = [option.label for option in item.options] + [OTHER] * item.other
            raise ToolError(f"{item.label!r} has no option {plain!r}{near_misses(plain, names)}")
        return expressions.quoted(str(value))
    try:
        float(plain)
    except ValueError:
        return expressions.quoted(plain)
    return plain
