"""What is known of models by name."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from copilot_server.models import registry
from copilot_server.models.registry import ModelCard, Price, card_of, plain_name

DATA = tomllib.loads(Path(registry.__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("gpt-6.2-sol", "gpt-6.2-sol"),
        ("openai/gpt-5-2025-08-07", "gpt-5"),
        ("openrouter/anthropic/claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("Claude-Opus-4-6@20260205", "claude-opus-4-6"),
        ("z-ai/glm-5.3:free", "glm-5.3"),
        ("grok-4-0709", "grok-4"),
    ],
)
def test_a_name_is_known_without_its_providers_prefix_and_date(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_a_variant_with_a_price_of_its_own_is_not_taken_for_its_namesake() -> None:
    assert card_of("gpt-5.2").price
    assert card_of("gpt-5.2-pro").price is None


def test_open_weights_are_known_by_their_line_but_not_well_enough_to_judge() -> None:
    card = card_of("llama3.3:70b-instruct-q4_K_M")
    assert (card.family, card.lineage) == ("llama", "meta")
    assert not card.is_declared
    assert card_of("deepseek-r1-distill-llama-70b").lineage == "meta"


def test_an_unknown_model_runs_carefully_and_may_not_judge() -> None:
    card = card_of("my-own-model")
    assert (card.context, card.sight, card.wire, card.strict) == (32_000, False, "chat", False)
    assert not card.is_declared
    assert card.money(1_000_000, 1_000_000) == 0.0


def test_what_the_settings_declare_goes_before_the_registry() -> None:
    mine = ModelCard(family="gpt", lineage="mine", tier="small", context=8_000)
    assert card_of("gpt-6.2-sol", {"gpt-6.2-sol": mine}) is mine


def test_cached_and_written_tokens_have_prices_of_their_own_or_the_inputs() -> None:
    full = ModelCard(price=Price(input=2, output=10, cached=0.2, written=2.5))
    bare = ModelCard(price=Price(input=2, output=10))
    tokens = {"fresh": 100_000, "output": 10_000, "cached": 50_000, "written": 20_000}
    assert full.money(**tokens) == pytest.approx(0.2 + 0.1 + 0.01 + 0.05)
    assert bare.money(**tokens) == pytest.approx(0.2 + 0.1 + 0.1 + 0.04)


def test_the_registry_says_when_and_whence() -> None:
    assert isinstance(DATA["stated"], date)
    assert DATA["source"]


def test_every_model_of_the_registry_is_complete_and_named_once() -> None:
    names = [name for entry in (*DATA["models"], *DATA["lines"]) for name in entry["names"]]
    assert len(names) == len(set(names))
    for entry in DATA["models"]:
        for name in entry["names"]:
            assert plain_name(name) == name, f"{name} would never be found"
            card = card_of(name)
            assert card.is_declared
            assert card.price
            assert card.price.cached is not None
            assert card.price.cached <= card.price.input <= card.price.output
