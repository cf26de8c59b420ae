"""Values of personal slots: Rasa sees them, the table form_values keeps them, nothing else does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clinicbot.bot.turn_state import TurnState
from clinicbot.knowledge.masking import Masker

Row = Mapping[str, Any]


class FormValues:
    """Takes the values out of what is stored, and puts them back into what is loaded."""

    def __init__(self, masker: Masker | None) -> None:
        """Without a masker nothing is personal."""
        self._masker = masker
        self._personal = masker.personal_slots if masker else {}

    def label(self, slot: str) -> str:
        """What stands in the place of a slot's value."""
        return self._masker.label(self._personal.get(slot, "")) if self._masker else ""

    def is_filled(self, row: Row) -> bool:
        """Whether a dialogue event fills a personal slot."""
        personal = row["event"] == "slot" and row["name"] in self._personal
        return personal and row["value"] is not None

    def learn(self, state: TurnState, values: Mapping[str, Any]) -> None:
        """Notes the values of personal slots among these: wherever they stand, they are hidden."""
        for name, value in values.items():
            if name in self._personal and isinstance(value, str) and value.strip():
                state.personal[value.strip()] = self._personal[name]

    def learn_entities(self, state: TurnState, entities: Iterable[Row]) -> None:
        """The same for what was found in a message, or filled into a form block."""
        for entity in entities:
            self.learn(state, {str(entity.get("entity")): entity.get("value")})

    def restore(self, state: TurnState, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The dialogue events as they were, with the values in their places."""
        if not any(self.is_filled(row) for row in rows):
            return rows
        state.form_values = state.turn.load_form_values()
        self.learn(state, state.form_values)
        state.known = frozenset(state.personal)
        return [self._restored(row, state.form_values) for row in rows]

    def take(self, state: TurnState, rows: Iterable[Row]) -> dict[str, str | None]:
        """The values that these dialogue events change; None where a slot is emptied."""
        changes: dict[str, str | None] = {}
        for row in rows:
            if row["event"] == "user":
                self.learn_entities(state, (row.get("parse_data") or {}).get("entities") or ())
            elif row["event"] == "slot" and row["name"] in self._personal:
                changes[row["name"]] = None if row["value"] is None else str(row["value"])
                # Also one that is emptied again in the same turn was said in it.
                self.learn(state, {row["name"]: row["value"]})
        changes = {k: v for k, v in changes.items() if v != state.form_values.get(k)}
        state.form_values.update({k: v for k, v in changes.items() if v is not None})
        for name in [name for name, value in changes.items() if value is None]:
            del state.form_values[name]
        return changes

    def _restored(self, row: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
        """A label never becomes a value: where there is none any more, the slot is empty."""
        if self.is_filled(row) and row["value"] == self.label(row["name"]):
            return {**row, "value": values.get(row["name"])}
        return row
