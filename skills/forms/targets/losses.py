"""What a target cannot carry of a form, said item by item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

AS_TEXT = "it stands there as text, which reading the file back does not tell from other text"
SHARED_CONTROL = "the control is one that other types share, which only reading the file back notices"


@dataclass(frozen=True, slots=True)
class Loss:
    """`where` as changes name places ("item:diet", "form"); `field` is that of the model that gets lost or weaker."""

    where: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Exported:
    data: bytes
    losses: tuple[Loss, ...] = ()


def in_short(losses: Iterable[Loss]) -> tuple[str, ...]:
    """For people: a line for each kind of loss, with all it happens to; what no respondent notices comes last."""
    where: dict[str, dict[str, None]] = {}
    fields: dict[str, dict[str, None]] = {}
    for loss in losses:
        where.setdefault(loss.text, {})[loss.where.partition(":")[2] or loss.where] = None
        fields.setdefault(loss.text, {})[loss.field] = None
    ordered = sorted(where, key=lambda text: text in {AS_TEXT, SHARED_CONTROL})
    return tuple(f"{text} ({', '.join(fields[text])} of {', '.join(where[text])})" for text in ordered)
