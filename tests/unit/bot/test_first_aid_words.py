"""The main loop says in danger what the bot says, and the bot goes on from there."""

from __future__ import annotations

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from clinicbot.bot.channel import to_assistant_message
from clinicbot.bot.responses import ClinicResponses
from clinicbot.knowledge.content_files import load_clinic_facts
from clinicbot.services.first_aid import _session_of_danger
from clinicbot.settings import PROJECT_ROOT
from tests.fake_first_aid import real_texts


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.from_path(str(PROJECT_ROOT / "domain.yml"))


@pytest.mark.parametrize("intent", sorted(real_texts()))
def test_bot_and_main_loop_say_the_same_words(domain: Domain, intent: str) -> None:
    responses = ClinicResponses(domain=domain, facts=load_clinic_facts(PROJECT_ROOT / "content"))
    tracker = DialogueStateTracker("c", domain.slots)
    said = asyncio.run(responses.generate(f"utter_{intent}", tracker, "clinic"))
    message = to_assistant_message(said or {}, release=1)
    text = real_texts()[intent]
    assert message is not None
    assert message["blocks"] == [dict(block) for block in text.blocks]
    assert (message["kind"], message.get("flag")) == ("safety", text.flag)


def test_the_bot_takes_up_the_session_that_first_aid_began(domain: Domain) -> None:
    events = _session_of_danger("safety_emergency", "help")
    tracker = DialogueStateTracker.from_dict("c", events, domain.slots)
    assert tracker.slots["danger"].value == "emergency"
    assert tracker.active_loop_name is None
    assert tracker.latest_action_name == "action_listen"
    uttered = [event for event in tracker.events if isinstance(event, UserUttered)]
    assert [event.intent_name for event in uttered] == ["safety_emergency"]
