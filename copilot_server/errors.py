"""Every error we raise on purpose, in one tree; anything outside it is a bug.

CopilotError
├── RequestError            the caller can mend it: HTTP 4xx, a CLI exit code
│   ├── BadRequest          400
│   ├── NotFound            404
│   ├── Conflict            409, another version or turn stands in the way
│   ├── TooMany             429, a limit of the caller's key or of this server
│   └── FileError           422, the file itself
│       ├── NotAPackage     no Office file at all
│       ├── EncryptedFile   needs its password taken off first
│       ├── UnsupportedFile an Office file of a kind or form we do not edit
│       ├── DamagedFile     a package whose parts cannot be read
│       └── HostileFile     a bomb, a DOCTYPE, names that escape
│           └── TooLarge    413, over a stated limit
├── ToolError               the model can repair it: shown to the model only
│   ├── TargetNotFound      no such sheet, slide, paragraph, question …
│   ├── Mismatch            what stands there is not what the edit expected
│   └── Refused             what was asked would break or lose something, named
├── TurnError               the turn ends as failed or cancelled, with an event
│   ├── LimitReached        steps, tokens, seconds or money
│   └── Cancelled
└── UpstreamError           the model provider, the renderer, the store: 502/503
    ├── ModelError          the provider answered with an error; `retry_after` in seconds where it said so
    └── ServiceUnavailable
"""

from __future__ import annotations


class CopilotError(Exception):
    """An error with a reader; `str(error)` is a full sentence for that reader."""


class RequestError(CopilotError):
    """The caller sent something to mend; `status`, `slug` and `title` make the problem+json answer."""

    status = 400
    slug = "request"
    title = "The request cannot be carried out"


class BadRequest(RequestError):
    slug = "bad-request"
    title = "The request is not well formed"


class NotFound(RequestError):
    status = 404
    slug = "not-found"
    title = "No such thing"


class Conflict(RequestError):
    status = 409
    slug = "conflict"
    title = "Something newer stands in the way"


class TooMany(RequestError):
    """`retry_after` is in seconds."""

    status = 429
    slug = "too-many"
    title = "A limit is reached"

    def __init__(self, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class FileError(RequestError):
    status = 422
    slug = "file"
    title = "The file cannot be used"


class NotAPackage(FileError):
    slug = "not-a-package"
    title = "This is not an Office file"


class EncryptedFile(FileError):
    slug = "encrypted"
    title = "The file is encrypted"


class UnsupportedFile(FileError):
    slug = "unsupported"
    title = "This kind of file is not supported"


class DamagedFile(FileError):
    slug = "damaged"
    title = "The file is damaged"


class HostileFile(FileError):
    slug = "hostile"
    title = "The file is refused for safety"


class TooLarge(HostileFile):
    status = 413
    slug = "too-large"
    title = "The file is too large"


class ToolError(CopilotError):
    """The model reads this text and repairs its call; it says what is wrong, where, and what would be right."""


class TargetNotFound(ToolError):
    """Names what was asked for and its near misses."""


class Mismatch(ToolError):
    """Names what was expected and what stands there."""


class Refused(ToolError):
    """Names what would break."""


class TurnError(CopilotError):
    """Ends the turn; what was committed before stays."""


class LimitReached(TurnError):
    """Names the limit, its value and what was used."""


class Cancelled(TurnError):
    """The caller stopped the turn."""


class UpstreamError(CopilotError):
    """Something we depend on failed."""

    status = 502


class ModelError(UpstreamError):
    """The provider's answer; retried when `is_transient`, no earlier than `retry_after` seconds."""

    def __init__(self, message: str, *, is_transient: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.is_transient = is_transient
        self.retry_after = retry_after


class Moderated(ModelError):
    """The operator's moderation refuses what was asked; nothing of it reaches a model, now or later."""

    status = 422


class ServiceUnavailable(UpstreamError):
    status = 503
