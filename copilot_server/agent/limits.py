"""How much a turn may take, and the meter that stops it there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from copilot_server.agent.messages import Usage
from copilot_server.errors import LimitReached


@dataclass(frozen=True, slots=True)
class Limits:
    """`money` in US dollars; `context_share` is the part of the model's window the conversation may fill."""

    steps: int = 30
    tokens: int = 400_000
    seconds: float = 600.0
    money: float = 2.0
    context_share: float = 0.7


@dataclass
class Meter:
    """Counts a turn; `clock` is monotonic seconds."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    usage: Usage = field(default_factory=Usage)
    steps: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def seconds(self) -> float:
        return self.clock() - self.started

    def step(self) -> None:
        """Before each model call; raises LimitReached naming the limit, its value and what was used."""
        used_and_allowed = {
            "steps": (self.steps, self.limits.steps),
            "tokens": (self.usage.tokens, self.limits.tokens),
            "seconds": (round(self.seconds, 1), self.limits.seconds),
            "money": (round(self.usage.money, 4), self.limits.money),
        }
        for name, (used, allowed) in used_and_allowed.items():
            if used >= allowed:
                raise LimitReached(f"the turn reached its limit of {name}: {used} of {allowed}")
        self.steps += 1

    def count(self, usage: Usage) -> None:
        self.usage = self.usage + usage
