"""Which version of a form an answer belongs to, and when a form says it was made."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from skills.forms.model.form import Definition

# What exported workbooks say, so that one form gives the same bytes at any time.
MADE = datetime(1980, 1, 1, tzinfo=UTC)


def version_of(definition: Definition) -> str:
    """A hash of all that is asked; answers filled in and where the form is published do not make it another."""
    content = definition.model_dump(mode="json", exclude_defaults=True, exclude={"answers", "publish", "submit_url"})
    data = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()[:16]
