"""What a model may call on a Word document: read, find, edit, check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from copilot_server.agent.draft import Draft
from copilot_server.agent.tool import tool
from skills.documents.checks import check as all_findings
from skills.documents.checks.rendered import page_findings
from skills.documents.document.sought import sought_together
from skills.documents.document.word import WordDocument
from skills.documents.edits import AnyEdit
from skills.documents.edits.text import Replace
from skills.documents.reading import outline as outlines
from skills.documents.reading import passages


@tool
def read(
    document: WordDocument,
    what: Annotated[
        Literal["outline", "text", "table", "comments", "changes", "styles", "formats"],
        Field(description="changes: tracked ones; formats: text with style and direct formatting"),
    ] = "text",
    at: Annotated[
        str | None, Field(description="text: anchor to start from, or header1, footnotes, chunk1 …; table: T2")
    ] = None,
    count: Annotated[int, Field(ge=1, le=2000, description="paragraphs")] = 60,
    budget: Annotated[int, Field(ge=200, le=60_000, description="characters at most")] = 12_000,
) -> str:
    """Print part of the document as light Markdown, each paragraph after its anchor.

    {+inserted+Author} {-deleted-Author} are tracked changes; {comment 1: words}; [^2] a note; {=PAGE}3 a field.
    Where comments and changes are listed, ~~words~~ are since deleted.
    """
    match what:
        case "outline":
            return outlines.outline(document)
        case "text":
            return passages.passage(document, at, count, budget)
        case "formats":
            return passages.format_lines(document, at, count, budget)
        case "table":
            return passages.table_text(document, at or "T1", budget)
        case "comments":
            return passages.comment_lines(document)
        case "changes":
            return passages.revision_lines(document, budget)
        case "styles":
            return passages.style_lines(document)


@tool
def find(
    document: WordDocument,
    text: Annotated[str, Field(min_length=1, description="words; case is ignored")],
    pattern: Annotated[bool, Field(description="text is a regular expression")] = False,
) -> str:
    """Find words across runs in body, tables, text boxes, headers, notes; gives anchors and surroundings."""
    return passages.search(document, text, 6000, is_pattern=pattern)


@tool
def edit(
    draft: Draft[WordDocument],
    edits: Annotated[list[AnyEdit], Field(min_length=1, max_length=400)],
    track: Annotated[
        bool | None, Field(description="as tracked changes; default: as the document's own setting says")
    ] = None,
    author: Annotated[str | None, Field(description="who signs tracked changes and comments")] = None,
) -> str:
    """Apply edits in order, all or nothing; put all you know into one call.

    An anchor is a paragraph's as printed (4F2A10B3#9c1e: refused if its text has changed since), or "some words" in
    double quotes that stand in that paragraph only.
    """
    given = {name: value for name, value in (("tracked", track), ("author", author)) if value is not None}
    draft.document.sought = sought_together(
        each.words_sought for each in edits if isinstance(each, Replace) and each.words_sought
    )
    return draft.apply([each.model_copy(update=_unsaid(each, given)) for each in edits] if given else edits)


def _unsaid(edit: AnyEdit, given: Mapping[str, object]) -> dict[str, object]:
    """Of what the call says, what the edit does not say itself."""
    return {name: value for name, value in given.items() if getattr(edit, name) is None}


@tool
def check(
    document: WordDocument,
    pages: Annotated[bool, Field(description="lay it out too: lone headings, nearly empty pages")] = False,
) -> str:
    """List faults and hints: fake headings, placeholders left, broken references, spacing, alt text and more."""
    found = all_findings(document)
    laid_out = page_findings(document) if pages else ()
    if laid_out is None:
        return "\n".join(["pages cannot be laid out here", *(each.text for each in found)])
    found += laid_out
    if not found:
        return "no findings"
    lines = [f"{each.severity} {each.where}: {each.text}{each.mend and f' ({each.mend})'}" for each in found[:60]]
    return "\n".join([*lines, *([f"… {len(found) - 60} more"] if len(found) > 60 else [])])


TOOLS = (read, find, edit, check)
