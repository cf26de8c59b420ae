"""Trains a model archive with Rasa; whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from rasa.model_training import train as rasa_train

import clinicbot.bot.environment  # noqa: F401 - how Rasa has to find the process
from clinicbot.errors import SetUpError

ARCHIVE = "model.tar.gz"


def next_release(releases: Path) -> Path:
    """Where the next release's archive goes: one number above the highest."""
    numbers = [int(p.name) for p in releases.glob("*") if p.name.isdigit()]
    return releases / str(max(numbers, default=0) + 1) / ARCHIVE


def train_model(project: Path, target: Path) -> None:
    """Trains the Rasa project in that folder and moves the archive into place.

    Raises:
        SetUpError: the training failed or the disk refused; nothing is left behind.
    """
    part = target.parent.with_name(target.parent.name + ".part")
    said = io.StringIO()
    try:
        part.mkdir(parents=True, exist_ok=True)
        output = part.resolve()
        with _inside(project), contextlib.redirect_stdout(said):
            result = rasa_train(
                domain="domain.yml",
                config="config.yml",
                training_files="data",
                output=str(output),
                fixed_model_name="model",
            )
        if not result.model:
            raise SetUpError(f"The training gave no model (code {result.code}). {said.getvalue()}")
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(result.model).replace(target)
    except OSError as error:
        raise SetUpError(f"The model cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Rasa finds components and content from the project's root."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
