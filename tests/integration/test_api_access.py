"""Test S3 of the research: nobody speaks or reads as somebody else."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import httpx
import jwt
import pytest

from clinicbot.web.chat.tokens import AUDIENCE, SessionTokens
from tests.web_api import SITE, assert_error, say, text_message
from tests.web_server import TEST_KEY, Running, running

REQUESTS = [
    ("POST", "/chat/v1/messages", text_message("attack")),
    ("GET", "/chat/v1/events", None),
    ("POST", "/chat/v1/feedback", {"message": 2, "value": "down"}),
    ("GET", "/chat/v1/transcript", None),
    ("DELETE", "/chat/v1/session", None),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(origins=(SITE,)) as started:
        yield started


@pytest.fixture
def victim(server: Running) -> Iterator[httpx.Client]:
    with server.signed_in(Origin=SITE) as client:
        say(client, "my secret question")
        yield client


def token_of(client: httpx.Client) -> str:
    return client.headers["authorization"].split()[1]


def conversation_of(client: httpx.Client) -> str:
    claims = jwt.decode(token_of(client), options={"verify_signature": False})
    conversation_id: str = claims["cid"]
    return conversation_id


def edited(token: str) -> str:
    """The same token with another conversation in it, under the old signature."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["cid"] = "0" * 32
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{changed}.{signature}"


def signed_claims(cid: str, key: str, **changes: object) -> str:
    now = datetime.now(timezone.utc)
    later = now + timedelta(hours=1)
    claims = {"aud": AUDIENCE, "cid": cid, "org": SITE, "iat": now, "exp": later, **changes}
    return jwt.encode(claims, key, "HS256")


def bad_headers(victim: httpx.Client) -> dict[str, dict[str, str]]:
    """Every way to ask for the victim's conversation without its token."""
    token, cid = token_of(victim), conversation_of(victim)
    past = datetime.now(timezone.utc) - timedelta(seconds=1)
    never_opened = SessionTokens(TEST_KEY, 24)
    unknown = never_opened.sign(never_opened.new_session(SITE))
    authorizations = {
        "no header": None,
        "empty": "",
        "no token": "Bearer",
        "only the id": f"Bearer {cid}",
        "basic": f"Basic {token}",
        "edited": f"Bearer {edited(token)}",
        "cut": f"Bearer {token[:-6]}",
        "another key": f"Bearer {signed_claims(cid, 'x' * 64)}",
        "expired": f"Bearer {signed_claims(cid, TEST_KEY, exp=past)}",
        "another purpose": f"Bearer {signed_claims(cid, TEST_KEY, aud='staff')}",
        "never opened": f"Bearer {unknown}",
    }
    cases = {
        name: {"Origin": SITE, **({} if value is None else {"Authorization": value})}
        for name, value in authorizations.items()
    }
    cases["from no page"] = {"Authorization": f"Bearer {token}"}
    cases["from another page"] = {"Authorization": f"Bearer {token}", "Origin": "null"}
    return cases


@pytest.mark.parametrize(
    ("method", "path", "body"), REQUESTS, ids=[method + path for method, path, _ in REQUESTS]
)
def test_without_its_token_a_conversation_can_be_neither_read_nor_changed(
    server: Running, victim: httpx.Client, method: str, path: str, body: object
) -> None:
    before = list(server.conversations.events[conversation_of(victim)])
    handled = len(server.bot.handled)
    with server.client() as attacker:
        for name, headers in bad_headers(victim).items():
            reply = attacker.request(method, path, json=body, headers=headers)
            assert reply.status_code in {401, 403}, name
            assert_error(reply, reply.status_code, reply.json()["error"]["code"])
            assert "secret" not in reply.text, name
    assert server.conversations.events[conversation_of(victim)] == before
    assert server.conversations.votes == {}
    assert len(server.bot.handled) == handled
    assert len(victim.get("/chat/v1/events").json()["events"]) == 2


def test_two_visitors_never_see_each_other(server: Running, victim: httpx.Client) -> None:
    with server.signed_in(Origin=SITE) as other:
        assert other.get("/chat/v1/events").json()["events"] == []
        say(other, "mine")
        assert "secret" not in other.get("/chat/v1/transcript").text
    assert "mine" not in victim.get("/chat/v1/transcript").text


def test_a_token_of_our_page_is_no_good_elsewhere(server: Running) -> None:
    with server.signed_in(Origin=server.url) as page:
        assert say(page).status_code == 200
        # What a browser sends with a GET of the same page: no Origin.
        del page.headers["Origin"]
        same_page = {"Sec-Fetch-Site": "same-origin"}
        assert page.get("/chat/v1/events", headers=same_page).status_code == 200
        assert_error(page.get("/chat/v1/events", headers={"Origin": SITE}), 401, "no_session")
        cross = {"Sec-Fetch-Site": "cross-site"}
        assert_error(page.get("/chat/v1/events", headers=cross), 403, "not_allowed")
        assert_error(say(page), 401, "no_session")


def test_a_token_made_without_a_page_cannot_be_used_by_one(server: Running) -> None:
    with server.signed_in() as program:
        assert program.get("/chat/v1/events").status_code == 200
        reply = program.get("/chat/v1/events", headers={"Origin": SITE})
        assert_error(reply, 401, "no_session")


def test_a_page_that_is_not_listed_gets_no_session(server: Running) -> None:
    opened = len(server.conversations.opened)
    for origin in ("https://evil.example", "null", SITE + ".evil.example", SITE.upper()):
        reply = server.client(Origin=origin).post("/chat/v1/session", json={})
        assert_error(reply, 403, "not_allowed")
        assert "access-control-allow-origin" not in reply.headers
    assert len(server.conversations.opened) == opened


def test_the_token_is_in_no_cookie_and_in_no_later_reply(victim: httpx.Client) -> None:
    replies = [say(victim), victim.get("/chat/v1/events"), victim.get("/chat/v1/transcript")]
    for reply in replies:
        assert "set-cookie" not in reply.headers
        assert token_of(victim) not in reply.text
        assert conversation_of(victim) not in reply.text


@pytest.mark.parametrize("path", ["/chat/v1/session", "/chat/v1/messages", "/chat/v1/events"])
def test_a_preflight_of_a_listed_page_is_answered(server: Running, path: str) -> None:
    headers = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    reply = server.client().options(path, headers=headers)
    assert (reply.status_code, reply.content) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == SITE
    assert reply.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    assert int(reply.headers["access-control-max-age"]) > 0
    assert reply.headers["vary"] == "Origin"


def test_a_preflight_of_another_page_is_refused(server: Running) -> None:
    reply = server.client().options("/chat/v1/messages", headers={"Origin": "https://evil.example"})
    assert_error(reply, 403, "not_allowed")
    assert not [name for name in reply.headers if name.startswith("access-control")]


def test_cors_names_the_page_exactly_and_never_allows_cookies(victim: httpx.Client) -> None:
    errors = victim.post("/chat/v1/messages", json=[])
    for reply in (say(victim), errors, victim.get("/chat/v1/nothing")):
        assert reply.headers["access-control-allow-origin"] == SITE
        assert reply.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in reply.headers


def test_pages_and_health_have_no_cors(server: Running) -> None:
    for path in ("/", "/healthz", "/static/demo.js"):
        reply = server.client(Origin=SITE).get(path)
        assert reply.status_code == 200
        assert "access-control-allow-origin" not in reply.headers
