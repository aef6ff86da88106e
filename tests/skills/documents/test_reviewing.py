"""Comments, tracked changes of others, headers, notes, contents, templates."""

from __future__ import annotations

import pytest

from copilot_server.errors import TargetNotFound, ToolError
from skills.documents.document.comments import comments
from skills.documents.document.markup import INS
from skills.documents.document.revisions import is_hollow, revisions
from skills.documents.edits.blocks import Insert
from skills.documents.edits.comments import AnswerComment, Comment
from skills.documents.edits.fields import Fill, InsertContents, UpdateFields
from skills.documents.edits.insertions import Bookmark, CrossReference, Footnote
from skills.documents.edits.page import HeaderFooter, PageSetup
from skills.documents.edits.revisions import ResolveChanges
from skills.documents.edits.text import Replace
from skills.documents.reading.passages import comment_lines, passage, revision_lines
from tests.skills.documents.conftest import Begin
from tests.skills.documents.looks import texts


def test_a_comment_is_anchored_to_its_words_and_can_be_answered(begun: Begin) -> None:
    draft = begun("reviewed")
    draft.apply([AnswerComment(op="answer_comment", comment="0", text="May it is.", resolved=True)])
    asked, answer = comments(draft.document)
    assert (asked.about, asked.is_done, answer.parent, answer.author) == ("June", True, "0", "Zoe")


def test_a_deleted_comment_leaves_no_mark(begun: Begin) -> None:
    draft = begun("reviewed")
    draft.apply([AnswerComment(op="answer_comment", comment="0", delete=True)])
    assert comments(draft.document) == []
    assert b"comment" not in draft.document.package.read("word/document.xml")


def test_a_comment_on_words_that_are_not_there_shows_what_is(begun: Begin) -> None:
    with pytest.raises(TargetNotFound, match="We recommend"):
        Comment(op="comment", at='"We recommend"', words="July", text="?").apply(begun("report").base.fork())


def test_one_authors_changes_are_accepted_and_the_others_stay(begun: Begin) -> None:
    draft = begun("reviewed")
    draft.apply([ResolveChanges(op="resolve_changes", action="accept", by="ann archer")])
    left = {each.author for each in revisions(draft.document.body)}
    assert left == {"Ben Bell"}


def test_rejecting_all_restores_the_report_as_it_was_written(begun: Begin) -> None:
    draft = begun("reviewed")
    draft.apply([ResolveChanges(op="resolve_changes", action="reject")])
    assert texts(draft.document) == texts(begun("report").base)


def test_changes_of_nobody_are_said_not_to_be_there(begun: Begin) -> None:
    with pytest.raises(TargetNotFound, match="Ann Archer, Ben Bell"):
        ResolveChanges(op="resolve_changes", action="accept", by="Cy").apply(begun("reviewed").base.fork())


def test_a_footer_with_page_numbers_is_fields(begun: Begin) -> None:
    draft = begun("report")
    draft.apply([HeaderFooter(op="header_footer", which="footer", text="Page {page} of {pages}")])
    footer = next(story for story in draft.document.stories if story.kind == "footer")
    assert b"NUMPAGES" in draft.document.package.read(footer.part)


def test_contents_list_the_headings_and_follow_them_when_updated(begun: Begin) -> None:
    draft = begun("report")
    draft.apply([InsertContents(op="contents", before="start")])
    draft.apply([Insert(op="insert", markdown="# Afterword\n\nThe end."), UpdateFields(op="update_fields")])
    entries = [text.split("\t")[0] for text in texts(draft.document) if "\t" in text]
    assert entries == ["Summary", "Findings", "Method", "Outlook", "Afterword"]


def test_caption_numbers_follow_their_order(begun: Begin) -> None:
    draft = begun("report")
    table = "Table: First of all\n\n| a |\n|---|\n| b |"
    draft.apply([Insert(op="insert", after='"Summary"', markdown=table), UpdateFields(op="update_fields")])
    captions = [text for text in texts(draft.document) if text.startswith("Table ")]
    assert captions == ["Table 1: First of all", "Table 2: Cost of repairs"]


def test_a_cross_reference_shows_the_words_of_its_bookmark(begun: Begin) -> None:
    draft = begun("report")
    draft.apply(
        [
            Bookmark(op="bookmark", at='"The north pier"', words="north pier", name="pier"),
            CrossReference(op="cross_reference", at='"We recommend"', words="the work", to="pier"),
        ]
    )
    assert "We recommend that the worknorth pier be done by June." in texts(draft.document)


def test_a_footnote_stands_after_its_words(begun: Begin) -> None:
    draft = begun("report")
    answer = draft.apply([Footnote(op="footnote", at='"We recommend"', words="June", text="Weather permitting.")])
    assert "note added" in answer
    paragraph = draft.document.paragraph('"We recommend"')
    note = next(each for each in paragraph.inlines if each.kind == "footnote")
    assert paragraph.text[: note.start].endswith("by June")


def test_a_template_is_filled_wherever_its_names_stand(begun: Begin) -> None:
    draft = begun("contract")
    values = {
        "OWNER NAME": "Port Ltd",
        "client": "A & B",
        "date of signing": "1 May",
        "fee": "€ 90",
        "term": "two years",
    }
    draft.apply([Fill(op="fill", values=values)])
    written = " ".join(texts(draft.document))
    assert "between Port Ltd and A & B on 1 May" in written
    assert "The term is two years." in written


def test_a_value_without_a_hole_is_refused_naming_those_there_are(begun: Begin) -> None:
    with pytest.raises(TargetNotFound, match="client"):
        Fill(op="fill", values={"nobody": "x"}).apply(begun("contract").base.fork())


def test_a_landscape_section_begins_after_a_paragraph(begun: Begin) -> None:
    draft = begun("report")
    draft.apply([PageSetup(op="page", break_after='"Summary"', orientation="landscape")])
    assert 'w:orient="landscape"' in draft.document.package.read("word/document.xml").decode()


def test_strict_files_stay_strict(begun: Begin) -> None:
    draft = begun("strict")
    draft.apply(
        [Replace(op="replace", find="is sound", text="is safe"), Comment(op="comment", at='"We recommend"', text="?")]
    )
    assert draft.document.package.is_strict
    assert b"schemas.openxmlformats.org/wordprocessingml" not in draft.document.package.read("word/comments.xml")
    assert b"is safe" in draft.document.package.read("word/document.xml")


def test_a_header_takes_no_comment_since_no_reader_opens_one(begun: Begin) -> None:
    draft = begun("plain")
    draft.apply([HeaderFooter(op="header_footer", which="header", text="Draft")])
    header = next(each for each in draft.document.paragraphs() if each.story.kind == "header")
    with pytest.raises(ToolError, match="cannot hold comments"):
        draft.apply([Comment(op="comment", at=header.anchor, text="Is this so?")])


def test_a_comment_on_words_somebody_inserted_is_about_those_words_and_goes_with_them(begun: Begin) -> None:
    draft = begun("reviewed")
    draft.apply([Replace(op="replace", find="inspected", text="looked at twice", tracked=True, author="Ann")])
    paragraph = next(each for each in draft.document.paragraphs() if "twice" in each.text)
    draft.apply([Comment(op="comment", at=paragraph.anchor, words="twice", text="Why?")])

    assert [each.about for each in comments(draft.document) if each.text == "Why?"] == ["twice"]
    draft.apply([ResolveChanges(op="resolve_changes", action="reject", by="Ann")])
    assert "twice" not in "".join(texts(draft.document))


def test_an_insertion_commented_on_and_edited_over_is_read_as_what_happened(begun: Begin) -> None:
    draft = begun("reviewed")
    draft.apply([Replace(op="replace", find="inspected", text="seen at a rate of 8", tracked=True, author="Ann")])
    at = next(each.anchor for each in draft.document.paragraphs() if "rate of 8" in each.text)
    draft.apply(
        [
            Comment(op="comment", at=at, words="of 8", text="Too high."),
            Replace(op="replace", find="of 8", text="of 5", tracked=True),
        ]
    )

    assert "{+seen at a rate +Ann}{comment 1: {+of {-8-Zoe}+Ann}{+5+Zoe}}" in passage(draft.document, at[:8], 1, 5000)
    assert "on “of ~~8~~5”: Too high." in comment_lines(draft.document)
    changes = revision_lines(draft.document, 5000)
    assert "'seen at a rate of ~~8~~'" in changes
    assert ": ''" not in changes
    assert not any(is_hollow(each) for each in draft.document.body.iter(INS))
    draft.apply([ResolveChanges(op="resolve_changes", action="reject")])
    assert "rate" not in passage(draft.document, None, 60, 5000)
    assert [each.about for each in comments(draft.document) if each.text == "Too high."] == [""]
