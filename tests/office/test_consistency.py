"""Every way we know to break a package is found, and what was broken before is not held against an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from copilot_server.office.consistency import faults, new_faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from copilot_server.office.package import Package

    Replace = Callable[[Package, str, str, str], Package]

BOOK, SHEET, TABLE = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
STYLES, STRINGS, TYPES = "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml"
SHEET_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
BODY, NUMBERING, COMMENTS = "word/document.xml", "word/numbering.xml", "word/comments.xml"
SLIDE, SHOW, LAYOUT = "ppt/slides/slide2.xml", "ppt/presentation.xml", "ppt/slideLayouts/slideLayout1.xml"
A2 = '<c r="A2" t="s"><v>4</v></c>'
B2 = '<c r="B2"><v>3</v></c>'
FORMULA = "<f>SUM(B2:B3)</f><v>7.5</v>"
ROW5 = '<row r="5" spans="1:10"><c r="B5">' + FORMULA + "</c></row>"
MERGE = '<mergeCell ref="G1:H2"/>'
SHEET_2 = '<sheet name="Costs" sheetId="2" r:id="rId2"/>'
NAME = '<definedName name="Total">Sales!$B$5</definedName>'
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
LONG = "x" * 32_768
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"

WORKBOOK_FAULTS = [
    ("not well-formed XML", BOOK, "</sheets>", "</sheetz>"),
    ("not well-formed XML", SHEET, "</row></sheetData>", "</rov></sheetData>"),
    ("not well-formed XML", SHEET, "<v>4.5</v>", "<v>4.5</w>"),
    ("not well-formed XML", SHEET, B2, '<c r="B2" x:y="1"><v>3</v></c>'),
    ("not well-formed XML", STRINGS, "</sst>", ""),
    ("missing content type", TYPES, 'Extension="vml"', 'Extension="vmd"'),
    ("content type too general", TYPES, DRAWING_TYPE, "application/xml"),
    ("content type for a part that is not there", TYPES, "/xl/tables/table2.xml", "/xl/tables/table3.xml"),
    ("dangling relationship", SHEET_RELS, "table1.xml", "table9.xml"),
    ("dangling relationship id", SHEET_RELS, 'Id="rId2"', 'Id="rId20"'),
    ("dangling relationship id", SHEET, 'drawing r:id="rId2"', 'drawing r:id="rId9"'),
    ("dangling relationship id", "xl/drawings/vmlDrawing1.vml", "<v:path", '<v:imagedata o:relid="rId9"/><v:path'),
    ("duplicate relationship id", SHEET_RELS, 'Id="rId6"', 'Id="rId5"'),
    ("part that nothing leads to", SHEET_RELS, "../drawings/drawing1.xml", "../comments1.xml"),
    ("undeclared prefix in mc:Ignorable", BOOK, "<workbook ", f'<workbook xmlns:mc="{MC}" mc:Ignorable="x15" '),
    ("rows out of order", SHEET, '<row r="2"', '<row r="1"'),
    ("rows out of order", SHEET, '<row r="10" spans="1:10"><c r="J10"', '<row r="4" spans="1:10"><c r="J4"'),
    ("rows out of order", SHEET, "</sheetData>", '<row r="10"/></sheetData>'),
    ("cells out of order", SHEET, A2 + B2, B2 + A2),
    ("cells out of order", SHEET, A2, A2 + A2),
    ("cells out of order", SHEET, 'r="B3"', 'r="B4"'),
    ("cells out of order", SHEET, B2, '<c r="XFE2"><v>3</v></c>'),
    ("style index out of range", SHEET, 's="1"', 's="3"'),
    ("shared string out of range", SHEET, "<v>4</v>", "<v>8</v>"),
    ("shared string out of range", STRINGS, "<si><t>Pens</t></si>", ""),
    ("unknown type of cell", SHEET, '<c r="A2" t="s">', '<c r="A2" t="x">'),
    ("value is no number", SHEET, B2, B2.replace("3", "three")),
    ("value is no number", SHEET, B2, B2.replace("3", "1.2.3")),
    ("value is no boolean", SHEET, B2, '<c r="B2" t="b"><v>yes</v></c>'),
    ("value is no error", SHEET, B2, '<c r="B2" t="e"><v>REF!</v></c>'),
    ("cell text too long", SHEET, B2, f'<c r="B2" t="inlineStr"><is><t>{LONG}</t></is></c>'),
    ("cell text too long", SHEET, B2, f'<c r="B2" t="str"><v>{LONG}</v></c>'),
    ("cell text too long", STRINGS, "<t>Pens</t>", f"<t>{LONG}</t>"),
    ("formula syntax", SHEET, "SUM(B2:B3)", "SUM(B2:B3"),
    ("formula too long", SHEET, "SUM(B2:B3)", "1" + "+1" * 4100),
    ("newer function without its prefix _xlfn.", SHEET, "SUM(B2:B3)", "XLOOKUP(1,A:A,B:B)"),
    ("formula syntax", SHEET, "<formula>3</formula>", "<formula>(3</formula>"),
    ("list of choices too long", SHEET, '"a,b"', '"' + "a," * 128 + '"'),
    ("overlapping merges", SHEET, MERGE, MERGE + '<mergeCell ref="H2:I3"/>'),
    ("overlapping merges", SHEET, MERGE, MERGE + MERGE),
    ("merged cells in a table", SHEET, MERGE, MERGE + '<mergeCell ref="A2:B2"/>'),
    ("columns overlap or stand out of order", SHEET, 'min="2" max="2"', 'min="1" max="2"'),
    ("differential format out of range", SHEET, 'dxfId="0"', 'dxfId="1"'),
    ("no area of cells", SHEET, 'ref="G1:H2"', 'ref="G1:"'),
    ("no area of cells", SHEET, 'sqref="E2"', 'sqref=""'),
    ("element empty", SHEET, MERGE, ""),
    ("elements out of order", SHEET, "</sheetData>", '</sheetData><sheetViews><sheetView workbookViewId="0"/></sheetViews>'),
    ("element repeated", SHEET, "<sheetFormatPr", '<sheetFormatPr defaultRowHeight="15"/><sheetFormatPr'),
    ("duplicate sheet name", BOOK, 'name="Costs"', 'name="SALES"'),
    ("duplicate sheet id", BOOK, 'sheetId="2"', 'sheetId="1"'),
    ("sheet name Excel does not take", BOOK, 'name="Costs"', f'name="{"x" * 32}"'),
    ("sheet name Excel does not take", BOOK, 'name="Costs"', 'name="a/b"'),
    ("no visible sheet", BOOK, f'sheetId="1" r:id="rId1"/>{SHEET_2}', 'sheetId="1" state="hidden" r:id="rId1"/>'),
    ("duplicate defined name", BOOK, NAME, NAME + NAME.replace("Total", "TOTAL")),
    ("defined name Excel does not take", BOOK, "Total", "A1"),
    ("defined name Excel does not take", BOOK, "Total", "my name"),
    ("name of a sheet that is not there", BOOK, 'name="Total"', 'name="Total" localSheetId="2"'),
    ("formula syntax", BOOK, "Sales!$B$5", "Sales!$B$5)"),
    ("format points beyond its list", STYLES, 'fontId="1"', 'fontId="4"'),
    ("style index out of range", STYLES, '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>', '<cellXfs count="2">'),
    ("table header differs from its cell", TABLE, 'name="Amount"', 'name="Sum"'),
    ("table header differs from its cell", SHEET, '<c r="B1" t="s"><v>1</v></c>', '<c r="B1" t="s"><v>2</v></c>'),
    ("duplicate table column", TABLE, 'name="Amount"', 'name="ITEM"'),
    ("duplicate table column id", TABLE, 'tableColumn id="2"', 'tableColumn id="1"'),
    ("table columns do not fit its area", TABLE, 'totalsRowShown="0"><autoFilter ref="A1:B3"/>', 'totalsRowShown="0"><tableColumn id="9" name="C"/>'),
    ("overlapping tables", TABLE, 'ref="A1:B3" totals', 'ref="A1:D3" totals'),
    ("duplicate table name", TABLE, 'displayName="Items"', 'displayName="codes"'),
    ("duplicate table name", BOOK, 'name="Total"', 'name="Items"'),
    ("duplicate table id", TABLE, 'id="1" name', 'id="2" name'),
]  # fmt: skip

PARAGRAPH = "<w:p><w:r><w:t>Some"
GRID = '<w:tblGrid><w:gridCol w:w="4320"/><w:gridCol w:w="4320"/></w:tblGrid>'
MARKED = '<w:p><w:bookmarkStart w:id="7" w:name="b"/><w:bookmarkEnd w:id="7"/></w:p>'
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
CELL = '<w:tcW w:type="dxa" w:w="4320"/></w:tcPr><w:p/></w:tc>'

DOCUMENT_FAULTS = [
    ("duplicate paragraph id", BODY, "<w:body>", f'<w:body><w:p {W14} w14:paraId="1"/><w:p {W14} w14:paraId="1"/>'),
    ("duplicate bookmark id", BODY, "<w:body>", "<w:body>" + MARKED + MARKED.replace('"b"', '"c"')),
    ("duplicate bookmark name", BODY, "<w:body>", "<w:body>" + MARKED + MARKED.replace('"7"', '"8"')),
    ("bookmark without its other end", BODY, "<w:body>", '<w:body><w:p><w:bookmarkStart w:id="7" w:name="b"/></w:p>'),
    ("commentRange without its other end", BODY, '<w:commentRangeEnd w:id="0"/>', ""),
    ("comment that is not there", BODY, '<w:commentReference w:id="0"/>', '<w:commentReference w:id="5"/>'),
    ("comment that is not there", COMMENTS, 'w:comment w:id="0"', 'w:comment w:id="1"'),
    ("footnote that is not there", BODY, "<w:body>", '<w:body><w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'),
    ("numbering that is not there", BODY, '<w:pStyle w:val="ListNumber"/>', '<w:pStyle w:val="ListNumber"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="999"/></w:numPr>'),
    ("abstract numbering that is not there", NUMBERING, '<w:abstractNumId w:val="', '<w:abstractNumId w:val="99'),
    ("duplicate numbering id", NUMBERING, '<w:num w:numId="2"', '<w:num w:numId="1"'),
    ("table without grid", BODY, GRID, ""),
    ("table cell that does not end in a paragraph", BODY, CELL, CELL.replace("<w:p/>", "")),
    ("properties that do not come first", BODY, '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Report</w:t></w:r>', '<w:r><w:t>Report</w:t></w:r><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'),
    ("section properties before the end of the body", BODY, "</w:sectPr></w:body>", "</w:sectPr><w:p/></w:body>"),
    ("field that does not end", BODY, "<w:body>", '<w:body><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>'),
    ("field that ends before it begins", BODY, "<w:body>", '<w:body><w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'),
    ("dangling relationship id", BODY, "<w:headerReference", '<w:headerReference w:type="first" r:id="rId99"/><w:headerReference'),
]  # fmt: skip

TIMING = '<p:timing><p:tnLst><p:par><p:cTn id="1"><p:childTnLst><p:set><p:cBhvr><p:tgtEl><p:spTgt spid="9"/></p:tgtEl></p:cBhvr></p:set></p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>'
SECTIONS = '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"><p14:section name="s" id="{1}"><p14:sldIdLst><p14:sldId id="300"/></p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst>'

DECK_FAULTS = [
    ("duplicate slide id", SHOW, 'sldId id="257"', 'sldId id="256"'),
    ("slide id out of range", SHOW, 'sldId id="257"', 'sldId id="25"'),
    ("slide that is not listed", SHOW, '<p:sldId id="257" r:id="rId9"/>', ""),
    ("slide listed twice", SHOW, '<p:sldId id="257" r:id="rId9"/>', '<p:sldId id="257" r:id="rId7"/>'),
    ("section with a slide that is not there", SHOW, "</p:presentation>", f"{SECTIONS}</p:presentation>"),
    ("master or layout id out of range", SHOW, 'sldMasterId id="2147483648"', 'sldMasterId id="2147"'),
    ("duplicate master or layout id", SHOW, 'sldMasterId id="2147483648"', 'sldMasterId id="2147483649"'),
    ("duplicate shape id", SLIDE, '<p:cNvPr id="3"', '<p:cNvPr id="2"'),
    ("animation of a shape that is not there", SLIDE, "</p:sld>", f"{TIMING}</p:sld>"),
    ("text without a paragraph", SLIDE, "<a:bodyPr/><a:lstStyle/><a:p/></p:txBody>", "<a:bodyPr/><a:lstStyle/></p:txBody>"),
    ("text without body properties", SLIDE, "<p:txBody><a:bodyPr/>", "<p:txBody>"),
    ("table row that does not fit the grid", SLIDE, '<a:gridCol w="1828800"/>', ""),
    ("table cell without text", SLIDE, "<a:txBody><a:bodyPr/><a:lstStyle/><a:p/></a:txBody><a:tcPr/>", "<a:tcPr/>"),
    ("shape tree without its head", SLIDE, "<p:grpSpPr/>", ""),
    ("slide without its one slideLayout", "ppt/slides/_rels/slide2.xml.rels", "/slideLayout\"", "/image\""),
    ("dangling relationship id", SHOW, 'r:id="rId9"', 'r:id="rId99"'),
]  # fmt: skip


def _prove(good: Package, broken: Package, part: str, kind: str) -> None:
    assert kind in {fault.kind for fault in faults(broken)}
    assert kind in {fault.kind for fault in new_faults(good, broken)}
    later = broken.fork()
    later.write(part, later.read(part) + b"\n")
    assert new_faults(broken, later) == (), "what was wrong before is not the edit's fault"


def test_good_packages_have_no_fault(workbook: Package, document: Package, deck: Package) -> None:
    assert [faults(package) for package in (workbook, document, deck)] == [(), (), ()]


@pytest.mark.parametrize(("kind", "part", "old", "new"), WORKBOOK_FAULTS)
def test_broken_workbook_is_caught_once(
    kind: str, part: str, old: str, new: str, workbook: Package, replaced: Replace
) -> None:
    _prove(workbook, replaced(workbook, part, old, new), part, kind)


@pytest.mark.parametrize(("kind", "part", "old", "new"), DOCUMENT_FAULTS)
def test_broken_document_is_caught_once(
    kind: str, part: str, old: str, new: str, document: Package, replaced: Replace
) -> None:
    _prove(document, replaced(document, part, old, new), part, kind)


@pytest.mark.parametrize(("kind", "part", "old", "new"), DECK_FAULTS)
def test_broken_deck_is_caught_once(kind: str, part: str, old: str, new: str, deck: Package, replaced: Replace) -> None:
    _prove(deck, replaced(deck, part, old, new), part, kind)
