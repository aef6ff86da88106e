"""Which model answers, by the settings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from copilot_server.agent.messages import Reply
from copilot_server.agent.phrases import Plan, Request
from copilot_server.errors import BadRequest, ModelError
from copilot_server.models.builtin import BuiltinModel
from copilot_server.models.choose import card_for, model_for
from copilot_server.models.registry import ModelCard
from copilot_server.settings import Settings
from tests.models.prompts import KEY, outputs
from tests.models.wire_server import WireServer, chat, refused, responses

SECRET = SecretStr(KEY)


def _understand(_: Request) -> Plan:
    return Plan()


def test_without_a_provider_the_builtin_model_answers() -> None:
    assert isinstance(model_for(Settings(), _understand), BuiltinModel)


def test_a_key_or_an_address_brings_the_default_hosted_model() -> None:
    assert model_for(Settings(api_key=SECRET), _understand).name == "gpt-6.2-sol"
    assert model_for(Settings(base_url="http://127.0.0.1:1/v1"), _understand).name == "gpt-6.2-sol"


def test_an_explicit_model_goes_before_the_default_and_before_the_key() -> None:
    assert model_for(Settings(api_key=SECRET, model="gpt-6-luna"), _understand).name == "gpt-6-luna"
    assert isinstance(model_for(Settings(api_key=SECRET, model="builtin"), _understand), BuiltinModel)


def test_a_hosted_model_without_a_key_says_what_to_set() -> None:
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        model_for(Settings(model="gpt-6-luna"), _understand)


def test_scripts_and_recordings_are_read_from_their_files(tmp_path: Path) -> None:
    script, recording = tmp_path / "script.json", tmp_path / "talk.jsonl"
    script.write_text("[]")
    recording.write_text('{"recording": 1, "label": "by hand"}\n')
    assert model_for(Settings(model=f"scripted:{script}"), _understand).name == str(script)
    assert model_for(Settings(model=f"replay:{recording}"), _understand).name == f"replay:{recording}"
    with pytest.raises(BadRequest, match=r"no\.json"):
        model_for(Settings(model="scripted:no.json"), _understand)


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        ({"model": "gpt-6.2-sol"}, "responses"),
        ({"model": "gpt-6.2-sol", "base_url": "https://me.openai.azure.com/openai/v1"}, "responses"),
        ({"model": "openai/gpt-6.2-sol", "base_url": "https://router.example/v1"}, "chat"),
        ({"model": "gpt-6.2-sol", "wire": "chat"}, "chat"),
        ({"model": "qwen3:8b", "base_url": "http://localhost:11434/v1", "wire": "responses"}, "responses"),
        ({"model": "mine", "base_url": "http://a/v1", "models": {"mine": ModelCard(wire="responses")}}, "responses"),
        ({"model": "mine", "base_url": "http://a/v1"}, "chat"),
    ],
)
def test_the_wire_is_the_one_said_or_declared_or_known_for_openais_own_address(
    given: dict[str, Any], wire: str
) -> None:
    assert card_for(Settings(**given)).wire == wire


def test_the_window_may_be_said_by_hand() -> None:
    assert model_for(Settings(api_key=SECRET, context_tokens=5_000), _understand).context_tokens == 5_000
    assert model_for(Settings(api_key=SECRET), _understand).context_tokens == 272_000


async def test_the_chosen_model_speaks_to_the_address_with_the_key() -> None:
    async with WireServer(chat({"content": "hello"}), responses([], texts=["hi"])) as server:
        for wire in ("chat", "responses"):
            settings = Settings(base_url=server.url, api_key=SECRET, wire=wire)
            await outputs(model_for(settings, _understand))
    assert [request.path for request in server.requests] == ["/v1/chat/completions", "/v1/responses"]
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {KEY}"}


async def test_attempts_are_those_of_the_settings() -> None:
    async with WireServer(refused(503, "down")) as server:
        settings = Settings(base_url=server.url, model_attempts=1)
        with pytest.raises(ModelError, match="503"):
            await outputs(model_for(settings, _understand))
    assert len(server.requests) == 1


def test_choosing_imports_no_sdk_until_a_hosted_model_is_chosen() -> None:
    code = (
        "import sys, copilot_server.models.choose as c; from copilot_server.settings import Settings; "
        "c.model_for(Settings(), lambda r: None); assert not {'openai', 'httpx2'} & set(sys.modules), 'too early'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


async def test_a_reply_is_the_last_thing_said() -> None:
    async with WireServer(chat({"content": "hello"})) as server:
        *_, last = await outputs(model_for(Settings(base_url=server.url), _understand))
    assert isinstance(last, Reply)
