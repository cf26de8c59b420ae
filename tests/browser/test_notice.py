"""P-04 and PR-01: visitors are told what happens to their words before they send any."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.pages import ask, ask_and_wait
from tests.web_server import Running, web_messages

pytestmark = pytest.mark.browser
NOTICE = web_messages().notice()


def test_p_04_the_notice_stands_there_before_anything_is_sent(server: Running, page: Any) -> None:
    page.wait_for_selector(".notice")
    shown = page.inner_text(".chat")
    for wanted in (
        "automated",
        "not for emergencies",
        "privacy",
        "staff may read",
        "30 days",
        "Delete chat",
    ):
        assert re.search(wanted, shown, re.IGNORECASE), wanted
    assert page.inner_text(".notice") == NOTICE["text"]
    assert page.locator(".notice").is_visible()
    assert server.conversations.opened == {}
    assert not [url for url in page.requests if "/chat/v1/" in url]


def test_the_version_that_was_shown_is_stored_with_the_conversation(
    server: Running, page: Any
) -> None:
    ask_and_wait(page, "hello")
    assert list(server.conversations.notices.values()) == [NOTICE["version"]]


def test_it_is_shown_again_after_the_chat_was_deleted(server: Running, page: Any) -> None:
    ask_and_wait(page, "hello")
    page.click("#delete")
    page.click(".confirm .primary")
    page.wait_for_selector("text=was deleted")
    assert page.locator(".notice").count() == 1
    assert page.locator(".visitor").count() == 0


def test_it_is_shown_again_when_the_session_is_over(server: Running, page: Any) -> None:
    ask_and_wait(page, "hello")
    server.conversations.opened.clear()
    ask(page, "are you there?")
    page.wait_for_selector(".trouble")
    assert page.locator(".notice").count() == 2
    greetings = page.locator(".assistant", has_text="automated assistant, not a person")
    assert greetings.count() == 2
    assert server.conversations.opened == {}
    page.click(".trouble button")
    page.wait_for_selector(".assistant >> text=are you there?")
    assert len(server.conversations.opened) == 1
    assert len(server.bot.handled) == 2


def test_a_session_that_ended_while_away_begins_with_it_alone(server: Running, page: Any) -> None:
    ask_and_wait(page, "hello")
    server.conversations.opened.clear()
    page.reload()
    page.wait_for_selector(".notice")
    page.wait_for_selector("#log[aria-busy]", state="detached")
    assert page.locator(".notice").count() == 1
    assert page.locator(".visitor").count() == 0


def test_it_fits_on_a_phone_with_the_first_words(page: Any) -> None:
    notice, scroll = page.locator(".notice").bounding_box(), page.locator("#scroll").bounding_box()
    assert notice["y"] + notice["height"] <= scroll["y"] + scroll["height"]
