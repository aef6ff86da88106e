"""docs/form.schema.json: what other programs are told a form is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from docs.make import FORM_SCHEMA
from skills.forms import published
from skills.forms.document import Form
from skills.forms.model.items import ITEM_CLASSES
from tests.skills.forms.conftest import SAMPLES


@pytest.fixture(scope="module")
def judge() -> jsonschema.Draft202012Validator:
    schema = json.loads(FORM_SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_published_schema_is_the_models_own() -> None:
    assert FORM_SCHEMA.read_text(encoding="utf-8") == published.schema(), "run python -m docs.make"


def test_every_kind_of_item_is_in_it() -> None:
    told = json.loads(published.schema())["$defs"]

    assert {each.__name__ for each in ITEM_CLASSES} <= told.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_it_takes_the_sample_forms(
    sample: Callable[[str], Form], judge: jsonschema.Draft202012Validator, name: str
) -> None:
    assert [error.message for error in judge.iter_errors(json.loads(sample(name).to_bytes()))] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "something else", "schema_version": 1},
        {"schema_version": 1},
        {"sections": [{"id": "Not An Id"}]},
        {"sections": [{"id": "one", "items": [{"id": "a", "label": "A", "type": "telepathy"}]}]},
        {"sections": [{"id": "one", "items": [{"id": "a", "label": "A", "type": "scale", "stars": 5}]}]},
    ],
)
def test_it_refuses_what_is_no_form(judge: jsonschema.Draft202012Validator, wrong: dict[str, Any]) -> None:
    head = {} if "schema_version" in wrong else {"format": "office-copilot/form", "schema_version": 1}

    assert not judge.is_valid(head | wrong)
