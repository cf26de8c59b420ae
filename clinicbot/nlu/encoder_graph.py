"""The network all-MiniLM-L6-v2 written as an ONNX graph: token ids in, one unit vector out.

It is BERT with six layers (twelve heads of 32) and the mean of its last layer. All sentences
of one call have the same number of tokens: there is no padding and so no mask, because an
int8 network gives a sentence another vector when padding or neighbours change its scale.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, HEAD_SIZE, SIZE = 6, 12, 32, 384
LAYER_NORM_EPSILON = 1e-12
OPSET, IR_VERSION = 20, 9

Weights = Mapping[str, np.ndarray]


def build_graph(weights: Weights) -> onnx.ModelProto:
    """Gives the checked fp32 model: input "ids" int64 [b, n], output "vector" float [b, 384].

    Raises:
        KeyError: the weights lack a tensor of this network.
    """
    writer = _Writer(weights)
    hidden = _embeddings(writer)
    for number in range(LAYERS):
        hidden = _layer(writer, hidden, f"encoder.layer.{number}")
    mean = writer.op("ReduceMean", hidden, writer.constant([1]), keepdims=0)
    writer.op("LpNormalization", mean, name="vector", axis=1, p=2)
    return writer.model()


class _Writer:
    """Adds nodes and their constants one after the other; an operation gives its output's name."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def op(self, kind: str, *inputs: str, name: str = "", **attributes: object) -> str:
        """Adds one operation; the name (a number where none is given) is also its output's."""
        name = name or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, values: npt.ArrayLike, name: str = "", dtype: type = np.int64) -> str:
        """Adds a constant, once for each name."""
        name = name or f"constant_{len(self._constants)}"
        array: np.ndarray = np.array(values, dtype=dtype, order="C")
        self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def tensor(self, name: str) -> np.ndarray:
        """A tensor of the published weights."""
        return self._weights[name]

    def linear(self, x: str, name: str, matrix: np.ndarray, bias: np.ndarray) -> str:
        """x times the transposed matrix, plus the bias."""
        weight = self.constant(matrix.T, f"{name}.weight", np.float32)
        product = self.op("MatMul", x, weight, name=f"{name}.matmul")
        return self.op("Add", product, self.constant(bias, f"{name}.bias", np.float32), name=name)

    def dense(self, x: str, name: str) -> str:
        """The linear layer of that name in the published weights."""
        return self.linear(x, name, self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias"))

    def norm(self, x: str, name: str) -> str:
        """The layer normalization of that name in the published weights."""
        scale = self.constant(self.tensor(f"{name}.weight"), f"{name}.scale", np.float32)
        bias = self.constant(self.tensor(f"{name}.bias"), f"{name}.bias", np.float32)
        attributes = {"axis": -1, "epsilon": LAYER_NORM_EPSILON}
        return self.op("LayerNormalization", x, scale, bias, name=name, **attributes)

    def model(self) -> onnx.ModelProto:
        """The finished and checked model."""
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["b", "n"])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["b", SIZE])],
            list(self._constants.values()),
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model


def _embeddings(writer: _Writer) -> str:
    """What the tokens are, plus where they stand (the token type is always 0, so added here)."""
    words = writer.constant(
        writer.tensor("embeddings.word_embeddings.weight"), "word_embeddings", np.float32
    )
    places = writer.constant(
        writer.tensor("embeddings.position_embeddings.weight")
        + writer.tensor("embeddings.token_type_embeddings.weight")[0],
        "position_embeddings",
        np.float32,
    )
    count = writer.op("Shape", "ids", start=1, end=2)
    first = writer.op("Slice", places, writer.constant([0]), count, writer.constant([0]))
    total = writer.op("Add", writer.op("Gather", words, "ids", name="words"), first)
    return writer.norm(total, "embeddings.LayerNorm")


def _layer(writer: _Writer, x: str, name: str) -> str:
    """One transformer layer: attention, then two linear layers, each added to what came in."""
    attended = writer.dense(_attention(writer, x, name), f"{name}.attention.output.dense")
    added = writer.op("Add", attended, x)
    x = writer.norm(added, f"{name}.attention.output.LayerNorm")
    wide = writer.op("Gelu", writer.dense(x, f"{name}.intermediate.dense"))
    narrow = writer.dense(wide, f"{name}.output.dense")
    return writer.norm(writer.op("Add", narrow, x), f"{name}.output.LayerNorm")


def _attention(writer: _Writer, x: str, name: str) -> str:
    """Every token looks at every token; query, key and value come from one multiplication."""
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    matrix = np.concatenate([writer.tensor(f"{part}.weight") for part in parts])
    bias = np.concatenate([writer.tensor(f"{part}.bias") for part in parts])
    together = writer.linear(x, f"{name}.attention.self", matrix, bias)
    split = writer.op("Reshape", together, writer.constant([0, 0, 3, HEADS, HEAD_SIZE]))
    heads = writer.op("Transpose", split, perm=[2, 0, 3, 1, 4])
    query, key, value = (
        writer.op("Gather", heads, writer.constant(part), axis=0) for part in range(3)
    )
    scores = writer.op("MatMul", query, writer.op("Transpose", key, perm=[0, 1, 3, 2]))
    scale = writer.constant(HEAD_SIZE**-0.5, "attention_scale", np.float32)
    shares = writer.op("Softmax", writer.op("Mul", scores, scale), axis=-1)
    mixed = writer.op("Transpose", writer.op("MatMul", shares, value), perm=[0, 2, 1, 3])
    return writer.op("Reshape", mixed, writer.constant([0, 0, SIZE]))
