"""Who may judge whom: a judge that shares blood with what it judges is refused, and doubt counts as kinship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copilot_server.models.registry import ModelCard, card_of


class NotSeparate(ValueError):
    """Names the judge, whom it is too close to, and why."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Model names: who judges, who is judged, and who made the tasks' data (people: leave it empty)."""

    judges: Sequence[str]
    candidates: Sequence[str]
    generators: Sequence[str] = ()


def require_separation(parties: Parties, declared: Mapping[str, ModelCard] | None = None) -> None:
    """Raises NotSeparate for an unknown model, a shared family or lineage, or judges of mixed tiers."""
    cards = {name: card_of(name, declared) for name in (*parties.judges, *parties.candidates, *parties.generators)}
    for name, card in cards.items():
        if not card.is_declared and name != "builtin":
            raise NotSeparate(
                f"'{name}' is not declared: its family, lineage and tier must be known before it takes part in "
                "judging; declare it in copilot.toml"
            )
    for judge in parties.judges:
        for other in (*parties.candidates, *parties.generators):
            _require_strangers(judge, cards[judge], other, cards[other])
    tiers = {cards[judge].tier for judge in parties.judges}
    if len(tiers) > 1:
        named = ", ".join(f"{judge} ({cards[judge].tier})" for judge in parties.judges)
        raise NotSeparate(f"judges of different tiers cannot be one panel: {named}")


def _require_strangers(judge: str, judge_card: ModelCard, other: str, other_card: ModelCard) -> None:
    for shared in ("family", "lineage"):
        theirs = getattr(other_card, shared)
        if theirs is not None and getattr(judge_card, shared) == theirs:
            raise NotSeparate(f"'{judge}' cannot judge '{other}': both are of the {shared} '{theirs}'")
