"""What a model is shown: empty paragraphs it may name, texts that are imported on opening, counts of replacements."""

from __future__ import annotations

import json

import pytest

from copilot_server.errors import TargetNotFound
from copilot_server.office.xml import qname
from skills.documents.document.markup import make, w
from skills.documents.document.word import WordDocument
from skills.documents.edits.blocks import Insert
from skills.documents.reading.outline import outline
from skills.documents.reading.passages import format_lines, passage
from skills.documents.tools import edit
from tests.skills.documents.conftest import Begin, Open

_CHUNK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
_HTML = (
    b"<html><head><title>no</title></head><body><p>Gr\xc3\xbc\xc3\x9fe &amp; more</p><script>no</script></body></html>"
)
_RTF = rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator no;}Gr\'fc\u223?e \b &\b0  more\par}"
_MAIL = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>Gr\xc3\xbc\xc3\x9fe &amp; more</p>"


def _importing(document: WordDocument, name: str, content_type: str, data: bytes) -> WordDocument:
    rid = document.add_part(f"word/{name}", data, content_type, _CHUNK)
    chunk = make("altChunk")
    chunk.set(qname("r:id"), rid)
    document.edit_body().insert(0, chunk)
    return WordDocument.open(document.to_bytes())


@pytest.mark.parametrize(
    ("name", "content_type", "data"),
    [
        ("a.htm", "text/html", _HTML),
        ("a.rtf", "application/rtf", _RTF),
        ("a.htm", "text/html", _HTML.replace(b"</head>", b"")),
        ("a.htm", "text/html", b"<meta charset=idna>" + _HTML),
        ("a.rtf", "application/rtf", _RTF.replace(rb"\u223?", rb"\u223\'df")),
        ("a.mht", "message/rfc822", _MAIL),
        ("a.mht", "message/rfc822", _MAIL.replace(b"charset=utf-8", b"charset=nonesuch")),
        ("a.txt", "text/plain", "Grüße & more".encode()),
    ],
)
def test_text_imported_on_opening_can_be_read(name: str, content_type: str, data: bytes, opened: Open) -> None:
    document = _importing(opened("plain"), name, content_type, data)

    assert f"{len(data)} bytes, 3 words" in outline(document)
    assert passage(document, "chunk1", 1, 500).splitlines()[1:] == ["Grüße & more"]


def test_characters_that_rtf_writes_in_halves_are_read_whole(opened: Open) -> None:
    document = _importing(opened("plain"), "a.rtf", "application/rtf", rb"{\rtf1 \u-10179?\u-8704? smile \u-10179?}")

    assert passage(document, "chunk1", 1, 500).splitlines()[1:] == ["\U0001f600 smile \ufffd"]


def test_a_document_imported_on_opening_can_be_read(opened: Open) -> None:
    inner = opened("plain")
    words = next(each.text for each in inner.paragraphs() if each.text.strip())
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    document = _importing(opened("report"), "a.docx", kind, inner.to_bytes())

    assert words in passage(document, "chunk1", 1, 5000)


def test_what_cannot_be_read_of_an_import_is_named(opened: Open) -> None:
    document = _importing(opened("plain"), "a.xyz", "application/x-unknown", b"?")

    assert "chunk1 (application/x-unknown, 1 bytes, not readable here)" in outline(document)
    with pytest.raises(TargetNotFound, match="there are chunk1"):
        passage(document, "chunk2", 1, 500)


def test_empty_paragraphs_of_a_short_document_can_be_named() -> None:
    document = WordDocument.create()
    body = document.edit_body()
    first = body[0]
    for text in ("Dear Ms Holt,", "", "", "we write to you."):
        first.addprevious(make("p", None, *([make("r", None, make("t"))] if text else [])))
        if text:
            next(body[body.index(first) - 1].iter(w("t"))).text = text
    body.remove(first)
    lines = outline(document).splitlines()
    empty = next(line for line in lines if line.endswith(" empty"))

    assert empty.count("[") == 2
    assert lines[lines.index(empty) - 1].endswith("Dear Ms Holt,")
    assert document.paragraph(empty.split()[1]).text == ""


def test_a_replacement_made_often_is_counted_by_part(begun: Begin) -> None:
    draft = begun("report")
    edits = [{"op": "replace", "find": "pier", "text": "quay", "all": True}]

    answer = edit.run(draft, **edit.parse(json.dumps({"edits": edits})))

    told = next(line for line in answer.splitlines() if " times: " in line)
    assert told.startswith("'pier' → 'quay' ")
    assert int(told.split()[3]) >= 3


def _written(markdown: str) -> WordDocument:
    document = WordDocument.create()
    Insert(op="insert", markdown=markdown).apply(document)
    return document


def test_rows_are_read_from_the_cell_named_as_many_as_asked() -> None:
    rows = "\n".join(f"| a{n} | b{n} |" for n in range(1, 9))
    document = _written(f"Before.\n\n| A | B |\n|---|---|\n{rows}\n\nAfter.")

    lines = passage(document, '"a3"', 3, 5000).splitlines()
    assert lines[0] == "table T1, 9 rows × 2 columns, from row 4"
    assert lines[1:3] == ["4: a3 | b3", "5: a4 | b4"]
    assert lines[3].startswith("… 9 more paragraphs, from [")
    rest = passage(document, lines[3].partition("[")[2].rstrip("]"), 60, 5000).splitlines()
    assert [rest[1], rest[-2]] == ["6: a5 | b5", "9: a8 | b8"]
    assert rest[-1].endswith("After.")
    brief = passage(document, '"a3"', 60, 30).splitlines()
    assert brief[-2] == "7: a6 | b6"
    assert brief[-1].startswith("… 5 more paragraphs, from [")


def test_neighbours_of_one_look_are_one_line_of_formats() -> None:
    document = _written("# Head\n\none\n\ntwo\n\nthree")

    head, body = format_lines(document, None, 60, 5000).splitlines()
    assert "Heading 1" in head
    assert "'one' to [" in body
    assert "'three', 3 paragraphs: " in body
    assert format_lines(document, None, 2, 5000).splitlines()[-1].startswith("… 2 more paragraphs, from [")


def test_headings_and_short_paragraphs_stand_in_the_outline_in_full() -> None:
    long = "A heading that somebody ran together with what follows it, up to its very end versioN.1. PURPOSE"

    assert f"# {long}\n" in outline(_written(f"# {long}\n\n" + "Words. " * 201)) + "\n"
    assert outline(_written(long)).endswith(f"] {long}")
    assert outline(_written("x" * 300)).endswith("x…")
