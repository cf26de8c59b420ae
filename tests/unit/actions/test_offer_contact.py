"""action_offer_contact: how to reach a person."""

from __future__ import annotations

from actions.offer_contact import ActionOfferContact
from tests.unit.actions.rasa_side import SERVICE, run, tracker_of

ACTION = ActionOfferContact(SERVICE)


def test_rasa_knows_it_by_this_name():
    assert ACTION.name() == "action_offer_contact"


async def test_it_gives_the_contact_and_the_form_in_one_message():
    (reply,), slots = await run(ACTION, tracker_of("request_human"))
    assert [block["type"] for block in reply.blocks] == ["text", "contact", "form"]
    assert (reply.kind, slots["last_kind"]) == ("booking", "booking")


async def test_a_new_request_begins_without_the_name_of_one_that_was_stopped():
    _, slots = await run(ACTION, tracker_of("book", {"callback_name": "Jane Doe"}))
    assert slots["callback_name"] is None
    assert slots["callback_contact"] is None
