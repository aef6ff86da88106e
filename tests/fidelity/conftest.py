"""What the sweeps share."""

from __future__ import annotations

from tests.fidelity.judge import judge

__all__ = ["judge"]
