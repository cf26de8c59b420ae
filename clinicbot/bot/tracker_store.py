"""Rasa's trackers in the transaction of the current turn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from clinicbot.bot.session import SessionLimits, carried_slots, start_events
from clinicbot.bot.turn_state import TurnState, current_turn

RANKINGS = frozenset({"intent_ranking", "answer_ranking", "text_tokens"})


class UnitOfWorkTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Loads and appends the events of the current session; never swallows an error."""

    def __init__(self, limits: SessionLimits) -> None:
        super().__init__(domain=None)
        self._limits = limits

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
        tracker = self._replay(sender_id, events)
        in_form = bool(tracker.active_loop_name)
        if events and not self._limits.is_over(turn.session, turn.now, in_form):
            return tracker
        turn.start_session()
        state.stored = 0
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

    @staticmethod
    def _append(state: TurnState, events: list[Event]) -> None:
        rows = [event.as_dict() for event in events]
        for row in rows:
            if row["event"] == "user":
                state.understood = row
        state.turn.append_to_session([_slim(row) for row in rows])
        state.stored += len(rows)


def _slim(row: dict[str, Any]) -> dict[str, Any]:
    """An event as it is stored: later turns replay it, and need none of the rankings, which
    are most of its size. The turn log keeps the best of them."""
    if row["event"] != "user" or not row.get("parse_data"):
        return row
    kept = {key: value for key, value in row["parse_data"].items() if key not in RANKINGS}
    return {**row, "parse_data": kept}
