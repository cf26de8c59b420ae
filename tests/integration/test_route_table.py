"""PR-08 and PR-11: every route is public on purpose, or asks who is there; and what all carry."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from clinicbot.web.app import create_app
from tests.fakes import FakeBot, FakeServices
from tests.web_api import assert_error, say
from tests.web_server import Running, running, web_messages, web_settings

# Whoever adds a route here says that anybody may see it.
PUBLIC = {
    ("GET", "/"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("POST", "/chat/v1/session"),
}
PUBLIC_FOLDER = "/static/"


def table() -> list[tuple[str, str]]:
    """Every route with each of its methods; HEAD goes with GET, OPTIONS is a preflight."""
    services = FakeServices()
    app = create_app(services, FakeBot(services.conversations), web_settings(), web_messages())
    routes = {(method, f"/{route.path}") for route in app.router.routes for method in route.methods}
    return sorted(route for route in routes if route[0] not in {"HEAD", "OPTIONS"})


def needs_a_token(route: tuple[str, str]) -> bool:
    return route not in PUBLIC and not route[1].startswith(PUBLIC_FOLDER)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as started:
        yield started


def test_the_table_is_not_empty_and_nothing_public_is_stale() -> None:
    assert len([route for route in table() if needs_a_token(route)]) >= 5
    assert set(table()) >= PUBLIC


@pytest.mark.parametrize("route", [r for r in table() if needs_a_token(r)], ids="".join)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi"])
def test_pr_08_without_a_token_every_other_route_answers_401(
    server: Running, route: tuple[str, str], authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    before = list(server.conversations.calls)
    with server.client() as client:
        reply = client.request(*route, json={}, headers=headers)
    assert_error(reply, 401, "no_session")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert server.conversations.calls == before, "the storage was asked for a stranger"


def every_route(server: Running) -> Iterator[httpx.Response]:
    with server.signed_in() as visitor:
        yield say(visitor)
        for method, path in table():
            yield visitor.request(method, path, json={})
            yield visitor.options(path)


def test_pr_11_pages_load_from_here_only_set_no_cookie_and_replies_are_not_kept(
    server: Running,
) -> None:
    for reply in every_route(server):
        directives = dict(
            part.split(" ", 1) for part in reply.headers["content-security-policy"].split("; ")
        )
        assert directives["default-src"] in {"'self'", "'none'"}
        sources = {source for value in directives.values() for source in value.split()}
        assert sources <= {"'self'", "'none'", "data:"}
        assert "set-cookie" not in reply.headers
        if reply.request.url.path.startswith("/chat/v1/"):
            assert reply.headers["cache-control"] == "no-store"


def test_over_plain_http_nobody_is_told_to_use_https_only(server: Running) -> None:
    assert not [r for r in every_route(server) if "strict-transport-security" in r.headers]


def test_over_https_every_reply_says_so() -> None:
    with running(https=True) as server:
        for reply in every_route(server):
            age = re.fullmatch(r"max-age=(\d+)", reply.headers["strict-transport-security"])
            assert age is not None
            assert int(age.group(1)) >= 31_536_000
