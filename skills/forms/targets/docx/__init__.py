"""The Word form: real content controls under forms protection."""

from __future__ import annotations

from skills.forms.targets.docx.build import carries, export

__all__ = ["carries", "export"]
