"""Settings: read once, checked, refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinicbot.errors import SetUpError
from clinicbot.settings import find_content_dir, find_encoder_dir, load_settings


def settings(tmp_path: Path, **environ: str):
    return load_settings({"CLINIC_VAR": str(tmp_path / "var"), **environ})


def test_without_any_variable_everything_has_its_default(tmp_path):
    found = settings(tmp_path)
    assert (found.port, found.host, found.limits) == (8000, "127.0.0.1", True)
    assert found.database_url == f"sqlite:///{tmp_path / 'var' / 'clinic.db'}"
    assert found.encoder_dir == tmp_path / "var" / "encoder"


def test_an_empty_variable_means_its_default(tmp_path):
    assert settings(tmp_path, PORT="").port == 8000


def test_what_is_set_is_used(tmp_path):
    found = settings(
        tmp_path,
        PORT="9000",
        CLINIC_ORIGINS="https://a.example, https://b.example,",
        CLINIC_LIMITS="Off",
        CLINIC_ENCODER=str(tmp_path),
        CLINIC_DATABASE_URL="sqlite://",
    )
    assert (found.port, found.limits) == (9000, False)
    assert found.origins == ("https://a.example", "https://b.example")
    assert (found.encoder_dir, found.database_url) == (tmp_path, "sqlite://")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "eighty"),
        ("CLINIC_LIMITS", "maybe"),
        ("CLINIC_TURN_SECONDS", "1s"),
        ("CLINIC_LOG_LEVEL", "debug"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(tmp_path, variable, value):
    with pytest.raises(SetUpError, match=variable):
        settings(tmp_path, **{variable: value})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "70000"),
        ("CLINIC_CONVERSATION_DAYS", "8"),
        ("CLINIC_CONVERSATION_DAYS", "0"),
        ("PORT", "-1"),
        ("CLINIC_MAX_CHARS", "0"),
        ("CLINIC_QUEUE", "-5"),
        ("CLINIC_TURN_SECONDS", "nan"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(tmp_path, variable, value):
    with pytest.raises(SetUpError, match=variable):
        settings(tmp_path, **{variable: value})


def test_limits_cannot_be_switched_off_for_the_world(tmp_path):
    with pytest.raises(SetUpError, match="CLINIC_LIMITS=off"):
        settings(tmp_path, CLINIC_LIMITS="off", CLINIC_HOST="0.0.0.0")


def test_the_session_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first = settings(tmp_path).session_key
    assert len(first) >= 48
    assert settings(tmp_path).session_key == first
    assert (tmp_path / "var" / "session.key").stat().st_mode & 0o077 == 0


def test_a_key_of_ones_own_writes_nothing(tmp_path):
    given = {"CLINIC_SESSION_KEY": "k" * 48, "CLINIC_DATABASE_URL": "sqlite://"}
    assert settings(tmp_path, **given).session_key == "k" * 48
    assert not (tmp_path / "var").exists()


def test_rasas_own_tools_find_the_same_folders():
    environ = {"CLINIC_CONTENT": "/c", "CLINIC_VAR": "/v"}
    assert find_content_dir(environ) == Path("/c")
    assert find_encoder_dir(environ) == Path("/v/encoder")
    assert find_encoder_dir({**environ, "CLINIC_ENCODER": "/e"}) == Path("/e")


def test_texts_are_masked_unless_the_server_is_for_this_machine_alone(tmp_path):
    assert settings(tmp_path).masking
    assert not settings(tmp_path, CLINIC_MASKING="off").masking
    with pytest.raises(SetUpError, match="CLINIC_MASKING=off"):
        settings(tmp_path, CLINIC_MASKING="off", CLINIC_HOST="0.0.0.0")
