"""Plain commands understood without a model."""

from __future__ import annotations

from copilot_server.agent.phrases import Plan, Request, plan_by_clauses


def understand(request: Request) -> Plan:
    """Edits for the clauses known; nothing at all where one is not."""
    return plan_by_clauses(request, ())
