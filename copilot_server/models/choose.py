"""Which model answers: the one chosen, the default hosted one where a provider is set, else the builtin one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from copilot_server.agent.messages import Model
from copilot_server.agent.phrases import Plan, Request
from copilot_server.errors import ModelError
from copilot_server.models import replay, scripted
from copilot_server.models.builtin import BuiltinModel
from copilot_server.models.registry import ModelCard, Wire, card_of
from copilot_server.models.retry import Patience, RetryingModel

if TYPE_CHECKING:  # settings cost more to import than all else here
    from copilot_server.settings import Settings

_OPENAI_URL = "https://api.openai.com/v1"


def model_for(settings: Settings, understand: Callable[[Request], Plan]) -> Model:
    """The model the settings name; `understand` is the room's, for the builtin one.

    Raises ModelError when a hosted model lacks its key, BadRequest when a script or recording cannot be read.
    """
    model = _chosen(settings, understand)
    if settings.moderation == "none":
        return model
    from copilot_server.models.moderation import ModeratedModel, OpenAIModeration  # noqa: PLC0415 - as in _hosted

    return ModeratedModel(model, OpenAIModeration(settings.base_url or _OPENAI_URL, _key(settings)))


def _chosen(settings: Settings, understand: Callable[[Request], Plan]) -> Model:
    kind, _, path = settings.model_name.partition(":")
    match kind:
        case "builtin":
            return BuiltinModel(understand)
        case "scripted":
            return scripted.load(Path(path))
        case "replay":
            return replay.load(Path(path))
        case _:
            return _hosted(settings)


def card_for(settings: Settings) -> ModelCard:
    """What is known of the hosted model the settings name, with what they say themselves."""
    card = card_of(settings.model_name, settings.models)
    changes = {"wire": _wire(settings, card), "context": settings.context_tokens or card.context}
    return card.model_copy(update=changes)


def _wire(settings: Settings, card: ModelCard) -> Wire:
    """The registry knows what OpenAI's own address needs; other servers with such models mostly speak chat only."""
    if settings.wire != "auto":
        return settings.wire
    is_declared_here = settings.model_name in settings.models
    return card.wire if is_declared_here or _is_openai(settings.base_url) else "chat"


def _is_openai(base_url: str | None) -> bool:
    host = urlsplit(base_url or _OPENAI_URL).hostname or ""
    return host == "openai.com" or host.endswith((".openai.com", ".openai.azure.com"))


def _key(settings: Settings) -> str:
    return settings.api_key.get_secret_value() if settings.api_key else ""


def _hosted(settings: Settings) -> Model:
    # Imported when needed: the SDK takes a second.
    from copilot_server.models.chat import chat_model  # noqa: PLC0415
    from copilot_server.models.hosted import Endpoint  # noqa: PLC0415
    from copilot_server.models.responses import responses_model  # noqa: PLC0415

    key = _key(settings)
    if not key and settings.base_url is None:
        raise ModelError(
            f"{settings.model_name} needs a key: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own; "
            "`--model builtin` works without"
        )
    card = card_for(settings)
    base_url = settings.base_url or _OPENAI_URL
    endpoint = Endpoint(settings.model_name, card, base_url, key, settings.model_silence)
    model = responses_model(endpoint) if card.wire == "responses" else chat_model(endpoint)
    return RetryingModel(model, Patience(attempts=settings.model_attempts))
