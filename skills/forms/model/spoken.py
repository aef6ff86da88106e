"""Conditions said to people who fill in on paper: “How will you take part” = On site."""

from __future__ import annotations

from skills.forms.model.expressions import Literal, Node, Operation, Reference, parse
from skills.forms.model.form import Definition, items_of
from skills.forms.model.items import Item
from skills.forms.model.texts import Speaker
from skills.forms.model.words import Words

_SIGNS = {"=": "=", "contains": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


class Condition:
    """Says the conditions of one form in one language."""

    def __init__(self, definition: Definition, speaker: Speaker, said: Words) -> None:
        self.speaker, self.words = speaker, said
        self.items = {item.id: item for item in items_of(definition)}

    def hint(self, expression: str) -> str:
        """A sentence, or "" where there is no condition or none that can be said plainly."""
        told = self._said(parse(expression)) if expression else None
        return self.words.say("only_if", condition=told) if told else ""

    def _said(self, node: Node) -> str | None:
        match node:
            case Reference(name=name, group=""):
                return self._compared(name, "=", True)
            case Operation(sign="and" | "or" as sign, parts=parts):
                told = [self._within(sign, part) for part in parts]
                return None if None in told else f" {self.words[sign]} ".join(map(str, told))
            case Operation(sign=sign, parts=(Reference(name=name, group=""), Literal(value=value))) if sign in _SIGNS:
                return self._compared(name, _SIGNS[sign], value)
            case Operation(sign="in", parts=(asked, *values)):
                return self._said(Operation("or", tuple(Operation("=", (asked, value)) for value in values)))
            case _:
                return None

    def _within(self, sign: str, part: Node) -> str | None:
        told = self._said(part)
        is_other = isinstance(part, Operation) and {"in": "or"}.get(part.sign, part.sign) in {"and", "or"} - {sign}
        return f"({told})" if told and is_other else told

    def _compared(self, name: str, sign: str, value: str | float | bool) -> str | None:
        item = self.items.get(name)
        if item is None or not item.label:
            return None
        label = self.speaker.say(f"{item.id}.label", item.label).rstrip(" ?:؟？")
        return f"“{label}” {sign} {self._value(item, value)}"

    def _value(self, item: Item, value: str | float | bool) -> str:
        if isinstance(value, bool):
            return self.words["yes" if value else "no"]
        if isinstance(value, float):
            return f"{value:.15g}"
        labels = {option.value: option.label for option in getattr(item, "options", ())}
        told = self.speaker.say(f"{item.id}.option.{value}", labels.get(value, value))
        return self.words["other"] if value == "other" and value not in labels else told
