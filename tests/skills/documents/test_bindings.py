"""Controls bound to data kept in another part: what is said in them stands there too."""

from __future__ import annotations

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.errors import Refused
from copilot_server.office.xml import NS
from skills.documents.agent import skill
from skills.documents.document.markup import make, w
from skills.documents.document.word import WordDocument
from skills.documents.edits.fields import Fill
from skills.documents.edits.revisions import ResolveChanges
from skills.documents.edits.text import Replace, SetText
from tests.skills.documents.conftest import Begin

_CORE = "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"
_NAMES = f"xmlns:c='{NS['cp']}' xmlns:d='{NS['dc']}'"


def _bound(begun: Begin, kind: str) -> Draft[WordDocument]:
    """A document with a control that shows its author."""
    draft = begun("plain")
    document = draft.document
    properties = document.core_properties()
    creator = properties.find(f"{{{NS['dc']}}}creator")
    if creator is None:
        creator = properties.makeelement(f"{{{NS['dc']}}}creator")
        properties.append(creator)
    creator.text = "Old Author"
    binding = make(
        "dataBinding",
        {"prefixMappings": _NAMES, "xpath": "/c:coreProperties[1]/d:creator[1]", "storeItemID": _CORE},
    )
    paragraph = make("p", None, make("r", None, make("t")))
    paragraph[0][0].text = "Old Author"
    control = make("sdt", None, make("sdtPr", None, binding, make(kind)), make("sdtContent", None, paragraph))
    document.edit_body().insert(0, control)
    return Draft(skill, WordDocument.open(document.to_bytes()), draft.consent)


def test_words_changed_in_a_bound_control_change_the_data(begun: Begin) -> None:
    draft = _bound(begun, "text")

    draft.apply([Replace(op="replace", find="Old Author", text="Mira Holt", tracked=False)])

    assert b"Mira Holt" in draft.document.package.read("docProps/core.xml")


def test_words_in_a_control_whose_data_has_another_form_are_refused(begun: Begin) -> None:
    draft = _bound(begun, "date")

    with pytest.raises(Refused, match="bound to data of another form"):
        draft.apply([Replace(op="replace", find="Old Author", text="1 June", tracked=False)])


def test_changes_tracked_in_a_bound_control_come_with_a_warning(begun: Begin) -> None:
    draft = _bound(begun, "text")

    answer = draft.apply([Replace(op="replace", find="Old Author", text="Mira Holt", tracked=True)])

    assert "Word may not show changes tracked in it" in answer
    assert b"Old Author" in draft.document.package.read("docProps/core.xml")


def test_edits_elsewhere_leave_the_data_alone(begun: Begin) -> None:
    draft = _bound(begun, "text")
    before = draft.document.package.read("docProps/core.xml")
    word = next(each.text.split()[0] for each in draft.document.paragraphs() if "Author" not in each.text and each.text)

    draft.apply([Replace(op="replace", find=word, text="Zebra", all=True, tracked=False)])

    assert draft.document.package.read("docProps/core.xml") == before


def test_a_filled_prompt_is_no_prompt_any_more(begun: Begin) -> None:
    draft = begun("plain")
    paragraph = make("p", None, make("r", None, make("t")))
    paragraph[0][0].text = "[Type the sender]"
    properties = make("sdtPr", None, make("showingPlcHdr"), make("text"))
    draft.document.edit_body().insert(0, make("sdt", None, properties, make("sdtContent", None, paragraph)))
    draft = Draft(skill, WordDocument.open(draft.document.to_bytes()), draft.consent)

    draft.apply([Fill(op="fill", values={"[Type the sender]": "Mira Holt"}, tracked=False)])

    assert next(draft.document.paragraphs()).text == "Mira Holt"
    assert b"showingPlcHdr" not in draft.document.package.read("word/document.xml")


def test_changes_tracked_in_a_bound_date_may_be_rejected(begun: Begin) -> None:
    draft = _bound(begun, "date")
    draft.apply([Replace(op="replace", find="Old", text="New", tracked=True, author="Zed")])

    draft.apply([ResolveChanges(op="resolve_changes", action="reject", by="Zed")])

    assert next(draft.document.paragraphs()).text == "Old Author"


@pytest.mark.parametrize("is_inline", [True, False])
@pytest.mark.parametrize("op", ["replace", "set_text"])
def test_a_prompt_typed_over_is_no_prompt_any_more(op: str, is_inline: bool, begun: Begin) -> None:
    draft = begun("plain")
    run = make("r", None, make("rPr", None, make("rStyle", {"val": "PlaceholderText"})), make("t"))
    run[1].text = "Enter a date."
    content = make("sdtContent", None, run if is_inline else make("p", None, run))
    control = make("sdt", None, make("sdtPr", None, make("showingPlcHdr")), content)
    draft.document.edit_body().insert(0, make("p", None, control) if is_inline else control)
    draft = Draft(skill, WordDocument.open(draft.document.to_bytes()), draft.consent)
    at = next(each.place for each in draft.document.paragraphs() if each.text == "Enter a date.")
    edits = {
        "replace": Replace(op="replace", find="Enter a date.", text="1 June", tracked=False),
        "set_text": SetText(op="set_text", at=at, text="1 June", tracked=False),
    }

    draft.apply([edits[op]])

    told = next(each for each in draft.document.paragraphs() if each.text == "1 June")
    root = told.element.getroottree().getroot()
    assert next(root.iter(w("showingPlcHdr")), None) is None
    assert next(told.element.iter(w("rStyle")), None) is None
