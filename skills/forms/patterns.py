"""Texts that fit a pattern, for the patterns forms use: classes, repeats, groups and alternatives."""

from __future__ import annotations

import random
import re

_CLASSES = {"d": "0123456789", "w": "abcXYZ019", "s": " "}
_QUANTIFIER = re.compile(r"\{(\d+)(?:(,)(\d*))?\}|[*+?]")


class _Unknown(ValueError):
    """The pattern uses what is not made up here."""


def text_for(pattern: str, dice: random.Random) -> str | None:
    """A text the whole pattern matches; None where the pattern is beyond this."""
    try:
        made, end = _alternatives(pattern, 0, dice)
    except (_Unknown, IndexError):
        return None
    return made if end == len(pattern) and re.fullmatch(pattern, made) else None


def _alternatives(pattern: str, start: int, dice: random.Random) -> tuple[str, int]:
    """Up to the end or an unmatched `)`."""
    options: list[str] = []
    position = start
    while True:
        made, position = _sequence(pattern, position, dice)
        options.append(made)
        if position >= len(pattern) or pattern[position] == ")":
            return dice.choice(options), position
        position += 1


def _sequence(pattern: str, position: int, dice: random.Random) -> tuple[str, int]:
    made: list[str] = []
    while position < len(pattern) and pattern[position] not in "|)":
        start = position
        _, position = _atom(pattern, position, dice)
        low, high, after = _quantifier(pattern, position)
        made += [_atom(pattern, start, dice)[0] for _ in range(dice.randint(low, high))]
        position = after
    return "".join(made), position


def _atom(pattern: str, position: int, dice: random.Random) -> tuple[str, int]:
    match pattern[position]:
        case "\\":
            letter = pattern[position + 1]
            if letter.isalnum() and letter not in _CLASSES:
                raise _Unknown(letter)
            return dice.choice(_CLASSES.get(letter, letter)), position + 2
        case "[":
            return _class(pattern, position + 1, dice)
        case "(":
            start = position + 1
            if pattern.startswith("?:", start):
                start += 2
            elif pattern.startswith("?", start):
                raise _Unknown(pattern[start:])
            made, end = _alternatives(pattern, start, dice)
            return made, end + 1
        case ".":
            return "x", position + 1
        case "^" | "$":
            return "", position + 1
        case letter:
            return letter, position + 1


def _class(pattern: str, position: int, dice: random.Random) -> tuple[str, int]:
    if pattern[position] == "^":
        raise _Unknown("a negated class")
    members = ""
    while pattern[position] != "]":
        if pattern[position] == "\\":
            members += _CLASSES.get(pattern[position + 1], pattern[position + 1])
            position += 2
        elif pattern[position + 1] == "-" and pattern[position + 2] != "]":
            members += "".join(map(chr, range(ord(pattern[position]), ord(pattern[position + 2]) + 1)))
            position += 3
        else:
            members += pattern[position]
            position += 1
    return dice.choice(members), position + 1


def _quantifier(pattern: str, position: int) -> tuple[int, int, int]:
    match = _QUANTIFIER.match(pattern, position)
    if match is None:
        return 1, 1, position
    ends = {"*": (0, 3), "+": (1, 4), "?": (0, 1)}.get(match[0])
    if ends is None:
        low = int(match[1])
        high = low if match[2] is None else int(match[3]) if match[3] else low + 3
        ends = (low, min(high, low + 5))
    after = match.end() + (pattern[match.end() : match.end() + 1] == "?")
    return *ends, after
