"""Sentence vectors of training wordings, kept from one training to the next."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from clinicbot.nlu.sentence_encoder_model import Encoder

FILE_NAME = "wordings.npz"


def encode_cached(
    encoder: Encoder, texts: Sequence[str], folder: Path, name: str = FILE_NAME
) -> np.ndarray:
    """One unit vector a text, shape [n, 384]; only texts not seen in the last training are
    encoded. The encoder is deterministic, so a kept vector equals a new one. Each user of the
    cache has a file of its own, `name` in the folder.

    A file that is missing, broken or cannot be written costs time, nothing else.
    """
    path = folder / name
    known = _read(path)
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known.update(zip(new, _encode_on_all_cores(encoder, new), strict=True))
    vectors = np.stack([known[text] for text in texts])
    if new:
        _write(path, {text: known[text] for text in dict.fromkeys(texts)})
    return vectors


def _encode_on_all_cores(encoder: Encoder, texts: list[str]) -> Iterator[np.ndarray]:
    """ONNX Runtime lets go of Python's lock while it computes, so threads are enough."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from pool.map(lambda text: encoder.encode([text])[0], texts)


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            return dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError):
        return {}


def _write(path: Path, vectors: dict[str, np.ndarray]) -> None:
    part = path.with_suffix(".part.npz")
    try:
        np.savez(part, texts=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
