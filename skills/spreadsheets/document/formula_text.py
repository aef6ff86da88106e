"""Formulas between the two ways they are spelt: as people see them, and as files store them.

Functions newer than Excel 2007 are stored with `_xlfn.` (some with `_xlws.` behind it), the names LET and LAMBDA
define with `_xlpm.` ([MS-XLSX] 2.2.2).
"""

from __future__ import annotations

import re
from typing import Final

_TEXT: Final = r'"(?:[^"]|"")*"'
_PREFIXES: Final = re.compile(rf"{_TEXT}|'(?:[^']|'')*'|_xl(?:fn|ws|pm|udf)\.", re.IGNORECASE)


def shown(text: str) -> str:
    """A stored formula as Excel shows it, both without `=`."""
    if "_xl" not in text:
        return text
    return _PREFIXES.sub(lambda match: "" if match[0].startswith(("_x", "_X")) else match[0], text)
