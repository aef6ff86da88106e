"""What the operator's moderation refuses, over HTTP: a reason, and nothing done."""

from __future__ import annotations

import asyncio

from tests.api.conftest import workbook
from tests.models.test_moderation import verdict
from tests.models.wire_server import WireServer
from tests.served.conftest import Serve


async def test_what_moderation_flags_is_refused_with_its_reason_and_changes_nothing(serve: Serve) -> None:
    refusals = [verdict(is_flagged=True), verdict(is_flagged=True), verdict(is_flagged=False)]
    sent = {"file": ("a.xlsx", workbook())}
    async with (
        asyncio.timeout(120),
        WireServer(*refusals) as judge,
        serve(moderation="openai", base_url=judge.url, api_key="k") as here,
    ):
        once = await here.client.post("/v1/edits", files=sent, data={"request": "set B1 to 7"})
        session = await here.session()
        turn = await here.turn(session, "set B1 to 7", Prefer="wait=60")
        later = await here.turn(session, "set B1 to 8", Prefer="wait=60")

    assert (once.status_code, once.json()["type"]) == (422, "about:blank#refused")
    assert "(violence)" in once.json()["detail"]
    assert (turn["state"], turn["outcome"]["message"]) == ("failed", once.json()["detail"])
    assert (later["state"], later["outcome"]["version"]) == ("completed", 1)
