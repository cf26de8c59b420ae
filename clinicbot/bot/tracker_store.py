"""Rasa's trackers in the transaction of the current turn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from clinicbot.bot.redaction import Redaction
from clinicbot.bot.session import SessionLimits, carried_slots, start_events
from clinicbot.bot.turn_state import TurnState, current_turn


class UnitOfWorkTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Loads and appends the events of the current session; never swallows an error.

    Rasa sees everything as it was said; what is stored went through the redaction.
    """

    def __init__(self, limits: SessionLimits, redaction: Redaction | None = None) -> None:
        super().__init__(domain=None)
        self._limits = limits
        self._redaction = redaction or Redaction()

    @property
    def domain(self) -> Any:
        return self._domain

    @domain.setter
    def domain(self, domain: Any) -> None:
        self._domain = domain

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """The tracker of the current session, or of a new one if that is over.

        A tracker from here always holds the start of its session, so Rasa starts none.
        """
        state = current_turn.get()
        turn = state.turn
        events = turn.load_session()
        state.stored = state.loaded = len(events)
        tracker = self._replay(sender_id, self._redaction.form_values.restore(state, events))
        in_form = bool(tracker.active_loop_name)
        if events and not self._limits.is_over(turn.session, turn.now, in_form):
            return tracker
        turn.start_session()
        state.stored, state.form_values = 0, {}
        first = start_events(carried_slots(tracker))
        self._append(state, first)
        fresh = DialogueStateTracker.from_events(sender_id, first, self._domain.slots)
        return fresh

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Appends the events that are not stored yet."""
        state = current_turn.get()
        self._append(state, list(tracker.events)[state.stored :])

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker:
        """Here: the current session; the whole conversation is read from its chat events."""
        return await self.retrieve(conversation_id)

    async def exists(self, conversation_id: str) -> bool:
        return current_turn.get().turn.conversation_id == conversation_id

    async def keys(self) -> Iterable[str]:
        """Nothing: only the current conversation can be seen from here."""
        return []

    def _replay(self, sender_id: str, events: list[dict[str, Any]]) -> DialogueStateTracker:
        return DialogueStateTracker.from_dict(sender_id, events, self._domain.slots)

    def _append(self, state: TurnState, events: list[Event]) -> None:
        rows = [event.as_dict() for event in events]
        for row in rows:
            if row["event"] == "user":
                state.understood = row
                self._redaction.learn_unknown(state, row.get("parse_data") or {})
        state.turn.keep_form_values(self._redaction.form_values.take(state, rows))
        state.turn.append_to_session([self._redaction.row(state, row) for row in rows])
        state.stored += len(rows)
