"""The arithmetic of understanding, on four answers of three topics."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from clinicbot.nlu.answer_model import AnswerModel, Recipe, scaled, train

LABELS = ("ask_downtime/prp", "ask_downtime/exosomes", "ask_sessions/prp", "greet")
RECIPE = Recipe(
    char_weight=1.0,
    char_components=6,
    regularization=10.0,
    balance=0.5,
    max_iterations=60,
    nearest_weight=0.3,
    temperature=0.05,
)


def toy(dense_size: int, copies: int = 8) -> tuple[np.ndarray, csr_matrix, list[str]]:
    """Wordings of each answer around a direction of its own, with n-grams of its own."""
    random = np.random.default_rng(3)
    labels = [label for label in LABELS for _ in range(copies)]
    places = np.repeat(np.arange(len(LABELS)), copies)
    dense = 0.15 * random.normal(size=(len(labels), dense_size))
    if dense_size:
        dense[np.arange(len(labels)), places] += 1
        dense /= np.linalg.norm(dense, axis=1, keepdims=True)
    counts = random.binomial(1, 0.05, size=(len(labels), 60))
    counts[np.arange(len(labels)), places] += 3
    return dense.astype(np.float32), csr_matrix(counts, dtype=np.float32), labels


@pytest.fixture(params=[8, 0], ids=["with sentence vectors", "letters alone"])
def learnt(request) -> tuple[AnswerModel, np.ndarray, csr_matrix, list[str]]:
    dense, chars, labels = toy(request.param)
    return train(dense, chars, labels, RECIPE), dense, chars, labels


def test_it_learns_four_answers(learnt):
    model, dense, chars, labels = learnt
    best = [
        model.answer_names[model.predict(dense[i], chars[i]).answers.argmax()]
        for i in range(len(labels))
    ]
    assert np.mean(np.array(best) == labels) > 0.95


def test_probabilities_sum_to_one_and_topics_are_sums_of_their_answers(learnt):
    model, dense, chars, _ = learnt
    found = model.predict(dense[0], chars[0])
    assert found.answers.sum() == pytest.approx(1, abs=1e-5)
    for place, topic in enumerate(model.topic_names):
        own = found.answers[model.topic_of_answer == place].sum()
        assert own == pytest.approx(found.topics[place], abs=1e-5), topic


def test_similarity_is_the_cosine_of_the_nearest_wording():
    dense, chars, labels = toy(8)
    model = train(dense, chars, labels, RECIPE)
    assert model.predict(dense[0], chars[0]).similarity == pytest.approx(1, abs=1e-5)
    assert model.predict(-dense[0], chars[0]).similarity < 0.9


def test_without_sentence_vectors_there_is_no_similarity():
    dense, chars, labels = toy(0)
    assert train(dense, chars, labels, RECIPE).predict(dense[0], chars[0]).similarity == 0


def test_the_same_wordings_give_the_same_model(learnt):
    model, dense, chars, labels = learnt
    again = train(dense, chars, labels, RECIPE)
    for field in fields(AnswerModel):
        assert np.array_equal(getattr(model, field.name), getattr(again, field.name)), field.name


def test_a_saved_model_predicts_the_same(learnt, tmp_path):
    model, dense, chars, _ = learnt
    model.save(tmp_path / "answers.npz")
    loaded = AnswerModel.load(tmp_path / "answers.npz")
    for i in range(0, len(dense), 5):
        before, after = (m.predict(dense[i], chars[i]) for m in (model, loaded))
        assert np.array_equal(before.answers, after.answers)
        assert np.array_equal(before.topics, after.topics)
        assert before.similarity == after.similarity


def test_a_saved_model_holds_no_pickle(learnt, tmp_path):
    learnt[0].save(tmp_path / "answers.npz")
    with np.load(tmp_path / "answers.npz", allow_pickle=False) as arrays:
        assert len([arrays[name] for name in arrays.files]) == len(fields(AnswerModel))


def test_a_sentence_without_any_known_letters_is_still_read(learnt):
    model, dense, chars, _ = learnt
    found = model.predict(dense[0], csr_matrix((1, chars.shape[1]), dtype=np.float32))
    assert np.isfinite(found.answers).all()


def test_a_scaled_row_has_length_one_and_an_empty_row_stays_empty():
    rows = scaled(csr_matrix([[1, 2, 0], [0, 0, 0], [0, 0, 5]], dtype=np.float32), np.ones(3))
    assert np.linalg.norm(rows.toarray(), axis=1) == pytest.approx([1, 0, 1])


def test_scaling_leaves_the_counts_as_they_were():
    counts = csr_matrix([[1.0, 3.0]])
    scaled(counts, np.ones(2))
    assert counts.toarray().tolist() == [[1.0, 3.0]]
