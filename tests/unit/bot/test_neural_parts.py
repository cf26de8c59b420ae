"""TensorFlow stays out of a process that has no use for it, and only of such a one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clinicbot.settings import PROJECT_ROOT

# Loads the module by its file: importing the package would import Rasa.
ALONE = """
import importlib.util, pathlib, sys
path = "clinicbot/bot/neural_parts.py"
spec = importlib.util.spec_from_file_location("neural_parts", path)
parts = importlib.util.module_from_spec(spec)
spec.loader.exec_module(parts)
print(parts.leave_out_neural_parts(pathlib.Path(sys.argv[1])))
"""


def run(code: str, *arguments: str) -> str:
    """What the code printed last, in a process of its own."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_this_pipeline_is_served_without_tensorflow() -> None:
    code = (
        "import clinicbot.bot.rasa_bot, clinicbot.bot.trainer, clinicbot.nlu.language, sys\n"
        "import rasa.engine.recipes.default_components\n"
        "print(sorted(m for m in ('tensorflow', 'keras') if sys.modules.get(m)))"
    )
    assert run(code) == "[]"


def test_a_neural_component_says_why_it_cannot_be_used() -> None:
    code = (
        "import clinicbot.bot.environment\n"
        "from rasa.engine.recipes.default_components import DIETClassifier\n"
        "for use in (lambda: DIETClassifier.load, lambda: DIETClassifier({})):\n"
        "    try:\n        use()\n    except ImportError as error:\n        print(error)"
    )
    said = run(code).splitlines()
    assert len(said) == 2
    assert all(line.startswith("DIETClassifier needs TensorFlow, ") for line in said)


@pytest.mark.parametrize("component", ["DIETClassifier", "ResponseSelector", "TEDPolicy"])
def test_a_pipeline_with_a_neural_component_gets_tensorflow(tmp_path: Path, component: str) -> None:
    config = tmp_path / "config.yml"
    config.write_text(f"pipeline:\n- name: {component}\n")
    assert run(ALONE, str(config)) == "False"


@pytest.mark.parametrize("text", ["pipeline:\n- name: WhitespaceTokenizer\n", ""])
def test_a_pipeline_without_one_does_not(tmp_path: Path, text: str) -> None:
    config = tmp_path / "config.yml"
    config.write_text(text)
    assert run(ALONE, str(config)) == "True"
