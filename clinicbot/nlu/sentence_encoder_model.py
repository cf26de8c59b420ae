"""The built sentence encoder at work: texts in, unit vectors out. No Rasa and no settings here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

# Raised when the graph or its quantization changes: older folders are then built anew.
FORMAT = 1
SIZE = 384
MAX_TOKENS = 256
MANIFEST, INT8_MODEL, FP32_MODEL, TOKENIZER = (
    "encoder.json",
    "encoder.onnx",
    "encoder_fp32.onnx",
    "tokenizer.json",
)


class Encoder:
    """Turns sentences into vectors on one core; the same text always gives the same vector.

    Args:
        folder: what `build_encoder` wrote.
        model: the file of the network, INT8_MODEL or (where it was kept) FP32_MODEL.
    """

    def __init__(self, folder: Path, model: str = INT8_MODEL) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / model), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Gives one row of 384 numbers and length 1 for each text, also for an empty one.

        One text at a time: in a batch the int8 scales, and so the vectors, would depend on
        the other texts, and on one core a batch is no faster.
        """
        rows = np.empty((len(texts), SIZE), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
            row[:] = self._session.run(None, {"ids": ids})[0][0]
        return rows


def is_built(folder: Path) -> bool:
    """Whether the folder holds a whole encoder of this format, every file as it was written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        files = manifest["files"]
        return (
            manifest["format"] == FORMAT
            and {INT8_MODEL, TOKENIZER} <= files.keys()
            and all(hash_file(folder / name) == value for name, value in files.items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def hash_file(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
