"""The history of changes a shared workbook keeps by cell address, and its end.

Excel's own records of moved rows (ISO/IEC 29500-1, 18.11) are written by nobody else; what it offers instead is to stop
sharing, after which the history is gone and cells can move.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.references.holders.elements import child

if TYPE_CHECKING:
    from copilot_server.office.package import Package
    from skills.spreadsheets.document.workbook import Workbook

_HISTORY: Final = re.compile(r"(.*/)?revisions/[^/]+\.xml", re.IGNORECASE)
_KINDS: Final = ("revisionHeaders", "usernames")


def history_parts(package: Package) -> list[str]:
    """The parts of the history; none of a workbook that is not shared."""
    return [name for name in package.names if _HISTORY.fullmatch(name)]


def refuse_shared(package: Package) -> None:
    """Raises Refused while there is a history that would come to name the wrong cells."""
    if history_parts(package):
        raise Refused(
            "the workbook is shared and keeps a history of changes by cell address; stop sharing it in Excel first"
        )


def end_sharing(book: Workbook) -> None:
    """Take the history of a shared workbook away; raises Refused where a password keeps it shared."""
    book.flush()
    package = book.package
    found = history_parts(package)
    if not found:
        return
    protection = child(book.tree, "workbookProtection")
    if protection is not None and protection.get("lockRevision") in {"1", "true"}:
        raise Refused("the workbook is shared and protected against the loss of its history; unprotect it in Excel")
    for relation in package.relationships(book.main):
        if relation.kind in _KINDS:
            package.unrelate(book.main, relation.id)
    for part in found:
        package.remove(part)
    book.reload()
