"""Checks what a visitor gives for a call back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import utter
from clinicbot.bootstrap import current_services
from clinicbot.knowledge.contact import find_contact, read_name
from clinicbot.services.answering import AnsweringService

Reader = Callable[[str], str | None]


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
        rules = self._service.content.names
        return self._checked("name", value, lambda text: read_name(text, rules), dispatcher)

    def validate_callback_contact(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        return self._checked("contact", value, find_contact, dispatcher)

    def _checked(
        self, field: str, value: Any, read: Reader, dispatcher: CollectingDispatcher
    ) -> dict[str, Any]:
        """The slot with what was read; a slot that was only emptied is nothing to complain of."""
        found = read(str(value)) if value is not None else None
        if found is None and value is not None:
            utter(dispatcher, self._service.callback_refused(field))
        return {f"callback_{field}": found}
