"""`clinicbot serve` ends with one clear line and never listens where something is missing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from clinicbot.settings import PROJECT_ROOT
from tests.web_server import free_port


def serve(var: Path, **environ: str) -> tuple[int, str, bool]:
    """Exit status, what was said, and whether somebody listened at the end."""
    port = free_port()
    settings = {"CLINIC_VAR": str(var), "PORT": str(port), **environ}
    done = subprocess.run(
        [sys.executable, "-m", "clinicbot", "serve"],
        cwd=PROJECT_ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    with socket.socket() as probe:
        listening = probe.connect_ex(("127.0.0.1", port)) == 0
    return done.returncode, done.stderr, listening


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A folder with an archive that is none."""
    release = tmp_path / "var" / "releases" / "1"
    release.mkdir(parents=True)
    (release / "model.tar.gz").write_bytes(b"not an archive")
    return tmp_path / "var"


def test_without_a_model(tmp_path: Path) -> None:
    status, said, listening = serve(tmp_path)
    assert (status, listening) == (1, False)
    assert "train one" in said


def test_with_a_broken_model(var: Path) -> None:
    status, said, listening = serve(var)
    assert (status, listening) == (1, False)
    assert "cannot be loaded" in said
    assert "Traceback" not in said


def test_without_its_database(var: Path) -> None:
    url = f"postgresql://nobody:x@127.0.0.1:{free_port()}/none"
    status, said, listening = serve(var, CLINIC_DATABASE_URL=url)
    assert (status, listening) == (1, False)
    assert "CLINIC_DATABASE_URL" in said


def test_without_a_contact_for_emergencies(var: Path, tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(PROJECT_ROOT / "content", content)
    clinic = content / "clinic.yml"
    clinic.write_text(clinic.read_text().replace('emergency_number: "911"', 'emergency_number: ""'))
    status, said, listening = serve(var, CLINIC_CONTENT=str(content))
    assert (status, listening) == (1, False)
    assert "emergency_number" in said
