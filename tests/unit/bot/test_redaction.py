"""What of a turn is stored."""

from __future__ import annotations

from typing import Any

import pytest

from clinicbot.bot.incoming import Incoming
from clinicbot.bot.redaction import Redaction
from clinicbot.bot.turn_state import TurnState
from clinicbot.knowledge.masking_files import load_masker
from clinicbot.settings import PROJECT_ROOT

MASKER = load_masker(PROJECT_ROOT / "content")


class FakeTurn:
    """A turn with form values and something stored earlier."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.stored: list[Any] = []

    def load_form_values(self) -> dict[str, str]:
        return dict(self.values)

    def rewrite_earlier(self, rewrite: Any) -> int:
        self.stored = [rewrite(row) for row in self.stored]
        return 0


@pytest.fixture
def redaction() -> Redaction:
    return Redaction(MASKER)


def begun(redaction: Redaction, text: str = "", **values: str) -> TurnState:
    state = TurnState(FakeTurn(**values))  # type: ignore[arg-type]
    redaction.learn(state, Incoming({"type": "text", "text": text}, text))
    return state


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value, "timestamp": 1.0}


def user(text: str, **parse: Any) -> dict[str, Any]:
    return {"event": "user", "text": text, "parse_data": {"text": text, **parse}}


def test_a_personal_slot_is_stored_as_a_label_and_comes_back(redaction):
    state = begun(redaction)
    rows = [slot("callback_name", "Jane Doe"), slot("topic", "ask_price")]
    assert redaction.form_values.take(state, rows) == {"callback_name": "Jane Doe"}
    stored = [redaction.row(state, row) for row in rows]
    assert [row["value"] for row in stored] == ["[name]", "ask_price"]
    later = begun(redaction, callback_name="Jane Doe")
    assert redaction.form_values.restore(later, stored) == rows


def test_a_label_without_a_value_comes_back_as_nothing(redaction):
    stored = [slot("callback_name", "[name]")]
    restored = redaction.form_values.restore(begun(redaction), stored)
    assert restored[0]["value"] is None


def test_a_value_of_before_the_masking_stays_until_it_is_changed(redaction):
    stored = [slot("callback_name", "Jane Doe")]
    assert redaction.form_values.restore(begun(redaction), stored) == stored


def test_emptying_a_slot_deletes_its_value_once(redaction):
    state = begun(redaction, callback_name="Jane Doe")
    redaction.form_values.restore(state, [slot("callback_name", "[name]")])
    empty = [slot("callback_name", None)]
    assert redaction.form_values.take(state, empty) == {"callback_name": None}
    assert redaction.form_values.take(state, empty) == {}


def test_a_value_is_hidden_in_every_text_of_its_turn(redaction):
    state = begun(redaction)
    entity = {"entity": "callback_name", "value": "Bo"}
    rows = [
        user("Bo", entities=[entity]),
        slot("callback_name", "Bo"),
        {"event": "bot", "text": "Thank you, Bob Dylan", "data": {}},
    ]
    redaction.form_values.take(state, rows)
    stored = [redaction.row(state, row) for row in rows]
    assert stored[0]["text"] == stored[0]["parse_data"]["text"] == "[name]"
    assert stored[0]["parse_data"]["entities"][0]["value"] == "[name]"
    assert stored[2]["text"] == "Thank you, Bob Dylan"
    assert redaction.message(state, {"type": "text", "text": "Bo"})["text"] == "[name]"


def test_what_rasa_understood_is_stored_without_rankings_and_words(redaction):
    row = user("x", intent={"name": "a"}, intent_ranking=[1], unknown_words=["bartholomew"])
    assert redaction.row(begun(redaction), row)["parse_data"] == {
        "text": "x",
        "intent": {"name": "a"},
    }


def test_an_unknown_word_that_is_part_of_a_name_is_not_repeated(redaction):
    state = begun(redaction, "my name is Bartholomew Crabtree, is it safe?")
    redaction.learn_unknown(state, {"unknown_words": ["bartholomew", "zzz"]})
    reply = {"blocks": [{"type": "text", "text": "I do not know bartholomew or zzz. It is safe."}]}
    stored = redaction.message(state, reply)
    assert stored["blocks"][0]["text"] == "I do not know [name] or zzz. It is safe."


def test_names_of_ours_are_never_masked(redaction):
    state = begun(redaction)
    redaction.form_values.take(state, [slot("callback_name", "prp")])
    reply = {
        "blocks": [{"type": "choices", "items": [{"id": "answer:ask_price/prp", "title": "prp"}]}],
        "answer": {"id": "ask_price/prp", "release": 1},
        "kind": "answer",
    }
    stored = redaction.message(state, reply)
    assert stored["answer"] == reply["answer"]
    assert stored["blocks"][0]["items"] == [{"id": "answer:ask_price/prp", "title": "[name]"}]
    assert redaction.row(state, slot("subject", "prp"))["value"] == "prp"


def test_only_a_new_value_rewrites_what_was_stored(redaction):
    state = begun(redaction, callback_name="Jane")
    state.turn.stored = [{"event": "user", "text": "Jane and Ann"}, slot("subject", "Ann")]
    redaction.form_values.restore(state, [slot("callback_name", "[name]")])
    redaction.hide_earlier(state)
    assert state.turn.stored[0]["text"] == "Jane and Ann"
    redaction.form_values.take(state, [slot("callback_name", "Ann")])
    redaction.hide_earlier(state)
    assert [row.get("text") or row["value"] for row in state.turn.stored] == [
        "Jane and [name]",
        "Ann",
    ]


def test_filled_in_fields_are_shown_as_labels(redaction):
    message = {"type": "form", "form": "callback", "fields": {"name": "Jane", "note": "x"}}
    stored = redaction.message(begun(redaction), message)
    assert stored["fields"] == {"name": "[name]", "note": "[form entry]"}
    assert message["fields"]["name"] == "Jane"


def test_what_a_reply_tells_only_us_is_not_stored(redaction):
    custom = {"blocks": [], "flag": "crisis", "pause_minutes": 5}
    row = {"event": "bot", "text": "", "data": {"custom": custom}, "metadata": {"flag": "crisis"}}
    stored = redaction.row(begun(redaction), row)
    assert stored["data"] == {"custom": {"blocks": []}}
    assert stored["metadata"] == {}


def test_without_a_masker_all_is_stored_as_it_was_said():
    plain = Redaction()
    state = begun(plain)
    row = slot("callback_name", "Jane")
    assert plain.form_values.take(state, [row]) == {}
    assert plain.row(state, row) == row
    form = {"type": "form", "form": "callback", "fields": {"name": "Jane"}}
    assert plain.message(state, form) == form
