"""A bot that is loaded while the server listens already."""

from __future__ import annotations

import threading

import pytest

from clinicbot.errors import Busy, SetUpError
from clinicbot.knowledge.conversation import VisitorMessage
from clinicbot.services.late_bot import LateBot
from tests.fakes import FIRST_MOMENT, FakeBot, FakeConversations

pytestmark = pytest.mark.asyncio
MESSAGE = VisitorMessage("c", "m1", text="hi")


class StoppableFake(FakeBot):
    stopped: float | None = None

    def stop(self, seconds: float) -> None:
        self.stopped = seconds


@pytest.fixture
def fake() -> StoppableFake:
    conversations = FakeConversations()
    conversations.open("c", "none", FIRST_MOMENT)
    return StoppableFake(conversations)


async def test_it_is_not_ready_until_the_bot_is_there(fake: StoppableFake) -> None:
    go_on, done = threading.Event(), threading.Event()

    def load() -> StoppableFake:
        go_on.wait(5)
        return fake

    bot = LateBot(load)
    assert not bot.is_loading
    bot.start(done.set, done.set)
    assert bot.is_loading
    assert (bot.is_ready(), bot.heartbeat_age()) == (False, 0.0)
    with pytest.raises(Busy):
        await bot.answer(MESSAGE)
    bot.stop(1)
    go_on.set()
    assert done.wait(5)
    fake.age = 3.0
    assert (bot.is_ready(), bot.heartbeat_age(), bot.error) == (True, 3.0, None)
    assert len(await bot.answer(MESSAGE)) == 2
    bot.stop(2.5)
    assert fake.stopped == 2.5


async def test_a_bot_that_goes_away_again_is_not_ready(fake: StoppableFake) -> None:
    done = threading.Event()
    bot = LateBot(lambda: fake)
    bot.start(done.set, done.set)
    assert done.wait(5)
    fake.ready = False
    assert not bot.is_ready()


async def test_a_failure_is_kept_for_the_main_thread() -> None:
    def load() -> StoppableFake:
        raise SetUpError("no model")

    failed, ready = threading.Event(), threading.Event()
    bot = LateBot(load)
    bot.start(ready.set, failed.set)
    assert failed.wait(5)
    assert not ready.is_set()
    assert not bot.is_ready()
    assert str(bot.error) == "no model"
