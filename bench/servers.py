"""Our server, as it runs in production, on a folder and a database of its own."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.processes import ROOT, Running, environment, free_port, run, running
from clinicbot.settings import load_settings

TRAIN_SECONDS = 900.0


@contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as name:
        yield Path(name)


@contextmanager
def prepared_var(model: Path | None) -> Iterator[Path]:
    """A CLINIC_VAR with a copy of the encoder and of a model: the one given, or the newest
    release, or, where there is none, one trained now."""
    here = load_settings()
    with temporary_folder() as var:
        if here.encoder_dir.is_dir():
            # Without the vectors that earlier trainings kept there: see bench.training.
            left_out = shutil.ignore_patterns("wordings*")
            shutil.copytree(here.encoder_dir, var / "encoder", ignore=left_out)
        target = var / "releases" / "1" / "model.tar.gz"
        target.parent.mkdir(parents=True)
        found = model or newest_release(here.releases_dir)
        if found:
            shutil.copyfile(found, target)
        else:
            print("No release yet: training one ...", flush=True)
            env = environment(CLINIC_VAR=str(var))
            run(["-m", "clinicbot", "train", "--out", str(target)], env, var, TRAIN_SECONDS)
        yield var


def newest_release(releases: Path) -> Path | None:
    found = sorted(releases.rglob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


@contextmanager
def our_server(
    var: Path, database_url: str = "", prefix: tuple[str, ...] = ()
) -> Iterator[Running]:
    """`python -m clinicbot serve` until /readyz says 200; `prefix`: options for Python."""
    port = free_port()
    settings = {
        "CLINIC_VAR": str(var),
        "CLINIC_CONTENT": str(ROOT / "content"),
        "CLINIC_LIMITS": "off",
        "CLINIC_DATABASE_URL": database_url,
        "PORT": str(port),
    }
    command = (*prefix, "-m", "clinicbot", "serve")
    url = f"http://127.0.0.1:{port}"
    with running(command, environment(**settings), var, url, "/readyz") as server:
        yield server


@contextmanager
def database(postgres: bool) -> Iterator[str]:
    """An empty database: "" for SQLite in CLINIC_VAR, else the URL of a new PostgreSQL one."""
    if not postgres:
        yield ""
        return
    # Here and not above: they need what only the tests need.
    import sqlalchemy as sa

    from tests.integration.postgres import running_postgres

    with running_postgres() as url:
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", future=True)
        name = "bench_" + uuid.uuid4().hex
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield engine.url.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
