"""What a form can be made into, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath

from copilot_server.errors import BadRequest
from skills.forms.document import Form
from skills.forms.targets.losses import Exported, Loss

__all__ = ["TARGETS", "Exported", "Loss", "Target", "export", "target_for"]


@dataclass(frozen=True, slots=True)
class Target:
    """`module` is imported only when the target is made: their libraries take time to load."""

    name: str
    suffix: str
    media_type: str
    module: str

    def make(self, form: Form) -> Exported:
        export_: Callable[..., Exported] = import_module(f"skills.forms.targets.{self.module}").export
        return export_(form.definition)


_OFFICE = "application/vnd.openxmlformats-officedocument"
TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target("html", ".html", "text/html", "html"),
        Target("docx", ".docx", f"{_OFFICE}.wordprocessingml.document", "docx"),
        Target("pdf", ".pdf", "application/pdf", "pdf"),
        Target("xlsform", ".xlsform.xlsx", f"{_OFFICE}.spreadsheetml.sheet", "xlsform"),
        Target("xlsx", ".xlsx", f"{_OFFICE}.spreadsheetml.sheet", "xlsx"),
        Target("surveyjs", ".surveyjs.json", "application/json", "surveyjs"),
        Target("google", ".google.json", "application/json", "google"),
        Target("schema", ".schema.json", "application/schema+json", "json_schema"),
    )
}


def target_for(path: PurePath) -> Target:
    """By the end of the file's name, longest first; raises BadRequest naming the ends known."""
    name = path.name.lower()
    for target in sorted(TARGETS.values(), key=lambda each: -len(each.suffix)):
        if name.endswith(target.suffix):
            return target
    known = ", ".join(target.suffix for target in TARGETS.values())
    raise BadRequest(f"a form cannot be made into {path.name!r}; name the file with one of {known}")


def export(form: Form, target: str) -> Exported:
    """The file and exactly what it cannot carry; raises BadRequest for a target unknown."""
    if target not in TARGETS:
        raise BadRequest(f"no target {target!r}; there are {', '.join(TARGETS)}")
    return TARGETS[target].make(form)
