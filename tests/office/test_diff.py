from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from copilot_server.errors import DamagedFile
from copilot_server.office.diff import PartDiff, element_diff, part_diff
from copilot_server.office.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable

SHEET = "xl/worksheets/sheet1.xml"


def test_parts_are_told_apart_by_their_bytes(workbook: Package) -> None:
    after = workbook.fork()
    after.write(SHEET, b"<worksheet/>")
    after.remove("xl/theme/theme1.xml")
    after.write("xl/new.xml", b"<a/>")
    assert part_diff(workbook, after) == PartDiff(
        identical=len(workbook.names) - 3,
        changed=("[Content_Types].xml", SHEET),
        added=("xl/new.xml",),
        removed=("xl/theme/theme1.xml",),
    )


def test_file_saved_and_opened_again_is_identical(workbook: Package) -> None:
    workbook.write("xl/new.xml", b"<a/>")
    again = Package.open(workbook.to_bytes())
    assert part_diff(workbook, again) == PartDiff(len(workbook.names), (), (), ())


def test_elements_and_attributes_lost_are_named(
    workbook: Package, replaced: Callable[[Package, str, str, str], Package]
) -> None:
    after = replaced(workbook, SHEET, '<c r="B2"><v>3</v></c>', "")
    after = replaced(after, SHEET, ' customWidth="1"', "")
    after = replaced(after, SHEET, ' customWidth="1"', "")
    after = replaced(after, SHEET, "<pageMargins", "<printOptions/><pageMargins")
    found = element_diff(workbook, after, SHEET)
    assert (found.lost, found.gained) == ({"x:c": 1, "x:v": 1}, {"x:printOptions": 1})
    assert found.attributes_lost == ("x:col@customWidth",)


def test_part_that_cannot_be_read_is_named(workbook: Package) -> None:
    after = workbook.fork()
    after.write(SHEET, b"<a>")
    with pytest.raises(DamagedFile, match=SHEET):
        element_diff(workbook, after, SHEET)
