from __future__ import annotations

import pytest
from lxml import etree

from copilot_server.errors import DamagedFile, HostileFile
from copilot_server.office import xml


def test_names_are_spelled_both_ways() -> None:
    assert xml.qname("w:p") == "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
    assert xml.prefixed(xml.qname("w:p")) == "w:p"
    assert (xml.qname("id"), xml.prefixed("id"), xml.prefixed("{urn:x}a")) == ("id", "id", "{urn:x}a")


@pytest.mark.parametrize(
    ("data", "declaration"),
    [
        (b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<a/>', b' standalone="yes"'),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<a/>', b""),
    ],
)
def test_declaration_stays_as_it_was(data: bytes, declaration: bytes) -> None:
    expected = b'<?xml version="1.0" encoding="UTF-8"' + declaration + b"?>\r\n<a/>"
    assert xml.serialize(xml.parse(data)) == expected


def test_new_part_is_declared_as_office_does() -> None:
    expected = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<a>ü</a>'
    root = etree.Element("a")
    root.text = "ü"
    assert xml.serialize(root) == expected.encode()


def test_comments_around_the_root_are_kept() -> None:
    assert xml.serialize(xml.parse(b"<!-- a --><b/><!-- c -->")).endswith(b"<!-- a --><b/><!-- c -->")


def test_entities_are_refused_before_they_are_read() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    with pytest.raises(HostileFile, match=r"word/document\.xml carries a DOCTYPE"):
        xml.parse(bomb, "word/document.xml")


def test_what_is_not_well_formed_is_named() -> None:
    with pytest.raises(DamagedFile, match=r"xl/a\.xml is not well-formed"):
        xml.parse(b"<a>", "xl/a.xml")


def test_nesting_deeper_than_any_office_file_is_refused() -> None:
    with pytest.raises(DamagedFile):
        xml.parse(b"<a>" * 300 + b"</a>" * 300)


SAME = [
    (b'<a b="1" c="2"/>', b"<?xml version='1.0'?><a c='2' b='1'></a>"),
    ("<a>ü</a>".encode(), '<?xml version="1.0" encoding="UTF-16"?><a>ü</a>'.encode("utf-16")),
    (b'<a xmlns:x="urn:x"><x:b/></a>', b'<a xmlns:x="urn:x"><x:b xmlns:x="urn:x"/></a>'),
]
OTHER = [
    (b"<a><b/></a>", b"<a> <b/></a>"),
    (b'<a xmlns:x="urn:x"><x:b/></a>', b'<a xmlns:y="urn:x"><y:b/></a>'),
    (b'<a xmlns:x="urn:x"/>', b"<a/>"),
    (b"<a/>", b"<!-- x --><a/>"),
    (b'<a xmlns="relative" b="1" c="2"/>', b'<a xmlns="relative" c="2" b="1"/>'),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_parts_that_say_the_same_are_the_same(one: bytes, other: bytes) -> None:
    assert xml.same_infoset(one, other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_parts_that_may_mean_something_else_are_not_the_same(one: bytes, other: bytes) -> None:
    assert not xml.same_infoset(one, other)
