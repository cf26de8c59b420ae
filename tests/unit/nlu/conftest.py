"""Fixtures for components of the language pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.nlu.rasa_side import Graph

SUBJECTS = """\
subjects:
- {id: prp, name: PRP, kind: treatment, aliases: [prp, plasma, vampire facial]}
- {id: exosomes, name: exosomes, kind: treatment, aliases: [exosomes, exosome]}
- {id: microneedling, name: microneedling, kind: treatment, aliases: [microneedling, needling]}
- {id: stress, name: stress, kind: cause, aliases: [stress]}
- {id: laser, name: laser therapy, kind: treatment, aliases: [laser, laser therapy, laser cap]}
fillers: [and, what, about, the, "on", "?"]
"""


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    folder = tmp_path / "model"
    folder.mkdir()
    return Graph(folder)


@pytest.fixture
def content_folder(tmp_path: Path) -> str:
    """A content folder with what the language pipeline reads."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "subjects.yml").write_text(SUBJECTS)
    (folder / "spellings.yml").write_text("spellings: {wot: what, hw: how, micro: micro needling}")
    (folder / "safety_patterns.yml").write_text(
        "classes:\n- {intent: safety_emergency, any: ['chest pain'], unless: ['^can ']}\n"
    )
    (folder / "danger_wordings.yml").write_text("{}")
    return str(folder)
