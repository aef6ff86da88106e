"""The words that a batch of edits looks for, found together in one pass through each text."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from ahocorasick_rs import AhoCorasick

if TYPE_CHECKING:
    from collections.abc import Iterable

_FEW: Final = 8  # searches, which cost what it takes to look for all of them together


class Sought:
    """Several words, each as it is to be found."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        finder = AhoCorasick(self._words, store_patterns=True)
        self._find = partial(finder.find_matches_as_strings, overlapping=True)

    def __contains__(self, words: str) -> bool:
        return words in self._words

    def within(self, text: str) -> list[str]:
        """Those that the text holds, each as often as it does."""
        return self._find(text)

    def holders(self, texts: Iterable[str]) -> dict[str, set[int]]:
        """The numbers of the texts that hold each."""
        found: dict[str, set[int]] = {words: set() for words in self._words}
        for number, held in enumerate(map(self._find, texts)):
            for words in held:
                found[words].add(number)
        return found


def sought_together(words: Iterable[str]) -> Sought | None:
    """None for so few that each is better looked for by itself."""
    all_words = set(words)
    return Sought(all_words) if len(all_words) > _FEW else None
