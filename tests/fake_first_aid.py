"""First aid with the real patterns and texts, on the conversations of tests/fakes.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from clinicbot.errors import NotFound
from clinicbot.knowledge.content_files import load_clinic_facts, load_safety_classes
from clinicbot.knowledge.conversation import ChatEvent
from clinicbot.knowledge.masking import Masker
from clinicbot.knowledge.masking_files import load_masker
from clinicbot.knowledge.safety import SafetyPatterns
from clinicbot.knowledge.safety_texts import SafetyText, load_safety_texts
from clinicbot.services.first_aid import FirstAid
from clinicbot.settings import PROJECT_ROOT


class FakeBlockingTurns:
    """Turns of a FakeConversations; `error` is raised instead of beginning one."""

    def __init__(self, conversations: Any) -> None:
        self.conversations = conversations
        self.error: Exception | None = None
        self.turns: list[FakeTurn] = []
        self._answered: dict[tuple[str, str], list[ChatEvent]] = {}

    @contextmanager
    def begin(self, conversation_id: str) -> Iterator[Any]:
        if self.error is not None:
            raise self.error
        if conversation_id not in self.conversations.opened:
            raise NotFound("no such conversation")
        turn = FakeTurn(self, conversation_id)
        self.turns.append(turn)
        yield turn


class FakeTurn:
    """What first aid needs of a turn."""

    form: dict[str, str] = {}

    def __init__(self, turns: FakeBlockingTurns, conversation_id: str) -> None:
        self._turns = turns
        self._conversation_id = conversation_id
        self.calls: list[str] = []
        self.session: list[Mapping[str, Any]] = []
        self.log: Any = None

    def find_reply(self, client_id: str) -> list[ChatEvent] | None:
        return self._turns._answered.get((self._conversation_id, client_id))

    def load_form_values(self) -> dict[str, str]:
        return dict(self.form)

    def start_session(self) -> None:
        self.calls.append("start_session")

    def append_to_session(self, events: Sequence[Mapping[str, Any]]) -> None:
        self.session += events

    def record(self, client_id: str, messages: Sequence[Any], log: Any) -> list[ChatEvent]:
        self.log = log
        append = self._turns.conversations.append
        events = [append(self._conversation_id, kind, dict(said)) for kind, said in messages]
        self._turns._answered[self._conversation_id, client_id] = events
        return events


@lru_cache
def real_patterns() -> SafetyPatterns:
    return SafetyPatterns(load_safety_classes(PROJECT_ROOT / "content"))


@lru_cache
def real_texts() -> dict[str, SafetyText]:
    facts = load_clinic_facts(PROJECT_ROOT / "content")
    return load_safety_texts(PROJECT_ROOT / "domain.yml", facts, real_patterns().intents)


@lru_cache
def real_masker() -> Masker:
    return load_masker(PROJECT_ROOT / "content")


def fake_first_aid(turns: Any) -> FirstAid:
    return FirstAid(real_patterns(), real_texts(), turns, real_masker())
