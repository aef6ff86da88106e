"""Faults a finished document must not have, and things worth a look."""

from skills.documents.checks.findings import check, delta

__all__ = ["check", "delta"]
