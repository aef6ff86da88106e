from __future__ import annotations

from copilot_server.office.diff import PartDiff, part_diff
from copilot_server.office.package import Package

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
