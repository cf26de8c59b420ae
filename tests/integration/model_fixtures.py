"""Fixtures: the real model, trained once and kept as long as its data stay the same, and a real
server process that serves it.

What is kept lies in .pytest_cache/clinicbot: the encoder, and one model for each state of the data.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinicbot.nlu.encoder_build import build_encoder
from clinicbot.nlu.sentence_encoder_model import is_built
from clinicbot.settings import PROJECT_ROOT, load_settings
from tests.visitor import Server
from tests.web_server import free_port

# What a model is made of; a change in any of these asks for a new one.
INGREDIENTS = ("config.yml", "domain.yml", "data/**/*.yml", "content/*.yml", "clinicbot/nlu/*.py")
STAMP = "trained_from"


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest) -> Path:
    """The folder that outlives a run."""
    return request.config.rootpath / ".pytest_cache" / "clinicbot"


@pytest.fixture(scope="session")
def encoder_folder(kept: Path) -> Iterator[Path]:
    """The sentence encoder: this checkout's if it has one, else built here; used by all that
    follows in this process and in those it starts."""
    folder = load_settings().encoder_dir
    if not is_built(folder):
        folder = kept / "encoder"
        if not is_built(folder):
            build_encoder(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINIC_ENCODER", str(folder))
        yield folder


@pytest.fixture(scope="session")
def trained_model(kept: Path, encoder_folder: Path) -> Path:
    """The archive of a model trained from the data as they are now."""
    wanted = fingerprint()
    releases = (PROJECT_ROOT / "var" / "releases").glob("*/model.tar.gz")
    newest = max(releases, key=lambda path: path.stat().st_mtime, default=None)
    own = kept / "model" / wanted[:16] / "model.tar.gz"
    for archive in filter(None, (newest, own)):
        stamp = archive.with_name(STAMP)
        if archive.exists() and stamp.exists() and stamp.read_text().strip() == wanted:
            return archive
    shutil.rmtree(kept / "model", ignore_errors=True)
    train(own)
    if fingerprint() == wanted:  # nobody changed the data meanwhile
        own.with_name(STAMP).write_text(wanted)
    return own


def fingerprint() -> str:
    """A hash of everything that the model is trained from."""
    paths = sorted(path for pattern in INGREDIENTS for path in PROJECT_ROOT.glob(pattern))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(PROJECT_ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def train(archive: Path) -> None:
    """`clinicbot train` in a process of its own, which takes its memory along when it ends."""
    scratch = archive.parent.parent / "scratch"
    environ = {**os.environ, "CLINIC_VAR": str(scratch)}
    command = [sys.executable, "-m", "clinicbot", "train", "--out", str(archive)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True)
    shutil.rmtree(scratch, ignore_errors=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture(scope="session")
def real_server(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`clinicbot serve` with that model and an empty database, without rate limits."""
    with serving(trained_model, tmp_path_factory.mktemp("served")) as server:
        yield server


@contextmanager
def serving(model: Path, folder: Path) -> Iterator[Server]:
    """A server process that writes into `folder` only."""
    port = free_port()
    environ = {
        **os.environ,
        "CLINIC_VAR": str(folder),
        "CLINIC_MODEL": str(model),
        "CLINIC_LIMITS": "off",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "clinicbot", "serve"]
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", folder / "clinic.db", log, process)
    try:
        server.wait_until_ready()
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
