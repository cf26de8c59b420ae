"""Custom actions in this process instead of behind HTTP."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Iterable
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from clinicbot.bot.turn_state import TurnAborted
from clinicbot.errors import SetUpError


class InProcessActions(EndpointConfig):
    """Looks to Rasa like an action server; runs the actions of a package right here."""

    def __init__(self, package: str, seconds: float) -> None:
        """Imports the package and registers its actions.

        Args:
            package: dotted name of the package with the actions.
            seconds: longest time for one action.

        Raises:
            SetUpError: the package cannot be imported.
        """
        super().__init__(url="inprocess://actions")
        self._seconds = seconds
        self._executor = _register(package)

    def list_missing(self, names: Iterable[str]) -> list[str]:
        """Those of the names that no action here has."""
        return sorted(set(names) - set(self._executor.actions))

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = None,
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Runs one action; gives what the action server would have answered.

        Raises:
            ClientResponseError: the action refused to run; another one may be predicted.
            TurnAborted: it failed or took too long.
        """
        call = kwargs["json"]
        try:
            return await asyncio.wait_for(self._executor.run(call), self._seconds)
        except ActionExecutionRejection as refusal:
            body = {"error": refusal.message, "action_name": refusal.action_name}
            raise ClientResponseError(400, refusal.message, json.dumps(body)) from refusal
        except asyncio.TimeoutError as error:
            raise TurnAborted(f"The action {call['next_action']} took too long.") from error
        except Exception as error:
            raise TurnAborted(f"The action {call['next_action']} failed.") from error


def _register(package: str) -> ActionExecutor:
    executor = ActionExecutor()
    try:
        importlib.import_module(package)
        executor.register_package(package)
    except (ImportError, SystemExit) as error:  # rasa_sdk exits the process on ImportError
        raise SetUpError(f"The actions in {package!r} cannot be imported: {error}") from error
    return executor
