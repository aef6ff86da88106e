"""Imports point one way: what each room of the house may know of the others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("copilot_server", "skills", "evals", "bench", "tests", "fixtures")
SKILLS = ("presentations", "spreadsheets", "documents", "forms")

# What a module whose name starts with the key may import of ours.
ALLOWED: dict[str, tuple[str, ...]] = {
    "copilot_server.errors": (),
    # How a model is declared in copilot.toml is the registry's to say.
    "copilot_server.settings": ("copilot_server.errors", "copilot_server.agent", "copilot_server.models.registry"),
    "copilot_server.office": ("copilot_server.errors", "copilot_server.office"),
    "copilot_server.agent": ("copilot_server.errors", "copilot_server.office", "copilot_server.agent"),
    "copilot_server.models": (
        "copilot_server.errors",
        "copilot_server.settings",
        "copilot_server.agent",
        "copilot_server.models",
    ),
    "copilot_server.store": (
        "copilot_server.errors",
        "copilot_server.settings",
        "copilot_server.agent",
        "copilot_server.store",
    ),
    "copilot_server": ("copilot_server",),
    **{
        f"skills.{name}": ("copilot_server.errors", "copilot_server.office", "copilot_server.agent", f"skills.{name}")
        for name in SKILLS
    },
}


def _modules() -> Iterator[tuple[str, Path]]:
    for top in ("copilot_server", "skills"):
        for path in sorted((ROOT / top).rglob("*.py")):
            steps = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(step for step in steps if step != "__init__"), path


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _allowed_for(module: str) -> tuple[str, ...]:
    rule = max((name for name in ALLOWED if f"{module}.".startswith(f"{name}.")), key=len, default="")
    return ALLOWED.get(rule, OURS)


@pytest.mark.parametrize(
    ("module", "path"), list(_modules()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_module_imports_only_what_its_layer_may(module: str, path: Path) -> None:
    allowed = _allowed_for(module)
    stray = [
        name
        for name in _imports(path)
        if name.split(".")[0] in OURS and not any(f"{name}.".startswith(f"{each}.") for each in allowed)
    ]

    assert not stray, f"{module} may import {allowed or 'nothing'} of ours, not {stray}"


def test_every_room_is_judged_by_these_rules() -> None:
    rooms = {path.parent.name for path in (ROOT / "skills").glob("*/SKILL.md")}

    assert rooms <= set(SKILLS)
