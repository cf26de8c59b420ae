"""From the bytes of a request to a checked message; exact types, no unknown fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from clinicbot.knowledge.conversation import VisitorMessage
from clinicbot.web.chat.problems import BodyProblem, NotJson
from clinicbot.web.chat.texts import clean_text, is_blank

MAX_NUMBER = 2**31 - 1
MAX_CHOICE_CHARS = 200
MAX_FORM_FIELDS = 10
MAX_REASON_CHARS = 500
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIELD_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_NUMBER = re.compile("[0-9]{1,10}", re.ASCII)
# The one field, beside id, type and after, that each type of message holds.
_CONTENT_FIELD = {"text": "text", "choice": "choice", "form": "fields"}


def read_object(body: bytes, content_type: str, allowed: Iterable[str]) -> dict[str, Any]:
    """The JSON object in a body.

    Raises:
        NotJson: the content type is another one.
        BodyProblem: it is not one well-formed JSON object, or has a field that is not allowed.
    """
    if content_type.split(";")[0].strip().lower() != "application/json":
        raise NotJson("content type")
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_duplicates,
        )
    # RecursionError: brackets thousands of levels deep.
    except (ValueError, RecursionError) as error:
        raise BodyProblem("invalid_json") from error
    if not isinstance(value, dict):
        raise BodyProblem("invalid_json")
    if not value.keys() <= set(allowed):
        raise BodyProblem("unknown_field")
    return value


def read_message(
    body: bytes, content_type: str, conversation_id: str, max_chars: int
) -> tuple[VisitorMessage, int | None]:
    """The visitor's message, and the number of the last event the visitor has (or None).

    Raises:
        NotJson, BodyProblem, TextTooLong: see read_object and clean_text.
    """
    values = read_object(body, content_type, ("id", "type", "after", *_CONTENT_FIELD.values()))
    kind = values.get("type")
    if not isinstance(kind, str) or kind not in _CONTENT_FIELD:
        raise BodyProblem("invalid_field", "type")
    content_field = _CONTENT_FIELD[kind]
    if not values.keys() <= {"id", "type", "after", content_field}:
        raise BodyProblem("unknown_field")
    client_id = _client_id(values.get("id"))
    after = values.get("after")
    if after is not None:
        after = _number(after, "after", lowest=0)
    content = values.get(content_field)
    message = VisitorMessage(
        conversation_id,
        client_id,
        kind,  # type: ignore[arg-type]  # one of the keys of _CONTENT_FIELD
        text=_text(content, max_chars) if kind == "text" else "",
        choice=_choice(content) if kind == "choice" else None,
        fields=_form(content, max_chars) if kind == "form" else {},
    )
    return message, after


def read_feedback(body: bytes, content_type: str) -> tuple[int, str | None, str | None]:
    """Number of the message, the vote ("up", "down" or None), the reason or None.

    Raises:
        NotJson, BodyProblem, TextTooLong: see read_object and clean_text.
    """
    values = read_object(body, content_type, ("message", "value", "reason"))
    n = _number(values.get("message"), "message", lowest=1)
    if "value" not in values or values["value"] not in ("up", "down", None):
        raise BodyProblem("invalid_field", "value")
    reason = values.get("reason")
    if reason is None:
        return n, values["value"], None
    if not isinstance(reason, str):
        raise BodyProblem("invalid_field", "reason")
    reason = clean_text(reason, MAX_REASON_CHARS, "reason")
    return n, values["value"], None if is_blank(reason) else reason


def read_after(query: Mapping[str, list[str]]) -> int:
    """The number in `?after=`, 0 when there is none.

    Raises:
        BodyProblem: it is no number, or the query holds anything else.
    """
    if not query.keys() <= {"after"}:
        raise BodyProblem("unknown_field")
    values = query.get("after", ["0"])
    if len(values) != 1 or not _NUMBER.fullmatch(values[0]):
        raise BodyProblem("invalid_field", "after")
    return _number(int(values[0]), "after", lowest=0)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name occurs twice")
    return values


def _client_id(value: Any) -> str:
    if not isinstance(value, str) or not _UUID.fullmatch(value.lower()):
        raise BodyProblem("invalid_field", "id")
    return value.lower()


def _number(value: Any, field: str, lowest: int) -> int:
    # `type`, not `isinstance`: true and false are ints in Python.
    if type(value) is not int or not lowest <= value <= MAX_NUMBER:
        raise BodyProblem("invalid_field", field)
    return value


def _text(value: Any, max_chars: int) -> str:
    if not isinstance(value, str):
        raise BodyProblem("invalid_field", "text")
    text = clean_text(value, max_chars, "text")
    if is_blank(text):
        raise BodyProblem("empty_text")
    return text


def _choice(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_CHOICE_CHARS:
        raise BodyProblem("invalid_field", "choice")
    if clean_text(value, MAX_CHOICE_CHARS, "choice") != value:
        raise BodyProblem("invalid_field", "choice")
    return value


def _form(value: Any, max_chars: int) -> dict[str, str]:
    if not isinstance(value, dict) or not 1 <= len(value) <= MAX_FORM_FIELDS:
        raise BodyProblem("invalid_field", "fields")
    fields = {name: _form_field(name, text, max_chars) for name, text in value.items()}
    filled = {name: text for name, text in fields.items() if not is_blank(text)}
    if not filled:
        raise BodyProblem("empty_form")
    return filled


def _form_field(name: str, text: Any, max_chars: int) -> str:
    if not _FIELD_NAME.fullmatch(name) or not isinstance(text, str):
        raise BodyProblem("invalid_field", "fields")
    return clean_text(text, max_chars, "fields")
