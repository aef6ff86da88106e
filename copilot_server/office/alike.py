"""How far two texts are the same."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T", str, bytes)


def shared_start(left: T, right: T) -> int:
    """How long what both begin with is, found by halves: to compare stretches costs less than to go through them."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
