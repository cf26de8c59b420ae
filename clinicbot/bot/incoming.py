"""What a visitor sent, as it is stored and as Rasa may see it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinicbot.errors import InvalidInput
from clinicbot.knowledge.conversation import ChatEvent, VisitorMessage

# A choice or form can be used as long as it is among this many last events.
OFFER_EVENTS = 20
# Rasa reads "/intent{...}" and "EXTERNAL: intent" as commands, wherever they come from.
COMMAND_PREFIX = re.compile(r"(?:[\s/]|EXTERNAL\s*:)+", re.IGNORECASE)
INVISIBLE = frozenset({"Cc", "Cf"})
# What is left of a message that held nothing else: no words, but not empty either.
NOTHING = "?"
# Rasa runs these intents itself, without any story.
RASA_INTENTS = frozenset({"restart", "session_start", "back", "nlu_fallback"})


@dataclass(frozen=True)
class Incoming:
    """A visitor's message, ready for both readers.

    Attributes:
        shown: what the visitor sees of their own message.
        text: what Rasa gets.
        parse_data: what it means, if nobody needs to guess; None for typed text.
    """

    shown: Mapping[str, Any]
    text: str
    parse_data: dict[str, Any] | None = None


def read_message(message: VisitorMessage, recent: Sequence[ChatEvent]) -> Incoming:
    """Reads a message against what was offered in the last events.

    Raises:
        InvalidInput: the choice or form was not offered, or a text cannot be stored.
    """
    _check_storable([message.text, message.choice or "", *message.fields, *message.fields.values()])
    if message.type == "choice":
        return _read_choice(message.choice or "", recent)
    if message.type == "form":
        return _read_form(message.fields, recent)
    shown = {"type": "text", "text": message.text}
    return Incoming(shown, neutralize(message.text))


def neutralize(text: str) -> str:
    """The text without anything that Rasa would take for a command, and without invisible
    characters, behind which one could hide."""
    plain = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in INVISIBLE)
    prefix = COMMAND_PREFIX.match(visible)
    words = visible[prefix.end() :] if prefix else visible
    return words.strip() or NOTHING


def _read_choice(choice: str, recent: Sequence[ChatEvent]) -> Incoming:
    titles = {
        item["id"]: item["title"]
        for block in _offered_blocks(recent, "choices")
        for item in block.get("items", ())
    }
    kind, _, name = choice.partition(":")
    if choice not in titles or not name or name in RASA_INTENTS:
        raise InvalidInput("This choice was not offered.")
    title = titles[choice]
    shown = {"type": "choice", "choice": choice, "text": title}
    if kind == "answer":
        topic = name.split("/")[0]
        return Incoming(shown, title, _meaning(title, topic, {"answer_id": name}))
    return Incoming(shown, title, _meaning(title, name, {}))


def _read_form(fields: Mapping[str, str], recent: Sequence[ChatEvent]) -> Incoming:
    form = next(_offered_blocks(recent, "form"), None)
    offered = {field["name"] for field in form["fields"]} if form else set()
    if form is None or not fields or not set(fields) <= offered:
        raise InvalidInput("This form was not offered.")
    name = form["id"]
    shown = {"type": "form", "form": name, "fields": dict(fields)}
    entities = {f"{name}_{field}": value for field, value in fields.items()}
    # The text stays without what was filled in: it is what ends up in training data.
    return Incoming(shown, name, _meaning(name, f"request_{name}", entities))


def _offered_blocks(recent: Sequence[ChatEvent], kind: str) -> Iterator[Mapping[str, Any]]:
    """The blocks of a kind in the assistant's messages, newest message first."""
    for event in reversed(recent):
        if event.type == "assistant":
            yield from (block for block in event.message["blocks"] if block["type"] == kind)


def _meaning(text: str, intent: str, entities: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "intent_ranking": [],
    }


def _check_storable(texts: Sequence[str]) -> None:
    """NUL and half surrogates are no text: databases refuse them."""
    for text in texts:
        if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise InvalidInput("The message holds characters that are no text.")
