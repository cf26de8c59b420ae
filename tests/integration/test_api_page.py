"""The demo page in a real browser, talking to the real API with a FakeBot."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from clinicbot.errors import Busy
from clinicbot.knowledge.conversation import VisitorMessage
from tests.fakes import FakeBot, FakeConversations, text_reply
from tests.web_server import Running, running

CHROMIUM = shutil.which("chromium")
EVIL = "<img src=x onerror=\"document.title='broken'\">"
ANSWER: dict[str, Any] = {
    "blocks": [
        {"type": "text", "text": EVIL},
        {"type": "list", "items": ["first", EVIL]},
        {"type": "table", "rows": [["", "Recovery"], ["PRP", "two days"]]},
        {
            "type": "sources",
            "items": [
                {"title": "An article", "section": "Recovery", "url": "https://example.org/a"},
                {"title": "A bad one", "section": "x", "url": "javascript:document.title='broken'"},
            ],
        },
        {"type": "unheard of", "text": "left out"},
        {"type": "choices", "items": [{"id": "intent:book", "title": "Ask for a call"}]},
    ],
    "answer": {"id": "ask_downtime/prp", "release": 1},
    "kind": "answer",
}
FORM: dict[str, Any] = {
    "blocks": [
        {"type": "form", "id": "callback", "fields": [{"name": "name"}, {"name": "contact"}]},
        {"type": "contact", "phone": "020 7946 0000", "hours": ["Mon 9-5"]},
    ],
    "answer": None,
    "kind": "booking",
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def reply(message: VisitorMessage) -> dict[str, Any]:
    if message.type == "choice":
        return FORM
    return text_reply("Thank you") if message.type == "form" else ANSWER


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture
def server() -> Iterator[Running]:
    with running(FakeBot(FakeConversations(), reply)) as started:
        yield started


@pytest.fixture
def page(browser: Any, server: Running) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(5_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.problems = problems
    page.goto(server.url)
    yield page
    context.close()


def ask(page: Any, text: str) -> None:
    page.fill("#question", text)
    page.keyboard.press("Enter")


def test_opening_the_page_starts_no_session_and_keeps_nothing(server: Running, page: Any) -> None:
    page.wait_for_selector(".assistant")
    assert server.conversations.opened == {}
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert page.problems == []


def test_a_question_is_answered_with_every_block_drawn_as_text(server: Running, page: Any) -> None:
    ask(page, "downtime " + EVIL)
    page.wait_for_selector(".sources")
    assert page.inner_text(".visitor .bubble").endswith(EVIL)
    assert page.inner_text(".log .assistant >> nth=1 >> p >> nth=0") == EVIL
    assert page.locator(".log img").count() == 0
    assert page.locator("thead tr > *").all_inner_texts() == ["", "Recovery"]
    assert page.locator("tbody tr > *").all_inner_texts() == ["PRP", "two days"]
    links = page.locator(".log a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links == ["https://example.org/a"]
    assert "left out" not in page.inner_text(".log")
    assert "broken" not in page.title()
    assert page.problems == []


def test_choices_and_forms_are_sent_as_what_they_are(server: Running, page: Any) -> None:
    ask(page, "downtime")
    page.click("text=Ask for a call")
    page.fill("input[name=name]", "Ada")
    page.fill("input[name=contact]", "ada@example.org")
    page.click(".fields button")
    page.wait_for_selector("text=Thank you")
    text, choice, form = server.bot.handled
    assert (choice.type, choice.choice) == ("choice", "intent:book")
    assert (form.type, form.fields) == ("form", {"name": "Ada", "contact": "ada@example.org"})
    assert page.problems == []


def test_an_error_is_shown_and_retried_with_the_same_id(server: Running, page: Any) -> None:
    sent: list[str] = []
    page.on(
        "request",
        lambda r: sent.append(r.post_data_json["id"]) if r.url.endswith("/messages") else None,
    )
    server.bot.error = Busy("full")
    ask(page, "downtime")
    assert "emergency" in page.inner_text("[role=alert]")
    assert server.bot.handled == []
    server.bot.error = None
    page.click(".trouble button")
    page.wait_for_selector(".sources")
    assert page.locator(".trouble").count() == 0
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert re.fullmatch(r"[0-9a-f-]{36}", sent[0])


def test_a_reload_in_the_same_tab_shows_the_conversation_again(server: Running, page: Any) -> None:
    ask(page, "downtime")
    page.wait_for_selector(".sources")
    page.reload()
    page.wait_for_selector(".sources")
    assert page.inner_text(".visitor .bubble").endswith("downtime")
    assert page.locator(".visitor").count() == 1
    assert len(server.bot.handled) == 1
    assert page.problems == []


def test_deleting_asks_first_and_leaves_nothing(server: Running, page: Any) -> None:
    ask(page, "downtime")
    page.wait_for_selector(".sources")
    page.click("#delete")
    assert len(server.conversations.opened) == 1
    page.click(".confirm .primary")
    page.wait_for_selector("text=was deleted")
    assert server.conversations.opened == {}
    assert page.locator(".visitor").count() == 0
    assert page.evaluate("sessionStorage.length") == 0


def test_everything_can_be_done_with_the_keyboard(server: Running, page: Any) -> None:
    page.wait_for_selector(".assistant")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "chip":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".sources")
    assert len(server.bot.handled) == 1
    assert page.evaluate("document.activeElement !== document.body")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_at_any_width(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    ask(page, "a" * 300)
    page.wait_for_selector(".sources")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    scroll = "document.getElementById('scroll')"
    assert page.evaluate(f"{scroll}.scrollWidth - {scroll}.clientWidth") == 0
    assert page.is_visible("#question")
