"""A story read from its spelling says what its tree says; edits made on either come to the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.errors import FileError, ToolError
from skills.documents.document.naming import paragraphs_of
from skills.documents.document.word import WordDocument
from skills.documents.edits.text import Replace
from skills.documents.tools import edit
from tests.skills.documents.conftest import Begin, Open
from tests.skills.documents.looks import looks

_NAMES = ("contract", "plain", "report", "reviewed")


def _told(document: WordDocument) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Names, texts and open fields by spelling, and the same by tree, of each story that has a spelling."""
    found: list[tuple[str, str, list[tuple[str, str, str]]]] = []
    for story in document.stories:
        spelling = document.spelling(story)
        if spelling is None or story.kind == "comments":
            continue
        numbers = range(len(spelling.texts.all))
        spelled = [(each.id, each.text, each.open_field) for each in spelling.paragraphs(story, numbers)]
        assert [text for _, text, _ in spelled] == spelling.texts.all
        assert spelling.numbers([name for name, _, _ in spelled[:3]]) == list(numbers[:3])
        found += [(story.part, "spelling", spelled)]
        tree = paragraphs_of(story, document.tree(story.part))
        found += [(story.part, "tree", [(each.id, each.text, each.open_field) for each in tree])]
    return found


def _run(draft: Draft[WordDocument], *edits: dict[str, object], **more: object) -> str:
    return str(edit.run(draft, **edit.parse(json.dumps({"edits": edits, **more}))))


@pytest.mark.parametrize("name", _NAMES)
def test_spelling_and_tree_tell_the_same(name: str, begun: Begin) -> None:
    told = _told(begun(name).document)

    assert told
    assert [rest for _, way, rest in told if way == "spelling"] == [rest for _, way, rest in told if way == "tree"]


@pytest.mark.slow
def test_spelling_and_tree_tell_the_same_of_every_real_file(corpus: Path) -> None:
    count = 0
    for path in sorted((corpus / "docx").iterdir()):
        try:
            told = _told(WordDocument.open(path.read_bytes()))
        except FileError:
            continue
        ways = [[rest for _, way, rest in told if way == each] for each in ("spelling", "tree")]
        assert ways[0] == ways[1], path.name
        count += len(ways[0])
    assert count > 500


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("name", _NAMES)
def test_words_replaced_in_the_spelling_leave_all_other_bytes(name: str, tracked: bool, opened: Open) -> None:
    original, by_spelling, by_tree = opened(name), opened(name), opened(name)
    for story in by_tree.stories:
        by_tree.edit(story.part)  # a story changed in its tree is not read from its spelling any more
    word = max((word for each in original.paragraphs() for word in each.text.split() if word.isalpha()), key=len)

    for document in (by_spelling, by_tree):
        Replace(op="replace", find=word, text="Zebra", all=True, tracked=tracked).apply(document)

    assert looks(by_spelling) == looks(by_tree) != looks(original)
    for story in original.stories:
        before, after = original.package.cut(story.part), by_spelling.package.cut(story.part)
        assert before is not None
        assert after is not None
        assert before.between == after.between
        touched = [old for old, new in zip(before.pieces, after.pieces, strict=True) if old != new]
        assert all(word in "".join(before.window([piece]).itertext()) for piece in touched)


def test_edits_of_one_call_may_name_a_paragraph_as_it_was_read(begun: Begin) -> None:
    draft = begun("contract")
    paragraph = next(each for each in draft.document.paragraphs() if len(each.text.split()) > 8)
    first, second = paragraph.text.split()[0], paragraph.text.split()[-2]

    _run(
        draft,
        {"op": "replace", "find": first, "text": "Erstens", "at": paragraph.anchor, "all": True},
        {"op": "replace", "find": second, "text": "zuletzt", "at": paragraph.anchor, "all": True},
    )

    now = next(each for each in draft.document.paragraphs() if each.text.startswith("Erstens"))
    assert "zuletzt" in now.text


def test_an_anchor_of_an_earlier_call_is_still_refused(begun: Begin) -> None:
    draft = begun("contract")
    paragraph = next(each for each in draft.document.paragraphs() if len(each.text.split()) > 8)
    word = paragraph.text.split()[0]
    _run(draft, {"op": "replace", "find": word, "text": "Erstens", "at": paragraph.anchor, "all": True})

    with pytest.raises(ToolError, match="has changed since it was read"):
        _run(draft, {"op": "replace", "find": "Erstens", "text": "Zweitens", "at": paragraph.anchor})
