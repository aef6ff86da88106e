"""What is measured of forms, on their JSON; paths by walking them, answers by a JSON Schema validator of others."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar

import jsonschema

from copilot_server.agent.changes import Finding
from evals.scoring.measure import Measures, claim
from evals.task import Task
from evals.trace import File, Seen, Trace
from skills.forms import simulate
from skills.forms.model.walk import walk
from skills.forms.targets.json_schema import schema_of

TODAY = date(2026, 6, 1)
_SENSITIVE = re.compile(
    r"passport|social security|\bssn\b|national id|card number|\bcvv\b|\biban\b|password|\bpin\b|religio|ethnic|salary|"
    r"health|medica|diagnos|bank account|tax (id|number)|insurance number|date of birth|sexual|politic",
    re.IGNORECASE,
)


@lru_cache(maxsize=64)
def _form(data: bytes) -> dict[str, Any]:
    return json.loads(data)


def form(file: File) -> dict[str, Any]:
    return _form(file.data)


def all_items(file: File) -> Iterator[dict[str, Any]]:
    """Every item, those of repeat groups after their group."""
    for section in form(file).get("sections", ()):
        for item in section.get("items", ()):
            yield item
            yield from item.get("items", ())


def item(file: File, label: str) -> dict[str, Any]:
    """The one whose label or id matches; raises KeyError."""
    for each in all_items(file):
        if re.search(label, str(each.get("label", "")), re.IGNORECASE) or each["id"] == label:
            return each
    raise KeyError(f"no question “{label}”")


@dataclass(frozen=True)
class Asked:
    """A question whose label matches is there, of this type (pattern), with these fields. `gone`: it is not there."""

    label: str
    type: str | None = None
    fields: Mapping[str, Any] | None = None
    options: Sequence[str] | None = None
    gone: bool = False
    metric: ClassVar[str] = "coverage"

    def fault(self, seen: Seen) -> str | None:
        try:
            found = item(seen.after, self.label)
        except KeyError as error:
            return None if self.gone else str(error)
        if self.gone:
            return f"“{found.get('label')}” is still there"
        if self.type and not re.fullmatch(self.type, found["type"]):
            return f"“{found.get('label')}” is a {found['type']}"
        for name, value in (self.fields or {}).items():
            if found.get(name, False if value is False else None) != value:
                return f"“{found.get('label')}” has {name} {found.get(name)!r}, not {value!r}"
        labels = [str(option.get("label", option.get("value"))) for option in found.get("options", ())]
        if self.options is not None and [each.casefold() for each in labels] != [
            each.casefold() for each in self.options
        ]:
            return f"“{found.get('label')}” offers {labels}"
        return None


@dataclass(frozen=True)
class Path:
    """With these answers (by id) the items are shown, and the others are not. Guards against lost conditions."""

    answers: Mapping[str, Any]
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    metric: ClassVar[str] = "paths"

    def fault(self, seen: Seen) -> str | None:
        answers = {item(seen.after, key)["id"]: value for key, value in self.answers.items()}
        way = walk(seen.after.document.definition, answers, TODAY)
        ids = {each.item.id for each in way.shown}
        missing = [each for each in self.shown if item(seen.after, each)["id"] not in ids]
        extra = [each for each in self.hidden if item(seen.after, each)["id"] in ids]
        if missing or extra:
            return f"with {dict(self.answers)}: not shown {missing}, shown too {extra}"
        return None


@dataclass(frozen=True)
class Probe:
    """A validator takes the answer, or (`valid` False) does not. The others are left out, so they must be optional."""

    label: str
    answer: Any
    valid: bool
    metric: ClassVar[str] = "validation"

    def fault(self, seen: Seen) -> str | None:
        found = item(seen.after, self.label)
        schema = schema_of(seen.after.document.definition)["properties"][found["id"]]
        has_passed = jsonschema.Draft202012Validator(schema).is_valid(self.answer)
        return (
            None if has_passed == self.valid else f"{self.label}: {self.answer!r} {'passes' if has_passed else 'fails'}"
        )


@dataclass(frozen=True)
class Filled:
    """Exactly these answers are filled in: right, none missing, none invented."""

    answers: Mapping[str, Any]
    metric: ClassVar[str] = "fill_accuracy"

    def fault(self, seen: Seen) -> str | None:
        have = form(seen.after).get("answers", {})
        wrong = {key: have.get(key) for key, value in self.answers.items() if have.get(key) != value}
        extra = sorted(set(have) - set(self.answers))
        return f"wrong or missing {wrong}, invented {extra}" if wrong or extra else None


@dataclass(frozen=True)
class Order:
    """The items (by label) stand in this order."""

    labels: tuple[str, ...]
    metric: ClassVar[str] = "coverage"

    def fault(self, seen: Seen) -> str | None:
        ids = [each["id"] for each in all_items(seen.after)]
        places = [ids.index(item(seen.after, label)["id"]) for label in self.labels]
        return None if places == sorted(places) else f"they stand in the order {places}"


@dataclass(frozen=True)
class FormSays:
    """The form's own text matches: title, description, confirmation or a translation's."""

    field: str
    pattern: str
    metric: ClassVar[str] = "coverage"

    def fault(self, seen: Seen) -> str | None:
        have = str(form(seen.after).get(self.field, ""))
        return None if re.search(self.pattern, have) else f"{self.field} is “{have[:60]}”"


@dataclass(frozen=True)
class Translated:
    """Every text given stands so in the language."""

    language: str
    texts: Sequence[str]
    metric: ClassVar[str] = "coverage"

    def fault(self, seen: Seen) -> str | None:
        have = json.dumps(form(seen.after).get("translations", {}).get(self.language, {}), ensure_ascii=False)
        missing = [text for text in self.texts if text not in have]
        return f"{self.language} lacks {missing}" if missing else None


@dataclass(frozen=True)
class AfterConsent:
    """The sensitive question is marked, and a consent stands before it."""

    label: str
    metric: ClassVar[str] = "sensitive"

    def fault(self, seen: Seen) -> str | None:
        found = item(seen.after, self.label)
        before = [each["type"] for each in _until(seen.after, found["id"])]
        if not found.get("sensitive"):
            return f"“{found['label']}” is not marked sensitive"
        return None if "consent" in before else f"no consent before “{found['label']}”"


def _until(file: File, item_id: str) -> Iterator[dict[str, Any]]:
    for each in all_items(file):
        if each["id"] == item_id:
            return
        yield each


def hygiene(before: File, after: File, trace: Trace, spec: Task) -> Measures:
    """`reachable`: of 40 simulated respondents each gets to the end, and every question is met by one that should be.

    `stable_ids`: ids and option values that were there still are. `options_sound`: no option twice, no overlap of
    ranges. `minimal`: no sensitive question that nobody asked for. `no_new_findings`: by the room's checks.
    """
    if before.data == after.data:
        return {}
    findings, _ = after.skill.delta(
        before.document, after.document, after.skill.compare(before.document, after.document)
    )
    kept = [] if "item_removed" in spec.scope.kinds else sorted(_ids(before) - _ids(after))
    return {
        "reachable": claim(_unreached(after)),
        "stable_ids": claim(kept),
        "options_sound": claim([fault for each in all_items(after) if (fault := options_fault(each))]),
        "minimal": claim(_uncalled(before, after, spec)),
        "no_new_findings": claim([f"{each.where}: {each.text}" for each in findings if _is_fault(each)]),
    }


def _is_fault(finding: Finding) -> bool:
    """A new text without its translation is what was asked for, no damage."""
    return finding.severity == "fault" and "translation" not in finding.text


def _ids(file: File) -> set[str]:
    return {each["id"] for each in all_items(file)} | {
        f"{each['id']}={option['value']}" for each in all_items(file) for option in each.get("options", ())
    }


def _unreached(file: File) -> list[str]:
    definition, dice = file.document.definition, random.Random(7)  # noqa: S311 - the same respondents every time
    met: set[str] = set()
    ends: list[str] = []
    for _ in range(40):
        one = simulate.respond(definition, dice, TODAY)
        met |= {each.item.id for each in one.walk.shown}
        ends += [one.dead_end] if one.dead_end else []
    every = {each["id"] for each in all_items(file) if not each.get("show_if")}
    return [*sorted(every - met - _inside_repeats(file)), *sorted(set(ends))]


def _inside_repeats(file: File) -> set[str]:
    return {inner["id"] for each in all_items(file) for inner in each.get("items", ())}


def options_fault(found: Mapping[str, Any]) -> str | None:
    """Two options of one name, or number ranges that overlap or leave a gap."""
    labels = [str(option.get("label", option.get("value"))).casefold().strip() for option in found.get("options", ())]
    if len(set(labels)) < len(labels):
        return f"“{found.get('label')}” offers an option twice"
    ranges = [
        (int(m.group(1)), int(m.group(2)))
        for label in labels
        if (m := re.fullmatch(r"(\d+)\s*(?:-|–|to)\s*(\d+)", label))
    ]
    for (_, end), (start, _) in pairwise(ranges):
        if start != end + 1:
            return f"“{found.get('label')}”: {end} and {start} do not meet"
    return None


def _uncalled(before: File, after: File, spec: Task) -> list[str]:
    known = {each["id"] for each in all_items(before)}
    said = " ".join(text for turn in spec.turns for text in (turn.text, *turn.texts.values()))
    return [
        str(each.get("label"))
        for each in all_items(after)
        if each["id"] not in known
        and (match := _SENSITIVE.search(str(each.get("label", ""))))
        and match.group().casefold() not in said.casefold()
    ]
