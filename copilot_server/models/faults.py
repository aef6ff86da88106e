"""What a provider's failure means: whether trying again may help, after how long, and what a person could mend."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeGuard

import openai
from httpx2 import Headers

from copilot_server.errors import ModelError

_TRANSIENT_STATUSES = frozenset({408, 409, 425, 429})
_PERMANENT_CODE = re.compile(
    r"invalid|context_length|policy|not_found|insufficient_quota|unsupported|authentication|permission|^4\d\d$",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(r"context[ _](length|window)|maximum context|too many tokens|prompt is too long", re.IGNORECASE)
_OTHER_WIRE = re.compile(r"/v1/responses", re.IGNORECASE)
_NO_CREDIT = "insufficient_quota"
_MAX_QUOTED = 300
# What a person could mend, by the status of the refusal.
_ADVICE = {
    401: "the key was refused: check OPENAI_API_KEY",
    403: "this key may not use the model: check OPENAI_API_KEY",
    404: "no such model or path: check COPILOT_MODEL and OPENAI_BASE_URL, which mostly ends in /v1",
    413: "the request is too large for this server",
}
_OTHER_ADVICE = "the request was refused: if the server speaks another dialect, declare the model in copilot.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call went, as its errors name it; `key` is kept out of them."""

    model: str
    url: str
    key: str = ""

    def quote(self, text: str) -> str:
        """The provider's words on one line, cut where they are long, without the key."""
        line = " ".join((text.replace(self.key, "[key]") if self.key else text).split())
        return line if len(line) <= _MAX_QUOTED else f"{line[:_MAX_QUOTED]}…"

    def __str__(self) -> str:
        return f"{self.model} at {self.url}"


def model_error(error: openai.OpenAIError, place: Place) -> ModelError:
    """The failure in our terms, for whoever called the model."""
    match error:
        case openai.APITimeoutError():
            return ModelError(f"{place} did not answer in time", is_transient=True)
        case openai.APIConnectionError():
            cause = error.__cause__ or error
            said = place.quote(str(cause)) or type(cause).__name__
            return ModelError(f"the connection to {place} failed: {said}; check OPENAI_BASE_URL", is_transient=True)
        case openai.APIStatusError():
            return _refusal(error, place)
        case openai.APIError():
            return broken_off(error.message, str(error.code or error.type or ""), place)
        case _:
            return ModelError(f"{place} could not be called: {place.quote(str(error))}")


def broken_off(message: str, code: str, place: Place) -> ModelError:
    """An error the provider wrote into a stream that had begun well."""
    said = place.quote(message)
    if _TOO_LONG.search(f"{code} {said}"):
        return _too_long(said, place)
    return ModelError(f"{place} broke off: {said}", is_transient=not _PERMANENT_CODE.search(code))


def retry_after(headers: Headers, now: datetime | None = None) -> float | None:
    """Seconds to wait as the provider says, in milliseconds, seconds or as a date (RFC 9110, section 10.2.3)."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if (number := _number(headers.get(name))) is not None:
            return max(0.0, number * unit)
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - (now or datetime.now(UTC))).total_seconds())


def names_field(error: openai.APIStatusError, field: str) -> bool:
    """Whether a refusal is about this field of the request, as of servers that never heard of it."""
    said = f"{error.message} {error.body} {error.param}"
    return error.status_code in {400, 422} and re.search(rf"\b{field}\b", said) is not None


def _refusal(error: openai.APIStatusError, place: Place) -> ModelError:
    said = place.quote(_words_of(error))
    status = error.status_code
    if status == 429 and _NO_CREDIT in f"{error.code} {error.type}":
        return ModelError(f"{place}: the account of OPENAI_API_KEY has no credit left; it said: {said}")
    if status in _TRANSIENT_STATUSES or status >= 500:
        reason = "has too many requests" if status == 429 else f"failed ({status})"
        wait = retry_after(error.response.headers)
        return ModelError(f"{place} {reason}: {said}", is_transient=True, retry_after=wait)
    if _TOO_LONG.search(said):
        return _too_long(said, place)
    if _OTHER_WIRE.search(said):
        return ModelError(f"{place} takes tools over the other API only: set COPILOT_WIRE=responses; it said: {said}")
    # A refused key is quoted in part by some providers: their words are left out.
    words = "" if status == 401 else f"; it said: {said}"
    return ModelError(f"{place}: {_ADVICE.get(status, _OTHER_ADVICE)} ({status}){words}")


def _too_long(said: str, place: Place) -> ModelError:
    return ModelError(
        f"the conversation does not fit into the window of {place}: set COPILOT_CONTEXT_TOKENS to what the "
        f"server really holds; it said: {said}"
    )


def _words_of(error: openai.APIStatusError) -> str:
    """The provider's own message where its body has one, in any of the shapes servers use."""
    body = error.body
    if _is_record(body):
        for name in ("message", "detail", "error"):
            if isinstance(said := body.get(name), str) and said:
                return said
    return error.message


def _is_record(body: object) -> TypeGuard[dict[str, object]]:
    return isinstance(body, dict)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
