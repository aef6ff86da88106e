"""What was found last, up to so many bytes of it in all."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class Shelf(Generic[K, T]):
    """The oldest makes room for the newest; the newest stays, however large."""

    def __init__(self, room: int) -> None:
        """`room` in bytes."""
        self.taken = 0
        self._room = room
        self._kept: OrderedDict[K, tuple[int, T]] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._kept

    def get(self, key: K) -> T | None:
        _, found = self._kept.get(key, (0, None))
        return found

    def put(self, key: K, size: int, thing: T) -> None:
        self._discard(key)
        self._kept[key] = size, thing
        self.taken += size
        while len(self._kept) > 1 and self.taken > self._room:
            self._discard(next(iter(self._kept)))

    def _discard(self, key: K) -> None:
        size, _ = self._kept.pop(key, (0, None))
        self.taken -= size
