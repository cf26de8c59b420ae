"""Rasa's Agent without the parts that hide failures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rasa
from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.domain import Domain, SessionConfig
from rasa.shared.data import TrainingType

from clinicbot.bot.in_process_actions import InProcessActions
from clinicbot.bot.responses import ClinicResponses
from clinicbot.bot.shortcuts import InOrderRunner, use_shortcuts
from clinicbot.bot.turn_state import TurnAborted
from clinicbot.errors import SetUpError

RASA_VERSION = "3.6.21"


class LoudAction:
    """An action whose failure gives up the turn instead of being logged and forgotten."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def __getattr__(self, name: str) -> Any:
        return getattr(self._action, name)

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the action.

        Raises:
            ActionExecutionRejection: it refused to run; Rasa handles that.
            TurnAborted: it failed.
        """
        try:
            return await self._action.run(*args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            raise TurnAborted(f"The action {self._action.name()} failed.") from error


class LoudProcessor(MessageProcessor):
    """Rasa's processor, with every action made loud, and without dask."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        name, metadata, runner = MessageProcessor._load_model(model_path)
        return name, metadata, InOrderRunner.around(runner)

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        if args:
            return await super()._run_action(LoudAction(action), *args, **kwargs)
        return await super()._run_action(action=LoudAction(action), **kwargs)


class LoudAgent(Agent):
    """Rasa's Agent around our tracker store and the processor above."""

    @staticmethod
    def _create_tracker_store(store: TrackerStore, domain: Domain) -> TrackerStore:
        """Gives the store itself: Rasa would wrap it so that its errors are never seen."""
        store.domain = domain
        return store

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Loads a model, as Agent.load_model does, with our processor and our sessions."""
        self.processor = LoudProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
            on_circuit_break=_give_up,
        )
        self.domain = self.processor.domain
        # The tracker store starts sessions; a second rule would carry every slot along.
        self.domain.session_config = SessionConfig(0, True)
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, TemplatedNaturalLanguageGenerator):
            self.nlg.responses = self.domain.responses


def load_agent(
    model: Path,
    store: TrackerStore,
    actions: InProcessActions,
    facts: Mapping[str, str] | None = None,
) -> LoudAgent:
    """Loads a model archive and checks what the bot relies on.

    Args:
        model: the archive.
        store: a tracker store of this agent alone.
        actions: its custom actions.
        facts: what the domain's responses name in braces, besides slots.

    Raises:
        SetUpError: the model is missing, broken or unfit; the message says what to do.
    """
    if rasa.__version__ != RASA_VERSION:
        raise SetUpError(f"This needs Rasa {RASA_VERSION}, not {rasa.__version__}.")
    if not model.is_file():
        raise SetUpError(f"There is no model at {model}: train one (python -m clinicbot train).")
    use_shortcuts()
    responses = ClinicResponses(facts=facts) if facts else None
    agent = LoudAgent(generator=responses, tracker_store=store, action_endpoint=actions)
    try:
        agent.load_model(model)
    except Exception as error:  # whatever a broken archive can raise
        reason = f"{type(error).__name__}: {error}"
        raise SetUpError(f"The model {model.name} cannot be loaded ({reason}).") from error
    _check(agent, actions)
    return agent


def _check(agent: LoudAgent, actions: InProcessActions) -> None:
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        raise SetUpError("Rasa wrapped the tracker store; messages could be lost unseen.")
    if not agent.is_ready():
        raise SetUpError("Rasa says that it is not ready to answer.")
    if agent.processor.model_metadata.training_type != TrainingType.BOTH:
        raise SetUpError("The model was trained for understanding or dialogue only; train both.")
    missing = actions.list_missing(_custom_actions(agent.domain))
    if missing:
        raise SetUpError(f"The model needs actions that do not exist: {', '.join(missing)}.")


def _custom_actions(domain: Domain) -> list[str]:
    ours = set(domain.user_actions) - set(domain.form_names)
    return [name for name in ours if not name.startswith("utter_")]


def _give_up(*args: Any) -> None:
    """Rasa predicted ten actions without coming to an end."""
    raise TurnAborted("The dialogue ran in circles.")
