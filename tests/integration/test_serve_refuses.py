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


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("region: US", "region: US\n  emergency_number: ''", "emergency_number"),
        ("region: US", "region: US\n  emergency_number: call us", "emergency_number"),
        ("region: US", "region: EU", "crisis_name"),
        ("region: US", "region: Mars", "region"),
        ("clinic_urgent_phone:", "urgent:", "clinic_urgent_phone"),
        ('"+1 555-555-0111"', "ask at the desk", "clinic_urgent_phone"),
        ("region: US", "region: US\n  min_age: 8", "min_age"),
    ],
)
def test_s10_without_a_contact_for_emergencies(
    var: Path, tmp_path: Path, old: str, new: str, key: str
) -> None:
    content = tmp_path / "content"
    shutil.copytree(PROJECT_ROOT / "content", content)
    clinic = content / "clinic.yml"
    assert old in clinic.read_text()
    clinic.write_text(clinic.read_text().replace(old, new))
    status, said, listening = serve(var, CLINIC_CONTENT=str(content))
    assert (status, listening) == (1, False)
    assert f"{key} " in said and "clinic.yml" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("key", ["short", "change-me-change-me-change-me-now!", "a" * 64])
def test_with_a_default_key(var: Path, key: str) -> None:
    status, said, listening = serve(var, CLINIC_SESSION_KEY=key)
    assert (status, listening) == (1, False)
    assert "CLINIC_SESSION_KEY" in said
    assert "Traceback" not in said
    assert key not in said.replace("CLINIC_SESSION_KEY", "")
