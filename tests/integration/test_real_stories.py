"""Rasa's own test of whole conversations, with the trained model."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from clinicbot.settings import PROJECT_ROOT

pytestmark = [pytest.mark.model, pytest.mark.slow]


def test_every_story_is_predicted_without_an_error(trained_model, tmp_path):
    command = [sys.executable, "-m", "rasa", "test", "core", "--e2e", "--no-plot"]
    command += ["--stories", "tests/conversations", "--fail-on-prediction-errors"]
    command += ["--model", str(trained_model), "--out", str(tmp_path)]
    environ = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    report = json.loads((tmp_path / "story_report.json").read_text())
    assert report["conversation_accuracy"]["accuracy"] == 1
    assert report["conversation_accuracy"]["total"] >= 8
