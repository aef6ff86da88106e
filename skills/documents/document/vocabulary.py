"""Which of many texts may hold a word, told by the words they are made of: quicker than to search them, many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_BLOCK: Final = 16  # texts looked into together
_GRAM: Final = 3  # characters


class Vocabulary:
    """The words of texts in blocks, and those words by their parts of three letters."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._blocks: dict[str, list[int]] = {}
        self._by_gram: dict[str, list[str]] = {}
        for start in range(0, len(texts), _BLOCK):
            self._note(start // _BLOCK, set(" ".join(texts[start : start + _BLOCK]).split()))

    def put(self, number: int, old: str, new: str) -> None:
        """What the text of that number became; what it held before is still looked for in it."""
        self._note(number // _BLOCK, set(new.split()).difference(old.split()))

    def may_hold(self, word: str) -> Iterator[int]:
        """The numbers of the texts of blocks where some word has this one in it; it holds no blank."""
        blocks = {block for each in self._containing(word) for block in self._blocks[each]}
        for block in sorted(blocks):
            yield from range(block * _BLOCK, (block + 1) * _BLOCK)

    def _note(self, block: int, words: Iterable[str]) -> None:
        for word in words:
            blocks = self._blocks.get(word)
            if blocks is None:
                self._blocks[word] = [block]
                self._take_apart(word)
            elif block != blocks[-1]:
                blocks.append(block)

    def _take_apart(self, word: str) -> None:
        for at in range(len(word) - _GRAM + 1):
            gram = word[at : at + _GRAM]
            words = self._by_gram.get(gram)
            if words is None:
                self._by_gram[gram] = [word]
            else:
                words.append(word)

    def _containing(self, word: str) -> list[str]:
        rarest: Iterable[str] = self._blocks
        if len(word) >= _GRAM:
            grams = (word[at : at + _GRAM] for at in range(len(word) - _GRAM + 1))
            rarest = min((self._by_gram.get(gram, ()) for gram in grams), key=len)
        return [each for each in rarest if word in each]
