"""`look`: pages of the document as it stands, for models that see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from copilot_server.agent.edit import Document
from copilot_server.agent.skill import Skill
from copilot_server.agent.tool import tool
from copilot_server.errors import FileError, ServiceUnavailable, ToolError


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as PNG; a draft only comes near to what people will see."""

    png: bytes
    number: int
    is_draft: bool = False


Camera: TypeAlias = Callable[[bytes, str, range], Sequence[Shot]]
"""(file, its suffix, the pages wanted) → those there are; raises ServiceUnavailable where nothing can show it."""


@tool
def look(
    document: object,  # noqa: ARG001 - every tool's first parameter is its subject
    pages: Annotated[list[int], Field(min_length=1, max_length=4)],
) -> str:
    """See pages (1 = first) as they look now."""
    return ", ".join(f"page {page}" for page in pages)


def seen(camera: Camera, skill: Skill[Any], document: Document, pages: Sequence[int]) -> tuple[str, tuple[bytes, ...]]:
    """What is said of the pictures, and the pictures; raises ToolError where there are none."""
    return shown(camera, *skill.as_printed(document), pages)


def shown(camera: Camera, data: bytes, suffix: str, pages: Sequence[int]) -> tuple[str, tuple[bytes, ...]]:
    """The same of a document's file as it is printed."""
    wanted = dict.fromkeys(pages)
    try:
        shots = [shot for page in wanted for shot in camera(data, suffix, range(page, page + 1))]
    except (ServiceUnavailable, FileError) as error:
        raise ToolError(f"nothing can be seen: {error}") from error
    if not shots:
        raise ToolError(f"there is no page {', '.join(map(str, wanted))}")
    text = ", ".join(f"page {shot.number}" for shot in shots)
    is_draft = any(shot.is_draft for shot in shots)
    return text + (" (a rough draft: trust `check` on places and sizes)" if is_draft else ""), tuple(
        shot.png for shot in shots
    )
