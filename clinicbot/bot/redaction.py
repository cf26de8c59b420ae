"""What of a turn may be stored: personal data is hidden in every text of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from clinicbot.bot.form_values import FormValues, Row
from clinicbot.bot.incoming import Incoming
from clinicbot.bot.turn_state import TurnState
from clinicbot.knowledge.masking import Masker, known_values

# Keys whose values are names of ours, never words of a visitor.
NAMES = frozenset(
    {"event", "timestamp", "metadata", "message_id", "input_channel", "name", "policy", "type"}
    | {"id", "kind", "form", "intent", "answer", "entity", "extractor", "url", "choice"}
)
# Of what was understood, later turns need no more than this. The rest is large (rankings) or
# holds single words of the visitor (those nobody knew), which no pattern could hide.
KEPT_OF_PARSE = ("text", "intent", "entities", "message_id", "metadata", "band")
INTERNAL = frozenset({"flag", "pause_minutes"})
# Words of the visitor that nobody knew: the assistant may repeat one ("I do not know the word").
UNKNOWN = "unknown_words"
WORD = re.compile(r"\w+")


class Redaction:
    """Hides what must not be stored; without a masker, nothing."""

    def __init__(self, masker: Masker | None = None) -> None:
        self._masker = masker
        self.form_values = FormValues(masker)

    def learn(self, state: TurnState, incoming: Incoming) -> None:
        """Notes what is personal in the visitor's message, before anything repeats it."""
        entities = (incoming.parse_data or {}).get("entities", ())
        self.form_values.learn_entities(state, entities)
        if self._masker is None:
            return
        for found, kind in self._masker.mask(incoming.text).found.items():
            state.words.update(dict.fromkeys({found, found.lower()}, kind))

    def learn_unknown(self, state: TurnState, parse: Row) -> None:
        """Notes those unknown words that are part of something personal."""
        unknown = [str(word) for word in parse.get(UNKNOWN) or ()]
        for found, kind in list(state.words.items()):
            parts = {*WORD.findall(found.lower()), *found.lower().split()}
            state.words.update({word: kind for word in unknown if word.lower() in parts})

    def row(self, state: TurnState, row: Row) -> dict[str, Any]:
        """A dialogue event as it is stored."""
        if self._masker is None:
            return _slim(row)
        if self.form_values.is_filled(row):
            return {**row, "value": self.form_values.label(row["name"])}
        if row["event"] == "slot":
            # Other slots hold ids, which the words of a visitor must not spoil.
            return self._hidden(row, {})
        return self._hidden(_slim(row), {**state.words, **state.personal})

    def message(self, state: TurnState, message: Row) -> dict[str, Any]:
        """A message of either side as it is stored and sent."""
        hidden = self._hidden(message, {**state.words, **state.personal})
        if self._masker and "fields" in message:
            slots = {field: f"{message['form']}_{field}" for field in message["fields"]}
            hidden["fields"] = {f: self.form_values.label(slot) for f, slot in slots.items()}
        return hidden

    def hide_earlier(self, state: TurnState) -> None:
        """Hides values of a form in what was stored before they were known to be personal."""
        new = {v: kind for v, kind in state.personal.items() if v not in state.known}
        if self._masker and known_values(new):
            state.turn.rewrite_earlier(lambda stored: self._rewritten(stored, new))

    def _rewritten(self, stored: Row, values: Mapping[str, str]) -> dict[str, Any]:
        return dict(stored) if stored.get("event") == "slot" else self._hidden(stored, values)

    def _hidden(self, value: Row, words: Mapping[str, str]) -> dict[str, Any]:
        if self._masker is None:
            return dict(value)
        hidden: dict[str, Any] = self._masker.mask_tree(value, words, keep=NAMES)
        return hidden


def _slim(row: Row) -> dict[str, Any]:
    """A dialogue event without what nobody needs again."""
    slim = dict(row)
    if parse := slim.get("parse_data"):
        slim["parse_data"] = {key: parse[key] for key in KEPT_OF_PARSE if key in parse}
    if isinstance(slim.get("metadata"), Mapping):
        slim["metadata"] = _without_internal(slim["metadata"])
    data = slim.get("data")
    if isinstance(data, Mapping) and isinstance(data.get("custom"), Mapping):
        slim["data"] = {**data, "custom": _without_internal(data["custom"])}
    return slim


def _without_internal(told: Row) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in INTERNAL}
