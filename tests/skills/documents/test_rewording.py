"""Words changed in a paragraph's markup as it is spelled come to what the tree of it would have come to."""

from __future__ import annotations

import random
import re

import pytest

from copilot_server.errors import ToolError
from skills.documents.document.rewording import reworded
from skills.documents.document.sought import sought_together
from skills.documents.document.text_index import Texts
from skills.documents.document.word import WordDocument
from skills.documents.edits.text import SetText
from tests.skills.documents.conftest import Open
from tests.skills.documents.looks import looks

_RUNS = (
    '<w:p><w:r><w:t xml:space="preserve">The south </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>pier</w:t></w:r></w:p>'
)


def _variants(text: str, chance: random.Random) -> list[str]:
    words = text.split(" ")
    at = chance.randrange(len(words))
    return [
        " ".join([*words[:at], "Zebra", *words[at + 1 :]]),
        " ".join([*words[:at], *words[at + 1 :]]),
        " ".join([*words[:at], "a < b & c", *words[at:]]),
        f"Now {text}",
        f"{text} at last ",
        text.replace("e", "ee"),
    ]


@pytest.mark.parametrize("name", ["contract", "plain", "report", "reviewed"])
def test_paragraphs_are_rewritten_as_in_their_tree(name: str, opened: Open) -> None:
    chance = random.Random(7)  # noqa: S311 - not for secrets
    original = opened(name)
    asked = [each for each in original.paragraphs() if each.text.strip() and each.story.kind != "comments"]
    for paragraph in chance.sample(asked, min(12, len(asked))):
        for text in _variants(paragraph.text, chance):
            by_spelling, by_tree = opened(name), opened(name)
            by_tree.edit(paragraph.story.part)  # a story changed in its tree is not read from its spelling any more
            told = [_after(each, paragraph.place, text) for each in (by_spelling, by_tree)]
            assert told[0] == told[1]


def _after(document: WordDocument, place: str, text: str) -> object:
    try:
        SetText(op="set_text", at=place, text=text).apply(document)
    except ToolError as error:
        return str(error)
    return looks(document)


def test_words_of_one_stretch_are_changed_and_nothing_else() -> None:
    assert reworded(_RUNS, 4, 9, "north") == _RUNS.replace("south", "north")
    assert reworded(_RUNS, 10, 14, "a  quay & more") == _RUNS.replace(
        "<w:t>pier", '<w:t xml:space="preserve">a  quay &amp; more'
    )


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [(8, 12, "x"), (10, 14, ""), (10, 14, "old pier"), (4, 9, "two\tlines"), (14, 14, "s")],
    ids=["over two runs", "a run emptied", "grown at an edge", "a tab", "past the end"],
)
def test_what_may_come_out_otherwise_is_left_to_the_tree(start: int, end: int, text: str) -> None:
    assert reworded(_RUNS, start, end, text) is None


def test_words_sought_together_are_found_as_single_ones_are() -> None:
    chance = random.Random(3)  # noqa: S311 - not for secrets
    syllables = ["pi", "er", "quay", "42", "-", "Ö", " ", "aa"]
    texts = Texts(["".join(chance.choices(syllables, k=12)) for _ in range(100)])
    many = {"".join(chance.choices(syllables, k=chance.randrange(1, 4))) for _ in range(60)}
    sought = sought_together(many)
    for words in chance.choices(sorted(many), k=200):
        assert texts.holding(words, sought) == [n for n, each in enumerate(texts.all) if words in each]
        texts.put(chance.randrange(100), "".join(chance.choices(syllables, k=12)))
        texts = texts.copy() if chance.random() < 0.1 else texts


def test_a_few_words_are_each_sought_alone() -> None:
    assert sought_together(["pier", "quay"]) is None


@pytest.mark.parametrize(("word", "text"), [("istanbul", "İSTANBUL 1453"), ("ISPARTA", "ısparta"), ("ΟΔΟΣ", "οδοσ")])
def test_words_in_any_case_are_found_as_a_regular_expression_finds_them(word: str, text: str) -> None:
    assert re.search(word, text, re.IGNORECASE)
    assert Texts(["", text]).holding_in_any_case(word) == [1]
