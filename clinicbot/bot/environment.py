"""How Rasa and TensorFlow have to find the process when they are imported.

The only place that sets such things. It sets variables for libraries; the product's own
settings are read in clinicbot/settings.py.
"""

from __future__ import annotations

import logging
import os
import warnings

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
    from rasa.utils.log_utils import configure_structlog

# Sanic turns these on for everybody when it is imported, and Rasa imports it.
warnings.filterwarnings("ignore", category=DeprecationWarning)
# Wrong for slots that an action sets, which is how ours are meant.
warnings.filterwarnings("ignore", message="(?s).*Slot auto-fill has been removed")

# Until this is called, Rasa logs every message's text on the debug level.
configure_structlog(logging.WARNING)
for name in ("rasa", "rasa_sdk", "spacy"):
    logging.getLogger(name).setLevel(logging.WARNING)
