"""What the browser tests say to the page, and what the FakeBot says to them."""

from __future__ import annotations

from typing import Any

from clinicbot.knowledge.conversation import VisitorMessage
from tests.fakes import text_reply

EVERYTHING: dict[str, Any] = {
    "blocks": [
        {"type": "text", "text": "One article says that redness goes within a day or two."},
        {"type": "list", "items": ["Redness", "Soreness"]},
        {"type": "table", "rows": [["", "Recovery"], ["PRP", "two days"], ["Exosomes", "a week"]]},
        {
            "type": "sources",
            "items": [{"title": "An article", "section": "Recovery", "url": "https://example.org"}],
        },
        {"type": "choices", "items": [{"id": "intent:book", "title": "Ask for a call"}]},
    ],
    "answer": {"id": "ask_downtime/prp", "release": 1},
    "kind": "answer",
}
FORM: dict[str, Any] = {
    "blocks": [
        {"type": "text", "text": "Leave your name and number."},
        {"type": "contact", "phone": "020 7946 0000", "hours": ["Mon 9-5"]},
        {
            "type": "form",
            "id": "callback",
            "fields": [
                {"name": "name", "label": "Name", "autocomplete": "name"},
                {"name": "contact", "label": "Phone", "autocomplete": "off"},
            ],
            "submit": "Ask for a call",
        },
    ],
    "answer": None,
    "kind": "booking",
}


def answer(message: VisitorMessage) -> dict[str, Any]:
    """Every kind of block for "everything", a form for a choice, the same words else."""
    if message.type == "choice":
        return FORM
    if message.type == "form":
        return text_reply("Thank you.")
    return EVERYTHING if message.text == "everything" else text_reply(message.text)


def ask(page: Any, text: str) -> None:
    """Types a message and sends it."""
    page.fill("#question", text)
    page.keyboard.press("Enter")


def ask_and_wait(page: Any, text: str) -> None:
    """The same, until it is answered or refused."""
    page.wait_for_selector('.send[aria-disabled="true"]', state="detached")
    before = page.locator(".assistant, .trouble").count()
    ask(page, text)
    page.wait_for_function(
        "n => document.querySelectorAll('.assistant, .trouble').length > n", arg=before
    )
    page.wait_for_selector('.send[aria-disabled="true"]', state="detached")
