"""Which version of a form an answer belongs to."""

from __future__ import annotations

import hashlib
import json

from skills.forms.model.form import Definition


def version_of(definition: Definition) -> str:
    """A hash of all that is asked; answers filled in and where the form is published do not make it another."""
    content = definition.model_dump(mode="json", exclude_defaults=True, exclude={"answers", "publish", "submit_url"})
    data = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()[:16]
