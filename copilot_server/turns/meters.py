"""What is counted of turns in this process, for Prometheus; names and counts only, nothing anybody said."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.1, 0.3, 1, 3, 10, 30, 100, 300)


class Meters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._turns = Counter("turn_parts", "Parts of turns ended", ["state"], registry=registry)
        self._seconds = Histogram(
            "turn_seconds", "From the start of a part to its end", buckets=_SECONDS, registry=registry
        )
        self._calls = Counter("model_calls", "Calls of a model", ["model", "outcome"], registry=registry)
        self._tokens = Counter("model_tokens", "Tokens of a model", ["model", "direction"], registry=registry)
        self._tools = Counter("tool_calls", "Calls of a tool by a model", ["tool", "outcome"], registry=registry)

    def ended(self, state: str, seconds: float) -> None:
        self._turns.labels(state).inc()
        self._seconds.observe(seconds)

    def model_answered(self, model: str, input_tokens: int, output_tokens: int) -> None:
        self._calls.labels(model, "answered").inc()
        self._tokens.labels(model, "input").inc(input_tokens)
        self._tokens.labels(model, "output").inc(output_tokens)

    def model_failed(self, model: str) -> None:
        self._calls.labels(model, "failed").inc()

    def tool_called(self, tool: str, *, is_error: bool) -> None:
        self._tools.labels(tool, "refused" if is_error else "done").inc()
