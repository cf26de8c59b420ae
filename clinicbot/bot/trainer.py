"""Trains a model archive with Rasa's graph; whole or not at all.

`rasa train` gives the same model. It also fingerprints every message after every component,
for a cache that a new FAQ empties anyway, which doubled the time of a training; so the graph
is run here without those hooks.
"""

from __future__ import annotations

import contextlib
import copy
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import rasa.engine.validation
from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.graph import ExecutionContext, GraphModelConfiguration
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.data import TrainingType
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from threadpoolctl import threadpool_limits

import clinicbot.bot.environment  # noqa: F401 - must come before Rasa
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
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix="training-", dir=target.parent))
    except OSError as error:
        raise SetUpError(f"The model cannot be written: {error.strerror or error}.") from error
    try:
        with _inside(project), _quiet(), threadpool_limits(os.cpu_count()):
            _train(part / "storage", part / ARCHIVE)
        (part / ARCHIVE).replace(target)
    except OSError as error:
        raise SetUpError(f"The model cannot be written: {error.strerror or error}.") from error
    except RasaException as error:
        raise SetUpError(f"The training failed: {error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _train(storage_dir: Path, archive: Path) -> None:
    """Runs the training graph of config.yml on domain.yml and data/."""
    importer = TrainingDataImporter.load_from_config("config.yml", "domain.yml", ["data"])
    configuration = _read_configuration(importer)
    domain = copy.deepcopy(importer.get_domain())
    storage_dir.mkdir()
    storage = LocalModelStorage(storage_dir)
    runner = DaskGraphRunner.create(
        graph_schema=configuration.train_schema,
        model_storage=storage,
        execution_context=ExecutionContext(graph_schema=configuration.train_schema),
    )
    runner.run(inputs={PLACEHOLDER_IMPORTER: importer})
    storage.create_model_package(archive, configuration, domain)


def _read_configuration(importer: TrainingDataImporter) -> GraphModelConfiguration:
    config = importer.get_config()
    recipe = Recipe.recipe_for_name(config.get("recipe"))
    configuration = recipe.graph_config_for_recipe(config, {}, training_type=TrainingType.BOTH)
    rasa.engine.validation.validate(configuration)
    return configuration


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Rasa warns of each wording whose answer stands in no response of the domain; ours stand
    in content/, and `clinicbot content check` looks after that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Rasa finds components and content from the project's root."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
