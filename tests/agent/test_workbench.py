"""Reading a second document: its own tools answer, and a wrong argument is told the right ones."""

from __future__ import annotations

import json

from copilot_server.agent.guard import Consent
from copilot_server.agent.messages import ToolCall
from copilot_server.agent.workbench import Opened, Workbench
from tests.agent.toy import SKILL, Lines


async def test_a_wrong_argument_of_another_documents_tool_is_told_the_right_ones() -> None:
    bench = Workbench(Opened("a.txt", SKILL, Lines(["a"])), Consent(), {"b.txt": Opened("b.txt", SKILL, Lines(["b"]))})
    sent = {"document": "b.txt", "arguments": {"full": True}}

    outcome = await bench.call(ToolCall("1", "read_other", json.dumps(sent)), "ask")

    assert outcome.is_error
    assert "full: no such field; its fields are 'first'" in outcome.text
