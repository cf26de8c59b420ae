"""What the commands about visitors' data share."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

from clinicbot.bootstrap import Privacy, build_privacy, open_stored
from clinicbot.settings import Settings


@contextmanager
def privacy_of(settings: Settings) -> Iterator[Privacy]:
    """The privacy side alone: no content and no model is loaded."""
    storage = open_stored(settings)
    try:
        yield build_privacy(settings, storage)
    finally:
        storage.close()


def actor() -> str:
    """The operating system's name of who runs this. Not the environment's: anybody can set that."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"
