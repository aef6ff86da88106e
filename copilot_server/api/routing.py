"""Which document a message is about, by plain words: the only one, the one named, or a new one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from copilot_server.agent import skill as rooms
from copilot_server.agent.skill import Card
from copilot_server.errors import BadRequest
from copilot_server.store.tables import Document

# What people call the kinds, beside the nouns the rooms give themselves.
_WORDS = {
    "presentation": "deck presentation slides slide slideshow pitch powerpoint pptx keynote",
    "spreadsheet": "sheet spreadsheet workbook table budget excel xlsx csv tracker",
    "document": "doc document letter report memo contract proposal word docx cv resume minutes",
    "form": "form survey questionnaire quiz poll registration feedback",
}


def target(text: str, editable: Sequence[Document]) -> Document | None:
    """The document to edit; None where the session has none. Raises BadRequest where it cannot be told."""
    if len(editable) <= 1:
        return editable[0] if editable else None
    named = [each for each in editable if _mentions(text, each.name) or _mentions(text, Path(each.name).stem)]
    if len(named) == 1:
        return named[0]
    cards = {card.name: card for card in rooms.cards()}
    meant = [each for each in editable if _score(text, cards[each.skill])]
    if len(meant) == 1:
        return meant[0]
    names = ", ".join(each.name for each in editable)
    raise BadRequest(f"say which document to edit, by name in the message or by `document`: {names}")


def kind_wanted(text: str) -> Card:
    """The room for a new document; raises BadRequest where the words fit none, or several alike."""
    scored = sorted(((_score(text, card), card.name, card) for card in rooms.cards()), reverse=True)
    if not scored or scored[0][0] == 0 or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        nouns = ", ".join(card.noun for card in rooms.cards())
        raise BadRequest(f"say what to make: {nouns}; or attach a document to edit")
    return scored[0][2]


def is_of(text: str, document: Document) -> bool:
    """Whether the words ask for that document's kind, or for none."""
    try:
        return kind_wanted(text).name == document.skill
    except BadRequest:
        return True


def _mentions(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def _score(text: str, card: Card) -> int:
    """The earlier a kind's word stands the more it counts: "a deck about the budget" asks for a deck."""
    said = re.findall(r"\w+", text.lower())
    known = {card.noun, card.kind, *_WORDS.get(card.kind, "").split()}
    places = [place for place, word in enumerate(said) if word in known or word.removesuffix("s") in known]
    return 1000 - min(places[0], 999) if places else 0
