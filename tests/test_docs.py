"""The documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from copilot_server.cli.main import COMMANDS
from docs.make import TARGET, reference

ROOT = Path(__file__).resolve().parents[1]


def test_the_reference_is_what_the_code_says_now() -> None:
    assert TARGET.read_text(encoding="utf-8") == reference(), "run python -m docs.make"


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/fidelity.md"])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    path = ROOT / page
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_command_the_readme_shows_exists() -> None:
    shown = set(re.findall(r"office-copilot ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))

    assert shown
    assert shown <= set(COMMANDS)


def test_every_make_target_the_readme_shows_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = set(re.findall(r"`make ([a-z-]+)`", (ROOT / "README.md").read_text(encoding="utf-8")))

    assert shown <= targets


def test_every_fixture_has_its_reason_written_down() -> None:
    for manifest in (ROOT / "fixtures").glob("*/MANIFEST.toml"):
        text = manifest.read_text(encoding="utf-8")
        made = {path.name for path in manifest.parent.iterdir() if path.suffix not in {".py", ".toml", ".md", ""}}
        assert {name for name in made if name not in text} == set(), manifest
