"""What the tests of decks share: the fixtures' folder, a draft on a deck, edits as a model sends them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from skills.presentations.agent import skill
from skills.presentations.document.deck import Deck
from skills.presentations.tools import edit

Send = Callable[..., str]


@pytest.fixture
def decks(fixtures: Path) -> Path:
    return fixtures / "presentations"


@pytest.fixture
def draft_of() -> Callable[..., Draft[Deck]]:
    """A draft on a deck, in which the user's words allow a loss."""

    def make(deck: Deck, words: str = "delete what I name") -> Draft[Deck]:
        return Draft(skill, deck, Consent(words))

    return make


@pytest.fixture
def send() -> Callable[..., str]:
    """Run edits through the edit tool, arguments as JSON text, as a model would."""

    def run(draft: Draft[Deck], *edits: dict[str, Any]) -> str:
        return edit.run(draft, **edit.parse(json.dumps({"edits": list(edits)})))

    return run
