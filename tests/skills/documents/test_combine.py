"""Two documents brought together: compared into a redline, and one added to the other."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import docx
import pytest
from PIL import Image

from copilot_server.agent.draft import Draft
from copilot_server.errors import ToolError
from copilot_server.office.xml import qname
from skills.documents.agent import skill
from skills.documents.checks import check
from skills.documents.document.importing import Importer
from skills.documents.document.markup import make, w
from skills.documents.document.word import WordDocument
from skills.documents.edits.blocks import Delete, Insert
from skills.documents.edits.combine import AddDocument, Compare
from skills.documents.edits.insertions import Picture
from skills.documents.edits.revisions import ResolveChanges
from skills.documents.edits.tables import DeleteRows
from skills.documents.edits.text import Replace
from tests.skills.documents.conftest import Begin
from tests.skills.documents.looks import looks, texts

NOTED = "See the survey.[^1]\n\n1. first\n2. second\n\n| Pier | Cost |\n|---|--:|\n| North | 4 |\n\n[^1]: Of June."


def _newer(draft: Draft[WordDocument], *edits: Any) -> bytes:
    other = Draft(skill, draft.base.fork(), draft.consent)
    other.apply(edits)
    return other.document.to_bytes()


def _settled(draft: Draft[WordDocument], action: str) -> WordDocument:
    done = Draft(skill, draft.document, draft.consent)
    done.apply([ResolveChanges(op="resolve_changes", action=action)])  # pyright: ignore[reportArgumentType] - of two words
    return done.document


@pytest.mark.parametrize("name", ["plain", "report", "contract"])
def test_a_redline_accepted_is_the_newer_version_and_rejected_the_older(begun: Begin, name: str) -> None:
    draft = begun(name)
    paragraphs = [each for each in draft.base.paragraphs(draft.base.stories[0]) if each.text and each.cell is None]
    word = max(paragraphs[-1].text.split(), key=len)
    newer = _newer(
        draft,
        Replace(op="replace", find=word, text="quay", at=paragraphs[-1].anchor, all=True, tracked=False),
        Insert(op="insert", after=paragraphs[1].anchor, markdown=f"Altogether new words.\n\n{NOTED}", tracked=False),
        Delete(op="delete", at=[paragraphs[2].place], tracked=False),
    )
    draft.document.attached = {"newer.docx": newer}
    draft.apply([Compare(op="compare", file="newer.docx", tracked=True)])
    accepted = _settled(draft, "accept")
    assert [each for each in texts(accepted) if each] == [each for each in texts(WordDocument.open(newer)) if each]
    if name != "contract":  # it carries revisions of others, which go with the rest
        assert looks(_settled(draft, "reject"))[: len(looks(draft.base))] == looks(draft.base)


def test_a_document_compared_with_itself_has_no_redline(begun: Begin) -> None:
    draft = begun("report")
    draft.document.attached = {"same.docx": draft.base.to_bytes()}
    assert draft.apply([Compare(op="compare", file="same.docx")]).startswith("nothing changed")


def test_an_added_document_brings_its_lists_notes_tables_and_pictures_in_our_styles(begun: Begin) -> None:
    other = begun("report")
    other.apply([Insert(op="insert", markdown=NOTED)])
    draft = begun("contract")
    before = texts(draft.base)
    draft.document.attached = {"annex.docx": other.document.to_bytes()}
    draft.apply([AddDocument(op="add_document", file="annex.docx", tracked=False)])
    merged = WordDocument.open(draft.document.to_bytes())
    assert texts(merged)[: len(before)] == before
    assert [each for each in texts(merged)[len(before) :] if each.strip()] == [
        each for each in texts(other.document) if each.strip()
    ]
    notes = next(story for story in merged.stories if story.kind == "footnotes")
    assert any("Of June." in each.text for each in merged.paragraphs(notes))
    assert not [each for each in check(merged) if each.code.startswith(("broken", "half"))]


def test_a_file_that_is_not_attached_is_named_with_those_that_are(begun: Begin) -> None:
    draft = begun("plain")
    draft.document.attached = {"a.docx": b""}
    with pytest.raises(ToolError, match=r"no attached file 'b.docx'; attached are: a.docx"):
        draft.apply([Compare(op="compare", file="b.docx")])


def _in_controls(data: bytes, *numbers: int) -> bytes:
    """The body's blocks of those numbers, each put into a control."""
    document = WordDocument.open(data)
    body = document.edit_body()
    for number in numbers:
        block = body[number]
        control = make("sdt", None, make("sdtContent"))
        block.addprevious(control)
        control[0].append(block)
    return document.to_bytes()


def test_what_stands_in_controls_is_compared_too(begun: Begin) -> None:
    draft = begun("report")
    paragraphs = [each for each in draft.base.paragraphs(draft.base.stories[0]) if each.text and each.cell is None]
    newer = _newer(
        draft,
        Replace(op="replace", find="the", text="every", all=True, tracked=False),
        Insert(op="insert", after=paragraphs[1].place, markdown="Words in a control.", tracked=False),
    )
    older = WordDocument.open(_in_controls(draft.base.to_bytes(), 1, 2, 4))
    inside = Draft(skill, older, draft.consent)
    inside.document.attached = {"newer.docx": _in_controls(newer, 0, 2, 3)}
    inside.apply([Compare(op="compare", file="newer.docx", tracked=True)])
    accepted = texts(_settled(inside, "accept"))
    assert [each for each in accepted if each] == [each for each in texts(WordDocument.open(newer)) if each]
    assert looks(_settled(inside, "reject"))[: len(looks(older))] == looks(older)


def test_markup_under_a_prefix_that_means_something_else_here_stays_behind(begun: Begin) -> None:
    other = begun("report")
    main = other.base.main
    package = other.base.package.fork()
    root = b' xmlns:w14="urn:draft" mc:Ignorable="w14">'
    data = b"<w:document" + re.sub(
        rb' xmlns:w14="[^"]*"| mc:Ignorable="[^"]*"| w14:\w+="[^"]*"', b"", package.read(main)
    ).partition(b"<w:document")[2].replace(b">", root, 1).replace(b"<w:p>", b'<w:p w14:paraId="1">')
    package.write(main, data)
    assert b'w14:paraId="1"' in data
    draft = begun("contract")
    draft.document.attached = {"annex.docx": package.to_bytes()}
    draft.apply([AddDocument(op="add_document", file="annex.docx", tracked=False)])
    assert b"urn:draft" not in draft.document.package.read(draft.document.main)
    assert WordDocument.open(draft.document.to_bytes()).body is not None


def _made(*, rows: int, after: int) -> bytes:
    """Empty paragraphs, a table of empty cells, and as many paragraphs after it; nothing has an id."""
    made = docx.Document()
    made.add_paragraph("")
    made.add_paragraph("")
    made.add_table(rows, 1)
    for number in range(after):
        made.add_paragraph(f"line {number}" if number else "")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("tracked", [False, True])
def test_a_row_of_empty_cells_goes_among_empty_paragraphs(begun: Begin, tracked: bool) -> None:
    consent = begun("plain").consent
    draft = Draft(skill, WordDocument.open(_made(rows=3, after=2)), consent)

    answer = draft.apply([DeleteRows(op="delete_rows", table="T1", rows=[2], tracked=tracked)])

    assert answer.startswith("T1: 1 row tracked as deleted" if tracked else "T1: 3 rows became 2")


def test_what_came_after_a_table_at_the_end_goes_again(begun: Begin) -> None:
    draft = Draft(skill, WordDocument.open(_made(rows=2, after=0)), begun("plain").consent)
    draft.document.attached = {"newer.docx": _made(rows=2, after=3)}

    draft.apply([Compare(op="compare", file="newer.docx")])

    assert looks(_settled(draft, "reject")) == looks(draft.base)
    assert texts(_settled(draft, "accept"))[-1] == "line 2"


def _picture(shade: int) -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("L", (40, 40), shade).save(out, "PNG")
    return {"op": "picture", "picture": base64.b64encode(out.getvalue()).decode(), "alt": "the pier"}


def _pictures(document: WordDocument) -> list[bytes]:
    targets = {each.id: each.target for each in document.package.relationships(document.main)}
    blips = (each.get(qname("r:embed"), "") for each in document.body.iter(qname("a:blip")))
    return [document.package.read(targets[rid]) for rid in blips]


def test_a_picture_that_is_another_is_struck_and_the_new_one_brought(begun: Begin) -> None:
    draft = begun("plain")
    older = WordDocument.open(_newer(draft, Picture.model_validate(_picture(10))))
    newer = WordDocument.open(_newer(draft, Picture.model_validate(_picture(200))))
    redline = Draft(skill, older, draft.consent)
    redline.document.attached = {"newer.docx": newer.to_bytes()}

    redline.apply([Compare(op="compare", file="newer.docx", author="Zoe")])

    assert _pictures(_settled(redline, "accept")) == _pictures(newer) != _pictures(older)
    assert _pictures(_settled(redline, "reject")) == _pictures(older)


def test_half_a_field_and_a_list_that_is_not_there_come_without_their_marks() -> None:
    document, other = WordDocument.create(), WordDocument.create("letter")
    begin = make("fldChar", {"fldCharType": "begin"})
    numbered = make("pPr", None, make("numPr", None, make("ilvl", {"val": "0"}), make("numId", {"val": "77"})))
    other.edit_body().insert(0, make("p", None, numbered, make("r", None, begin), make("r", None, make("t"))))

    (made,) = Importer(document, other).blocks([other.body[0]])

    assert next(made.iter(w("fldChar")), None) is None
    assert [each.get(w("val")) for each in made.iter(w("numId"))] == ["0"]
