"""Deleting the chat: asked first, then gone here and there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.pages import ask_and_wait
from tests.web_server import Running

pytestmark = pytest.mark.browser


def test_there_is_nothing_to_delete_before_the_first_message(page: Any) -> None:
    assert not page.is_visible("#delete")


def test_it_can_be_thought_better_of(server: Running, page: Any) -> None:
    ask_and_wait(page, "hello")
    page.click("#delete")
    page.click(".confirm .quiet")
    assert not page.is_visible("#confirm")
    assert page.evaluate("document.activeElement.id") == "delete"
    assert len(server.conversations.opened) == 1
    assert page.locator(".visitor").count() == 1


def test_it_erases_the_conversation_and_begins_anew(server: Running, page: Any) -> None:
    ask_and_wait(page, "hello")
    page.click("#delete")
    page.click(".confirm .primary")
    page.wait_for_selector("text=was deleted")
    assert (server.conversations.opened, server.conversations.events) == ({}, {})
    assert page.locator(".visitor").count() == 0
    assert not page.is_visible("#delete")
    ask_and_wait(page, "hello again")
    assert len(server.conversations.opened) == 1
    assert page.locator(".visitor").count() == 1
    assert page.problems == []
