"""Checks what a visitor gives for a call back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import utter
from clinicbot.bootstrap import current_services
from clinicbot.knowledge.contact import find_contact, read_name
from clinicbot.services.answering import AnsweringService


class ValidateCallbackForm(FormValidationAction):
    """A name with letters; a telephone number or an e-mail address."""

    def __init__(self, answering: AnsweringService | None = None) -> None:
        self._answering = answering

    @property
    def _service(self) -> AnsweringService:
        return self._answering or current_services().answering

    def name(self) -> str:
        return "validate_callback_form"

    def validate_callback_name(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        name = read_name(str(value), self._service.content.names)
        return self._checked("callback_name", name, "name", dispatcher)

    def validate_callback_contact(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        return self._checked("callback_contact", find_contact(str(value)), "contact", dispatcher)

    def _checked(
        self, slot: str, value: str | None, field: str, dispatcher: CollectingDispatcher
    ) -> dict[str, Any]:
        if value is None:
            utter(dispatcher, self._service.callback_refused(field))
        return {slot: value}
