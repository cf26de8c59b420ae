"""The use case: what was heard, to a reply."""

from __future__ import annotations

import pytest

from clinicbot.errors import InvalidInput
from clinicbot.knowledge.question import Context
from clinicbot.services.answering import AnsweringService
from tests.factories import about, heard, make_answer, make_content

SERVICE = AnsweringService(make_content())
PRP = about("ask_downtime", "prp")


def test_a_question_gets_its_answer():
    said = SERVICE.answer(heard("ask_downtime", "prp"), Context())
    assert (said.kind, said.answer_id) == ("answer", "ask_downtime/prp")


@pytest.mark.parametrize(
    ("intent", "subjects", "answer_id"),
    [
        ("ask_same_about", ("exosomes",), "ask_downtime/exosomes"),
        ("ask_why", (), "ask_how_it_works/prp"),
        ("ask_more", (), "ask_sessions/prp"),
        ("affirm", (), "ask_sessions/prp"),
    ],
)
def test_each_follow_up_has_its_own_rule(intent, subjects, answer_id):
    context = about("ask_downtime", "prp", shown=("ask_downtime/prp",))
    assert SERVICE.answer(heard(intent, *subjects), context).answer_id == answer_id


def test_the_other_one_is_the_one_before():
    context = about("ask_downtime", "prp", previous_subject="exosomes")
    said = SERVICE.answer(heard("ask_other_one", "other_of_pair"), context)
    assert said.answer_id == "ask_downtime/exosomes"


def test_an_unknown_intent_is_declined_and_never_an_error():
    assert SERVICE.answer(heard("dance"), PRP).kind == "no_answer"


def test_a_choice_gives_exactly_its_answer():
    said = SERVICE.give("ask_sessions/prp")
    assert (said.answer_id, said.topic, said.subject) == ("ask_sessions/prp", "ask_sessions", "prp")


@pytest.mark.parametrize("answer_id", ["ask_sessions/ufo", "", "../clinic", "ask_sessions"])
def test_a_choice_without_an_answer_is_refused(answer_id):
    with pytest.raises(InvalidInput):
        SERVICE.give(answer_id)


def test_the_contact_offer_shows_how_to_reach_a_person_now_and_a_form_for_later():
    said = SERVICE.contact_offer()
    assert [block["type"] for block in said.blocks] == ["text", "contact", "form"]
    contact, form = said.blocks[1:]
    assert contact["phone"] == "1" and contact["email"] == "a@b.example"
    assert (form["id"], [f["name"] for f in form["fields"]]) == ("callback", ["name", "contact"])
    assert said.kind == "booking"


def test_a_stored_request_is_confirmed_with_its_reference():
    assert SERVICE.callback_saved("CB-234567").as_text() == "Stored as CB-234567."


@pytest.mark.parametrize("field", ["name", "contact"])
def test_a_refused_field_says_what_to_give_instead(field):
    assert SERVICE.callback_refused(field).as_text() == f"Not a {field}."


# After a danger.

OFFERING = AnsweringService(
    make_content(
        (
            make_answer("ask_sessions/prp", booking=True, related=("ask_downtime/prp",)),
            make_answer("ask_price/clinic", booking=True),
        )
    )
)
UPSET = Context(danger="distress")


def choice_ids(said) -> list[str]:
    return [i["id"] for b in said.blocks if b["type"] == "choices" for i in b["items"]]


@pytest.mark.parametrize(
    ("danger", "offered"), [(None, True), ("threat", True), ("distress", False)]
)
def test_after_a_quiet_danger_an_answer_offers_no_booking(danger, offered):
    context = Context(danger=danger)
    for said in (
        OFFERING.answer(heard("ask_sessions", "prp"), context),
        OFFERING.give("ask_sessions/prp", context),
    ):
        assert said.answer_id == "ask_sessions/prp"
        assert ("intent:book" in choice_ids(said)) is offered
        assert "answer:ask_downtime/prp" in choice_ids(said)


def test_a_no_answer_then_still_leads_to_a_person_but_to_no_booking():
    said = OFFERING.answer(heard("dance"), UPSET)
    assert choice_ids(said) == ["intent:request_human"]
    assert "intent:book" in choice_ids(OFFERING.answer(heard("dance"), Context()))


def test_choices_that_were_offers_alone_leave_no_empty_block():
    said = OFFERING.give("ask_price/clinic", UPSET)
    assert [block["type"] for block in said.blocks] == ["text"]


def test_advertising_answers_are_not_proposed_then():
    content = make_content(
        (
            make_answer("ask_benefits/prp"),
            make_answer("ask_sessions/prp", related=("ask_benefits/prp", "ask_downtime/prp")),
        )
    )
    said = AnsweringService(content).give("ask_sessions/prp", UPSET)
    assert choice_ids(said) == ["answer:ask_downtime/prp"]


@pytest.mark.parametrize(
    ("danger", "first"), [(None, False), ("urgent", False), ("distress", True)]
)
def test_staff_talk_first_after_distress(danger, first):
    assert SERVICE.talks_first(Context(danger=danger)) is first
