from __future__ import annotations

import pytest

from copilot_server.office import relationships, xml
from copilot_server.office.package import Package
from tests.office.zips import zipped

RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet"
SOURCE = "xl/workbook.xml"
PARTS = {"xl/worksheets/sheet 1.xml": b"<a/>", "xl/b%20c.xml": b"<a/>", "xl/Theme.xml": b"<a/>", SOURCE: b"<a/>"}


def _package(rels: str) -> Package:
    return Package.open(zipped({**PARTS, "xl/_rels/workbook.xml.rels": rels.encode()}))


def _one(target: str, mode: str = "") -> relationships.Relationship:
    element = f'<Relationship Id="r1" Type="{STRICT}" Target="{target}"{mode}/>'
    (found,) = _package(f'<Relationships xmlns="{RELS}">{element}</Relationships>').relationships(SOURCE)
    return found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("worksheets/sheet 1.xml", "xl/worksheets/sheet 1.xml"),
        ("worksheets/sheet%201.xml", "xl/worksheets/sheet 1.xml"),
        ("/xl/worksheets/sheet 1.xml", "xl/worksheets/sheet 1.xml"),
        ("worksheets\\sheet 1.xml", "xl/worksheets/sheet 1.xml"),
        ("../xl/./worksheets/sheet 1.xml", "xl/worksheets/sheet 1.xml"),
        ("../../../xl/worksheets/sheet 1.xml", "xl/worksheets/sheet 1.xml"),
        ("b%20c.xml", "xl/b%20c.xml"),
        ("b c.xml", "xl/b%20c.xml"),
        ("THEME.XML", "xl/Theme.xml"),
        ("none.xml", "xl/none.xml"),
        ("worksheets/sheet 1.xml#A1", "xl/worksheets/sheet 1.xml"),
        ("#Sheet2!A1", SOURCE),
    ],
)
def test_target_is_the_part_it_means(written: str, meant: str) -> None:
    assert (_one(written).target, _one(written).raw_target) == (meant, written)


def test_external_target_stays_as_it_is_written() -> None:
    found = _one("https://example.org/a b#c", ' TargetMode="External"')
    assert (found.target, found.external) == ("https://example.org/a b#c", True)


def test_prefixed_relationships_are_read_and_extended_in_their_own_prefix() -> None:
    package = _package(
        f'<rel:Relationships xmlns:rel="{RELS}"><rel:Relationship Id="rId7" Type="{STRICT}" '
        'Target="worksheets/sheet 1.xml"/></rel:Relationships>'
    )
    assert package.related(SOURCE, "worksheet") == ("xl/worksheets/sheet 1.xml",)
    assert package.relate(SOURCE, "http://x/theme", "xl/Theme.xml") == "rId8"
    assert b'<rel:Relationship Id="rId8"' in package.read("xl/_rels/workbook.xml.rels")


def test_strict_and_transitional_kinds_are_one() -> None:
    assert _one("x.xml").kind == "worksheet"


def test_dangling_relationship_is_listed_but_leads_to_no_part() -> None:
    package = _package(
        f'<Relationships xmlns="{RELS}"><Relationship Id="a" Type="{STRICT}" Target="no.xml"/></Relationships>'
    )
    assert len(package.relationships(SOURCE)) == 1
    assert package.related(SOURCE, "worksheet") == ()


def test_part_without_relationships_has_none() -> None:
    assert _package(f'<Relationships xmlns="{RELS}"/>').relationships("xl/Theme.xml") == ()


def test_edits_keep_every_other_relationship_in_place() -> None:
    before = (
        f'<Relationships xmlns="{RELS}"><Relationship Target="b.xml" Id="z" Type="T"/>'
        '<!-- kept --><Relationship Id="a" Type="T" Target="a.xml"/></Relationships>'
    )
    package = _package(before)
    rid = package.relate(SOURCE, "http://x/image", "xl/media/a.png")
    package.unrelate(SOURCE, "a")
    after = package.read("xl/_rels/workbook.xml.rels").decode()
    assert before.partition('<Relationship Id="a"')[0] in after
    assert f'<Relationship Id="{rid}" Type="http://x/image" Target="media/a.png"/></Relationships>' in after


def test_targets_are_written_relative_to_their_source() -> None:
    assert relationships.relative("xl/media/a.png", "xl/drawings/drawing1.xml") == "../media/a.png"
    assert relationships.relative("xl/workbook.xml", "") == "xl/workbook.xml"
    assert relationships.relative("#Sheet1!A1", "xl/drawings/drawing1.xml") == "#Sheet1!A1"


def test_new_relationships_part_is_what_office_writes() -> None:
    assert xml.serialize(relationships.empty()).endswith(f'<Relationships xmlns="{RELS}"/>'.encode())
