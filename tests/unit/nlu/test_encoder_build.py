"""The sentence encoder as it is built from the published weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.special import erf

from clinicbot.errors import SetUpError
from clinicbot.nlu.encoder_build import WEIGHTS, build_encoder, find_weights
from clinicbot.nlu.sentence_encoder_model import (
    FP32_MODEL,
    INT8_MODEL,
    MANIFEST,
    TOKENIZER,
    Encoder,
    is_built,
)

try:
    SOURCE = find_weights()
except SetUpError:
    SOURCE = None
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(SOURCE is None, reason="the package with the weights is not installed"),
]

SENTENCES = """\
how long is the downtime for PRP?
and what about exosomes
does it hurt
why?
hi
thanks a lot, bye
What causes hair loss in women after pregnancy?
is DHT the reason my hair is thinning at the crown
how many sessions of microneedling do I need before I see anything
Can I wash my hair the day after the treatment?
can i go to the gym tomorrow
how much does it cost
do you take insurance
where are you
what are your opening hours on saturday
are you a real person
I want to book a consultation
my scalp is red and it is getting worse since yesterday
my throat is swelling and I can't breathe
is it approved by the FDA
Which is better, PRP or exosomes?
what is in an exosome product and where does it come from
will my hair grow back after stress
does biotin help
can I stop taking finasteride
is minoxidil safe for women
what is a hair transplant
I am 17, can I get it
I take blood thinners
what r exosomes
mikroneedling pain???
tell me more
no, the other one
I have had alopecia areata for three years and nothing that my doctor gave me has worked so far
how does laser therapy work
is hair loss genetic
what should I eat
best pizza in town
ok
When will I see results, and do they last?""".splitlines()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("built") / "encoder"
    build_encoder(target, keep_fp32=True)
    return target


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "encoder"))


def test_the_int8_network_gives_nearly_the_vectors_of_the_fp32_one(folder):
    int8, fp32 = Encoder(folder).encode(SENTENCES), Encoder(folder, FP32_MODEL).encode(SENTENCES)
    cosines = (int8 * fp32).sum(axis=1)
    print(f"least cosine of {len(SENTENCES)}: {cosines.min():.4f}, mean {cosines.mean():.4f}")
    assert len(SENTENCES) == 40
    assert cosines.min() >= 0.99


def test_the_fp32_network_is_the_published_one(folder):
    sentence = SENTENCES[6]
    expected = _reference(Encoder(folder)._tokenizer.encode(sentence).ids)
    assert Encoder(folder, FP32_MODEL).encode([sentence])[0] @ expected > 0.999999


def test_a_text_has_the_same_vector_alone_and_among_others(folder):
    encoder = Encoder(folder)
    together = encoder.encode(SENTENCES)
    assert all(
        (encoder.encode([s])[0] == row).all() for s, row in zip(SENTENCES, together, strict=True)
    )


@pytest.mark.parametrize(
    "text",
    ["", " ", "\N{ZERO WIDTH SPACE}", "🙂", "a " * 5000],
    ids=["empty", "space", "zero width", "emoji", "5000 words"],
)
def test_every_text_gives_a_unit_vector(folder, text):
    vectors = Encoder(folder).encode([text])
    assert vectors.shape == (1, 384) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(folder):
    assert Encoder(folder).encode([]).shape == (0, 384)


def test_a_built_encoder_is_left_alone(folder):
    before = (folder / INT8_MODEL).stat().st_mtime_ns
    assert build_encoder(folder) is False
    assert (folder / INT8_MODEL).stat().st_mtime_ns == before


@pytest.mark.parametrize("name", [INT8_MODEL, TOKENIZER, MANIFEST])
def test_a_folder_that_lacks_a_file_is_built_again(copy, name):
    (copy / name).unlink()
    assert not is_built(copy)
    steps: list[str] = []
    assert build_encoder(copy, on_progress=steps.append) is True
    assert is_built(copy) and len(steps) == 3


def test_a_half_written_file_or_manifest_does_not_pass(copy):
    content = (copy / INT8_MODEL).read_bytes()
    (copy / INT8_MODEL).write_bytes(content[: len(content) // 2])
    assert not is_built(copy)
    (copy / INT8_MODEL).write_bytes(content)
    assert is_built(copy)
    (copy / MANIFEST).write_text('{"format": 1, "files"')
    assert not is_built(copy)


def test_fp32_is_written_only_where_asked_and_nothing_else_stays(tmp_path):
    (tmp_path / "encoder.part").mkdir()
    build_encoder(tmp_path / "encoder")
    assert {path.name for path in (tmp_path / "encoder").iterdir()} == {
        INT8_MODEL,
        TOKENIZER,
        MANIFEST,
    }
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_other_weights_are_refused_by_name(tmp_path):
    (tmp_path / WEIGHTS).write_bytes(b"something else")
    with pytest.raises(SetUpError, match="not the file we know: its sha256 is"):
        build_encoder(tmp_path / "encoder", tmp_path)
    assert not (tmp_path / "encoder").exists()


def test_missing_weights_are_said(tmp_path):
    with pytest.raises(SetUpError, match="cannot be read"):
        build_encoder(tmp_path / "encoder", tmp_path / "nowhere")


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SetUpError, match="cannot be written"):
        build_encoder(tmp_path / "file" / "encoder")


def _reference(ids: list[int]) -> np.ndarray:
    """BERT in plain numpy, straight from the paper and the published weights."""
    from safetensors.numpy import load_file

    w = {name: value.astype(np.float64) for name, value in load_file(SOURCE / WEIGHTS).items()}

    def linear(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x, name):
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * w[f"{name}.weight"] + w[f"{name}.bias"]

    def head(x, name):
        return linear(x, name).reshape(len(ids), 12, 32).transpose(1, 0, 2)

    parts = ("word", "position", "token_type")
    places = (ids, np.arange(len(ids)), np.zeros(len(ids), dtype=int))
    tables = [w[f"embeddings.{part}_embeddings.weight"] for part in parts]
    x = norm(sum(t[p] for t, p in zip(tables, places, strict=True)), "embeddings.LayerNorm")
    for layer in (f"encoder.layer.{number}" for number in range(6)):
        query, key, value = (
            head(x, f"{layer}.attention.self.{p}") for p in ("query", "key", "value")
        )
        scores = np.exp(query @ key.transpose(0, 2, 1) / np.sqrt(32))
        mixed = (scores / scores.sum(-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(-1, 384)
        attended = linear(mixed, f"{layer}.attention.output.dense")
        x = norm(x + attended, f"{layer}.attention.output.LayerNorm")
        wide = linear(x, f"{layer}.intermediate.dense")
        wide = wide * (1 + erf(wide / np.sqrt(2))) / 2
        x = norm(x + linear(wide, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)
