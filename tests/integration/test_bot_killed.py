"""Processes killed in the middle of messages lose nothing and do nothing twice (R1)."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from clinicbot.errors import Busy, StorageUnavailable
from tests.integration.bot_fixtures import Rig

pytestmark = [pytest.mark.model, pytest.mark.slow]

TEXTS = ("hello", "how long is the downtime for prp", "book a call", "sleep please")
MESSAGES = [(f"c{i % 6}", f"m{i}", TEXTS[(i // 6) % 4]) for i in range(240)]
KILLS = 4
WORKERS = 3


def deliver(url: str, project: str, seed: int, log: str) -> None:
    """Delivers every message once, in an order of its own; writes down what was answered."""
    sys.path.insert(0, project)
    import tiny_actions

    from clinicbot.bot.rasa_bot import BotLimits, RasaBot
    from clinicbot.knowledge.conversation import VisitorMessage
    from clinicbot.storage import open_storage

    storage = open_storage(url, lock_seconds=10.0)
    tiny_actions.HOLD.update(callback_requests=storage.callback_requests, seconds=0.02)
    bot = RasaBot(storage.make_turns(), BotLimits(), "tiny_actions")
    bot.start(Path(project) / "models" / "tiny.tar.gz")
    messages = MESSAGES[:]
    random.Random(seed).shuffle(messages)

    async def answer(conversation_id: str, client_id: str, text: str) -> Any:
        while True:
            try:
                return await bot.answer(VisitorMessage(conversation_id, client_id, text=text))
            except (Busy, StorageUnavailable):
                await asyncio.sleep(0.05)

    async def work() -> None:
        with open(log, "a", buffering=1) as file:
            for message in messages:
                events = await answer(*message)
                said = [[event.n, event.message] for event in events]
                file.write(json.dumps([*message, said]) + "\n")

    asyncio.run(work())
    bot.stop()


def test_killed_workers_lose_nothing_and_do_nothing_twice(
    rig: Rig, tiny_project: Path, tmp_path: Path
) -> None:
    for number in range(6):
        rig.open(f"c{number}")
    url = rig.storage.engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("forkserver")
    # Imported once, before the forks: importing Rasa takes longer than all messages together.
    # skops (the tiny model's classifier) goes first: it looks through all modules there are.
    preload = ["skops.io", "clinicbot.bot.rasa_bot", "rasa.engine.recipes.default_recipe"]
    context.set_forkserver_preload(preload)
    log = tmp_path / "acknowledged"

    def start(seed: int) -> Any:
        arguments = (url, str(tiny_project), seed, str(log))
        worker = context.Process(target=deliver, args=arguments, daemon=True)
        worker.start()
        return worker

    workers = [start(seed) for seed in range(WORKERS)]
    kills = _kill_some(rig, workers, start)
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * WORKERS
    assert kills == KILLS
    _check(rig, [json.loads(line) for line in log.read_text().splitlines()])


def _kill_some(rig: Rig, workers: list[Any], start: Any) -> int:
    kills, deadline, chance = 0, time.monotonic() + 120, random.Random(7)
    while kills < KILLS and time.monotonic() < deadline:
        if rig.count("processed_messages") > 15 + kills * 30:
            victim = chance.randrange(WORKERS)
            workers[victim].kill()
            workers[victim].join()
            kills += 1
            workers[victim] = start(100 + kills)
        time.sleep(0.02)
    return kills


def _check(rig: Rig, acknowledged: list[Any]) -> None:
    ids = rig.rows("SELECT conversation_id, client_id FROM processed_messages")
    assert sorted(ids) == sorted((message[0], message[1]) for message in MESSAGES)
    calls = sum(text == "book a call" for _, _, text in MESSAGES)
    assert rig.count("callback_requests") == calls
    assert rig.rows("SELECT count(*) FROM tracker_events WHERE type='user'") == [(len(MESSAGES),)]
    for table, number in (("tracker_events", "seq"), ("chat_events", "n")):
        holes = f"""SELECT conversation_id FROM {table} GROUP BY conversation_id
                    HAVING max({number}) <> count(*) OR min({number}) <> 1"""
        assert rig.rows(holes) == []
    stored = {
        (name, event.n): event.message
        for name in {message[0] for message in MESSAGES}
        for event in rig.storage.conversations.list_events(name)
    }
    assert len(stored) == 2 * len(MESSAGES)
    assert len(acknowledged) >= len(MESSAGES) * WORKERS
    for conversation_id, _, text, said in acknowledged:
        assert said[0][1]["text"] == text
        assert [stored[conversation_id, n] for n, _ in said] == [message for _, message in said]
