"""axe finds nothing to complain about, in any state of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clinicbot.errors import Busy, StorageUnavailable
from tests.browser.conftest import OpenPage
from tests.browser.pages import ask_and_wait
from tests.browser.test_danger import CHEST
from tests.web_server import Running

pytestmark = pytest.mark.browser


def answered(server: Running, page: Any) -> None:
    ask_and_wait(page, "everything")


def form(server: Running, page: Any) -> None:
    ask_and_wait(page, "everything")
    page.click("text=Ask for a call")
    page.wait_for_selector(".fields")


def refused(server: Running, page: Any) -> None:
    server.bot.error = Busy("full")
    ask_and_wait(page, "hello")


def danger(server: Running, page: Any) -> None:
    server.bot.ready = False
    server.services.first_aid_turns.error = StorageUnavailable("away")
    ask_and_wait(page, CHEST)


def deleting(server: Running, page: Any) -> None:
    ask_and_wait(page, "hello")
    page.click("#delete")


STATES: list[Callable[[Running, Any], None]] = [answered, form, refused, danger, deleting]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(
    server: Running, open_page: OpenPage, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found: dict[str, list[str]] = {}
    for state in [lambda server, page: None, *STATES]:
        page = open_page(width=width, height=844, scheme=scheme)
        server.bot.ready, server.bot.error = True, None
        state(server, page)
        violations = Axe().run(page).response["violations"]
        nodes = [f"{v['id']}: {node['html']}" for v in violations for node in v["nodes"]]
        if nodes:
            found[state.__name__] = nodes
    assert found == {}
