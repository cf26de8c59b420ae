"""validate_callback_form: what is taken for a name and for a contact."""

from __future__ import annotations

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.validate_callback_form import ValidateCallbackForm
from tests.unit.actions.rasa_side import SERVICE, said, tracker_of

ACTION = ValidateCallbackForm(SERVICE)


def validated(field: str, value: object) -> tuple[object, list[str]]:
    """What is kept, and what is said about it."""
    dispatcher = CollectingDispatcher()
    validate = getattr(ACTION, f"validate_callback_{field}")
    slots = validate(value, dispatcher, tracker_of(), {})
    return slots[f"callback_{field}"], [reply.as_text() for reply in said(dispatcher)]


def test_rasa_knows_it_by_this_name():
    assert ACTION.name() == "validate_callback_form"


def test_a_name_is_kept_without_a_word():
    assert validated("name", " Jane  Doe ") == ("Jane Doe", [])


def test_only_the_number_is_kept_of_a_sentence_with_a_number():
    assert validated("contact", "call me on 614-889-1234, please") == ("614-889-1234", [])


@pytest.mark.parametrize("field", ["name", "contact"])
def test_an_emptied_slot_stays_empty_without_a_word(field):
    """Rasa validates what other actions set in the same turn, also when they set nothing."""
    assert validated(field, None) == (None, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "?"), ("name", "614-889-1234"), ("contact", "tomorrow"), ("contact", '{"a":"b"}')],
)
def test_what_is_neither_is_refused_with_what_to_give_instead(field, value):
    assert validated(field, value) == (None, [f"Not a {field}."])
