"""Records as mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def flat(record: DataclassInstance) -> dict[str, Any]:
    """A dataclass's fields by name, values as they are: `asdict` copies all of them deeply, at many times the cost."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
