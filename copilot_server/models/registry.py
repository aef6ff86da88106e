"""What is known of a model by its name: family, window, price, sight, and how to speak to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Wire = Literal["chat", "responses"]
Tier = Literal["large", "medium", "small"]
_DATA = Path(__file__).with_name("registry.toml")
_UNKNOWN_CONTEXT = 32_000
_PREFIX = re.compile(r"^.*/")
# gpt-5-2025-08-07, claude-haiku-4-5-20251001, grok-4-0709, claude-opus-4-1@20250805, kimi-latest, glm-5.3:free
_SUFFIX = re.compile(r"(?:[-@]\d{4}-\d{2}-\d{2}|[-@]\d{8}|-0\d{3}|-1[0-2]\d{2}|-latest|:free|:batch|:latest)$")


class Price(BaseModel):
    """US dollars for a million tokens; cached and written input cost as input where nothing else is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Annotated[float, Field(ge=0, description="for a million tokens of the prompt")]
    output: Annotated[float, Field(ge=0, description="for a million tokens of the reply")]
    cached: Annotated[float | None, Field(ge=0, description="for a million prompt tokens read from the cache")] = None
    written: Annotated[float | None, Field(ge=0, description="for a million tokens written to the cache")] = None


class ModelCard(BaseModel):
    """What the engine needs to know of a model; also how one is declared in copilot.toml, `[models."its-name"]`.

    A model without family and lineage can run but not judge: nobody can say what it shares with the judged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: Annotated[str | None, Field(description='the maker\'s line, like "gpt"')] = None
    lineage: Annotated[str | None, Field(description='whose weights it descends from, like "openai"')] = None
    tier: Annotated[Tier | None, Field(description="its size within its generation")] = None
    context: Annotated[int, Field(ge=1_000, description="tokens a prompt may hold")] = _UNKNOWN_CONTEXT
    price: Annotated[Price | None, Field(description="none: what it costs is not counted")] = None
    sight: Annotated[bool, Field(description="whether pictures may be sent")] = False
    wire: Annotated[Wire, Field(description="the API to speak")] = "chat"
    strict: Annotated[bool, Field(description="send tool schemas in strict mode")] = False

    @property
    def is_declared(self) -> bool:
        return self.family is not None and self.lineage is not None and self.tier is not None

    def money(self, fresh: int, output: int, cached: int = 0, written: int = 0) -> float:
        """US dollars for tokens of the prompt that are fresh, cached and written to the cache, and of the reply."""
        if self.price is None:
            return 0.0
        each = self.price
        cached_price = each.input if each.cached is None else each.cached
        written_price = each.input if each.written is None else each.written
        total = fresh * each.input + cached * cached_price + written * written_price + output * each.output
        return total / 1_000_000


def card_of(name: str, declared: Mapping[str, ModelCard] | None = None) -> ModelCard:
    """The card of a model: as the settings declare it, else as the registry knows it, else a safe default."""
    if declared and name in declared:
        return declared[name]
    plain = plain_name(name)
    models, lines = _known()
    if plain in models:
        return models[plain]
    longest = max((line for line in lines if plain.startswith(line)), key=len, default=None)
    return lines[longest] if longest else ModelCard()


def plain_name(name: str) -> str:
    """Without the provider's prefix ("openai/", "models/") and without dates, in lower case."""
    plain = _PREFIX.sub("", name.strip().lower())
    while (shorter := _SUFFIX.sub("", plain)) != plain:
        plain = shorter
    return plain


@cache
def _known() -> tuple[Mapping[str, ModelCard], Mapping[str, ModelCard]]:
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return _by_name(data["models"]), _by_name(data["lines"])


def _by_name(entries: list[dict[str, Any]]) -> Mapping[str, ModelCard]:
    cards: dict[str, ModelCard] = {}
    for entry in entries:
        names = entry.pop("names")
        cards |= dict.fromkeys(names, ModelCard(**entry))
    return cards
