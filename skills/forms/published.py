"""The JSON Schema of form.json, for editors and programs that write forms themselves."""

from __future__ import annotations

import json

from skills.forms.model.form import Definition


def schema() -> str:
    """JSON Schema 2020-12, made from the model, so that the two cannot differ."""
    made = Definition.model_json_schema()
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:office-copilot:form:schema:1",
        "title": "A form (form.json, schema version 1)",
    }
    made["required"] = ["format", "schema_version"]
    return json.dumps(head | made | head, ensure_ascii=False, indent=1) + "\n"
