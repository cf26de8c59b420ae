"""Tells what is kept of visitors."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, utter
from clinicbot.bootstrap import current_services
from clinicbot.services.privacy_answers import PrivacyAnswers


class ActionTellPrivacy(ClinicAction):
    """The answer names the days that are set, so it cannot stand in the domain."""

    answers: PrivacyAnswers | None = None

    def name(self) -> str:
        return "action_tell_privacy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        reply = (self.answers or current_services().privacy_answers).tell()
        utter(dispatcher, reply)
        return [SlotSet("last_kind", reply.kind)]
