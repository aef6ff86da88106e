"""The web page: accessible, branching, many languages, in one file."""

from __future__ import annotations

from skills.forms.targets.html.page import carries, export

__all__ = ["carries", "export"]
