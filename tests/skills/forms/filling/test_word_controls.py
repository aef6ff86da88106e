"""Content controls as Word files in the wild have them: bound to data, used twice, named for programs, pictures."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from time import process_time

import docx
import pytest
from lxml import etree

from skills.forms.filling import docx as controls
from skills.forms.filling.files import fill_file
from skills.forms.model.form import items_of
from skills.forms.sources import import_form

TODAY = date(2026, 11, 22)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CORE = (
    "w:prefixMappings=\"xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' "
    'xmlns:dc=\'http://purl.org/dc/elements/1.1/\'" w:storeItemID="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"'
)


def control(alias: str, text: str, more: str = "<w:text/>", tag: str = "") -> str:
    named = f'<w:tag w:val="{tag}"/>' if tag else ""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{alias}"/>{named}{more}</w:sdtPr><w:sdtContent>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )


def word(*blocks: str) -> bytes:
    document = docx.Document()
    document.core_properties.title = "Old"
    body = document.element.body
    for block in reversed(blocks):
        body.insert(0, etree.fromstring(f'<w:body xmlns:w="{W}">{block}</w:body>')[0])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def bound(path: str) -> str:
    return f'<w:dataBinding {CORE} w:xpath="{path}"/><w:text/>'


def test_a_value_goes_to_the_data_its_control_is_bound_to() -> None:
    """Word shows what the data says, whatever stands in the control."""
    data = word(control("Title", "Old", bound("/cp:coreProperties[1]/dc:title[1]")))

    filled = fill_file(data, ".docx", {"Title": "Łódź"}, TODAY).data

    with zipfile.ZipFile(io.BytesIO(filled)) as package:
        assert docx.Document(io.BytesIO(filled)).core_properties.title == "Łódź"
        assert b"dataBinding" in package.read("word/document.xml")


@pytest.mark.parametrize("path", ["/cp:coreProperties[1]/dc:nothing[1]", "//dc:title", "/cp:coreProperties[1]/x:y"])
def test_a_binding_that_leads_nowhere_is_cut_so_that_the_value_stays(path: str) -> None:
    filled = fill_file(word(control("Title", "Old", bound(path))), ".docx", {"Title": "New"}, TODAY).data

    with zipfile.ZipFile(io.BytesIO(filled)) as package:
        assert b"dataBinding" not in package.read("word/document.xml")
    assert controls.read(filled) == {"Title": "New"}


def test_controls_of_one_name_all_show_the_value() -> None:
    filled = fill_file(word(control("Client", "a"), control("Client", "b")), ".docx", {"Client": "New"}, TODAY).data

    with zipfile.ZipFile(io.BytesIO(filled)) as package:
        assert package.read("word/document.xml").count(b">New<") == 2


def test_a_label_is_never_what_was_typed_into_the_control_before() -> None:
    data = word(
        control("Street", "Elm Street 7"), control("Phone", "867"), "<w:p><w:r><w:t>Your town:</w:t></w:r></w:p>",
        control("Text1", "Rome"), control("Logo", "", "<w:picture/>"), control("/a[1]/b[1]", "x"),
    )  # fmt: skip

    labels = [item.label for item in items_of(import_form(data, ".docx").definition)]

    assert labels == ["Street", "Phone", "Your town", "/a[1]/b[1]"]
    assert controls.read(fill_file(data, ".docx", {"/a[1]/b[1]": "y"}, TODAY).data)["/a[1]/b[1]"] == "y"


def test_blanks_in_long_texts_are_found_in_time() -> None:
    long = "word " * 20_000
    data = word(f"<w:p><w:r><w:t>{long}</w:t></w:r></w:p>", "<w:p><w:r><w:t>Name: ____ Town: ......</w:t></w:r></w:p>")
    began = process_time()

    filled = fill_file(data, ".docx", {"Name": "Ada"}, TODAY)

    assert process_time() - began < 5
    assert [(field.label, field.status) for field in filled.report.fields] == [("Name", "filled"), ("Town", "empty")]
