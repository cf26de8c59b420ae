"""action_affirm: "yes" means what was offered before it."""

from __future__ import annotations

from actions.affirm import ActionAffirm
from tests.unit.actions.rasa_side import SERVICE, run, tracker_of

ACTION = ActionAffirm(SERVICE)
PRP = {"topic": "ask_downtime", "subject": "prp", "shown": ["ask_downtime/prp"]}


def test_rasa_knows_it_by_this_name():
    assert ACTION.name() == "action_affirm"


async def test_yes_after_a_no_answer_hands_over_to_people():
    (reply,), slots = await run(ACTION, tracker_of("affirm", {**PRP, "last_kind": "no_answer"}))
    assert [block["type"] for block in reply.blocks] == ["text", "contact", "form"]
    assert slots == {"last_kind": "booking"}


async def test_yes_after_an_answer_goes_on_with_the_subject():
    (reply,), slots = await run(ACTION, tracker_of("affirm", {**PRP, "last_kind": "answer"}))
    assert reply.answer_id == "ask_sessions/prp"
    assert slots["shown"] == ["ask_downtime/prp", "ask_sessions/prp"]


async def test_yes_to_nothing_asks_what_the_question_is():
    (reply,), _ = await run(ACTION, tracker_of("affirm"))
    assert reply.kind == "clarify"
