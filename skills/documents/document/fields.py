"""Fields as Word writes them: an instruction and its last computed result."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from skills.documents.document.markup import RPR, SPACE, make
from skills.documents.document.runs import text_nodes

if TYPE_CHECKING:
    from copilot_server.office.xml import Element


def field_runs(instruction: str, result: str, look: Element | None = None, *, is_dirty: bool = False) -> list[Element]:
    """The runs of a complex field; a dirty one is computed by Word when it opens the file."""
    begin = make("fldChar", {"fldCharType": "begin", **({"dirty": "true"} if is_dirty else {})})
    code = make("instrText")
    code.text = f" {instruction} "
    code.set(SPACE, "preserve")
    nodes = ([begin], [code], [make("fldChar", {"fldCharType": "separate"})], text_nodes(result))
    runs = [_run(look, each) for each in nodes]
    return [*runs, _run(look, [make("fldChar", {"fldCharType": "end"})])]


def _run(look: Element | None, nodes: list[Element]) -> Element:
    run = make("r")
    rpr = look.find(RPR) if look is not None and look.tag != RPR else look
    if rpr is not None:
        run.append(copy.deepcopy(rpr))
    run.extend(nodes)
    return run


def is_silent(instruction: str) -> bool:
    """Fields whose result reads like any text, so that no mark of them is wanted."""
    return not instruction.strip() or instruction.split(maxsplit=1)[0].upper() in {
        "HYPERLINK",
        "PAGEREF",
        "TOC",
        "SEQ",
        "STYLEREF",
    }
