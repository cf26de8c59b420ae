from __future__ import annotations

import json
from typing import Any

import pytest

from clinicbot.errors import InvalidInput
from clinicbot.knowledge.conversation import VisitorMessage
from clinicbot.web.chat.bodies import MAX_NUMBER, read_after, read_feedback, read_message
from clinicbot.web.chat.problems import BodyProblem, NotJson
from clinicbot.web.chat.texts import TextTooLong

ID = "6f1c2a6e-8a55-4b0e-9d0b-1f2e3d4c5b6a"
JSON = "application/json"
TEXT = {"id": ID, "type": "text", "text": "hello"}


def read(value: Any, content_type: str = JSON) -> tuple[VisitorMessage, int | None]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_message(body, content_type, "conversation", max_chars=20)


def test_reads_a_text() -> None:
    message, after = read({**TEXT, "after": 7})
    assert message == VisitorMessage("conversation", ID, "text", text="hello")
    assert after == 7


def test_reads_a_choice() -> None:
    message, after = read({"id": ID, "type": "choice", "choice": "answer:ask_downtime/prp"})
    assert (message.type, message.choice, message.text) == ("choice", "answer:ask_downtime/prp", "")
    assert after is None


def test_reads_a_form_without_its_blank_fields() -> None:
    fields = {"name": " Ada ", "contact": " \u200b"}
    message, _ = read({"id": ID, "type": "form", "fields": fields})
    assert message.fields == {"name": "Ada"}


def test_ids_that_differ_only_in_case_are_one_id() -> None:
    assert read({**TEXT, "id": ID.upper()})[0].client_id == ID


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hello \n", "hello"),
        ("a\x07b\x1b[0m\x7f", "ab[0m"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("tab\there", "tab\there"),
        ("/restart", "/restart"),
        ("👩‍🦲 مرحبا", "👩‍🦲 مرحبا"),
        ("x" * 20 + "   ", "x" * 20),
    ],
)
def test_a_text_is_kept_as_typed_but_for_controls_and_outer_blanks(typed: str, kept: str) -> None:
    assert read({**TEXT, "text": typed})[0].text == kept


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "\u200b\u200d\ufeff", "\u3164", "\u2060 \u00ad", "\x07", "\ufe0f"]
)
def test_a_text_in_which_nothing_can_be_seen_is_empty(text: str) -> None:
    with pytest.raises(BodyProblem) as refused:
        read({**TEXT, "text": text})
    assert refused.value.code == "empty_text"


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\udfff"])
def test_nul_and_lone_surrogates_are_refused(text: str) -> None:
    with pytest.raises(BodyProblem) as refused:
        read({**TEXT, "text": text})
    assert refused.value.code == "invalid_field"


def test_a_text_that_is_too_long_is_told_the_limit() -> None:
    with pytest.raises(TextTooLong) as refused:
        read({**TEXT, "text": "x" * 21})
    assert (refused.value.status, refused.value.values) == (413, {"limit": "20"})


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": 7},
        {"id": "7"},
        {"id": f"{{{ID}}}"},
        {"id": ID.replace("-", "")},
        {"id": f" {ID}"},
        {"id": f"{ID}\n"},
        {"type": None},
        {"type": "restart"},
        {"type": ["text"]},
        {"type": {}},
        {"text": None},
        {"text": 7},
        {"text": ["hello"]},
        {"text": {"a": "b"}},
        {"text": True},
        {"after": "7"},
        {"after": 7.0},
        {"after": True},
        {"after": -1},
        {"after": MAX_NUMBER + 1},
        {"after": []},
        {"sender": "x"},
        {"sender_id": "x"},
        {"conversation_id": "x"},
        {"metadata": {}},
        {"input_channel": "x"},
        {"parse_data": {}},
        {"Text": "x"},
        {"choice": "intent:book"},
        {"fields": {"name": "x"}},
        {"choice": None},
        {"type": "choice", "choice": "intent:book"},
        {"type": "form", "fields": {"name": "x"}},
    ],
)
def test_anything_but_the_exact_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read({**TEXT, **change})


@pytest.mark.parametrize("choice", [None, 7, "", " x", "x" * 201, "a\x07", "a\x00", {}, []])
def test_a_choice_is_a_plain_short_id(choice: Any) -> None:
    with pytest.raises(InvalidInput):
        read({"id": ID, "type": "choice", "choice": choice})


@pytest.mark.parametrize(
    "fields",
    [
        None,
        [],
        {},
        "name=x",
        {"name": None},
        {"name": 7},
        {"name": ["x"]},
        {"name": "  "},
        {"Name": "x"},
        {"__proto__": "x"},
        {"na me": "x"},
        {"": "x"},
        {"name": "a\x00"},
        {"name": "x" * 21},
        {f"f{i}": "x" for i in range(11)},
    ],
)
def test_a_form_is_a_few_named_texts(fields: Any) -> None:
    with pytest.raises(InvalidInput):
        read({"id": ID, "type": "form", "fields": fields})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"true",
        b"7",
        b'"hello"',
        b"[]",
        b"[{}]",
        b"{",
        b"{}}",
        b"{'id': 1}",
        b'{"id": NaN}',
        b'{"id": Infinity}',
        b'{"id": 1, "id": 2}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b"\xff\xfe{}",
        b'\xef\xbb\xbf{"id": "x"}',
        b'{"text": "\xed\xa0\x80"}',
        b"[" * 10_000,
        b'{"a":' * 10_000,
        b'{"text": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    ],
)
def test_what_is_not_one_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BodyProblem):
        read(body)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_must_say_that_it_is_json(content_type: str) -> None:
    with pytest.raises(NotJson):
        read(TEXT, content_type)


def test_a_charset_may_follow_the_content_type() -> None:
    assert read(TEXT, "Application/JSON; charset=utf-8")[0].text == "hello"


def feedback(value: Any) -> tuple[int, str | None, str | None]:
    return read_feedback(json.dumps(value).encode(), JSON)


@pytest.mark.parametrize("value", ["up", "down", None])
def test_reads_a_vote(value: str | None) -> None:
    vote = {"message": 2, "value": value, "reason": " too long "}
    assert feedback(vote) == (2, value, "too long")


def test_a_blank_reason_is_none() -> None:
    assert feedback({"message": 2, "value": "up", "reason": " "}) == (2, "up", None)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"message": 2},
        {"value": "up"},
        {"message": 0, "value": "up"},
        {"message": "2", "value": "up"},
        {"message": True, "value": "up"},
        {"message": 2, "value": "UP"},
        {"message": 2, "value": 1},
        {"message": 2, "value": True},
        {"message": 2, "value": []},
        {"message": 2, "value": "up", "reason": 7},
        {"message": 2, "value": "up", "reason": "x" * 501},
        {"message": 2, "value": "up", "sender": "x"},
    ],
)
def test_a_vote_has_an_exact_shape(value: Any) -> None:
    with pytest.raises(InvalidInput):
        feedback(value)


@pytest.mark.parametrize(("query", "after"), [({}, 0), ({"after": ["12"]}, 12)])
def test_reads_after_from_the_query(query: dict[str, list[str]], after: int) -> None:
    assert read_after(query) == after


@pytest.mark.parametrize(
    "query",
    [
        {"after": [""]},
        {"after": ["-1"]},
        {"after": ["1.0"]},
        {"after": ["١"]},
        {"after": ["9999999999"]},
        {"after": ["1" * 400]},
        {"after": ["1", "2"]},
        {"token": ["x"]},
        {"after": ["1"], "conversation_id": ["x"]},
    ],
)
def test_any_other_query_is_refused(query: dict[str, list[str]]) -> None:
    with pytest.raises(BodyProblem):
        read_after(query)
