"""Where Rasa repeats work for every message: the same results from work done once.

Each of these was measured (`make bench`); together they take more than a third of the time
of a message. What they replace is pinned by `agent.RASA_VERSION`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.shared.core.events import Event

Steps = list[tuple[str, tuple[str, ...]]]


class InOrderRunner(DaskGraphRunner):
    """Runs the nodes of a loaded model one after the other, in an order found once.

    Rasa has dask find the order for each message anew, and for each prediction in it.
    """

    _orders: dict[tuple[str, ...], Steps]

    @classmethod
    def around(cls, loaded: GraphRunner) -> InOrderRunner:
        """The same nodes, run by this class."""
        runner = cls.__new__(cls)
        runner.__dict__.update(loaded.__dict__, _orders={})
        return runner

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Gives the output of each target; an error is the one that its node raised."""
        wanted = tuple(targets or self._graph_schema.target_names)
        done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            # A node says itself which of its inputs nobody provided.
            done[name] = self._instantiated_nodes[name](*[done.get(n, n) for n in needs])
        return {name: done[name][1] for name in wanted}

    def _order(self, targets: tuple[str, ...]) -> Steps:
        if targets not in self._orders:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            names = TopologicalSorter(needs).static_order()
            self._orders[targets] = [(name, needs[name]) for name in names if name in needs]
        return self._orders[targets]


class ActionResultCheck:
    """Checks what an action gave back against Rasa's own schema.

    Rasa compiles the schema for each action (15 ms) and tries each event against every type
    of event (3 ms); here the type that an event says it has is the only one it is tried on.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        events = schema["properties"]["events"]["items"]
        common = {key: value for key, value in events.items() if key != "oneOf"}
        self._types = {
            kind["properties"]["event"]["const"]: Draft7Validator({"allOf": [common, kind]})
            for kind in events["oneOf"]
        }
        plain = {"type": "array", "items": {"type": "object"}}
        parts = {**schema["properties"], "events": plain}
        self._whole = Draft7Validator({**schema, "properties": parts})

    def __call__(self, result: Any) -> None:
        """Raises ValidationError if it is not what Rasa expects."""
        self._whole.validate(result)
        for event in result.get("events", ()):
            kind = event.get("event")
            if not isinstance(kind, str) or kind not in self._types:
                raise ValidationError(f"There is no event {kind!r}.")
            self._types[kind].validate(event)


_check = ActionResultCheck(RemoteAction.action_response_format_spec())


def _validate_action_result(self: RemoteAction, result: Any) -> bool:
    _check(result)
    return True


def use_shortcuts() -> None:
    """Puts them in the place of Rasa's own; a second call changes nothing."""
    RemoteAction._validate_action_result = _validate_action_result
    if not hasattr(Event.resolve_by_type, "cache_info"):
        # It looks through the classes of all events, for each event of a conversation.
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(Event.resolve_by_type))
