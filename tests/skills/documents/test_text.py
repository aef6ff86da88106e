"""Words replaced: in place or tracked, across runs, each keeping its look."""

from __future__ import annotations

import pytest

from copilot_server.errors import Mismatch, Refused, TargetNotFound, ToolError
from skills.documents.document.markup import R, T, make, remove
from skills.documents.document.word_diff import Hunk, hunks
from skills.documents.edits import AnyEdit
from skills.documents.edits.page import Properties
from skills.documents.edits.revisions import ResolveChanges
from skills.documents.edits.text import Replace, SetText
from skills.documents.tools import edit
from tests.skills.documents.conftest import Begin, Open
from tests.skills.documents.looks import looks, texts


def test_only_the_words_that_differ_are_replaced() -> None:
    assert hunks("The south pier needs new planks", "The south pier requires new oak planks") == (
        Hunk(15, 20, "requires"),
        Hunk(24, 24, " oak"),
    )


def test_replacing_across_runs_keeps_the_look_of_each(opened: Open) -> None:
    document = opened("report")
    Replace(op="replace", find="covers four piers and two", text="covers five piers and three").apply(document)
    paragraph = document.paragraph('"The survey covers"')
    bold = [each.text for each in paragraph.inlines if each.run is not None and each.run.find(".//{*}b") is not None]
    italic = [each.text for each in paragraph.inlines if each.run is not None and each.run.find(".//{*}i") is not None]
    assert (bold, italic) == (["five"], ["three"])


def test_a_word_that_occurs_twice_is_refused_with_its_places(opened: Open) -> None:
    with pytest.raises(Mismatch, match="occurs 2 times"):
        Replace(op="replace", find="pier", text="quay", at='"The north pier is sound"').apply(opened("report"))


def test_a_word_that_is_not_there_names_the_nearest_paragraph(opened: Open) -> None:
    with pytest.raises(TargetNotFound, match="The north pier is sound"):
        Replace(op="replace", find="The North Pier", text="x").apply(opened("report"))


def test_an_anchor_whose_text_has_changed_is_refused(opened: Open) -> None:
    document = opened("report")
    anchor = document.paragraph('"The north pier"').anchor
    Replace(op="replace", find="sound", text="safe").apply(document)
    with pytest.raises(Mismatch, match="has changed since it was read"):
        SetText(op="set_text", at=anchor, text="Other").apply(document)


def test_words_in_a_paragraph_whose_run_is_empty_take_its_look(opened: Open) -> None:
    document = opened("report")
    paragraph = document.paragraph('"The survey covers"', editing=True)
    for run in list(paragraph.element.iter(R))[1:]:
        remove(run)
    first = next(paragraph.element.iter(R))
    first.insert(0, make("rPr", None, make("b")))
    for node in first.iter(T):
        node.text = ""
    SetText(op="set_text", at=paragraph.place, text="Nothing was found.").apply(document)
    written = [each for each in document.paragraph('"Nothing was found"').inlines if each.text]
    assert [each.run is not None and each.run.find(".//{*}b") is not None for each in written] == [True]


def test_the_result_of_a_field_is_not_edited_as_text(opened: Open) -> None:
    document = opened("report")
    with pytest.raises(Refused, match="the result of a field"):
        Replace(op="replace", find="Table 1", text="Table 7").apply(document)


@pytest.mark.parametrize("name", ["report", "reviewed", "plain", "strict"])
def test_rejecting_our_tracked_edits_gives_back_text_and_looks(begun: Begin, name: str) -> None:
    draft = begun(name)
    before = looks(draft.base)
    word = max((text for text in texts(draft.base) if text), key=len).split()[2]
    draft.apply([Replace(op="replace", find=word, text="another thing", all=True, tracked=True)])
    assert looks(draft.document) != before
    draft.apply([ResolveChanges(op="resolve_changes", action="reject", by="Zoe")])
    assert looks(draft.document) == before


def test_accepting_gives_the_text_that_was_meant(begun: Begin) -> None:
    draft = begun("report")
    draft.apply([Replace(op="replace", find="needs new planks", text="is fine", tracked=True)])
    draft.apply([ResolveChanges(op="resolve_changes", action="accept")])
    assert "The north pier is sound. The south pier is fine before summer." in texts(draft.document)
    assert b"<w:ins " not in draft.document.package.read("word/document.xml")


def test_words_another_person_inserted_stay_theirs_when_edited_over(begun: Begin) -> None:
    draft = begun("reviewed")
    draft.apply([Replace(op="replace", find="requires new oak planks", text="needs oak planks", tracked=True)])
    authors = draft.document.package.read("word/document.xml")
    assert authors.count(b'w:author="Ann Archer"') >= 2
    before = looks(draft.base)
    draft.apply([ResolveChanges(op="resolve_changes", action="reject", by="Zoe")])
    assert looks(draft.document) == before


def test_a_document_that_tracks_changes_is_edited_tracked_unless_told_otherwise(begun: Begin) -> None:
    draft = begun("report")
    draft.apply([Properties(op="properties", track_changes=True)])
    draft.apply([Replace(op="replace", find="is sound", text="is safe")])
    assert b"<w:del " in draft.document.package.read("word/document.xml")


def test_a_failed_batch_leaves_the_document_as_it_was(begun: Begin) -> None:
    draft = begun("report")
    good = Replace(op="replace", find="is sound", text="is safe")
    bad = Replace(op="replace", find="nowhere to be found", text="x")
    with pytest.raises(ToolError, match="Nothing was changed"):
        draft.apply([good, bad])
    assert draft.document is draft.base
    assert draft.receipt().is_empty


def test_a_phrase_that_is_mostly_new_is_struck_as_one() -> None:
    old = "8% per annum above the base rate or the statutory rate, whichever is the higher, under this Act"
    new = "2.0% per annum, which shall be the maximum rate of any interest payable at all under this Contract"

    assert len(hunks(old, new)) == 1
    assert len(hunks("one old word and one old end", "one new word and one new end")) == 2


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("name", ["report", "reviewed", "strict"])
def test_many_replacements_come_to_the_same_in_one_batch_as_in_many(begun: Begin, name: str, tracked: bool) -> None:
    together, apart = begun(name), begun(name)
    words = sorted({word for text in texts(together.base) for word in text.split() if word.isalpha()})[:12]
    edits: list[AnyEdit] = [
        Replace(op="replace", find=find, text=text, all=True, match_case=number % 3 != 0)
        for number, word in enumerate(words)
        for find, text in ((word, f"{word[:2]}9 {word}"), (f"9 {word}", "9 pier"))
    ]
    edit.run(together, edits=edits, track=tracked)
    for each in edits:
        edit.run(apart, edits=[each], track=tracked)
    assert looks(together.document) == looks(apart.document)
    assert texts(together.document) != texts(together.base)
