"""Times every question with one model, in a process of its own (see bench.parse)."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

WARM_UP = 20


def main(name: str, model: Path, questions: Path, out: Path) -> None:
    """Writes {"parse": [ms ...], "components": {name: [ms ...]}}."""
    texts = json.loads(questions.read_text())
    agent = _load(name, model)
    loop = asyncio.new_event_loop()

    def parse(text: str) -> float:
        began = time.perf_counter()
        loop.run_until_complete(agent.parse_message(text))
        return 1000 * (time.perf_counter() - began)

    for text in texts[:WARM_UP]:
        parse(text)
    whole = [parse(text) for text in texts]
    # Once more with a clock around every component, which itself takes a little.
    components = _watch(agent)
    for text in texts:
        parse(text)
    out.write_text(json.dumps({"parse": whole, "components": components}))


def _load(name: str, model: Path) -> Any:
    if name == "ours":
        import clinicbot.bot.environment  # noqa: F401 - must come before Rasa
        from clinicbot.bot.agent import LoudAgent
        from clinicbot.bot.session import SessionLimits
        from clinicbot.bot.tracker_store import UnitOfWorkTrackerStore

        # As it is served; nothing is stored, so no database is asked for.
        agent = LoudAgent(tracker_store=UnitOfWorkTrackerStore(SessionLimits(30, 60)))
        agent.load_model(model)
        return agent
    import logging

    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    return Agent.load(str(model))


def _watch(agent: Any) -> dict[str, list[float]]:
    """Adds a clock to every node of the language graph; gives where the times will be."""
    from rasa.engine.graph import GraphNodeHook

    times: dict[str, list[float]] = {}

    class Clock(GraphNodeHook):
        def on_before_node(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
            return {"began": time.perf_counter()}

        def on_after_node(self, node_name: str, *args: Any, **kwargs: Any) -> None:
            passed = time.perf_counter() - kwargs["input_hook_data"]["began"]
            times.setdefault(_short(node_name), []).append(1000 * passed)

    for node in agent.processor.graph_runner._instantiated_nodes.values():
        node._hooks = [Clock()]
    return times


def _short(node: str) -> str:
    """MessageCleaner0 for run_clinicbot.nlu.message_cleaner.MessageCleaner0."""
    return node.removeprefix("run_").rsplit(".", 1)[-1]


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:5]))
