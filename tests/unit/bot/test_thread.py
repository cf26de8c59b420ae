"""Jobs on the bot's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from clinicbot.bot.thread import BotThread
from clinicbot.errors import Busy

pytestmark = pytest.mark.asyncio


@pytest.fixture
def thread() -> Iterator[BotThread]:
    thread = BotThread(limit=2)
    thread.start()
    yield thread
    thread.stop(0)


async def test_a_job_gives_its_result_and_its_error(thread: BotThread) -> None:
    async def fail() -> None:
        raise KeyError("on purpose")

    assert await thread.submit(lambda: asyncio.sleep(0, "done")) == "done"
    with pytest.raises(KeyError):
        await thread.submit(fail)
    assert thread.jobs == 0


async def test_a_cancelled_caller_leaves_the_job_running(thread: BotThread) -> None:
    ended: list[bool] = []

    async def job() -> None:
        await asyncio.sleep(0.1)
        ended.append(True)

    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(thread.submit(job), 0.02)
    assert thread.jobs == 1
    await asyncio.sleep(0.2)
    assert ended == [True]
    assert thread.jobs == 0


async def test_more_jobs_than_the_limit_are_refused(thread: BotThread) -> None:
    jobs = [asyncio.ensure_future(thread.submit(lambda: asyncio.sleep(0.2))) for _ in range(2)]
    await asyncio.sleep(0.05)
    with pytest.raises(Busy):
        await thread.submit(lambda: asyncio.sleep(0))
    await asyncio.gather(*jobs)
    assert await thread.submit(lambda: asyncio.sleep(0, "again")) == "again"


async def test_a_stopped_thread_takes_no_jobs_and_ended_those_it_had(thread: BotThread) -> None:
    job = asyncio.ensure_future(thread.submit(lambda: asyncio.sleep(0.1, "done")))
    await asyncio.sleep(0.02)
    await asyncio.to_thread(thread.stop, 5.0)
    assert await job == "done"
    assert not thread.is_alive()
    with pytest.raises(Busy):
        await thread.submit(lambda: asyncio.sleep(0))


async def test_a_job_that_does_not_end_is_cancelled_at_the_deadline(thread: BotThread) -> None:
    job = asyncio.ensure_future(thread.submit(lambda: asyncio.sleep(60)))
    await asyncio.sleep(0.02)
    await asyncio.to_thread(thread.stop, 0.1)
    with pytest.raises(asyncio.CancelledError):
        await job


async def test_a_thread_that_was_never_started_is_not_alive() -> None:
    thread = BotThread(limit=1)
    assert not thread.is_alive()
    with pytest.raises(Busy):
        await thread.submit(lambda: asyncio.sleep(0))
