"""Looks given by an edit: written where they differ from what stands there, and nowhere else."""

from __future__ import annotations

import pytest

from skills.documents.document.markup import RPR, child, w
from skills.documents.edits.base import WordEdit
from skills.documents.edits.format import Format, FormatParagraph, Style
from tests.skills.documents.conftest import Begin

_AT = ['"We recommend"']
_BODY = "word/document.xml"


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize(
    "edit",
    [
        Format(op="format", at=_AT, bold=True, size=13, color="C00000", underline=True, align="center"),
        Format(op="format", at=_AT, font="Arial", words="recommend"),
        FormatParagraph(op="format_paragraph", at=_AT, space_after=6, indent=1, keep_with_next=True),
        Style(op="style", at=_AT, style="Quote"),
    ],
    ids=lambda edit: edit.op,
)
def test_a_look_given_twice_is_written_once(edit: WordEdit, tracked: bool, begun: Begin) -> None:
    draft = begun("report")
    draft.apply([edit])
    once = draft.document.package.read(_BODY)
    again = draft.apply([edit.model_copy(update={"tracked": tracked})])

    assert again.startswith("nothing changed")
    assert draft.document.package.read(_BODY) == once


def test_looks_that_nothing_gives_need_not_be_taken_away(begun: Begin) -> None:
    draft = begun("report")
    before = draft.document.package.read(_BODY)

    assert draft.apply([Format(op="format", at=_AT, strike=False, highlight="none")]).startswith("nothing changed")
    assert draft.document.package.read(_BODY) == before
    draft.apply([Format(op="format", at=_AT, strike=True)])
    assert "struck" in draft.apply([Format(op="format", at=_AT, strike=False)])


def test_a_font_is_only_written_for_the_scripts_of_the_words(begun: Begin) -> None:
    draft = begun("report")
    draft.apply([Format(op="format", at=_AT, font="Arial")])
    trial = draft.document.fork()
    for run in trial.paragraph(_AT[0], editing=True).element.iter(w("r")):
        fonts = child(run.find(RPR), "rFonts")
        if fonts is not None:
            fonts.attrib.pop(w("cs"))
            fonts.attrib.pop(w("eastAsia"))
    draft.document = trial

    assert draft.apply([Format(op="format", at=_AT, font="Arial")]).startswith("nothing changed")
    assert "Georgia" in draft.apply([Format(op="format", at=_AT, font="Georgia")])
