"""Names for paragraphs that stay right while others come and go."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from copilot_server.errors import TargetNotFound

_ANCHOR = re.compile(r"\[?(?:(?P<story>[a-z]+\d*)/)?(?P<id>~?[0-9A-Za-z]+(?:\.\d+)?)(?:#(?P<hash>[0-9a-f]{4}))?\]?")

_QUOTED = re.compile(r"[\"“„«](.+)[\"”“»]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Anchor:
    """`header1/4F2A10B3#9c1e`: story (none: the body), paragraph id, hash of the text it had when read."""

    story: str
    id: str
    hash: str | None = None

    @property
    def place(self) -> str:
        """Without the hash: what scopes and changes go by."""
        return place_of(self.story, self.id)

    def __str__(self) -> str:
        return f"{self.place}#{self.hash}" if self.hash else self.place


def place_of(story: str, name: str) -> str:
    """Of the paragraph with that id in the story with that key."""
    return f"{story}/{name}" if story else name


def parse_anchor(text: str) -> Anchor:
    """Raises TargetNotFound for what cannot be an anchor."""
    match = _ANCHOR.fullmatch(text.strip())
    if match is None:
        raise TargetNotFound(
            f"{text!r} is no paragraph anchor; they look like 4F2A10B3#9c1e, as `read` and `find` print"
        )
    return Anchor(match["story"] or "", match["id"], match["hash"])


def quoted(text: str) -> str | None:
    """The words between quotes, where a paragraph is named by what it says."""
    match = _QUOTED.fullmatch(text.strip())
    return match[1].strip() if match and match[1].strip() else None


def text_hash(text: str) -> str:
    """Four hexadecimal digits that change with the text."""
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()


def derived_id(text: str, occurrence: int) -> str:
    """For a paragraph the file gives no id: from its text, and which of its equals it is (from 1)."""
    digest = hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=3).hexdigest()
    return f"~{digest}" if occurrence == 1 else f"~{digest}.{occurrence}"


def fresh_paragraph_id(seed: str, taken: frozenset[str] | set[str]) -> str:
    """A w14:paraId nobody has: eight hexadecimal digits below 80000000, the same for the same seed."""
    number = int.from_bytes(hashlib.blake2s(seed.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")
    while True:
        number = (number & 0x7FFFFFFF) or 1
        candidate = f"{number:08X}"
        if candidate not in taken:
            return candidate
        number += 1
