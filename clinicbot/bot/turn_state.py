"""The turn that is being answered, as Rasa's hooks find it, and how it is given up."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from clinicbot.errors import Busy, ClinicBotError, StorageUnavailable, TurnFailed
from clinicbot.services.turns import Turn


@dataclass
class TurnState:
    """What one turn knows while Rasa works on it.

    Attributes:
        turn: the transaction.
        stored: dialogue events of the session that are in the database already.
        loaded: dialogue events that were loaded when the turn began.
        understood: the visitor's message with Rasa's reading of it, as it is before masking.
        form_values: personal slots and their values, as they were when the turn began.
        personal: values of personal slots in this turn, and their kinds.
        known: those of them that were personal before this turn.
        words: other exact words that are personal in this turn, and their kinds.
    """

    turn: Turn
    stored: int = 0
    loaded: int = 0
    understood: Mapping[str, Any] = field(default_factory=dict)
    form_values: dict[str, str] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    words: dict[str, str] = field(default_factory=dict)


current_turn: ContextVar[TurnState] = ContextVar("current_turn")


class TurnAborted(BaseException):
    """Something in this turn failed and nothing of it may be stored.

    It is no Exception because Rasa catches those: it logs a failed action, with everything
    that the visitor wrote, loses the action's events, and goes on as if nothing had happened.
    """

    def as_error(self) -> ClinicBotError:
        """The error that the caller of the bot gets."""
        if isinstance(self.__cause__, (StorageUnavailable, Busy)):
            return self.__cause__
        return TurnFailed(str(self))
