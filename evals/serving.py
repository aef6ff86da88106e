"""Carries a task over HTTP against a running server: the same turns, the same user, what the API tells as the trace."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from typing import Any

import httpx2

from evals.running import opening, reply_to
from evals.task import Said, Task
from evals.trace import Called, File, Seen, Spoken, Trace

_WAIT = 120
_PATIENCE = 900.0
_MOST_QUESTIONS = 3
KEY = "OFFICE_COPILOT_KEY"  # an API key of the server under test, where it wants one


async def run(task: Task, server: str, model: str | None = None) -> Seen:
    """Every turn in one session; raises httpx2.HTTPError where the server is not there or declines to serve."""
    name = task.name.rpartition("/")[2]
    before = File(name, opening(task).document.to_bytes())
    key = os.environ.get(KEY, "")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(base_url=server.rstrip("/"), headers=headers, timeout=_WAIT + 60) as client:
        document = await _json(client, "POST", "/v1/documents", files={"file": (name, before.data)})
        read = [
            await _json(client, "POST", "/v1/documents", files={"file": (other, data())})
            for other, data in task.beside.items()
        ]
        wish = {"documents": [{"id": document["id"], "access": "edit"}, *_readable(read)]}
        session = await _json(client, "POST", "/v1/sessions", json=wish)
        spoken: list[Spoken] = []
        spent: list[dict[str, Any]] = []
        for said in task.turns:
            await _turn(client, task, session["id"], said, model, spoken, spent)
        content = await client.get(f"/v1/documents/{document['id']}/content")
        content.raise_for_status()
    tokens = sum(each["usage"]["input_tokens"] + each["usage"]["output_tokens"] for each in spent)
    money, seconds = sum(each["usage"]["money"] for each in spent), sum(each["seconds"] for each in spent)
    return Seen(before, File(name, content.content), Trace(tuple(spoken), tokens, money, round(seconds, 3)))


async def _turn(
    client: httpx2.AsyncClient,
    task: Task,
    session: str,
    said: Said,
    model: str | None,
    spoken: list[Spoken],
    spent: list[dict[str, Any]],
) -> None:
    wish = {"text": said.text, "texts": dict(said.texts), "selection": said.selection, "model": model}
    turn = await _json(client, "POST", f"/v1/sessions/{session}/turns", json=wish, headers=_prefer())
    text, seen = said.text, 0
    for _ in range(_MOST_QUESTIONS + 1):
        turn = await _ended(client, turn)
        outcome = turn["outcome"] or {}
        events = await _events(client, turn["id"])
        question = outcome.get("question") or {}
        reply, slot = reply_to(
            task, " ".join((question.get("question") or question.get("text", ""), *question.get("choices", ())))
        )
        spoken.append(_spoken(text, turn, events[seen:], slot))
        if "usage" in outcome:
            spent.append(outcome)
        if turn["state"] != "needs_answer":
            return
        text, seen = reply, len(events)
        turn = await _json(client, "POST", f"/v1/turns/{turn['id']}/answers", json={"text": reply}, headers=_prefer())


def _readable(documents: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"id": each["id"], "access": "read"} for each in documents]


def _prefer() -> dict[str, str]:
    return {"Prefer": f"wait={_WAIT}"}


async def _ended(client: httpx2.AsyncClient, turn: dict[str, Any]) -> dict[str, Any]:
    """The turn when it has ended or asks; raises TimeoutError when it does neither."""
    until = time.monotonic() + _PATIENCE
    while turn["state"] in {"queued", "running"}:
        if time.monotonic() > until:
            raise TimeoutError(f"turn {turn['id']} is still {turn['state']} after {_PATIENCE:g} s")
        async with client.stream("GET", f"/v1/turns/{turn['id']}/events") as stream:  # ends when the turn does
            async for _ in stream.aiter_lines():
                pass
        turn = await _json(client, "GET", f"/v1/turns/{turn['id']}")
    return turn


async def _events(client: httpx2.AsyncClient, turn: str) -> list[tuple[str, dict[str, Any]]]:
    """(type, data) of all a turn has told."""
    found: list[tuple[str, dict[str, Any]]] = []
    kind = ""
    async with client.stream("GET", f"/v1/turns/{turn}/events") as stream:
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                found.append((kind, json.loads(value)))
    return found


def _spoken(text: str, turn: dict[str, Any], events: list[tuple[str, dict[str, Any]]], slot: str) -> Spoken:
    outcome = turn["outcome"] or {}
    changes = outcome.get("receipt", {}).get("changes", ())
    done = [data for kind, data in events if kind == "tool.completed"]
    return Spoken(
        said=text,
        status=turn["state"],
        message=outcome.get("message") or outcome.get("detail") or "",
        changes=tuple(each.get("text") or f"{each['kind']} {each['where']}" for each in changes),
        calls=tuple(Called(each["name"], "", "", bool(each.get("is_error"))) for each in done),
        replies=len(done) + 1,
        question=outcome.get("message", "") if outcome.get("question") else "",
        slot=slot,
    )


async def _json(client: httpx2.AsyncClient, method: str, path: str, **given: Any) -> dict[str, Any]:
    response = await client.request(method, path, **given)
    response.raise_for_status()
    return response.json()
