"""It serves only what it can answer with, and stops without losing anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from clinicbot.bot.rasa_bot import RasaBot
from clinicbot.errors import Busy, SetUpError
from clinicbot.storage import migrate
from tests.integration.bot_fixtures import LIMITS, Rig, until

pytestmark = pytest.mark.model


def other_bot(rig: Rig, package: str = "tiny_actions") -> RasaBot:
    return RasaBot(rig.storage.make_turns(), LIMITS, package)


def test_a_missing_model_is_named(rig: Rig, tmp_path: Path) -> None:
    bot = other_bot(rig)
    with pytest.raises(SetUpError, match="There is no model at .*none.tar.gz"):
        bot.start(tmp_path / "none.tar.gz")
    assert not bot.is_ready()


@pytest.mark.parametrize("size", [0, 10, 2000])
def test_a_broken_model_is_refused(rig: Rig, tmp_path: Path, size: int) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(rig.model.read_bytes()[:size])
    bot = other_bot(rig)
    with pytest.raises(SetUpError, match="broken.tar.gz cannot be loaded"):
        bot.start(broken)
    assert not bot.is_ready()


def test_actions_that_cannot_be_imported_are_refused(rig: Rig) -> None:
    with pytest.raises(SetUpError, match="no_such_actions"):
        other_bot(rig, "no_such_actions").start(rig.model)


@pytest.mark.parametrize("question", ["keep silence", "fail now"])
def test_a_model_that_does_not_answer_a_golden_question_is_refused(rig: Rig, question: str) -> None:
    bot = other_bot(rig)
    with pytest.raises(SetUpError, match=question):
        bot.start(rig.model, golden=["hello", question])
    assert not bot.is_ready()


def test_golden_questions_leave_nothing_in_the_database(rig: Rig) -> None:
    bot = other_bot(rig)
    bot.start(rig.model, golden=["hello", "book a call"])
    assert bot.is_ready()
    bot.stop()
    assert rig.counts() == dict.fromkeys(rig.counts(), 0)
    assert rig.count("conversations") == 1


def test_a_rehearsed_question_is_answered_and_forgotten(rig: Rig) -> None:
    events = rig.bot.rehearse("hello")
    assert events[1].message["blocks"][0]["text"] == "Hello."
    assert rig.count("chat_events") == 0


def test_a_bad_model_does_not_replace_the_one_being_served(rig: Rig, tmp_path: Path) -> None:
    with pytest.raises(SetUpError):
        rig.bot.switch(tmp_path / "none.tar.gz", 4)
    assert rig.bot.is_ready()
    assert asyncio.run(rig.ask("ask"))


@pytest.mark.asyncio
async def test_a_switch_takes_effect_between_turns(rig: Rig) -> None:
    rig.actions.HOLD["seconds"] = 0.8
    asked = asyncio.ensure_future(rig.ask("sleep please"))
    await until(lambda: rig.bot.jobs)
    await asyncio.sleep(0.1)
    await asyncio.to_thread(rig.bot.switch, rig.model, 4)
    assert not asked.done()
    after = await rig.ask("how long is the downtime for prp")
    releases = [events[1].message["answer"]["release"] for events in (await asked, after)]
    assert releases == [3, 4]


def test_a_database_that_is_down_is_reported_in_plain_words() -> None:
    with pytest.raises(SetUpError, match="CLINIC_DATABASE_URL"):
        migrate("postgresql+psycopg2://nobody:secret@127.0.0.1:1/none")


def test_the_message_about_a_database_that_is_down_holds_no_password() -> None:
    with pytest.raises(SetUpError) as caught:
        migrate("postgresql+psycopg2://nobody:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


@pytest.mark.asyncio
async def test_a_full_queue_is_refused_at_once(rig: Rig) -> None:
    rig.restart(queue=2)
    rig.open("d")
    rig.actions.HOLD["seconds"] = 0.3
    asked = [
        asyncio.ensure_future(rig.ask("sleep please", conversation_id=name)) for name in ("c", "d")
    ]
    await until(lambda: rig.bot.jobs == 2)
    with pytest.raises(Busy):
        await rig.ask("hello")
    assert [len(answer) for answer in await asyncio.gather(*asked)] == [2, 2]


@pytest.mark.asyncio
async def test_stopping_answers_what_was_accepted_and_nothing_more(rig: Rig) -> None:
    rig.actions.HOLD["seconds"] = 0.4
    asked = asyncio.ensure_future(rig.ask("sleep please"))
    await until(lambda: rig.bot.jobs)
    stopping = asyncio.ensure_future(asyncio.to_thread(rig.bot.stop))
    await asyncio.sleep(0.1)
    with pytest.raises(Busy):
        await rig.ask("hello")
    assert len(await asked) == 2
    await stopping
    assert not rig.bot.is_ready()
    assert rig.count("chat_events") == 2
