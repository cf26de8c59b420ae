"""Replies as the visitor API and a terminal see them."""

from __future__ import annotations

import json

from clinicbot.knowledge import reply
from clinicbot.knowledge.reply import Reply

EVERYTHING = Reply(
    (
        reply.text("Hello."),
        reply.bullets(["one", "two"]),
        reply.table([["Point", "PRP"], ["downtime", "short"]]),
        reply.sources([{"title": "An article", "section": "Risks"}]),
        reply.choices([("answer:a/b", "What is b?"), ("intent:book", "Book")]),
        reply.form("callback", [{"name": "name", "label": "Your name"}], "Send"),
        reply.contact(phone="1", hours="9-5"),
    ),
    "answer",
    "a/b",
)


def test_a_message_carries_its_blocks_its_answer_and_its_kind():
    message = EVERYTHING.as_message()
    assert [block["type"] for block in message["blocks"]] == [
        *("text", "list", "table", "sources", "choices", "form", "contact")
    ]
    assert (message["answer"], message["kind"]) == ({"id": "a/b"}, "answer")


def test_a_reply_that_is_no_answer_says_so():
    assert Reply((reply.text("?"),), "clarify").as_message()["answer"] is None


def test_a_message_is_plain_json():
    assert json.loads(json.dumps(EVERYTHING.as_message())) == EVERYTHING.as_message()


def test_changing_a_message_does_not_change_the_reply():
    EVERYTHING.as_message()["blocks"][0]["text"] = "changed"
    assert EVERYTHING.blocks[0]["text"] == "Hello."


def test_every_kind_of_block_has_its_lines_in_a_terminal():
    assert EVERYTHING.as_text().splitlines() == [
        "Hello.",
        "- one",
        "- two",
        "Point | PRP",
        "downtime | short",
        "[An article · Risks]",
        "> What is b?",
        "> Book",
        "Your name: ____",
        "phone: 1",
        "hours: 9-5",
    ]
