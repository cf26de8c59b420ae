from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta, timezone

import jwt
import pytest

from clinicbot.errors import NotSignedIn, SetUpError
from clinicbot.web.chat.tokens import ALGORITHM, AUDIENCE, NO_ORIGIN, SessionTokens

KEY = "kQ3vT9xLm2Zr7WbY5sNc8HdJ4fGp6RtA"
SITE = "https://clinic.example"
START = datetime(2024, 5, 6, 12, 0, 0, 250_000, tzinfo=timezone.utc)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> SessionTokens:
    return SessionTokens(KEY, hours=24, now=clock)


def test_a_token_gives_back_its_session(tokens: SessionTokens) -> None:
    session = tokens.new_session(SITE)
    assert tokens.read(tokens.sign(session), (SITE,)) == session


def test_conversation_ids_have_128_random_bits_and_never_repeat(tokens: SessionTokens) -> None:
    ids = {tokens.new_session(SITE).conversation_id for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(bytes.fromhex(one)) == 16 for one in ids)


def test_a_token_lives_exactly_as_long_as_it_says(tokens: SessionTokens, clock: Clock) -> None:
    session = tokens.new_session(SITE)
    token = tokens.sign(session)
    clock.now = session.expires_at - timedelta(seconds=1)
    assert tokens.read(token, (SITE,)) == session
    clock.now = session.expires_at
    with pytest.raises(NotSignedIn):
        tokens.read(token, (SITE,))


@pytest.mark.parametrize("origins", [(NO_ORIGIN,), ("https://evil.example",), ("",), ()])
def test_a_token_is_refused_from_another_origin(
    tokens: SessionTokens, origins: tuple[str, ...]
) -> None:
    token = tokens.sign(tokens.new_session(SITE))
    with pytest.raises(NotSignedIn):
        tokens.read(token, origins)


def claims(**changes: object) -> dict[str, object]:
    later = int(START.timestamp()) + 3600
    good = {"aud": AUDIENCE, "cid": "c", "org": SITE, "iat": later - 7200, "exp": later}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def test_the_claims_below_pass_when_nothing_is_wrong_with_them(tokens: SessionTokens) -> None:
    assert tokens.read(jwt.encode(claims(), KEY, ALGORITHM), (SITE,)).conversation_id == "c"


@pytest.mark.parametrize(
    "token",
    [
        jwt.encode(claims(), KEY.upper(), ALGORITHM),
        jwt.encode(claims(), KEY, "HS384"),
        jwt.encode(claims(), None, "none"),
        jwt.encode(claims(aud="clinicbot.staff.v1"), KEY, ALGORITHM),
        jwt.encode(claims(aud=None), KEY, ALGORITHM),
        jwt.encode(claims(cid=None), KEY, ALGORITHM),
        jwt.encode(claims(cid=7), KEY, ALGORITHM),
        jwt.encode(claims(cid=["c"]), KEY, ALGORITHM),
        jwt.encode(claims(org=None), KEY, ALGORITHM),
        jwt.encode(claims(org=7), KEY, ALGORITHM),
        jwt.encode(claims(exp=None), KEY, ALGORITHM),
        jwt.encode(claims(exp=10**18), KEY, ALGORITHM),
        jwt.encode(claims(exp="soon"), KEY, ALGORITHM),
        jwt.encode(claims(exp=[]), KEY, ALGORITHM),
        jwt.encode(claims(), KEY, ALGORITHM)[:-4],
        "",
        "a.b.c",
        "....",
        "\x00",
        "é",
        "\ud800",
        "a" * 8000,
    ],
    ids=lambda token: f"{len(token)} characters",
)
def test_a_token_that_we_did_not_make_is_refused(tokens: SessionTokens, token: str) -> None:
    with pytest.raises(NotSignedIn):
        tokens.read(token, (SITE,))


def test_every_changed_character_of_a_token_is_noticed(tokens: SessionTokens) -> None:
    token = tokens.sign(tokens.new_session(SITE))
    # The last character carries bits that base64 ignores, so it is left alone.
    for i in range(len(token) - 1):
        changed = token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :]
        with pytest.raises(NotSignedIn):
            tokens.read(changed, (SITE,))


def test_a_short_key_is_refused_at_the_start() -> None:
    with pytest.raises(SetUpError, match="32 bytes"):
        SessionTokens("short", hours=24)


@pytest.mark.parametrize(
    "key",
    [
        "change-me-change-me-change-me-now!",
        "your-very-long-secret-key-goes-here-1",
        "this is only an example of a long key",
        "MyDefaultSigningValue0123456789xyz",
        "a" * 40,
        "abababababcabababababcababababab",
        "0123456789abcdef" * 4,
        "hunter2hunter2hunter2hunter2hunter2",
        "a very long password that is a default",
    ],
)
def test_a_key_that_looks_like_an_example_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(SetUpError, match="CLINIC_SESSION_KEY") as refused:
        SessionTokens(key, hours=24)
    assert key not in str(refused.value)


def test_random_keys_of_every_usual_kind_are_taken() -> None:
    for _ in range(200):
        for key in (secrets.token_urlsafe(48), secrets.token_hex(32), str(uuid.uuid4())):
            SessionTokens(key, hours=24)


def test_a_token_never_lives_longer_than_the_days(clock: Clock) -> None:
    tokens = SessionTokens(KEY, hours=1000, days=7, now=clock)
    session = tokens.new_session(SITE)
    assert session.expires_at == START.replace(microsecond=0) + timedelta(days=7)


def test_a_token_from_before_the_limit_was_lowered_ends_too(clock: Clock) -> None:
    longer = SessionTokens(KEY, hours=1000, days=30, now=clock)
    token = longer.sign(longer.new_session(SITE))
    tokens = SessionTokens(KEY, hours=1000, days=7, now=clock)
    clock.now = START + timedelta(days=6, hours=23)
    assert tokens.read(token, (SITE,))
    clock.now = START + timedelta(days=7)
    with pytest.raises(NotSignedIn):
        tokens.read(token, (SITE,))


@pytest.mark.parametrize("iat", [-1e300, 1e300, "x", []])
def test_a_token_made_at_no_possible_time_is_none_of_ours(
    tokens: SessionTokens, iat: object
) -> None:
    with pytest.raises(NotSignedIn):
        tokens.read(jwt.encode(claims(iat=iat), KEY, ALGORITHM), (SITE,))
