"""`clinicbot train`: the next release, in a process of its own."""

from __future__ import annotations

from pathlib import Path

from clinicbot.settings import PROJECT_ROOT, Settings


def train(settings: Settings, out: str | None, quiet: bool = False) -> int:
    """Trains from `config.yml`, `domain.yml`, `data/` and the content.

    Args:
        out: archive to write; None means the next number under `releases/`.
        quiet: say nothing where all goes well.

    Raises:
        SetUpError: the training failed; nothing is left behind.
    """
    from clinicbot.bot.trainer import next_release, train_model

    target = Path(out) if out else next_release(settings.releases_dir)
    train_model(PROJECT_ROOT, target)
    if not quiet:
        print(f"Trained {target}")
    return 0
