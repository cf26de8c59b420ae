"""All settings: one table, read from the environment once, here and nowhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from clinicbot.errors import SetUpError

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def _flag(text: str) -> bool:
    if text.lower() in {"on", "1", "yes", "true"}:
        return True
    if text.lower() in {"off", "0", "no", "false"}:
        return False
    raise ValueError("say on or off")


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _number(cast: Callable[[str], Any], lowest: float, highest: float) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = cast(text)
        if not lowest <= value <= highest:  # also refuses nan
            raise ValueError(f"say a number from {lowest} to {highest}")
        return value

    return read


_port = _number(int, 1, 65_535)
_count = _number(int, 1, 1_000_000_000)
_keep = _number(int, 1, 36_500)
_seconds = _number(float, 0.001, 86_400)
_days = _number(int, 1, 7)


class Setting(NamedTuple):
    """One setting: its environment variable, its default, how to read it, what it does."""

    variable: str
    default: str
    cast: Callable[[str], Any]
    help: str


SETTINGS = (
    Setting("CLINIC_VAR", str(PROJECT_ROOT / "var"), Path, "Folder for everything written"),
    Setting("CLINIC_CONTENT", str(PROJECT_ROOT / "content"), Path, "Folder of curated content"),
    Setting("CLINIC_DATABASE_URL", "", str, "SQLAlchemy URL; empty means SQLite in CLINIC_VAR"),
    Setting("CLINIC_ENCODER", "", str, "Folder with the encoder; empty means built in CLINIC_VAR"),
    Setting(
        "CLINIC_MODEL", "", str, "Model archive to serve; empty means the newest in CLINIC_VAR"
    ),
    Setting(
        "CLINIC_SESSION_KEY",
        "",
        str,
        "Secret that signs session tokens; empty means kept in CLINIC_VAR",
    ),
    Setting(
        "CLINIC_ORIGINS", "", _list, "Web origins that may embed the chat, separated by commas"
    ),
    Setting("CLINIC_HOST", "127.0.0.1", str, "Address to listen on"),
    Setting("PORT", "8000", _port, "Port to listen on"),
    Setting(
        "CLINIC_LIMITS", "on", _flag, "Rate limits; off is accepted on a loopback address only"
    ),
    Setting("CLINIC_MAX_CHARS", "1000", _count, "Longest message accepted, in characters"),
    Setting("CLINIC_MAX_BODY", "16384", _count, "Longest request body accepted, in bytes"),
    Setting(
        "CLINIC_MESSAGES_PER_MINUTE", "20", _count, "Messages a conversation may send in a minute"
    ),
    Setting(
        "CLINIC_SESSIONS_PER_HOUR",
        "60",
        _count,
        "New conversations an address may start in an hour",
    ),
    Setting("CLINIC_QUEUE", "64", _count, "Messages waiting for the bot before it answers 503"),
    Setting("CLINIC_TURN_SECONDS", "20", _seconds, "Longest time for one message, in seconds"),
    Setting(
        "CLINIC_ACTION_SECONDS", "5", _seconds, "Longest time for one custom action, in seconds"
    ),
    Setting(
        "CLINIC_LOCK_SECONDS", "10", _seconds, "Longest wait for a conversation's lock, in seconds"
    ),
    Setting("CLINIC_SESSION_TURNS", "15", _count, "Turns after which the bot starts a new session"),
    Setting("CLINIC_SESSION_MINUTES", "60", _count, "Minutes of silence that start a new session"),
    Setting("CLINIC_TOKEN_HOURS", "24", _count, "Hours that a session token lives"),
    Setting(
        "CLINIC_CONVERSATION_DAYS",
        "7",
        _days,
        "Days after which a visitor starts anew and is told again who answers, 7 at most",
    ),
    Setting(
        "CLINIC_HTTPS",
        "off",
        _flag,
        "Visitors come over https; on tells their browsers never to use anything else",
    ),
    Setting(
        "CLINIC_RETENTION", "on", _flag, "Delete what is older than the next three, every hour"
    ),
    Setting("CLINIC_KEEP_CHATS_DAYS", "30", _keep, "Days that a chat is kept"),
    Setting("CLINIC_KEEP_REQUESTS_DAYS", "180", _keep, "Days that an open request is kept"),
    Setting("CLINIC_KEEP_AUDIT_DAYS", "2190", _keep, "Days that the audit trail is kept"),
    Setting(
        "CLINIC_MASKING",
        "on",
        _flag,
        "Hide personal data in stored texts; off is accepted on a loopback address only",
    ),
    Setting("CLINIC_LOG_LEVEL", "info", str, "error, warning or info; debug is refused"),
)


@dataclass(frozen=True)
class Settings:
    """The values of SETTINGS, typed, in the same order."""

    var: Path
    content: Path
    database_url: str
    encoder: str
    model: str
    session_key: str
    origins: tuple[str, ...]
    host: str
    port: int
    limits: bool
    max_chars: int
    max_body: int
    messages_per_minute: int
    sessions_per_hour: int
    queue: int
    turn_seconds: float
    action_seconds: float
    lock_seconds: float
    session_turns: int
    session_minutes: int
    token_hours: int
    conversation_days: int
    https: bool
    retention: bool
    keep_chats_days: int
    keep_requests_days: int
    keep_audit_days: int
    masking: bool
    log_level: str

    @property
    def releases_dir(self) -> Path:
        return self.var / "releases"

    @property
    def encoder_dir(self) -> Path:
        return Path(self.encoder) if self.encoder else self.var / "encoder"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads and checks every setting.

    Raises:
        SetUpError: a value cannot be read, or is not allowed; the message names it.
    """
    values = []
    for setting in SETTINGS:
        text = environ.get(setting.variable, "") or setting.default
        try:
            values.append(setting.cast(text))
        except ValueError as error:
            raise SetUpError(f"{setting.variable}={text!r} cannot be used: {error}.") from error
    settings = Settings(*values)
    _check(settings)
    if settings.database_url and settings.session_key:
        return settings
    return _with_local_defaults(settings)


def find_content_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the content lies, for Rasa's own tools."""
    return Path(environ.get("CLINIC_CONTENT") or PROJECT_ROOT / "content")


def find_encoder_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the sentence encoder lies, for Rasa's own tools."""
    own = environ.get("CLINIC_ENCODER")
    return Path(own) if own else Path(environ.get("CLINIC_VAR") or PROJECT_ROOT / "var") / "encoder"


def _check(settings: Settings) -> None:
    loopback = settings.host in {"127.0.0.1", "localhost", "::1"}
    for variable, on in (("CLINIC_LIMITS", settings.limits), ("CLINIC_MASKING", settings.masking)):
        if not on and not loopback:
            raise SetUpError(
                f"{variable}=off is for trying things on one machine: "
                "it needs CLINIC_HOST to be a loopback address."
            )
    if settings.log_level not in {"error", "warning", "info"}:
        raise SetUpError("CLINIC_LOG_LEVEL must be error, warning or info.")


def _with_local_defaults(settings: Settings) -> Settings:
    changes: dict[str, Any] = {}
    if not settings.database_url:
        changes["database_url"] = f"sqlite:///{settings.var / 'clinic.db'}"
    if not settings.session_key:
        changes["session_key"] = _own_key(settings.var / "session.key")
    return Settings(**{**settings.__dict__, **changes})


def _own_key(path: Path) -> str:
    """The key of this installation, made at the first start and readable by its owner only."""
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(48)
    path.touch(mode=0o600)
    path.write_text(key + "\n")
    return key
