"""The shortcuts give what Rasa's own ways give."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import ActiveLoop, Event, SlotSet, UserUttered

from clinicbot.bot.shortcuts import ActionResultCheck, InOrderRunner, use_shortcuts

SCHEMA = RemoteAction.action_response_format_spec()
RESPONSE = {"text": "Hello.", "custom": {"blocks": []}}


class Adder(GraphComponent):
    """Adds up whatever it is given."""

    @classmethod
    def create(cls, config: dict[str, Any], *args: Any, **kwargs: Any) -> Adder:
        return cls()

    def add(self, left: int, right: int) -> int:
        return left + right

    def fail(self, left: int) -> int:
        raise ValueError("no")


def node(function: str, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Adder, constructor_name="create", fn=function, config={}, eager=True
    )


def runners() -> tuple[DaskGraphRunner, InOrderRunner]:
    nodes = {
        "twice": node("add", left="__tracker__", right="__tracker__"),
        "more": node("add", left="twice", right="__message__"),
        "most": node("add", left="more", right="twice"),
        "broken": node("fail", left="twice"),
    }
    graph = GraphSchema(nodes)
    context: Any = ExecutionContext(graph)
    storage: Any = None
    dask = DaskGraphRunner.create(graph, storage, context)
    return dask, InOrderRunner.around(dask)


@pytest.mark.parametrize("targets", [["twice"], ["most"], ["most", "twice"]])
def test_a_graph_gives_the_same_in_order_as_through_dask(targets: list[str]) -> None:
    inputs = {"__tracker__": 3, "__message__": 4}
    dask, in_order = runners()
    for _ in range(2):
        assert in_order.run(dict(inputs), targets) == dask.run(dict(inputs), targets)


def test_an_error_in_a_node_comes_out_as_it_does_through_dask() -> None:
    for runner in runners():
        with pytest.raises(GraphComponentException):
            runner.run({"__tracker__": 1}, ["broken"])


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "topic", "value": None}], "responses": [RESPONSE]},
        {"events": [{"event": "slot", "name": "topic", "timestamp": 1.5}]},
        {"events": [{"event": "slot", "name": 3, "value": 1}]},
        {"events": [{"event": "active_loop", "name": None, "timestamp": None}]},
        {"events": [{"event": "followup", "name": "action_listen"}]},
        {"events": [{"event": "no such event"}]},
        {"events": [{"event": ["slot"]}]},
        {"events": [{"name": "topic", "value": 1}]},
        {"events": [{"event": "slot", "name": "topic", "value": 1, "timestamp": "now"}]},
        {"events": ["slot"]},
        {"events": {"event": "slot"}},
        {"responses": ["Hello."]},
        ["events"],
        None,
    ],
)
def test_what_an_action_gave_back_is_judged_as_rasa_judges_it(result: Any) -> None:
    assert refuses(lambda: ActionResultCheck(SCHEMA)(result)) == refuses(
        lambda: jsonschema.validate(result, SCHEMA)
    )


def test_an_event_is_found_by_its_name_as_before() -> None:
    use_shortcuts()
    use_shortcuts()
    for kind in (UserUttered, SlotSet, ActiveLoop):
        assert Event.resolve_by_type(kind.type_name) is kind
    assert Event.resolve_by_type("topic") is None
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("no such event")


def refuses(check: Any) -> bool:
    try:
        check()
    except jsonschema.ValidationError:
        return True
    return False
