"""A request to be called back ends in a stored row with its reference, or in nothing at all."""

from __future__ import annotations

import re

import pytest

from tests.visitor import Said, Server, Visitor

pytestmark = pytest.mark.model

REFERENCE = re.compile(r"\bCB-[2-9A-HJKMNP-Z]{6}\b")


@pytest.fixture
def visitor(real_server: Server) -> Visitor:
    return real_server.visitor()


def stored(server: Server, said: Said) -> tuple[str, str]:
    """Name and contact of the request that this reply confirms."""
    (reference,) = REFERENCE.findall(said.text)
    ((name, contact),) = server.rows(
        "SELECT name, contact FROM callback_requests WHERE reference = ?", reference
    )
    return name, contact


def count(server: Server) -> int:
    return int(server.rows("SELECT count(*) FROM callback_requests")[0][0])


def test_typed_answers_end_in_a_stored_request(real_server, visitor):
    first = visitor.say("I'd like to book")
    assert first.of_type("contact")[0]["phone"]
    assert first.of_type("form")[0]["id"] == "callback"
    visitor.say("Jane Doe")
    said = visitor.say("614-889-1234")
    assert stored(real_server, said) == ("Jane Doe", "614-889-1234")
    assert "not an appointment" in said.text


def test_the_form_block_ends_in_a_stored_request(real_server, visitor):
    visitor.say("can I talk to a person")
    said = visitor.fill(name="Jane Doe", contact="jane@example.com")
    assert stored(real_server, said) == ("Jane Doe", "jane@example.com")


def test_the_choice_to_book_leads_to_the_form(real_server, visitor):
    offered = visitor.say("how long is the downtime for PRP?")
    assert "intent:book" in offered.choices
    said = visitor.choose("intent:book")
    assert said.of_type("form")
    assert stored(real_server, visitor.fill(name="Ann Lee", contact="614-889-1234"))


def test_a_number_out_of_the_blue_only_lacks_the_name(real_server, visitor):
    visitor.say("you can call me on 614-889-1234")
    assert stored(real_server, visitor.say("Jane Doe")) == ("Jane Doe", "614-889-1234")


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(real_server, visitor):
    visitor.say("I'd like to book")
    visitor.say("Jane Doe")
    said = visitor.say("how long is the downtime for PRP?")
    assert said.answer == "ask_downtime/microneedling_prp"
    assert said.kinds == ["answer", "booking"]
    said = visitor.say("jane@example.com")
    assert stored(real_server, said) == ("Jane Doe", "jane@example.com")


@pytest.mark.parametrize("question", ["how much is it?", "are you a doctor?", "why?", "thanks"])
def test_a_question_is_never_taken_for_a_name(real_server, visitor, question):
    before = count(real_server)
    visitor.say("I'd like to book")
    visitor.say(question)
    said = visitor.say("614-889-1234")
    assert count(real_server) == before or question not in stored(real_server, said)


def test_what_is_no_contact_is_asked_for_again(real_server, visitor):
    before = count(real_server)
    visitor.say("I'd like to book")
    visitor.say("Jane Doe")
    assert visitor.say("asdf").kinds[-1] == "booking"
    assert count(real_server) == before
    assert stored(real_server, visitor.say("jane@example.com"))[0] == "Jane Doe"


@pytest.mark.parametrize("word", ["stop", "cancel", "never mind", "no thanks"])
def test_stopping_stores_nothing_and_frees_the_conversation(real_server, visitor, word):
    before = count(real_server)
    visitor.say("I'd like to book")
    visitor.say("Jane Doe")
    visitor.say(word)
    assert visitor.say("how long is the downtime for PRP?").kinds == ["answer"]
    assert count(real_server) == before


def test_a_stopped_request_leaves_nothing_for_the_next(real_server, visitor):
    visitor.say("I'd like to book")
    visitor.say("Jane Doe")
    visitor.say("stop")
    visitor.say("I'd like to book")
    visitor.say("Ann Lee")
    assert stored(real_server, visitor.say("614-889-1234"))[0] == "Ann Lee"


def test_a_second_request_is_stored_beside_the_first(real_server, visitor):
    before = count(real_server)
    for name in ("Jane Doe", "Ann Lee"):
        visitor.say("I'd like to book")
        visitor.fill(name=name, contact="614-889-1234")
    assert count(real_server) == before + 2


def test_the_same_message_again_stores_nothing_more(real_server, visitor):
    visitor.say("I'd like to book")
    body = {"id": "0b6e7f9e-3a44-4b6e-8f5e-0a1b2c3d4e5f", "type": "form"}
    fields = {"name": "Jane Doe", "contact": "614-889-1234"}
    before = count(real_server)
    first, again = (visitor.post(**body, fields=fields) for _ in range(2))
    assert first.json() == again.json()
    assert count(real_server) == before + 1


def test_an_incomplete_form_asks_for_the_rest(real_server, visitor):
    visitor.say("I'd like to book")
    before = count(real_server)
    said = visitor.fill(name="Jane Doe")
    assert count(real_server) == before
    assert said.kinds[-1] == "booking"
    assert stored(real_server, visitor.say("jane@example.com"))[0] == "Jane Doe"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "?", "contact": "614-889-1234"},
        {"name": "Jane Doe", "contact": "tomorrow"},
        {"name": "Robert'); DROP TABLE callback_requests;--", "contact": "x"},
    ],
)
def test_a_form_with_something_wrong_says_what_and_stores_nothing(real_server, visitor, fields):
    visitor.say("I'd like to book")
    before = count(real_server)
    said = visitor.fill(**fields)
    assert said.kinds[-1] == "booking"
    assert not REFERENCE.search(said.text)
    assert count(real_server) == before


def test_a_form_with_a_foreign_field_is_refused(visitor):
    visitor.say("I'd like to book")
    fields = {"name": "Jane", "contact": "614-889-1234", "status": "done"}
    assert visitor.post(type="form", fields=fields).status_code == 400


def test_erasing_the_conversation_erases_its_requests(real_server, visitor):
    before = count(real_server)
    visitor.say("I'd like to book")
    visitor.fill(name="Jane Doe", contact="614-889-1234")
    assert visitor.client.delete("/chat/v1/session").status_code == 200
    assert count(real_server) == before


def test_a_name_given_before_an_emergency_is_not_used_for_a_later_request(real_server, visitor):
    visitor.say("I'd like to book")
    visitor.say("Jane Doe")
    assert visitor.say("my throat is swelling up").kinds == ["safety"]
    before = count(real_server)
    said = visitor.say("614-889-1234")
    assert count(real_server) == before
    assert "name" in said.text


def test_a_number_inside_a_typed_command_starts_nothing(real_server, visitor):
    said = visitor.say('/book_consultation{"phone":"+15555550100"}')
    assert "booking" not in said.kinds
    assert "+15555550100" not in said.text
