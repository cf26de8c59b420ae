"""The real model behind the real API: cited answers, follow-ups, no stale subject."""

from __future__ import annotations

import pytest

from tests.visitor import Server, Visitor

pytestmark = pytest.mark.model


@pytest.fixture
def visitor(real_server: Server) -> Visitor:
    return real_server.visitor()


def test_the_downtime_of_prp_is_answered_with_its_source(visitor):
    said = visitor.say("how long is the downtime for PRP?")
    assert said.kinds == ["answer"]
    assert said.answer == "ask_downtime/microneedling_prp"
    (sources,) = said.of_type("sources")
    assert "Microneedling, PRP, and Hair Loss" in {item["title"] for item in sources["items"]}
    assert all(item["section"] and item["reviewed_on"] for item in sources["items"])


def test_every_message_carries_the_release_and_the_kind(visitor):
    said = visitor.say("are exosomes safe?")
    (message,) = said.messages
    assert set(message["answer"]) == {"id", "release"}
    assert message["kind"] == "answer"


def test_follow_ups_carry_topic_and_subject_and_name_what_they_carried(visitor):
    assert visitor.say("how does PRP work?").answer == "ask_how_it_works/prp"
    sessions = visitor.say("and how many sessions?")
    assert sessions.answer == "ask_sessions/microneedling_prp"
    assert "PRP" in sessions.words.splitlines()[0]
    assert visitor.say("what about exosomes?").answer == "ask_sessions/exosomes"
    comfort = visitor.say("does it hurt?")
    assert comfort.answer == "ask_comfort/exosomes"
    assert "exosomes" in comfort.words.splitlines()[0]
    assert visitor.say("why?").answer == "ask_how_it_works/exosomes"


def test_tell_me_more_goes_on_with_the_subject_and_never_repeats(visitor):
    visitor.say("how does PRP work?")
    answers = [visitor.say("tell me more").answer for _ in range(3)]
    assert None not in answers
    assert len({"ask_how_it_works/prp", *answers}) == 4


def test_misspelt_words_are_understood(visitor):
    assert visitor.say("how does microneedeling work").answer == "ask_how_it_works/microneedling"
    assert visitor.say("are exosoms safe?").answer == "ask_safety/exosomes"


@pytest.mark.parametrize(
    "question",
    [
        "what is the downtime for mesolift",
        "botox downtime",
        "downtime of fillers?",
        "and botox?",
        "how many sessions of mesolift do I need",
        "is microblading safe?",
    ],
)
def test_an_earlier_subject_is_never_answered_in_place_of_the_one_named(visitor, question):
    visitor.say("how long is the downtime for PRP?")
    said = visitor.say(question)
    assert said.answer is None, said.text
    assert set(said.kinds) <= {"clarify", "no_answer", "out_of_scope"}
    assert "intent:request_human" in said.choices or "contact" in said.text.lower()


def test_after_something_not_covered_the_earlier_subject_does_not_come_back(visitor):
    visitor.say("how long is the downtime for PRP?")
    visitor.say("what about botox?")
    said = visitor.say("is it painful?")
    assert said.answer in {None, "ask_comfort/treatments"} or "PRP" in said.words.splitlines()[0]


def test_a_choice_that_was_offered_is_answered(visitor):
    first = visitor.say("how long is the downtime for PRP?")
    choice = next(i for i in first.choices if i.startswith("answer:"))
    assert visitor.choose(choice).answer == choice.removeprefix("answer:")


def test_every_answer_choice_of_a_reply_can_be_chosen(visitor):
    first = visitor.say("are exosomes safe?")
    for choice in [i for i in first.choices if i.startswith("answer:")]:
        assert visitor.choose(choice).answer == choice.removeprefix("answer:")


def test_a_question_back_offers_answers_and_a_person(visitor):
    visitor.say("how does PRP work?")
    said = visitor.say("what is the downtime for mesolift")
    assert said.kinds == ["clarify"]
    assert "mesolift" in said.words
    assert said.choices[-1] == "intent:request_human"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("PRP or exosomes?", "how long is the downtime of the second one?"),
        ("what is the difference between PRP and exosomes", "downtime of the second one"),
    ],
)
def test_the_second_one_of_a_comparison_is_the_second(visitor, first, second):
    compared = visitor.say(first)
    assert compared.of_type("table"), compared.text
    assert visitor.say(second).answer == "ask_downtime/exosomes"


def test_yes_after_a_no_answer_gives_the_contact(visitor):
    visitor.say("is microblading safe?")
    said = visitor.say("yes please")
    assert said.of_type("contact") and said.of_type("form")


@pytest.mark.parametrize("text", ["hello", "thanks!", "bye", "are you a real person?"])
def test_small_talk_is_never_answered_with_medicine(visitor, text):
    said = visitor.say(text)
    assert said.kinds == ["small_talk"]
    assert said.answer is None


def test_two_visitors_do_not_share_a_subject(real_server):
    first, second = real_server.visitor(), real_server.visitor()
    first.say("how does PRP work?")
    second.say("how do exosomes work?")
    assert "PRP" in first.say("and how many sessions?").words
    assert second.say("and how many sessions?").answer == "ask_sessions/exosomes"


def test_what_was_understood_is_logged_for_every_turn(real_server):
    visitor = real_server.visitor()
    visitor.say("how long is the downtime for PRP?")
    rows = real_server.rows(
        "SELECT intent, band, answer_id, kind, milliseconds FROM turn_log ORDER BY at DESC LIMIT 1"
    )
    assert rows[0][:4] == ("ask_downtime", "answer", "ask_downtime/microneedling_prp", "answer")
    assert 0 <= rows[0][4] < 20_000
