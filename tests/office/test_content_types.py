from __future__ import annotations

from copilot_server.office import content_types, xml
from copilot_server.office.package import Package
from tests.office.zips import zipped

NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
TYPES = (
    f'<t:Types xmlns:t="{NAMESPACE}"><t:Default Extension="XML" ContentType="application/xml"/>'
    '<t:Override PartName="/xl/Work%20book.xml" ContentType="book"/></t:Types>'
)


def test_overrides_go_before_defaults_and_case_is_ignored() -> None:
    root = xml.parse(TYPES.encode())
    assert content_types.read(root).of("xl/work book.XML") == "book"
    assert content_types.read(root).of("xl/other.xml") == "application/xml"
    assert content_types.read(root).of("xl/picture.png") is None


def test_assigning_keeps_what_else_is_there_and_its_prefix() -> None:
    package = Package.open(zipped({"[Content_Types].xml": TYPES.encode(), "xl/a.xml": b"<a/>"}))
    package.set_content_type("xl/a.xml", "new")
    package.set_content_type("xl/a.xml", "newer")
    assert (
        package.read("[Content_Types].xml")
        .decode()
        .endswith(TYPES.replace("</t:Types>", '<t:Override PartName="/xl/a.xml" ContentType="newer"/></t:Types>'))
    )


def test_type_that_the_default_gives_needs_no_override() -> None:
    package = Package.open(zipped({"[Content_Types].xml": TYPES.encode()}))
    package.write("xl/a.xml", b"<a/>", "application/xml")
    assert package.changed() == {"xl/a.xml"}


def test_new_default_stands_before_the_overrides() -> None:
    root = xml.parse(TYPES.encode())
    content_types.assign_default(root, "png", "image/png")
    content_types.assign_default(root, "xml", "something else")
    assert [xml.local_name(child) for child in root] == ["Default", "Default", "Override"]
    assert content_types.read(root).of("a.png") == "image/png"
    assert content_types.read(root).of("a.xml") == "application/xml"
