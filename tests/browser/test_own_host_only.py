"""P-05 and PR-02: nobody else hears of a visitor, and nothing is left in the browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.pages import ask_and_wait
from tests.web_server import Running

pytestmark = pytest.mark.browser


def test_p_05_a_whole_visit_asks_no_other_host_and_sets_no_cookie(
    server: Running, page: Any
) -> None:
    ask_and_wait(page, "everything")
    page.click("text=Ask for a call")
    page.fill("input[name=name]", "Ada")
    page.fill("input[name=contact]", "020 7946 0000")
    page.click(".fields button")
    page.wait_for_selector("text=Thank you.")
    page.reload()
    page.wait_for_selector("text=Thank you.")
    kept = page.evaluate("[Object.keys(sessionStorage), Object.keys(localStorage)]")
    page.click("#delete")
    page.click(".confirm .primary")
    page.wait_for_selector("text=was deleted")
    hosts = {urlsplit(url).netloc for url in page.requests}
    assert hosts == {urlsplit(server.url).netloc}
    assert len(page.requests) > 8
    assert page.context.cookies() == []
    assert page.evaluate("document.cookie") == ""
    # The token alone, for this tab alone; and not even that once the chat is deleted.
    assert kept == [["clinicbot.session"], []]
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert page.problems == []


def test_the_browser_itself_would_stop_a_request_to_another_host(
    server: Running, page: Any
) -> None:
    tries = [
        "fetch('https://example.org/').then(() => 'sent', () => 'stopped')",
        "new Promise(r => { const i = new Image(); i.onload = () => r('sent');"
        " i.onerror = () => r('stopped'); i.src = 'https://example.org/x.png'; })",
    ]
    for script in tries:
        assert page.evaluate(script) == "stopped"
    assert len([problem for problem in page.problems if "Content Security Policy" in problem]) >= 2
