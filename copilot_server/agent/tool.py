"""A tool from a typed function: its name, docstring and annotations are all a model sees of it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from copilot_server.agent import repair, schema
from copilot_server.agent.messages import ToolSpec
from copilot_server.errors import ToolError


@dataclass(frozen=True, slots=True)
class Tool:
    """`run(subject, **arguments)` answers in short facts; `takes_draft` says which subject it wants."""

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[..., str]
    takes_draft: bool
    parameters: schema.Schema

    @property
    def spec(self) -> ToolSpec:
        return ToolSpec(self.name, self.description, self.parameters)

    def parse(self, text: str) -> dict[str, Any]:
        """The arguments, typed; raises ToolError with every fault in the model's own spelling."""
        sent = repair.load(self.name, text)
        try:
            parsed = self.arguments.model_validate(sent)
        except ValidationError:
            parsed = self._forgiven(sent)
        return {name: getattr(parsed, name) for name in self.arguments.model_fields}

    def _forgiven(self, sent: Any) -> BaseModel:
        """What was sent in a wrong form only; raises ToolError as `parse`."""
        known = schema.full_schema_of(self.arguments)
        try:
            return self.arguments.model_validate(repair.forgive(sent, known))
        except ValidationError as error:
            raise ToolError(repair.explain(self.name, error, known)) from error


def tool(function: Callable[..., str]) -> Tool:
    """Make a tool of `function`; its first parameter is the document or the draft, the rest are the schema.

    Every other parameter carries its description in `Annotated[..., Field(description=...)]`.
    """
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())
    subject, fields = parameters[0], parameters[1:]
    definitions: dict[str, Any] = {
        field.name: (hints[field.name], ... if field.default is inspect.Parameter.empty else field.default)
        for field in fields
    }
    arguments = create_model(function.__name__, __config__=ConfigDict(extra="forbid"), __doc__=None, **definitions)
    return Tool(
        name=function.__name__,
        description=inspect.cleandoc(function.__doc__ or ""),
        arguments=arguments,
        run=function,
        takes_draft=subject.name == "draft",
        parameters=schema.schema_of(arguments),
    )


def look_up(tools: tuple[Tool, ...]) -> Tool | None:
    """The tool that describes edits left out of the schemas of `tools`; None when none are."""
    rare = {schema.name_of(edit): edit for owner in tools for edit in schema.edits_in(owner.arguments) if edit.is_rare}
    if not rare:
        return None

    def run(_: object, ops: list[str]) -> str:
        unknown = [op for op in ops if op not in rare]
        if unknown:
            raise ToolError(f"ops: {', '.join(map(repr, unknown))} not among {', '.join(sorted(rare))}")
        return "\n".join(json.dumps(schema.describe(rare[op]), ensure_ascii=False) for op in ops)

    run.__name__ = "look_up"
    run.__doc__ = "Give the fields of less common edits, before using them in `edit`."
    return tool(run)
