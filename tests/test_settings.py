"""Settings: where a value comes from, and what is said of a faulty one."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_server import settings as module
from copilot_server.errors import BadRequest
from copilot_server.settings import Settings, load_settings, sources


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own to stand in, below one that may hold a copilot.toml, and an empty user config."""
    here = tmp_path / "project" / "below"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setattr(module.platformdirs, "user_config_path", lambda _: tmp_path / "user")
    (tmp_path / "user").mkdir()
    return tmp_path


def test_flag_beats_environment_beats_project_beats_user_beats_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["port", "host", "model", "max_steps", "max_tokens"]
    assert [getattr(load_settings(), name) for name in names] == [8700, "127.0.0.1", None, 30, 400_000]
    (folder / "user" / "copilot.toml").write_text('port=1\nhost="user"\nmodel="user"\nmax_steps=1\n')
    (folder / "project" / "copilot.toml").write_text('port=2\nhost="project"\nmodel="project"\n')
    monkeypatch.setenv("COPILOT_HOST", "environment")
    monkeypatch.setenv("COPILOT_PORT", "3")
    settings = load_settings(port=4, host=None)
    assert (settings.port, settings.host, settings.model, settings.max_steps) == (4, "environment", "project", 1)
    origins = sources(settings)
    assert [origins[name] for name in names] == [
        "flag",
        "COPILOT_HOST",
        str(folder / "project" / "copilot.toml"),
        str(folder / "user" / "copilot.toml"),
        "default",
    ]


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_names_shared_with_other_tools_are_read_after_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-shared")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://shared/v1")
    monkeypatch.setenv("COPILOT_BASE_URL", "http://ours/v1")
    settings = load_settings()
    assert settings.api_key
    assert settings.api_key.get_secret_value() == "sk-shared"
    assert settings.base_url == "http://ours/v1"
    assert sources(settings)["api_key"] == "OPENAI_API_KEY"


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(load_settings())
    with pytest.raises(BadRequest) as caught:
        load_settings(api_key=["sk-secret"])
    assert "sk-secret" not in str(caught.value)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setenv("COPILOT_MODEL", "")
    assert load_settings().model_name == "builtin"


@pytest.mark.parametrize("line", ['api_key = "sk-1"', 'base_url = "http://evil.example/v1"'])
def test_a_folders_file_cannot_send_keys_and_documents_elsewhere(folder: Path, line: str) -> None:
    (folder / "project" / "copilot.toml").write_text(line)
    with pytest.raises(BadRequest, match="may not stand in a folder's file"):
        load_settings()
    (folder / "project" / "copilot.toml").unlink()
    (folder / "user" / "copilot.toml").write_text(line)
    assert load_settings().model_name != "builtin"


def test_a_misspelled_setting_names_its_file_and_the_near_miss(folder: Path) -> None:
    (folder / "project" / "copilot.toml").write_text("max_step = 3")
    with pytest.raises(BadRequest, match=r"copilot\.toml: no setting 'max_step'; did you mean 'max_steps'\?"):
        load_settings()


def test_faulty_values_name_where_they_stand(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "project" / "copilot.toml").write_text("max_steps = 0")
    monkeypatch.setenv("COPILOT_PORT", "many")
    with pytest.raises(BadRequest) as caught:
        load_settings()
    assert "max_steps" in str(caught.value)
    assert "copilot.toml" in str(caught.value)
    assert "COPILOT_PORT" in str(caught.value)
    assert "'many'" in str(caught.value)


def test_a_file_that_is_no_toml_is_named(folder: Path) -> None:
    (folder / "project" / "copilot.toml").write_text("= what")
    with pytest.raises(BadRequest, match=r"copilot\.toml cannot be read"):
        load_settings()


def test_declared_models_are_gathered_from_all_files(folder: Path) -> None:
    table = '[models."{}"]\nfamily = "mine"\nlineage = "mine"\ntier = "small"\ncontext = 8000\n'
    (folder / "user" / "copilot.toml").write_text(table.format("a"))
    (folder / "project" / "copilot.toml").write_text(table.format("b"))
    models = load_settings().models
    assert set(models) == {"a", "b"}
    assert models["a"].is_declared
    (folder / "project" / "copilot.toml").write_text(table.format("b") + "sihgt = true\n")
    with pytest.raises(BadRequest, match=r"models\.b\.sihgt"):
        load_settings()


def test_limits_of_a_turn_are_those_of_the_settings() -> None:
    limits = Settings(max_steps=3, max_tokens=100, max_seconds=5, max_money=0.1).limits
    assert (limits.steps, limits.tokens, limits.seconds, limits.money) == (3, 100, 5, 0.1)


def test_made_directly_it_does_not_look_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_PORT", "9")
    assert Settings().port == 8700


def test_a_caller_from_outside_may_choose_among_declared_models_only() -> None:
    settings = Settings.model_validate({"model": "mine", "models": {"other": {}}})
    assert settings.with_model(None) is settings
    assert settings.with_model("other").model_name == "other"
    assert settings.with_model("builtin").model_name == "builtin"
    for name in ("gpt-6-astra", "scripted:/etc/passwd", "replay:x"):
        with pytest.raises(BadRequest, match="it offers builtin, mine, other"):
            settings.with_model(name)
