"""Trying a model again where that may help: with growing waits, no earlier than the provider asked."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from copilot_server.agent.messages import Model, ModelOutput, Prompt, Restarted
from copilot_server.errors import ModelError


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to try: at most `attempts` calls, with no wait begun that ends after `seconds`.

    Waits double from `first` to `longest` and are drawn from their upper half, so that many callers who failed
    together do not come back together.
    """

    attempts: int = 5
    seconds: float = 120.0
    first: float = 1.0
    longest: float = 30.0

    def wait(self, failures: int, chance: float) -> float:
        """Seconds after the n-th failure; `chance` is a random number from 0 to 1."""
        whole = min(self.longest, self.first * 2 ** (failures - 1))
        return whole * (0.5 + chance / 2)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time and chance, which tests replace."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
    chance: Callable[[], float] = random.random


class RetryingModel:
    """A model that is called again when it failed for a passing reason.

    Before each further call it yields `Restarted`: whoever showed text of the failed one takes it back.
    """

    def __init__(
        self, model: Model, patience: Patience | None = None, surroundings: Surroundings | None = None
    ) -> None:
        self.name = model.name
        self.context_tokens = model.context_tokens
        self._model = model
        self._patience = patience or Patience()
        self._around = surroundings or Surroundings()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        """Raises the last ModelError when it is no passing one, or patience is at its end."""
        started = self._around.clock()
        failures = 0
        while True:
            try:
                async with aclosing(self._model.stream(prompt)) as outputs:
                    async for output in outputs:
                        yield output
                return  # noqa: TRY300 - an else would stand further from what it ends
            except ModelError as error:
                failures += 1
                wait = self._wait(error, failures, self._around.clock() - started)
                if wait is None:
                    raise
                yield Restarted(str(error), wait)
            await self._around.sleep(wait)

    def _wait(self, error: ModelError, failures: int, passed: float) -> float | None:
        """Seconds until the next call; None when there should be none."""
        wait = max(self._patience.wait(failures, self._around.chance()), error.retry_after or 0.0)
        has_patience = failures < self._patience.attempts and passed + wait <= self._patience.seconds
        return wait if error.is_transient and has_patience else None
