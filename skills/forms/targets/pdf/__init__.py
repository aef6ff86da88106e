"""The fillable PDF: AcroForm fields with tooltips, in typefaces embedded for every script."""

from __future__ import annotations

from skills.forms.targets.pdf.build import carries, export

__all__ = ["carries", "export"]
