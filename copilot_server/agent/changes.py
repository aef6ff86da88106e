"""What is measured of a turn: changes, findings, parts, and the receipt that holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias

from copilot_server.agent.flat import flat

JsonValue: TypeAlias = Any  # what json.dumps takes; changes are written to the wire as they are


@dataclass(frozen=True, slots=True)
class Change:
    """A measured fact. `where` is a stable anchor as `read` prints it; `text` says it in one line for people.

    `before` and `after` are JSON values an editor can replay from, unless `replayable` is False.
    `covers` are further places this one folded change stands for.
    """

    kind: str
    where: str
    before: JsonValue = None
    after: JsonValue = None
    text: str = ""
    replayable: bool = True

    def to_json(self) -> dict[str, JsonValue]:
        return flat(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault a finished file must not have ("fault"), or something worth a look ("hint").

    `what` is the offending content: it pairs a finding with itself when its place has moved.
    """

    code: str
    where: str
    text: str
    mend: str = ""
    what: str = ""
    severity: Literal["fault", "hint"] = "fault"

    def to_json(self) -> dict[str, JsonValue]:
        return flat(self)


def findings_delta(
    before: Iterable[Finding], after: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """(new, fixed): findings are paired by place first, then by content, so that moved ones are not new."""
    gone, here = list(before), list(after)

    def by_place(finding: Finding) -> tuple[str, ...]:
        return (finding.code, finding.where)

    def by_content(finding: Finding) -> tuple[str, ...]:
        return (finding.code, finding.what)

    for key in (by_place, by_content):
        gone, here = _unpaired(gone, here, key)
    return tuple(here), tuple(gone)


def _unpaired(
    gone: list[Finding], here: list[Finding], key: Callable[[Finding], tuple[str, ...]]
) -> tuple[list[Finding], list[Finding]]:
    shared = Counter(map(key, gone)) & Counter(map(key, here))
    return _without(gone, Counter(shared), key), _without(here, Counter(shared), key)


def _without(
    findings: list[Finding], paired: Counter[tuple[str, ...]], key: Callable[[Finding], tuple[str, ...]]
) -> list[Finding]:
    rest: list[Finding] = []
    for finding in findings:
        if paired[key(finding)] > 0:
            paired[key(finding)] -= 1
        else:
            rest.append(finding)
    return rest


@dataclass(frozen=True, slots=True)
class Parts:
    """The package's entries compared: how many are byte-identical, and which are not."""

    identical: int = 0
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def touched(self) -> tuple[str, ...]:
        return self.changed + self.added + self.removed


@dataclass(frozen=True, slots=True)
class Scope:
    """What an edit declares it may touch.

    `places` are in the skill's own notation of anchors ("Sales!B2:B9", "slide 256/shape 4", "*" for all);
    `kinds` are the kinds of change that may come of it (empty: any); `parts` are globs of part names that
    hold those places or the bookkeeping that follows (styles, strings, relationships).
    """

    places: frozenset[str]
    parts: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def allows_part(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.parts)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a turn did to one document, measured."""

    changes: tuple[Change, ...] = ()
    parts: Parts = Parts()
    new: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    outside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    content_hash: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.parts.touched

    def to_json(self) -> dict[str, JsonValue]:
        return {
            "changes": [change.to_json() for change in self.changes],
            "parts": flat(self.parts),
            "findings": {
                "new": [finding.to_json() for finding in self.new],
                "fixed": [finding.to_json() for finding in self.fixed],
            },
            "outside": list(self.outside),
            "notes": list(self.notes),
            "content_hash": self.content_hash,
        }


def outside_parts(parts: Parts, scopes: Sequence[Scope]) -> tuple[str, ...]:
    """The touched parts that no scope declares."""
    return tuple(name for name in parts.touched if not any(scope.allows_part(name) for scope in scopes))
