"""Asking judges: an answer that cannot be read is asked for once more, then counted as unread, never guessed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from evals.judge.rubric import Unreadable


@dataclass(frozen=True, slots=True)
class Answer:
    """`served` is what the provider says answered under the judge's name; "" where it does not say."""

    text: str
    served: str = ""


Ask: TypeAlias = Callable[[str, str, Sequence[bytes]], Awaitable[Answer]]
"""(judge's model name, prompt, pages) -> its answer."""
T = TypeVar("T")
AT_ONCE = 4


class Asking:
    """Counts what each judge was asked and what of it could not be read, and keeps who answered in its name."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._served: dict[str, set[str]] = {}
        self.asked: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()

    async def read(self, judge: str, prompt: str, pages: Sequence[bytes], read: Callable[[str], T]) -> T | None:
        """What `read` makes of the answer; None where two answers raised Unreadable."""
        self.asked[judge] += 1
        for _ in range(2):
            answer = await self._ask(judge, prompt, pages)
            self._served.setdefault(judge, set()).add(answer.served)
            try:
                return read(answer.text)
            except Unreadable:
                continue
        self.unread[judge] += 1
        return None

    def served(self) -> dict[str, tuple[str, ...]]:
        return {judge: tuple(sorted(names)) for judge, names in self._served.items()}

    def unread_rates(self) -> dict[str, float]:
        return {judge: self.unread[judge] / asked for judge, asked in self.asked.items()}


async def together(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Their results in order, some at once: a panel's questions wait for the wire only."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(each: Coroutine[Any, Any, T]) -> T:
        async with gate:
            return await each

    return list(await asyncio.gather(*map(one, work)))
