"""action_answer_question: one reply, and the slots that carry on."""

from __future__ import annotations

import pytest

from actions.answer_question import ActionAnswerQuestion
from actions.base import SHOWN_KEPT
from clinicbot.errors import InvalidInput
from tests.unit.actions.rasa_side import SERVICE, run, tracker_of

ACTION = ActionAnswerQuestion(SERVICE)


def test_rasa_knows_it_by_this_name():
    assert ACTION.name() == "action_answer_question"


async def test_a_question_is_answered_once_and_remembered():
    (reply,), slots = await run(ACTION, tracker_of(subjects=["prp"]))
    assert reply.answer_id == "ask_downtime/prp"
    assert slots == {
        "last_kind": "answer",
        "topic": "ask_downtime",
        "subject": "prp",
        "previous_subject": None,
        "last_answer": "ask_downtime/prp",
        "shown": ["ask_downtime/prp"],
    }


async def test_a_follow_up_uses_what_the_conversation_was_about():
    slots = {"topic": "ask_downtime", "subject": "prp", "last_answer": "ask_downtime/prp"}
    (reply,), changed = await run(ACTION, tracker_of("ask_sessions", slots))
    assert reply.answer_id == "ask_sessions/prp"
    assert "subject" not in changed  # still the same, so the one before it stays too


async def test_a_new_subject_keeps_the_one_before_it():
    _, slots = await run(ACTION, tracker_of(slots={"subject": "prp"}, subjects=["exosomes"]))
    assert (slots["subject"], slots["previous_subject"]) == ("exosomes", "prp")


async def test_a_chosen_answer_is_given_whatever_was_understood():
    tracker = tracker_of(
        "choose_answer", entities=[{"entity": "answer_id", "value": "ask_sessions/prp"}]
    )
    (reply,), slots = await run(ACTION, tracker)
    assert reply.answer_id == slots["last_answer"] == "ask_sessions/prp"


async def test_a_choice_that_does_not_exist_is_an_error_and_not_a_guess():
    tracker = tracker_of("choose_answer", entities=[{"entity": "answer_id", "value": "a/b"}])
    with pytest.raises(InvalidInput):
        await run(ACTION, tracker)


async def test_what_was_not_understood_is_declined_and_said_so():
    (reply,), slots = await run(ACTION, tracker_of("nlu_fallback", band="none"))
    assert reply.kind == "no_answer"
    assert slots == {"last_kind": "no_answer"}


async def test_a_comparison_remembers_its_pair():
    tracker = tracker_of("ask_comparison", subjects=["prp", "exosomes"])
    _, slots = await run(ACTION, tracker)
    assert slots["pair"] == ["prp", "exosomes"]


async def test_only_the_latest_answers_are_remembered_as_shown():
    shown = [f"ask_downtime/{n}" for n in range(SHOWN_KEPT)]
    _, slots = await run(ACTION, tracker_of(slots={"shown": shown}, subjects=["prp"]))
    assert slots["shown"] == [*shown[1:], "ask_downtime/prp"]


async def test_a_price_does_not_change_what_the_conversation_is_about():
    context = {"topic": "ask_downtime", "subject": "prp"}
    _, slots = await run(ACTION, tracker_of("ask_price", context))
    assert slots["last_answer"] == "ask_price/clinic"
    assert not {"topic", "subject"} & set(slots)
