"""Visitors ask about their own data and get a way and a reference, not an FAQ miss (PR-13)."""

from __future__ import annotations

import re

import pytest

from tests.visitor import Said, Server, Visitor

pytestmark = pytest.mark.model

REFERENCE = re.compile(r"\bPR-[2-9A-HJKMNP-Z]{6}\b")
# None of these is trained on.
ABOUT = (
    "what do you store on me?",
    "what are you storing about people who write here",
    "who is able to read this chat of ours",
    "who reads this chat",
    "how long will you keep this chat",
    "is my chat with you kept private",
    "so where do my messages end up",
)
ERASE = (
    "delete my data!",
    "I'd like you to delete my data",
    "please erase the things I told you",
    "can you wipe out what I wrote to you",
    "I want my information removed from your system",
    "remove everything you know about me",
)
EXPORT = (
    "send me my data!",
    "I'd like a copy of the data you have on me",
    "could you e-mail me all of my data",
    "I want to see all the data you hold on me",
    "how can I get a transcript of this chat",
)
# Words of the same kind that mean something else.
OTHERS = (
    "who reads my scalp scan",
    "how long do results keep",
    "how do I get rid of my bald spot",
    "can you send me the price list",
    "who does the treatments",
    "do exosomes have to be stored cold",
    "can hair loss be erased for good",
    "cancel my appointment",
    "how long is the downtime for PRP?",
)


@pytest.fixture
def visitor(real_server: Server) -> Visitor:
    return real_server.visitor()


def stored(server: Server, said: Said) -> tuple[str, str]:
    """Kind and status of the wish that this reply confirms."""
    (reference,) = set(REFERENCE.findall(said.text))
    ((kind, status),) = server.rows(
        "SELECT kind, status FROM privacy_requests WHERE reference = ?", reference
    )
    return kind, status


def count(server: Server) -> int:
    return int(server.rows("SELECT count(*) FROM privacy_requests")[0][0])


@pytest.mark.parametrize("text", ABOUT)
def test_what_is_kept_is_told(real_server, visitor, text):
    before = count(real_server)
    said = visitor.say(text)
    for wanted in ("automated", "stored", "30 days", "staff may read", "Delete chat", "555"):
        assert wanted in said.text, said.text
    assert count(real_server) == before


@pytest.mark.parametrize("text", ERASE)
def test_a_wish_to_be_deleted_is_stored_and_the_button_named(real_server, visitor, text):
    said = visitor.say(text)
    assert stored(real_server, said) == ("erase", "new")
    assert "Delete chat" in said.text and "555" in said.text


@pytest.mark.parametrize("text", EXPORT)
def test_a_wish_for_a_copy_is_stored(real_server, visitor, text):
    said = visitor.say(text)
    assert stored(real_server, said) == ("export", "new")
    assert "555" in said.text


@pytest.mark.parametrize("text", OTHERS)
def test_words_of_the_same_kind_start_nothing(real_server, visitor, text):
    before = count(real_server)
    said = visitor.say(text)
    assert not REFERENCE.search(said.text)
    assert "This chat is stored" not in said.text
    assert count(real_server) == before


def test_the_same_wish_again_has_the_same_reference(real_server, visitor):
    before = count(real_server)
    first, again = visitor.say("delete my data"), visitor.say("I said delete my data")
    assert REFERENCE.findall(first.text) == REFERENCE.findall(again.text)
    assert count(real_server) == before + 1


def test_in_the_middle_of_a_request_the_form_goes_on_and_nothing_is_taken_for_a_name(
    real_server, visitor
):
    visitor.say("I'd like to book")
    said = visitor.say("who can read this chat")
    assert said.kinds == ["small_talk", "booking"]
    visitor.say("delete my data")
    visitor.say("Jane Doe")
    visitor.say("614-889-1234")
    rows = real_server.rows("SELECT name FROM callback_requests ORDER BY created_at DESC LIMIT 1")
    assert rows == [("Jane Doe",)]


def test_deleting_the_chat_takes_the_wish_along(real_server, visitor):
    before = count(real_server)
    visitor.say("delete my data")
    assert visitor.client.delete("/chat/v1/session").status_code == 200
    assert count(real_server) == before
