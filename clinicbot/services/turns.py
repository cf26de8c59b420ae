"""One turn, as the bot needs it from the storage: read, append, record, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from clinicbot.knowledge.conversation import ChatEvent, EventType

# Takes something stored, gives what is to stand in its place.
Rewrite = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Session:
    """A stretch of a conversation that the dialogue engine remembers.

    Attributes:
        number: 1, 2, 3 ... within the conversation; 0 before its first message.
        turns: turns already stored in it.
        last_message_at: time of the conversation's last turn.
    """

    number: int
    turns: int
    last_message_at: datetime | None


@dataclass(frozen=True)
class TurnLog:
    """What was understood and answered, for the people who correct the assistant."""

    intent: str | None
    confidence: float | None
    band: str | None
    ranking: Sequence[Mapping[str, Any]] = field(default_factory=list)
    answer_id: str | None = None
    kind: str | None = None
    release: int = 0
    milliseconds: int = 0
    # Why staff should look at this turn: "crisis", "threat" ...
    flags: Sequence[str] = ()


class Turn(Protocol):
    """One turn of one locked conversation, in one transaction.

    Every method raises StorageUnavailable if the database failed.
    """

    conversation_id: str
    now: datetime
    session: Session
    # Until then the visitor is not answered, but for danger.
    paused_until: datetime | None

    def find_reply(self, client_id: str) -> list[ChatEvent] | None:
        """The events stored for this client id; None if it was not answered yet."""

    def list_recent_events(self, limit: int) -> list[ChatEvent]:
        """The last so many events, oldest first."""

    def load_session(self) -> list[dict[str, Any]]:
        """The dialogue events of the current session only, in order."""

    def start_session(self) -> None:
        """From here on, dialogue events belong to a new session; form values are deleted."""

    def load_form_values(self) -> dict[str, str]:
        """What was filled into a form that is not finished: slot to value."""

    def keep_form_values(self, values: Mapping[str, str | None]) -> None:
        """Keeps these values beside those kept before; None deletes one."""

    def rewrite_earlier(self, rewrite: Rewrite) -> int:
        """Gives every stored message, dialogue event and reason of this conversation to
        `rewrite`, and stores what it changed; gives how many that were."""

    def pause(self, until: datetime) -> None:
        """The visitor is not answered until then, but for danger."""

    def append_to_session(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Stores dialogue events behind those stored before."""

    def record(
        self,
        client_id: str,
        messages: Sequence[tuple[EventType, Mapping[str, Any]]],
        log: TurnLog,
    ) -> list[ChatEvent]:
        """Stores what was said in this turn, the visitor's message first; gives its events.

        With the first message of a conversation its notice counts as accepted.
        """


class Turns(Protocol):
    """Where turns begin."""

    def begin(self, conversation_id: str) -> AbstractAsyncContextManager[Turn]:
        """Locks the conversation; commits at the end, rolls back if the body raised.

        Raises:
            Busy: another message of this conversation took too long.
            StorageUnavailable: the database failed; nothing was stored.
            NotFound: there is no such conversation.
        """

    def rehearse(self) -> AbstractAsyncContextManager[Turn]:
        """A turn of a conversation that never was: always rolled back."""
