"""Spans of turns, model calls and tools: ids, names and counts; of an error its kind only, since messages quote."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode

tracer = trace.get_tracer("copilot.turns")


@contextmanager
def span(name: str, attributes: dict[str, str | int]) -> Generator[Span]:
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as one:
        try:
            yield one
        except BaseException as error:
            one.set_attribute("error.type", type(error).__qualname__)
            one.set_status(StatusCode.ERROR)
            raise
