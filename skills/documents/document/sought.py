"""The words that a batch of edits looks for, found together in one pass through each text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ahocorasick_rs import AhoCorasick

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FEW: Final = 8  # searches, which cost what it takes to look for all of them together


class Sought:
    """Several words, each as it is to be found."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._finder = AhoCorasick(self._words, store_patterns=True)

    def __contains__(self, words: str) -> bool:
        return words in self._words

    def within(self, text: str) -> set[str]:
        return set(self._finder.find_matches_as_strings(text, overlapping=True))

    def holders(self, texts: Sequence[str]) -> dict[str, set[int]]:
        """The numbers of the texts that hold each."""
        found: dict[str, set[int]] = {words: set() for words in self._words}
        for number, text in enumerate(texts):
            for words in self.within(text):
                found[words].add(number)
        return found


def sought_together(words: Iterable[str]) -> Sought | None:
    """None for so few that each is better looked for by itself."""
    all_words = set(words)
    return Sought(all_words) if len(all_words) > _FEW else None
