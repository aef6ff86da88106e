"""What a target cannot carry of a form, said item by item."""

from __future__ import annotations

from dataclasses import dataclass


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
