from __future__ import annotations

from copilot_server.office.strict import to_strict, to_transitional

PURL = b"http://purl.oclc.org/ooxml/"
SCHEMAS = b"http://schemas.openxmlformats.org/"


def test_namespaces_and_relationship_types_change_their_spelling() -> None:
    strict = b'<a xmlns="%(p)bwordprocessingml/main" b="%(p)bofficeDocument/relationships/extendedProperties" c=\'%(p)bofficeDocument/relationships/metadata/thumbnail\'/>'
    loose = b'<a xmlns="%(s)bwordprocessingml/2006/main" b="%(s)bofficeDocument/2006/relationships/extended-properties" c=\'%(s)bpackage/2006/relationships/metadata/thumbnail\'/>'
    assert to_transitional(strict % {b"p": PURL}) == loose % {b"s": SCHEMAS}
    assert to_strict(loose % {b"s": SCHEMAS}, b"") == strict % {b"p": PURL}


def test_part_that_mixes_the_spellings_comes_back_exactly() -> None:
    part = b'<a b="%bofficeDocument/relationships/slide" c="%bofficeDocument/2006/relationships/slide"/>' % (
        PURL,
        SCHEMAS,
    )
    assert to_strict(to_transitional(part), part) == part
    other = b'<a b="%bofficeDocument/relationships/slide" c="%bofficeDocument/2006/relationships/image"/>' % (
        PURL,
        SCHEMAS,
    )
    assert PURL not in to_transitional(other)
    assert to_strict(to_transitional(other), other) == other


def test_what_strict_does_not_have_keeps_its_spelling() -> None:
    vml = b'<a b="%bofficeDocument/2006/relationships/vmlDrawing" c="%bmarkup-compatibility/2006"/>' % (
        SCHEMAS,
        SCHEMAS,
    )
    assert to_strict(vml, b"") == vml
