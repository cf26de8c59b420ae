"""What Rasa says, as assistant messages."""

from __future__ import annotations

from clinicbot.bot.channel import to_assistant_message


def test_a_payload_is_taken_as_it_is() -> None:
    blocks = [{"type": "list", "items": ["a"]}]
    payload = {"blocks": blocks, "answer": {"id": "a/b"}, "kind": "answer", "more": 1}
    message = to_assistant_message({"text": "x", "custom": payload}, release=4)
    assert message == {"blocks": blocks, "answer": {"id": "a/b", "release": 4}, "kind": "answer"}


def test_a_release_that_the_action_named_is_kept() -> None:
    payload = {
        "blocks": [{"type": "text"}],
        "answer": {"id": "a/b", "release": 9},
        "kind": "answer",
    }
    assert to_assistant_message({"custom": payload}, 4)["answer"]["release"] == 9


def test_plain_text_becomes_blocks_and_small_talk() -> None:
    message = to_assistant_message({"text": "One.\n\nTwo.\nStill two.\n\n"}, 1)
    assert message == {
        "blocks": [
            {"type": "text", "text": "One."},
            {"type": "text", "text": "Two.\nStill two."},
        ],
        "answer": None,
        "kind": "small_talk",
    }


def test_a_response_names_its_kind_in_its_metadata() -> None:
    message = {"text": "Call now.", "metadata": {"kind": "safety"}, "utter_action": "utter_x"}
    assert to_assistant_message(message, 1)["kind"] == "safety"


def test_nothing_said_is_no_message() -> None:
    assert to_assistant_message({"text": None, "custom": None}, 1) is None
    assert to_assistant_message({"text": " \n\n "}, 1) is None
    assert to_assistant_message({"custom": {"blocks": [], "kind": "answer"}}, 1) is None
