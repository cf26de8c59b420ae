"""Fixtures: headless chromium, our server with a FakeBot, and pages that note what happens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clinicbot.knowledge.conversation import VisitorMessage
from tests.browser.pages import answer
from tests.fakes import FakeBot, FakeConversations
from tests.web_server import Running, running

OpenPage = Callable[..., Any]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


# No wider than a module: playwright's event loop would be in the way of the tests that have one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def server() -> Iterator[Running]:
    def reply(message: VisitorMessage) -> dict[str, Any]:
        return answer(message)

    with running(FakeBot(FakeConversations(), reply)) as started:
        yield started


@pytest.fixture
def open_page(browser: Any, server: Running) -> Iterator[OpenPage]:
    """Opens the demo page in a context of its own; gives the page.

    `page.problems` are errors of script and console, `page.requests` the addresses asked for,
    `page.dialogs` what alert() and the like said.
    """
    contexts = []

    def open_one(width: int = 390, height: int = 844, scheme: str = "light") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5_000)
        page.problems, page.requests, page.dialogs = [], [], []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda said: _note(page.problems, said))
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(server.url)
        page.wait_for_selector(".assistant")
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Any:
    """The demo page on a phone."""
    return open_page()


def _note(problems: list[str], said: Any) -> None:
    if said.type == "error":
        problems.append(said.text)
