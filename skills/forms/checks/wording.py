"""Hints about wording that bends or muddles answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot_server.agent.changes import Finding
from skills.forms.model import items
from skills.forms.model.form import Definition, items_of

_LEADING = re.compile(
    r"\b(don'?t you|wouldn'?t you|isn'?t it|aren'?t you|do you agree that|surely|obviously|of course|as everyone knows|"
    r"how (?:great|amazing|excellent|wonderful|much did you (?:love|enjoy))|"
    r"our (?:excellent|great|amazing|award-winning))\b",
    re.IGNORECASE,
)
_DOUBLE = re.compile(
    r"\b(?:how|what|do|does|did|are|is|was|were|have|rate|please rate)\b.*\b(\w+)(?: and | or | and/or |/)(\w+)\b.*\?",
    re.IGNORECASE,
)
_TWICE_NOT = re.compile(r"\b(not|never|no)\b.*\b(un\w{3,}|dis(?:agree|like|satisfied)\w*|not|never)\b", re.IGNORECASE)
_ONE_THING = re.compile(
    r"\b(terms and conditions|date and time|first and last|name and address|research and development|health and safety|"
    r"yes or no|more or less|and why|street and number|state or region|food and drink|pros and cons)\b",
    re.IGNORECASE,
)
_MAX_LABEL = 200


def findings(definition: Definition) -> Iterator[Finding]:
    for item in items_of(definition):
        if isinstance(item, items.Question) and not isinstance(item, items.ConsentQuestion):
            yield from _label(item)


def _label(item: items.Question) -> Iterator[Finding]:
    where, label = f"item:{item.id}", item.label
    if _LEADING.search(label):
        yield Finding("leading", where, "the wording suggests an answer", "ask neutrally", label, "hint")
    if item.quiz is None and _DOUBLE.search(label) and not _ONE_THING.search(label):
        yield Finding("double_barrelled", where, "it may ask two things at once", "split it in two", label, "hint")
    if _TWICE_NOT.search(label):
        yield Finding(
            "double_negative", where, "a double negative is easily misread", "say it positively", label, "hint"
        )
    if len(label) > _MAX_LABEL:
        yield Finding(
            "long_label", where, f"the label has {len(label)} characters", "move detail to help", label, "hint"
        )
