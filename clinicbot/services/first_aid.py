"""The use case: danger is answered by the main loop itself, with no model and no bot."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from clinicbot.errors import InvalidInput
from clinicbot.knowledge.conversation import ChatEvent, EventType, VisitorMessage
from clinicbot.knowledge.masking import Masker
from clinicbot.knowledge.safety import SafetyPatterns
from clinicbot.knowledge.safety_texts import KIND, SafetyText
from clinicbot.services.turns import Turn, TurnLog

BAND = "first_aid"
PREFIX = "safety_"
# A longer text is refused anyway; its beginning and end are read, so that no text takes long.
MOST_CHARS, HEAD_CHARS, TAIL_CHARS = 20_000, 2000, 1000


class BlockingTurns(Protocol):
    """Turns for a thread without an event loop."""

    def begin(self, conversation_id: str) -> AbstractContextManager[Turn]:
        """Locks the conversation; commits at the end, rolls back if the body raised.

        Raises:
            StorageUnavailable: the database failed, or somebody holds the lock for too long.
            NotFound: there is no such conversation.
        """


class FirstAid:
    """Finds danger by its phrases and answers it; what was learnt has no say here."""

    def __init__(
        self,
        patterns: SafetyPatterns,
        texts: Mapping[str, SafetyText],
        turns: BlockingTurns,
        masker: Masker,
    ) -> None:
        """`texts` must have one for every intent of `patterns`."""
        self._patterns = patterns
        self._texts = texts
        self._turns = turns
        self._masker = masker

    def find(self, text: str) -> str | None:
        """The intent of the gravest danger that this text speaks of, or None."""
        plain = _plain(text[:MOST_CHARS])
        if len(plain) <= HEAD_CHARS + TAIL_CHARS:
            return self._patterns.find(plain)
        return self._patterns.find(plain[:HEAD_CHARS]) or self._patterns.find(plain[-TAIL_CHARS:])

    def help(self, text: str) -> SafetyText | None:
        """What to say to somebody who wrote this; None if no danger is in it."""
        intent = self.find(text)
        return self._texts[intent] if intent else None

    def answer(self, message: VisitorMessage) -> list[ChatEvent]:
        """Stores the message with its help text, once for each client id; gives the events.

        It ends the dialogue session: a form that was half filled in does not go on, and what
        was filled in is deleted.

        Raises:
            InvalidInput: no danger is in this text.
            StorageUnavailable, NotFound: see BlockingTurns.begin; nothing was stored.
        """
        found = self.help(message.text)
        if found is None:
            raise InvalidInput("There is no danger in this text.")
        with self._turns.begin(message.conversation_id) as turn:
            stored = turn.find_reply(message.client_id)
            return stored if stored is not None else self._store(turn, message, found)

    def _store(self, turn: Turn, message: VisitorMessage, found: SafetyText) -> list[ChatEvent]:
        kinds = self._masker.personal_slots
        filled_in = {value: kinds[s] for s, value in turn.load_form_values().items() if s in kinds}
        masked = self._masker.mask(message.text, filled_in).text
        turn.start_session()
        turn.append_to_session(_session_of_danger(found.intent, masked))
        log = TurnLog(
            intent=found.intent,
            confidence=1.0,
            band=BAND,
            kind=KIND,
            flags=(found.flag,) if found.flag else (),
        )
        blocks = [dict(block) for block in found.blocks]
        said: list[tuple[EventType, Mapping[str, Any]]] = [
            ("visitor", {"type": "text", "text": masked}),
            ("assistant", {"blocks": blocks, "answer": None, "kind": KIND}),
        ]
        return turn.record(message.client_id, said, log)


def _plain(text: str) -> str:
    """One line in plain letters: nothing invisible, and no odd kind of blank, hides a phrase."""
    letters = unicodedata.normalize("NFKC", text)
    return " ".join("".join(c for c in letters if unicodedata.category(c) != "Cf").split())


def _session_of_danger(intent: str, text: str) -> list[dict[str, Any]]:
    """What the bot would remember, had it answered: it takes the conversation up from here."""
    meaning = {"text": text, "intent": {"name": intent, "confidence": 1.0}, "entities": []}
    return [
        {"event": "action", "name": "action_session_start"},
        {"event": "session_started"},
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": text, "parse_data": meaning},
        {"event": "slot", "name": "danger", "value": intent.removeprefix(PREFIX)},
        {"event": "action", "name": f"utter_{intent}"},
        {"event": "action", "name": "action_listen"},
    ]
