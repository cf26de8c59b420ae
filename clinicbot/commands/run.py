"""`clinicbot run`: everything from an installed checkout to a served assistant."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable

from clinicbot.bootstrap import find_model
from clinicbot.commands.serve import serve
from clinicbot.errors import SetUpError
from clinicbot.nlu.encoder_build import build_encoder
from clinicbot.settings import Settings
from clinicbot.storage import migrate
from clinicbot.web.server import bind

DOT_SECONDS = 2.0


def run(settings: Settings) -> int:
    """Builds, migrates and trains what is missing, then serves until Ctrl-C."""
    # Asked first: nobody wants to wait for a training to hear that the port is taken.
    bind(settings.host, settings.port).close()
    _step("Sentence encoder", lambda: _build(settings))
    _step("Database", lambda: migrate(settings.database_url))
    if not _has_model(settings):
        _step("Training release 1 (a minute or two)", lambda: _train_apart())
    return serve(settings)


def build_encoder_here(settings: Settings) -> int:
    _step("Sentence encoder", lambda: _build(settings))
    return 0


def migrate_here(settings: Settings) -> int:
    _step("Database", lambda: migrate(settings.database_url))
    return 0


def _build(settings: Settings) -> None:
    if not settings.encoder:
        build_encoder(settings.encoder_dir)


def _has_model(settings: Settings) -> bool:
    try:
        find_model(settings)
    except SetUpError:
        return False
    return True


def _train_apart() -> None:
    """Trains in a process of its own, so that its memory is gone when we serve.

    Raises:
        SetUpError: the training failed; what it said was printed.
    """
    command = [sys.executable, "-m", "clinicbot", "train", "--quiet"]
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise SetUpError("The training failed, see above; nothing was changed.")


def _step(name: str, work: Callable[[], object]) -> None:
    """One line a step: its name, a dot every two seconds, the seconds it took."""
    print(f"{name} ...", end="", flush=True)
    began, done = time.monotonic(), threading.Event()
    dots = threading.Thread(target=_show_dots, args=(done,), daemon=True)
    dots.start()
    try:
        work()
    finally:
        done.set()
        dots.join()
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def _show_dots(done: threading.Event) -> None:
    while not done.wait(DOT_SECONDS):
        print(".", end="", flush=True)
