"""Every setting: its name, meaning and default, and where its value comes from.

A value is looked for in this order: flag, environment, the nearest copilot.toml of this folder or one above it,
the user's own config file, default.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from copilot_server.agent.limits import Limits
from copilot_server.errors import BadRequest
from copilot_server.models.registry import ModelCard

_APPLICATION = "office-copilot"
_FILE = "copilot.toml"
_PREFIX = "COPILOT_"
# Names that every tool of the OpenAI ecosystem reads; ours go before them.
_SHARED = {"api_key": "OPENAI_API_KEY", "base_url": "OPENAI_BASE_URL"}
# A file that came with a folder must not send the user's key and documents to an address of its choice.
_NOT_FROM_A_FOLDER = frozenset({"api_key", "base_url"})
_DEFAULTS = Limits()


@dataclass(frozen=True, slots=True)
class Layer:
    """Values of one source; `origin` names it for people, `names` say where single values stand in it."""

    origin: str
    values: Mapping[str, Any]
    names: Mapping[str, str]

    def origin_of(self, name: str) -> str:
        return self.names.get(name, self.origin)


class Settings(BaseSettings):
    """Made by `load_settings`; made directly, it holds what it is given and defaults, whatever the environment says."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    home: Annotated[Path, Field(description="folder of this program's state: results, sessions, versions")] = Field(
        default_factory=lambda: platformdirs.user_data_path(_APPLICATION)
    )
    model: Annotated[
        str | None,
        Field(description="model to use: a hosted one by name, builtin, scripted:FILE or replay:FILE"),
    ] = None
    default_model: Annotated[
        str, Field(description="hosted model used when a key or an address is set, but no model")
    ] = "gpt-6.2-sol"
    api_key: Annotated[
        SecretStr | None, Field(description="key of the model's provider; OPENAI_API_KEY is read too")
    ] = None
    base_url: Annotated[
        str | None,
        Field(
            description="address of a server with OpenAI's API, mostly ending in /v1; OPENAI_BASE_URL is read too",
            pattern=r"^https?://",
        ),
    ] = None
    wire: Annotated[
        Literal["auto", "chat", "responses"],
        Field(description="API to speak: chat completions, responses, or as the model needs it"),
    ] = "auto"
    moderation: Annotated[
        Literal["none", "openai"],
        Field(description="who looks at requests before a model does: nobody, or OpenAI's moderation endpoint"),
    ] = "none"
    context_tokens: Annotated[
        int | None, Field(ge=1_000, description="tokens the model's window holds, where the registry does not know")
    ] = None
    model_silence: Annotated[
        float, Field(gt=0, description="seconds a model may say nothing before the call is given up")
    ] = 300.0
    model_attempts: Annotated[
        int, Field(ge=1, le=20, description="calls made of a model that fails for a passing reason")
    ] = 5
    models: Annotated[
        dict[str, ModelCard],
        Field(description='models the registry does not know, as tables [models."name"]: family, lineage, tier …'),
    ] = {}
    max_steps: Annotated[int, Field(ge=1, description="model calls a turn may make")] = _DEFAULTS.steps
    max_tokens: Annotated[int, Field(ge=1, description="tokens a turn may use, in and out")] = _DEFAULTS.tokens
    max_seconds: Annotated[float, Field(gt=0, description="seconds a turn may take")] = _DEFAULTS.seconds
    max_money: Annotated[float, Field(ge=0, description="US dollars a turn may cost, by known prices")] = (
        _DEFAULTS.money
    )
    host: Annotated[str, Field(description="address the HTTP server listens on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="port the HTTP server listens on")] = 8700
    token: Annotated[
        SecretStr | None, Field(description="token that opens everything of the local user; serve makes one a launch")
    ] = None
    database_url: Annotated[
        str | None,
        Field(
            description="postgresql://… for several machines; default: SQLite in the home folder",
            pattern=r"^(sqlite|postgres(ql)?)(\+\w+)?://",
        ),
    ] = None
    blob_url: Annotated[
        str | None, Field(description="s3://bucket/prefix for several machines; default: a folder in the home folder")
    ] = None
    allowed_hosts: Annotated[
        list[str], Field(description="names this server is reached by, beside this machine's own")
    ] = []
    allowed_origins: Annotated[list[str], Field(description="origins of pages that may call this server")] = []
    worker: Annotated[
        str | None, Field(description="this process' lasting name: it takes up its own turns when started again")
    ] = None
    worker_host: Annotated[
        str, Field(description="address `worker` answers /healthz, /readyz and /metrics on, where it has a port")
    ] = "127.0.0.1"
    worker_port: Annotated[
        int | None, Field(ge=0, le=65_535, description="port of a worker's health and metrics; default: none")
    ] = None
    turns_at_once: Annotated[
        int,
        Field(
            ge=1,
            description="turns carried at a time of those this process begins, and as many of those queued",
        ),
    ] = 32
    turns_waiting: Annotated[int, Field(ge=1, description="turns of one tenant that may be open at a time")] = 50
    work_processes: Annotated[int, Field(ge=1, description="processes for work on documents")] = Field(
        default_factory=lambda: min(4, os.cpu_count() or 1)
    )
    work_seconds: Annotated[float, Field(gt=0, description="seconds one tool call may work on a document")] = 120.0
    work_megabytes: Annotated[int, Field(ge=256, description="memory a process working on documents may take")] = 4096
    max_upload_bytes: Annotated[int, Field(ge=1, description="largest file the HTTP server takes")] = 50 * 2**20

    _origins: Mapping[str, str] = PrivateAttr(default_factory=dict[str, str])

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: the layers are merged by `load_settings`, which remembers whence each value came."""
        return (init_settings,)

    @classmethod
    def merged(cls, layers: Sequence[Layer]) -> Settings:
        """From layers of values, the highest first; declared models are gathered from all. Raises BadRequest."""
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        for layer in reversed(layers):
            declared = {**values.get("models", {}), **layer.values.get("models", {})}
            values |= {**layer.values, "models": declared}
            origins |= {name: layer.origin_of(name) for name in layer.values}
        try:
            settings = cls(**values)
        except ValidationError as error:
            raise BadRequest(_explained(error, origins)) from error
        settings._origins = origins
        return settings

    def origin_of(self, name: str) -> str:
        return self._origins.get(name, "default")

    @property
    def model_name(self) -> str:
        """The model in force: the one chosen, else the default where a provider is set, else the builtin one."""
        if self.model:
            return self.model
        return self.default_model if self.api_key or self.base_url else "builtin"

    @property
    def limits(self) -> Limits:
        return Limits(self.max_steps, self.max_tokens, self.max_seconds, self.max_money)

    def with_model(self, name: str | None) -> Settings:
        """For a caller from outside, who may choose among the models this server declares; raises BadRequest.

        Others would cost the server's money, or read its files (scripted:FILE).
        """
        allowed = dict.fromkeys(["builtin", self.model_name, *self.models])
        if name is None or name == self.model_name:
            return self
        if name not in allowed:
            raise BadRequest(f"this server offers no model {name!r}; it offers {', '.join(allowed)}")
        return self.model_copy(update={"model": name})


def load_settings(**flags: Any) -> Settings:
    """The settings in force; flags that are None were not given.

    Raises BadRequest that names the faulty setting, its value and where it stands.
    """
    layers = _layers({name: value for name, value in flags.items() if value is not None})
    for layer in layers:
        _require_known(layer)
    return Settings.merged(layers)


def sources(settings: Settings) -> dict[str, str]:
    """For every setting where its value comes from: a flag, a variable, a file or the default."""
    return {name: settings.origin_of(name) for name in Settings.model_fields}


def project_file() -> Path | None:
    """The nearest copilot.toml, of the current folder or one above it."""
    here = Path.cwd()
    return next((path for folder in (here, *here.parents) if (path := folder / _FILE).is_file()), None)


def user_file() -> Path:
    return platformdirs.user_config_path(_APPLICATION) / _FILE


def _layers(flags: Mapping[str, Any]) -> list[Layer]:
    """Highest first."""
    return [Layer("flag", flags, {}), _environment(), _project(), _file_layer(user_file())]


def _environment() -> Layer:
    try:
        values = EnvSettingsSource(Settings)()
    except SettingsError as error:
        raise BadRequest(f"{error}: it must be JSON") from error
    names = {name: f"{_PREFIX}{name.upper()}" for name in values}
    for name, variable in _SHARED.items():
        if name not in values and os.environ.get(variable):
            values[name], names[name] = os.environ[variable], variable
    return Layer("environment", values, names)


def _project() -> Layer:
    path = project_file()
    if path is None:
        return Layer(_FILE, {}, {})
    layer = _file_layer(path)
    for name in sorted(_NOT_FROM_A_FOLDER & set(layer.values)):
        raise BadRequest(
            f"{path}: {name} may not stand in a folder's file, since folders come from others; "
            f"set {_SHARED[name]}, or write it in {user_file()}"
        )
    return layer


def _file_layer(path: Path) -> Layer:
    try:
        return Layer(str(path), tomllib.loads(path.read_text(encoding="utf-8")), {})
    except FileNotFoundError:
        return Layer(str(path), {}, {})
    except (OSError, ValueError) as error:
        raise BadRequest(f"{path} cannot be read: {error}") from error


def _require_known(layer: Layer) -> None:
    for name in layer.values:
        if name not in Settings.model_fields:
            near = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise BadRequest(f"{layer.origin}: no setting {name!r}{hint}")


def _explained(error: ValidationError, origins: Mapping[str, str]) -> str:
    """Every fault, with its place; a secret's value is left out."""
    lines: list[str] = []
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0])
        place = ".".join(map(str, fault["loc"]))
        shown = "" if name in {"api_key", "token", "database_url"} else f", not {fault['input']!r}"
        lines.append(f"{place} ({origins.get(name, 'default')}): {fault['msg']}{shown}")
    return "; ".join(lines)
