"""Word parts cut at their paragraphs: where they begin and end, what cannot be cut, and what is put back."""

from __future__ import annotations

import pytest

from copilot_server.errors import DamagedFile
from copilot_server.office.paragraphs import cut, respelled, reworded
from copilot_server.office.xml import NS

_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\r\n<w:document xmlns:w="{NS["w"]}"><w:body>'
_TAIL = "<w:sectPr/></w:body></w:document>"


def _part(inside: str) -> bytes:
    return (_HEAD + inside + _TAIL).encode()


_PART = _part(
    '<w:p w:rsidR="1"><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>é</w:t></w:r></w:p><w:p/>'
    "<w:tbl><w:tr><w:tc><w:tcPr/><w:p ><w:r/></w:p></w:tc></w:tr></w:tbl>"
)


def test_paragraphs_are_found_wherever_they_stand() -> None:
    found = cut(_PART)

    assert found is not None
    assert [piece[:5] for piece in found.pieces] == ["<w:p ", "<w:p/", "<w:p "]
    assert found.depths == [2, 2, 5]
    assert "".join(found.between) + "".join(found.pieces) != ""
    assert found.replaced({}) == _PART


def test_replaced_paragraphs_leave_all_other_bytes() -> None:
    found = cut(_PART)

    assert found is not None
    window = found.window([found.piece(0)])
    window[0][1][0].text = "ü"
    assert found.replaced({0: respelled(window)[0]}) == _PART.replace("é".encode(), "ü".encode())


def test_paragraphs_in_paragraphs_are_told() -> None:
    inner = "<w:p><w:r><w:pict><w:txbxContent><w:p/><w:p><w:r/></w:p></w:txbxContent></w:pict></w:r></w:p><w:p/>"
    found = cut(_part(inner))

    assert found is not None
    assert found.has_inner
    assert len(found.starts) == 2


@pytest.mark.parametrize(
    "data",
    [
        _part("<w:p><!-- <w:p> --></w:p>"),
        _part("<w:p><w:r><w:t><![CDATA[</w:p>]]></w:t></w:r></w:p>"),
        _part("<?mso <w:p> ?><w:p/>"),
        _part("<w:p><w:p></w:p>"),
        _part("</w:p>"),
        _PART.replace(b"/main", b"/other"),
        _PART.replace(b"UTF-8", b"ISO-8859-1"),
        _PART.decode().encode("utf-16"),
        _PART.replace(b"w:", b"v:").replace(b"xmlns:w=", b"xmlns:v="),
        b"",
    ],
    ids=["comment", "cdata", "instruction", "unclosed", "unopened", "strict", "latin", "wide", "prefix", "empty"],
)
def test_what_is_not_spelled_as_office_does_is_not_cut(data: bytes) -> None:
    assert cut(data) is None


def test_only_a_frame_that_stands_as_it_stood_counts_as_reworded() -> None:
    old = cut(_PART)
    worded = cut(_PART.replace("é".encode(), b"e"))
    framed = cut(_PART.replace(b"<w:tcPr/>", b""))

    assert old is not None
    assert worded is not None
    assert framed is not None
    found = reworded(old, worded)
    assert found is not None
    assert found.numbers == (0,)
    assert reworded(old, framed) is None


def test_a_paragraph_that_is_not_well_formed_is_damage() -> None:
    found = cut(_PART)

    assert found is not None
    with pytest.raises(DamagedFile):
        found.window(["<w:p><w:r></w:p>"])
