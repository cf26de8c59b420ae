"""Session tokens: who may speak in which conversation, from which web origin."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt

from clinicbot.errors import NotSignedIn, SetUpError

ALGORITHM = "HS256"
# Other tokens signed with the same key (staff, links in mails) can never pass for a session.
AUDIENCE = "clinicbot.chat.v1"
MIN_KEY_BYTES = 32
# A key out of fewer different characters is held-down keys, not a secret.
MIN_KEY_CHARACTERS = 8
# What people leave standing from examples.
DEFAULT_LIKE = re.compile(
    "change.?(me|this)|default|example|placeholder|replace.?(me|this)|insecure|dummy"
    "|your.{0,20}(key|secret)|(session|secret).?key|password|qwerty",
    re.IGNORECASE,
)
CONVERSATION_ID_BYTES = 16
NO_ORIGIN = "none"


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Session:
    """What a token says: a conversation, the origin it belongs to, how long it lives."""

    conversation_id: str
    origin: str
    expires_at: datetime


class SessionTokens:
    """Makes and checks tokens, signed with HMAC-SHA256; the server keeps no copy."""

    def __init__(
        self, key: str, hours: int, days: int = 7, now: Callable[[], datetime] = _now
    ) -> None:
        """Tokens live for so many hours, and never for more than so many days.

        Raises:
            SetUpError: the key is no secret; the message does not hold it.
        """
        _check_secret(key)
        self._key = key
        self._longest = timedelta(days=days)
        self._lifetime = min(timedelta(hours=hours), self._longest)
        self._now = now

    def new_session(self, origin: str) -> Session:
        """A session for a conversation that nobody could guess."""
        # Whole seconds: the token holds no fractions, and expires_at says what the token says.
        expires_at = self._now().replace(microsecond=0) + self._lifetime
        return Session(secrets.token_hex(CONVERSATION_ID_BYTES), origin, expires_at)

    def sign(self, session: Session) -> str:
        """The token that proves this session."""
        claims = {
            "aud": AUDIENCE,
            "cid": session.conversation_id,
            "org": session.origin,
            "iat": int(self._now().timestamp()),
            "exp": int(session.expires_at.timestamp()),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str, origins: tuple[str, ...]) -> Session:
        """The session of a token that came from one of `origins`.

        Raises:
            NotSignedIn: the token is forged, expired, malformed or of another origin.
        """
        claims = self._claims(token)
        session = _session(claims)
        now = self._now()
        # Too old, though it says otherwise: a token from before the limit was lowered.
        if session.expires_at <= now or now - _moment(claims["iat"]) >= self._longest:
            raise NotSignedIn("expired")
        origin = session.origin.encode()
        # All comparisons are made, whichever one matches.
        matches = [hmac.compare_digest(origin, known.encode()) for known in origins]
        if True not in matches:
            raise NotSignedIn("another origin")
        return session

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                # Times are checked by `read`, against the same clock that set them.
                options={
                    "require": ["aud", "cid", "org", "iat", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise NotSignedIn("not a token of ours") from error
        return claims


def _session(claims: dict[str, Any]) -> Session:
    conversation_id, origin = claims["cid"], claims["org"]
    if not isinstance(conversation_id, str) or not isinstance(origin, str):
        raise NotSignedIn("not a token of ours")
    return Session(conversation_id, origin, _moment(claims["exp"]))


def _moment(seconds: Any) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise NotSignedIn("not a token of ours") from error


def _check_secret(key: str) -> None:
    if len(key.encode()) < MIN_KEY_BYTES:
        raise SetUpError(f"CLINIC_SESSION_KEY must have at least {MIN_KEY_BYTES} bytes.")
    # A text that occurs in its own double before its end is one piece, again and again.
    repeated = (key + key).find(key, 1) < len(key)
    if len(set(key)) < MIN_KEY_CHARACTERS or repeated or DEFAULT_LIKE.search(key):
        raise SetUpError(
            "CLINIC_SESSION_KEY looks like an example, not like a secret: leave it empty, or make "
            "one with python -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
