"""Parts nobody here can rewrite: if one of them names cells of the sheet concerned, the edit is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.references.shared_history import refuse_shared

if TYPE_CHECKING:
    from copilot_server.office.package import Package

# By content type: rewritten by `follow`, or holding text and no references (a user may write "Sheet1!A1" in a cell).
_KNOWN: Final = re.compile(
    r"worksheet|chartsheet|dialogsheet|macrosheet|\.main\+|drawing|chart|vml|comments|"
    r"threadedcomment|person|\.table\+|tablesinglecells|querytable|pivot|ctrlprop|controlproperties|connections|"
    r"calcchain|volatiledependencies|sharedstrings|styles|theme|properties|externallink|metadata|rdrich|rdarray|"
    r"richvalue|richstyles|rdsupporting|slicer|timeline|xmlmaps|webextension|diagram|relationships|signature|"
    r"content-types|activex|image|sheetmetadata|customui",
    re.IGNORECASE,
)


def refuse_unknown(package: Package, sheet: str) -> None:
    """Raises Refused naming a part of an unknown kind that speaks of cells of that sheet, or keeps a shared history."""
    refuse_shared(package)
    cell = re.compile(re.escape(sheet.encode()) + rb"'?!\$?[A-Za-z]{1,3}\$?\d")
    for name in filter(lambda each: _is_unknown(package, each), package.names):
        if cell.search(package.read(name)):
            raise Refused(f"the part {name} names cells of sheet {sheet!r}, and nothing here can move them along")


def _is_unknown(package: Package, name: str) -> bool:
    kind = package.content_type(name) or ""
    is_bookkeeping = name.lower().startswith("docprops/") or name.lower().endswith(".rels")
    return kind.endswith("xml") and not _KNOWN.search(kind) and not is_bookkeeping
