"""The room as the engine and a model meet it: outline, tools, findings, plain commands, new documents."""

from __future__ import annotations

import io
import json

import docx
import pytest
from PIL import Image

from copilot_server.agent.draft import Draft
from copilot_server.agent.phrases import Request
from copilot_server.errors import ToolError
from skills.documents.agent import skill
from skills.documents.document.styles import styles_of
from skills.documents.document.word import WordDocument
from skills.documents.edits.blocks import Insert
from skills.documents.phrases import understand
from skills.documents.reading.outline import outline
from tests.skills.documents.conftest import Begin, Open
from tests.skills.documents.looks import texts

TOOLS = {tool.name: tool for tool in skill.tools}


def call(draft: Draft[WordDocument], **arguments: object) -> str:
    tool = TOOLS["edit"]
    return tool.run(draft, **tool.parse(json.dumps(arguments)))


def test_the_tools_cost_fewer_than_3000_tokens() -> None:
    assert sum(len(each.name + each.description + json.dumps(each.parameters)) for each in skill.tools) // 4 < 3000


def test_reading_shows_revisions_comments_notes_and_lists(opened: Open) -> None:
    shown = TOOLS["read"].run(opened("reviewed"))
    for mark in (
        "{-needs-Ann Archer}",
        "{+requires+Ann Archer}",
        "{comment 0: June}",
        "[^1]",
        "- Planks",
        "# Findings",
    ):
        assert mark in shown


def test_finding_crosses_runs_and_reaches_headers_and_notes(opened: Open) -> None:
    document = opened("report")
    assert "four piers and two" in TOOLS["find"].run(document, text="covers four piers and two")
    assert "header1/" in TOOLS["find"].run(document, text="Harbour Board")
    assert "footnotes/" in TOOLS["find"].run(document, text="fifth pier")


def test_the_outline_of_sixty_pages_fits_a_thousand_tokens(opened: Open) -> None:
    draft = Draft(skill, opened("report"))
    chapter = "\n\n".join(f"## Part {n}\n\n" + "Words follow words. " * 60 + "\n\n" * 2 for n in range(8))
    call(draft, edits=[{"op": "insert", "markdown": f"# Chapter {n}\n\n{chapter}"} for n in range(8)])
    assert len(outline(draft.document)) // 4 < 1000


def test_one_call_edits_tracks_and_signs(begun: Begin) -> None:
    draft = begun("report")
    edits = [
        {"op": "replace", "find": "is sound", "text": "is safe"},
        {"op": "comment", "at": '"The north pier"', "text": "Checked."},
    ]
    answer = call(draft, edits=edits, track=True, author="Kim")
    assert "tracked" in answer
    assert "by Kim" in answer


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('replace "is sound" with "is safe"', "The north pier is safe. The south pier needs new planks before summer."),
        ('delete the paragraph "We recommend"', None),
        ('insert "A line." after the paragraph "We recommend"', "A line."),
        ('make "Two bollards are loose" a heading 2', "Two bollards are loose"),
    ],
)
def test_plain_commands_do_what_they_say(begun: Begin, said: str, shown: str | None) -> None:
    draft = begun("report")
    plan = understand(Request(said))
    call(draft, edits=[dict(edit) for edit in plan.edits])
    if shown is None:
        assert not any(text.startswith("We recommend") for text in texts(draft.document))
    else:
        assert shown in texts(draft.document)


@pytest.mark.parametrize(
    ("said", "ops"),
    [
        ('replace "a" with "b" as tracked changes', ["replace"]),
        ("accept all changes by Ann Archer", ["resolve_changes"]),
        ("reject all tracked changes", ["resolve_changes"]),
        ("add a table of contents", ["contents"]),
        ('set the footer to "Page {page}"', ["header_footer"]),
        ('fill {client} with "ACME"', ["fill"]),
        ('add a comment "why?" on "the Fee"; delete the paragraph "Term"', ["comment", "delete"]),
        ('move the paragraph "a" before "b"', ["move"]),
        ('delete "old"', ["replace"]),  # the words, and only where they stand once
    ],
)
def test_plain_commands_become_edits(said: str, ops: list[str]) -> None:
    assert [edit["op"] for edit in understand(Request(said)).edits] == ops


@pytest.mark.parametrize(
    ("said", "values"),
    [("fill from values.json", {"fee": "9", "term": "x"}), ("fill {fee} from values.json", {"fee": "9"})],
)
def test_values_come_from_a_file_all_or_the_one_named(said: str, values: dict[str, str]) -> None:
    (edit,) = understand(Request(said, texts={"values.json": '{"fee": 9, "term": "x"}'})).edits
    assert edit["values"] == values


def test_several_placeholders_are_filled_in_one_sentence() -> None:
    (edit,) = understand(Request('fill {client} with "Ash and Sons", {fee} with 9 euros and [NAME] with Mira')).edits
    assert edit["values"] == {"client": "Ash and Sons", "fee": "9 euros", "NAME": "Mira"}


def _without_styles(document: WordDocument) -> Draft[WordDocument]:
    part, package = document.part("styles") or "", document.package
    package.unrelate(document.main, next(r.id for r in package.relationships(document.main) if r.target == part))
    package.remove(part)
    return Draft(skill, WordDocument.open(document.to_bytes()))


def test_a_file_without_styles_gets_the_plain_one_once(opened: Open) -> None:
    bare = _without_styles(opened("plain"))
    at = next(each.anchor for each in bare.base.paragraphs() if each.text)

    call(bare, edits=[{"op": "style", "at": [at], "style": "Normal"}])

    assert [each.id for each in styles_of(bare.document).all] == ["Normal"]


def test_a_file_without_styles_gets_those_it_needs(opened: Open) -> None:
    bare = _without_styles(opened("plain"))

    call(bare, edits=[{"op": "insert", "markdown": "# New\n\nWords."}])

    made = docx.Document(io.BytesIO(bare.document.to_bytes()))
    assert [each.style.name for each in made.paragraphs if each.style and each.text == "New"] == ["Heading 1"]


def test_what_is_not_understood_is_named_and_nothing_is_done() -> None:
    plan = understand(Request('replace "a" with "b"; make it sparkle'))
    assert (plan.edits, plan.unknown) == ((), ("make it sparkle",))


def test_a_new_document_from_markdown_has_real_styles_and_opens_elsewhere() -> None:
    draft = Draft(skill, WordDocument.create())
    brief = "Write a contract\n\n# Lease\n\n## Rent\n\nThe rent is due.\n\n1. one\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    plan = understand(Request(brief, is_new=True))
    call(draft, edits=[dict(edit) for edit in plan.edits])
    other = docx.Document(io.BytesIO(draft.document.to_bytes()))
    styles = [(paragraph.text, paragraph.style.name) for paragraph in other.paragraphs if paragraph.style is not None]
    assert styles[:3] == [("Lease", "Title"), ("Rent", "Heading 1"), ("The rent is due.", "Normal")]
    assert len(other.tables) == 1


def test_a_design_asked_for_above_a_brief_is_used_and_not_written_down() -> None:
    design, insert, *_ = understand(Request("use the letter design\n\n# Trip\n\nAda went.", is_new=True)).edits
    assert design == {"op": "use_design", "design": "letter"}
    assert insert["markdown"].startswith("% Trip")


def test_findings_of_a_template_are_its_placeholders(opened: Open) -> None:
    codes = {finding.code for finding in skill.check(opened("contract"))}
    assert codes == {"placeholder"}


def test_spacing_by_empty_paragraphs_is_a_hint(begun: Begin) -> None:
    draft = begun("plain")
    call(draft, edits=[{"op": "delete", "at": ['"The minutes were agreed."']}], track=False)
    assert any(finding.code == "empty-paragraphs" for finding in draft.receipt().new)


def test_a_written_report_has_no_findings(opened: Open) -> None:
    assert [finding for finding in skill.check(opened("report")) if finding.severity == "fault"] == []


def _bare(paragraphs: int) -> WordDocument:
    made = docx.Document()
    for _ in range(paragraphs):
        made.add_paragraph()
    out = io.BytesIO()
    made.save(out)
    return WordDocument.open(out.getvalue())


@pytest.mark.parametrize("count", [1, 3, 12])
@pytest.mark.parametrize("paragraphs", [0, 1])
def test_the_first_insert_into_an_empty_document_lands(paragraphs: int, count: int) -> None:
    draft = Draft(skill, _bare(paragraphs))

    call(draft, edits=[{"op": "insert", "markdown": "\n\n".join(f"Line {n}." for n in range(count))}])

    assert texts(draft.document) == [f"Line {n}." for n in range(count)]


def test_one_anchor_for_a_list_of_anchors_is_taken_with_its_quotes(begun: Begin) -> None:
    draft = begun("report")

    call(draft, edits=[{"op": "delete", "at": '"We recommend"'}])

    assert not any("We recommend" in text for text in texts(draft.document))


def test_a_picture_is_put_in_by_the_name_of_its_file() -> None:
    (edit,) = understand(Request('insert the picture "pier.png" after the paragraph "Ada"')).edits
    assert edit == {"op": "picture", "picture": "pier.png", "alt": "pier", "after": '"Ada"'}


@pytest.mark.parametrize("named", ["pier.png", "PIER.png", "img/pier.png"])
def test_a_picture_of_a_brief_is_an_attached_file(begun: Begin, named: str) -> None:
    out = io.BytesIO()
    Image.new("L", (40, 40), 90).save(out, "PNG")
    draft = begun("plain")
    draft.document.attached = {"pier.png": out.getvalue()}

    draft.apply([Insert(op="insert", markdown=f"![the pier]({named})")])

    media = [name for name in draft.document.package.names if name.startswith("word/media/")]
    assert [draft.document.package.read(name) for name in media] == [out.getvalue()]


def test_a_picture_that_is_not_attached_is_refused_by_name(begun: Begin) -> None:
    draft = begun("plain")
    with pytest.raises(ToolError, match=r"no attached file 'https://example.org/a.png'; attached are: none"):
        draft.apply([Insert(op="insert", markdown="![x](https://example.org/a.png)")])


def test_numbers_of_a_table_stand_right_and_its_columns_share_the_width(begun: Begin) -> None:
    draft = begun("plain")
    markdown = "| Quarter | Cost (k€) | Lead |\n|---|---|---|\n| Q1 | 1,420 | Ana |\n| Q2 | −380 | Bo |"

    draft.apply([Insert(op="insert", markdown=markdown)])

    table = docx.Document(io.BytesIO(draft.document.to_bytes())).tables[0]
    assert [[str(cell.paragraphs[0].alignment) for cell in row.cells] for row in table.rows] == [
        ["None", "RIGHT (2)", "None"]
    ] * 3
    widths = [column.width or 0 for column in table.columns]
    assert max(widths) < 2 * min(widths)
