"""How Rasa and TensorFlow have to find the process when they are imported.

The only place that sets such things. It sets variables for libraries; the product's own
settings are read in clinicbot/settings.py.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import MutableMapping
from typing import Any

from clinicbot.bot.neural_parts import leave_out_neural_parts
from clinicbot.settings import PROJECT_ROOT

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Rasa draws a bar for every step of a training unless it may only say errors.
    "LOG_LEVEL": "ERROR",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    # A sentence is too little work to share: a second thread makes no message faster, and
    # takes processor time that the web server and other processes need.
    "OPENBLAS_NUM_THREADS": "1",
}
os.environ.update(QUIET)
leave_out_neural_parts(PROJECT_ROOT / "config.yml")

with warnings.catch_warnings(record=True):  # of libraries about libraries, a screen full of them
    import rasa.core.agent  # noqa: F401
    from rasa.utils import log_utils

# Sanic turns these on for everybody when it is imported, and Rasa imports it.
warnings.filterwarnings("ignore", category=DeprecationWarning)
# Wrong for slots that an action sets, which is how ours are meant.
warnings.filterwarnings("ignore", message="(?s).*Slot auto-fill has been removed")

# What of a log entry of Rasa's is no text of a visitor: the rest are texts, slots and trackers,
# and of an exception all local variables.
KEPT_OF_LOG = frozenset({"event", "level", "event_key"})


def _keep_names(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A log entry of Rasa's without anything that somebody wrote."""
    for key in entry.keys() - KEPT_OF_LOG:
        del entry[key]
    return entry


def _configure_log_of_rasa() -> None:
    """Until this is called, Rasa logs every message's text on the debug level."""
    log_utils.configure_structlog(logging.WARNING)
    *chain, renderer = log_utils.structlog.get_config()["processors"]
    log_utils.structlog.configure(processors=[*chain, _keep_names, renderer])


_configure_log_of_rasa()
for name in ("rasa", "rasa_sdk", "spacy"):
    logging.getLogger(name).setLevel(logging.WARNING)
