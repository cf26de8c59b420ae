"""Session tokens: who may speak in which conversation, from which web origin."""

from __future__ import annotations

import hmac
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

    def __init__(self, key: str, hours: int, now: Callable[[], datetime] = _now) -> None:
        """Raises SetUpError when the key is too short to be a secret."""
        if len(key.encode()) < MIN_KEY_BYTES:
            raise SetUpError(f"CLINIC_SESSION_KEY must have at least {MIN_KEY_BYTES} bytes.")
        self._key = key
        self._lifetime = timedelta(hours=hours)
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
        session = _session(self._claims(token))
        if session.expires_at <= self._now():
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
    conversation_id, origin, expires = claims["cid"], claims["org"], claims["exp"]
    if not isinstance(conversation_id, str) or not isinstance(origin, str):
        raise NotSignedIn("not a token of ours")
    try:
        return Session(conversation_id, origin, datetime.fromtimestamp(expires, timezone.utc))
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise NotSignedIn("not a token of ours") from error
