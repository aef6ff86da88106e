"""Which of many texts may hold a word, told by the words they are made of: quicker than to search them, many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCK: Final = 16  # texts looked into together


class Vocabulary:
    """The words of texts in blocks, each once, to look for others in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        self._blocks: dict[str, list[int]] = {}
        for start in range(0, len(texts), _BLOCK):
            for word in set(" ".join(texts[start : start + _BLOCK]).split()):
                self._blocks.setdefault(word, []).append(start // _BLOCK)
        self._words = "\0".join(["", *self._blocks, ""])
        self._more: list[str] = []

    def put(self, number: int, words: str) -> None:
        """Words that the text of that number holds now; those it held before are still looked for in it."""
        for word in words.split():
            if word not in self._blocks:
                self._more.append(word)
            self._blocks.setdefault(word, []).append(number // _BLOCK)

    def may_hold(self, word: str, *, is_begun: bool = False, is_ended: bool = False) -> list[range]:
        """The numbers of the texts of blocks where some word has this one in it, or begins or ends with it."""
        sought = f"{chr(0) * is_begun}{word}{chr(0) * is_ended}"
        blocks = {block for each in self._containing(sought) for block in self._blocks[each]}
        return [range(block * _BLOCK, min((block + 1) * _BLOCK, self._count)) for block in sorted(blocks)]

    def _containing(self, sought: str) -> list[str]:
        """Words with it in them; a null stands for the end of a word on its side."""
        found = [each for each in self._more if sought in f"\0{each}\0"]
        at = self._words.find(sought)
        while at >= 0:
            inside = at + sought.startswith("\0")
            end = self._words.index("\0", inside)
            found.append(self._words[self._words.rindex("\0", 0, inside) + 1 : end])
            at = self._words.find(sought, end)
        return found
