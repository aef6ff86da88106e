"""Small good packages to break, made by the libraries people make them with."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import docx
import pptx
import pytest
import xlsxwriter
from pptx.util import Inches

from copilot_server.office.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="session")
def workbook_bytes() -> bytes:
    """Strings, formulas, styles, a merge, a rule, a validation, a comment, a picture, two tables and a name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sales, costs = book.add_worksheet("Sales"), book.add_worksheet("Costs")
    sales.add_table("A1:B3", {"name": "Items", "columns": [{"header": "Item"}, {"header": "Amount"}]})
    sales.add_table("D1:E2", {"name": "Codes", "columns": [{"header": "Code"}, {"header": "Name"}]})
    sales.write_row("A2", ["Pens", 3])
    sales.write_row("A3", ["Ink", 4.5], book.add_format({"bold": True}))
    sales.write_formula("B5", "=SUM(B2:B3)", None, 7.5)
    sales.merge_range("G1:H2", "wide")
    red = book.add_format({"bg_color": "red"})
    sales.conditional_format("B2:B3", {"type": "cell", "criteria": ">", "value": 3, "format": red})
    sales.data_validation("E2", {"validate": "list", "source": ["a", "b"]})
    sales.write_comment("A2", "why")
    sales.insert_textbox("J1", "box")
    sales.set_column("A:A", 20)
    sales.set_column("B:B", 10)
    sales.write_url("J10", "https://example.org/")
    costs.write("A1", 1)
    book.define_name("Total", "=Sales!$B$5")
    book.close()
    return out.getvalue()


@pytest.fixture(scope="session")
def document_bytes() -> bytes:
    """A heading, a comment, a list, a table, a header."""
    document = docx.Document()
    document.add_heading("Report", 1)
    paragraph = document.add_paragraph("Some text to speak of")
    document.add_comment(paragraph.runs[0], text="really?", author="me", initials="m")
    document.add_paragraph("first", style="List Number")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "cell"
    document.sections[0].header.paragraphs[0].text = "header"
    return _saved(document)


@pytest.fixture(scope="session")
def deck_bytes() -> bytes:
    """Two slides: a title with notes, and a table."""
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Title"
    first.notes_slide.notes_text_frame.text = "say this"
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table.cell(0, 0).text = "cell"
    return _saved(deck)


@pytest.fixture
def workbook(workbook_bytes: bytes) -> Package:
    return Package.open(workbook_bytes)


@pytest.fixture
def document(document_bytes: bytes) -> Package:
    return Package.open(document_bytes)


@pytest.fixture
def deck(deck_bytes: bytes) -> Package:
    return Package.open(deck_bytes)


@pytest.fixture
def replaced() -> Callable[[Package, str, str, str], Package]:
    """A fork in which the first such text of a part is another."""

    def replace(package: Package, part: str, old: str, new: str) -> Package:
        fork = package.fork()
        text = fork.read(part).decode()
        assert old in text, f"{part} has no {old!r}: {text[:3000]!r}"
        fork.write(part, text.replace(old, new, 1).encode())
        return fork

    return replace
