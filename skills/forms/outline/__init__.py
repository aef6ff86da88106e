"""The plain-text outline of a form: what people and small models write instead of form.json."""

from __future__ import annotations

from skills.forms.outline.reader import Written, read_outline

__all__ = ["Written", "read_outline"]
