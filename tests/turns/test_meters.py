"""What operators see of a turn: spans nested as the work was, and counts; nothing anybody said in either."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry

from copilot_server.agent.messages import AssistantMessage, Reply, TextDelta, Usage
from copilot_server.errors import ModelError
from copilot_server.service import running
from copilot_server.settings import Settings
from tests.api.conftest import workbook
from tests.turns.test_engine import EDIT, Talk, make_model, says


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Of the whole process: the first provider set stays."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    kept = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    yield kept
    kept.shutdown()


async def test_a_turn_is_a_span_over_its_model_calls_and_tools_and_is_counted(
    tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    registry = CollectorRegistry()
    settings = Settings(home=tmp_path, work_processes=1, worker="meters")
    async with asyncio.timeout(120), running(settings, make_model, registry) as service:
        caller = await service.store.keys.local()
        document, _ = await service.store.documents.create(caller, "a.xlsx", "spreadsheets", workbook())
        session = await service.store.sessions.create(caller, [(document.id, "edit")])
        talk = Talk(service, caller, session.id, document.id)
        done = [TextDelta("Secret words."), Reply(AssistantMessage("Secret words."), Usage(20, 3))]
        turn = await talk.ended(await talk.begin([Reply(EDIT, Usage(10, 2))], done))
        failed = await talk.ended(await talk.begin([ModelError("secretly down")]))
        again = await talk.ended(await talk.begin(says("Hello.")))

    assert [each.state for each in (turn, failed, again)] == ["completed", "failed", "completed"]
    told = spans.get_finished_spans()
    [whole] = [each for each in told if each.name == "turn" and (each.attributes or {})["turn.id"] == turn.id]
    inside = [each for each in told if each.parent and each.parent.span_id == (whole.context and whole.context.span_id)]
    assert sorted(each.name for each in inside) == ["model", "model", "tool"]
    [tool] = [each for each in inside if each.name == "tool"]
    assert (tool.attributes or {})["tool.name"] == "edit"
    assert not any("ecret" in str(each.to_json()) for each in told)

    def counted(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert counted("turn_parts_total", state="completed") == 2
    assert counted("turn_parts_total", state="failed") == 1
    assert counted("turn_seconds_count") == 3
    assert counted("model_calls_total", model="puppet", outcome="answered") == 3
    assert counted("model_calls_total", model="puppet", outcome="failed") == 1
    assert counted("model_tokens_total", model="puppet", direction="input") == 30
    assert counted("tool_calls_total", tool="edit", outcome="done") == 1
