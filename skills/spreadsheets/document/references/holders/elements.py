"""Taking elements out of lists that must not be left empty or miscounted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element

# Schemas and Excel want at least one child in these.
_NEVER_EMPTY: Final = frozenset(
    {
        "mergeCells",
        "hyperlinks",
        "protectedRanges",
        "ignoredErrors",
        "cellWatches",
        "smartTags",
        "conditionalFormattings",
        "dataValidations",
        "sparklines",
        "sparklineGroups",
        "rowBreaks",
        "colBreaks",
        "ext",
        "extLst",
        "webPublishItems",
        "definedNames",
        "cols",
        "dataRefs",
        "tableParts",
        "pivotCaches",
        "main",
        "volType",
        "tp",
    }
)


def named(root: Element, *names: str) -> list[Element]:
    """All descendants of those local names, whatever their namespace, in order; a copy, so the tree may change."""
    wanted = frozenset(names)
    return [element for element in root.iter() if local_name(element) in wanted]


def child(element: Element, name: str) -> Element | None:
    """The first child of that local name."""
    return next(children(element, name), None)


def children(element: Element, name: str) -> Iterator[Element]:
    return (each for each in list(element) if local_name(each) == name)


def discard(element: Element) -> None:
    """Take an element away, and lists that it leaves empty; what counts them is set right."""
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    if not any(isinstance(each.tag, str) for each in parent) and local_name(parent) in _NEVER_EMPTY:
        discard(parent)
    else:
        recount(parent)


def recount(holder: Element) -> None:
    """Set `count`, where the holder has one, to what it holds."""
    if "count" in holder.attrib:
        holder.set("count", str(sum(1 for each in holder if isinstance(each.tag, str))))
