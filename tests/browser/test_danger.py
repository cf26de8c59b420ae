"""Somebody in danger sees what to do, whatever is wrong on our side."""

from __future__ import annotations

from typing import Any

import pytest

from clinicbot.errors import StorageUnavailable
from tests.browser.pages import ask, ask_and_wait
from tests.fake_first_aid import real_texts
from tests.web_server import Running

pytestmark = pytest.mark.browser
CHEST = "I have chest pain and I can't catch my breath"


def assert_help_is_shown(page: Any) -> None:
    said = page.locator(".assistant").last
    for block in real_texts()["safety_emergency"].blocks:
        assert block["text"] in said.inner_text()
    assert "911" in said.inner_text()
    box, scroll = said.bounding_box(), page.locator("#scroll").bounding_box()
    assert box["y"] < scroll["y"] + scroll["height"] / 2, "one has to scroll to see it"
    assert page.locator(".trouble").count() == 0
    assert page.locator(".failed").count() == 0


def test_while_the_bot_is_not_ready(server: Running, page: Any) -> None:
    server.bot.ready = False
    ask_and_wait(page, CHEST)
    assert_help_is_shown(page)
    assert page.problems == []
    ask_and_wait(page, "how long is the downtime?")
    assert "emergency" in page.inner_text(".trouble")
    server.bot.ready = True
    page.reload()
    page.wait_for_selector(".visitor")
    assert_help_is_shown(page)


def test_while_nothing_can_be_stored(server: Running, page: Any) -> None:
    ask_and_wait(page, "hello")
    server.conversations.error = StorageUnavailable("away")
    server.services.first_aid_turns.error = StorageUnavailable("away")
    ask_and_wait(page, CHEST)
    assert_help_is_shown(page)
    assert page.locator(".assistant").last.get_attribute("role") == "alert"


def test_when_the_session_is_over(server: Running, page: Any) -> None:
    ask_and_wait(page, "hello")
    server.conversations.opened.clear()
    ask(page, CHEST)
    page.wait_for_selector("[role=alert]")
    assert "911" in page.inner_text("[role=alert]")
    assert page.locator(".notice").count() == 2
