"""What is acknowledged is stored, once; what fails leaves nothing behind."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from clinicbot.errors import InvalidInput, NotFound, StorageUnavailable, TurnFailed
from clinicbot.knowledge.conversation import VisitorMessage
from tests.integration.bot_fixtures import Rig, until

pytestmark = [pytest.mark.model, pytest.mark.asyncio]


def break_next(rig: Rig, start: str, table: str) -> list[str]:
    """The next statement that starts so and names the table fails in the database itself."""
    broken: list[str] = []

    def spoil(conn: Any, cur: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        if not broken and statement.startswith(start) and table in statement:
            broken.append(statement)
            return statement.replace(table, "no_such_table"), parameters
        return statement, parameters

    sa.event.listen(rig.storage.engine, "before_cursor_execute", spoil, retval=True)
    return broken


async def test_a_turn_is_stored_with_all_its_parts(rig: Rig) -> None:
    events = await rig.ask("how long is the downtime for prp", "m1")
    assert [(event.n, event.type) for event in events] == [(1, "visitor"), (2, "assistant")]
    assert events[0].message == {"type": "text", "text": "how long is the downtime for prp"}
    assert events[1].message["answer"] == {"id": "ask_downtime/prp", "release": 3}
    assert events[1].message["kind"] == "answer"
    assert rig.storage.conversations.list_events("c") == list(events)
    log = rig.rows("SELECT n, intent, answer_id, kind, release FROM turn_log")
    assert log == [(1, "ask_downtime", "ask_downtime/prp", "answer", 3)]


async def test_the_same_id_again_gives_the_same_events_and_does_nothing(rig: Rig) -> None:
    first = await rig.ask("book a call", "m1")
    before = rig.counts()
    again = await rig.ask("book a call", "m1")
    assert again == first
    assert rig.counts() == before
    assert rig.count("callback_requests") == 1


async def test_parallel_deliveries_of_one_message_are_answered_once(rig: Rig) -> None:
    answers = await asyncio.gather(*(rig.ask("book a call", "m1") for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert rig.count("callback_requests") == 1
    assert rig.count("chat_events") == 2


async def test_a_duplicate_after_a_restart_gets_the_stored_reply(rig: Rig) -> None:
    first = await rig.ask("book a call", "m1")
    rig.restart()
    assert await rig.ask("book a call", "m1") == first
    assert rig.count("callback_requests") == 1


async def test_one_id_in_two_conversations_is_two_messages(rig: Rig) -> None:
    rig.open("d")
    await rig.ask("hello", "m1")
    await rig.ask("hello", "m1", conversation_id="d")
    assert rig.count("processed_messages") == 2


async def test_parallel_messages_of_one_conversation_are_answered_one_after_the_other(
    rig: Rig,
) -> None:
    rig.actions.HOLD["seconds"] = 0.02
    answers = await asyncio.gather(*(rig.ask("sleep please", f"m{i}") for i in range(10)))
    numbers = sorted(event.n for answer in answers for event in answer)
    assert numbers == list(range(1, 21))
    seqs = [row[0] for row in rig.rows("SELECT seq FROM tracker_events ORDER BY seq")]
    assert seqs == list(range(1, len(seqs) + 1))
    kinds = rig.rows("SELECT type FROM tracker_events WHERE type IN ('user','bot') ORDER BY seq")
    assert [kind for (kind,) in kinds] == ["user", "bot"] * 10


async def test_an_action_that_fails_after_a_reply_leaves_nothing_of_its_turn(rig: Rig) -> None:
    await rig.ask("hello")
    before = rig.counts()
    with pytest.raises(TurnFailed):
        await rig.ask("fail now", "m1")
    assert rig.counts() == before
    assert rig.storage.conversations.list_events("c", after=2) == []
    events = await rig.ask("hello", "m1")
    assert [event.n for event in events] == [3, 4]


async def test_an_action_that_takes_too_long_fails_the_turn_and_frees_the_lock(rig: Rig) -> None:
    rig.restart(action_seconds=0.1)
    rig.actions.HOLD["seconds"] = 3.0
    with pytest.raises(TurnFailed):
        await rig.ask("sleep please")
    assert len(await asyncio.wait_for(rig.ask("hello"), 1.0)) == 2


async def test_a_turn_that_takes_too_long_fails_and_frees_the_lock(rig: Rig) -> None:
    rig.restart(turn_seconds=0.2, action_seconds=9.0)
    rig.actions.HOLD["seconds"] = 3.0
    with pytest.raises(TurnFailed):
        await rig.ask("sleep please")
    assert rig.count("chat_events") == 0
    rig.restart(turn_seconds=5.0)
    assert len(await asyncio.wait_for(rig.ask("hello"), 1.0)) == 2


async def test_silence_is_an_error_and_not_an_answer(rig: Rig) -> None:
    with pytest.raises(TurnFailed):
        await rig.ask("keep silence")
    assert rig.count("tracker_events") == 0


async def test_a_dialogue_that_runs_in_circles_is_an_error(rig: Rig) -> None:
    with pytest.raises(TurnFailed, match="circles"):
        await rig.ask("run in a circle")
    assert rig.count("tracker_events") == 0


@pytest.mark.parametrize(
    ("start", "table"),
    [
        ("SELECT", "tracker_events"),
        ("SELECT", "conversations"),
        ("INSERT", "tracker_events"),
        ("INSERT", "chat_events"),
        ("INSERT", "processed_messages"),
        ("UPDATE", "conversations"),
    ],
)
async def test_a_failing_statement_loses_neither_context_nor_events(
    rig: Rig, start: str, table: str
) -> None:
    await rig.ask("how long is the downtime for prp")
    before = rig.counts()
    broken = break_next(rig, start, table)
    with pytest.raises(StorageUnavailable):
        await rig.ask("who am i", "m1")
    assert broken
    assert rig.counts() == before
    assert "'subject': 'prp'" in await rig.say("who am i", client_id="m1")


async def test_a_database_error_inside_an_action_is_reported_as_such(rig: Rig) -> None:
    broken = break_next(rig, "INSERT", "callback_requests")
    with pytest.raises(StorageUnavailable):
        await rig.ask("book a call", "m1")
    assert broken
    assert rig.counts() == dict.fromkeys(rig.counts(), 0)


async def test_a_connection_cut_in_the_middle_of_a_turn_stores_nothing(rig: Rig) -> None:
    if rig.storage.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no connections to cut.")
    rig.actions.HOLD["seconds"] = 0.4
    asked = asyncio.ensure_future(rig.ask("sleep please", "m1"))
    await until(lambda: rig.bot.jobs)
    await asyncio.sleep(0.2)
    assert rig.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with pytest.raises(StorageUnavailable):
        await asked
    assert rig.count("chat_events") == 0
    assert len(await rig.ask("sleep please", "m1")) == 2


async def test_a_caller_who_leaves_does_not_stop_the_turn(rig: Rig) -> None:
    rig.actions.HOLD["seconds"] = 0.4
    asked = asyncio.ensure_future(rig.ask("sleep please", "m1"))
    await until(lambda: rig.bot.jobs)
    await asyncio.sleep(0.1)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert rig.count("chat_events") == 0
    await until(lambda: not rig.bot.jobs)
    stored = rig.storage.conversations.list_events("c")
    assert len(stored) == 2
    assert await rig.ask("sleep please", "m1") == stored
    assert rig.count("chat_events") == 2


async def test_an_unknown_conversation_is_refused(rig: Rig) -> None:
    with pytest.raises(NotFound):
        await rig.ask("hello", conversation_id="nobody")


async def test_erasing_waits_for_the_turn_and_leaves_nothing(rig: Rig) -> None:
    rig.actions.HOLD["seconds"] = 0.3
    await rig.ask("book a call")
    asked = asyncio.ensure_future(rig.ask("sleep please"))
    await until(lambda: rig.bot.jobs)
    await asyncio.sleep(0.1)
    erased = await asyncio.to_thread(rig.storage.conversations.erase, "c")
    assert asked.done() or len(await asked) == 2
    assert erased > 10
    assert rig.counts() == dict.fromkeys(rig.counts(), 0)
    with pytest.raises(NotFound):
        await rig.ask("hello")


async def test_a_stale_choice_cannot_be_replayed_from_another_conversation(rig: Rig) -> None:
    rig.open("d")
    await rig.ask("offer me something")
    message = VisitorMessage("d", "m1", type="choice", choice="intent:greet")
    with pytest.raises(InvalidInput):
        await rig.bot.answer(message)
