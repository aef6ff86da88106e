"""The sample forms, and short ways to make, edit and open one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from skills.forms.agent import skill
from skills.forms.document import Form
from skills.forms.model.form import Definition
from skills.forms.outline.reader import read_outline

SAMPLES = ("event", "expenses", "job", "medical", "quiz", "survey")
Editing = Callable[..., str]


@pytest.fixture
def sample(fixtures: Path) -> Callable[[str], Form]:
    return lambda name: Form.open(fixtures / "forms" / f"{name}.form.json")


@pytest.fixture
def outlined() -> Callable[[str], Form]:
    return lambda text: Form(read_outline(text, Definition()).definition)


@pytest.fixture
def editing() -> Callable[..., tuple[Draft[Form], Editing]]:
    """A draft of a form, and a way to send it edits as a model would: JSON through the tool."""

    def start(form: Form, words: str = "") -> tuple[Draft[Form], Editing]:
        draft = Draft(skill, form, Consent(words))
        tool = next(each for each in skill.tools if each.name == "edit")

        def send(*edits: Mapping[str, Any]) -> str:
            return tool.run(draft, **tool.parse(json.dumps({"edits": edits})))

        return draft, send

    return start
