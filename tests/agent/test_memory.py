"""Only what is stated in so many words is remembered."""

from __future__ import annotations

import pytest

from copilot_server.agent.memory import stated


@pytest.mark.parametrize(
    ("text", "likes", "is_all"),
    [
        ("Remember that I like short titles.", ["I like short titles"], True),
        ("please remember: amounts in EUR, without decimals", ["amounts in EUR, without decimals"], True),
        ("Set B2 to 5. Remember that our colour is green.", ["our colour is green"], False),
        ("Remember I write in French! Make a deck about ice.", ["I write in French"], False),
        ("Remember to save the file.", [], False),
        ("remember the last slide? delete it", [], False),
        ("I do not remember where the total is", [], False),
        ("Write: we remember that day fondly", [], False),
    ],
)
def test_only_sentences_that_ask_for_it_are_remembered(text: str, likes: list[str], is_all: bool) -> None:
    said = stated(text)

    assert (list(said.likes.values()), said.is_all) == (likes, is_all)
