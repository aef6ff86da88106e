"""What a person asks to be remembered, in so many words: nothing is ever concluded from what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REMEMBER = re.compile(
    r"(?:^|(?<=[.!?])\s+)(?:please\s+)?remember\s*(?:,\s*please\s*)?(?:that\b|:)?\s*(?P<what>[^.!?\n]{3,2000})[.!?]*",
    re.IGNORECASE,
)
_NAMED = 60


@dataclass(frozen=True, slots=True)
class Stated:
    """What to keep, by name; `is_all` where the message says nothing else."""

    likes: dict[str, str]
    is_all: bool


def stated(text: str) -> Stated:
    """From sentences that begin with "remember"; "remember to do this" asks for work, and is none."""
    likes: dict[str, str] = {}
    left = text
    for found in _REMEMBER.finditer(text):
        what = found["what"].strip()
        if re.match(r"to\b|when\b|how\b|the (?:last|previous)\b", what, re.IGNORECASE):
            continue
        likes[what[:_NAMED].strip()] = what
        left = left.replace(found.group(), " ")
    return Stated(likes, bool(likes) and not left.strip(" .!\n"))


def acknowledged(said: Stated) -> str:
    kept = "; ".join(said.likes.values())
    return f"I will remember: {kept}. You can see, change and delete it under Preferences."
