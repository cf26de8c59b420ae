"""The regressions that tell danger from its words."""

from __future__ import annotations

import numpy as np
import pytest

from clinicbot.nlu.danger_model import DangerModel, DangerRecipe, plain_text, train_danger

RECIPE = DangerRecipe(char_weight=3, word_weight=2, regularization=10, plain_weight=0.5)
GRAVE = ("safety_emergency", "safety_self_harm")
WORDINGS = [
    ("my throat is closing and I cannot breathe", "safety_emergency", False),
    ("i cant breathe, call someone", "safety_emergency", False),
    ("he stopped breathing", "safety_emergency", False),
    ("I want to end my life", "safety_self_harm", False),
    ("i want to die tonight", "safety_self_harm", False),
    ("life is over, i want to end it", "safety_self_harm", False),
    ("I am crying about my hair every day", "safety_distress", False),
    ("so ashamed of my hair I hide all day", "safety_distress", False),
    ("my scalp cannot breathe under this wig", None, False),
    ("dying to know the price", None, False),
    ("how much is PRP", None, True),
    ("what are your opening hours", None, True),
    ("does microneedling hurt", None, True),
    ("how many sessions do I need", None, True),
]


def trained(dimensions: int = 0) -> DangerModel:
    texts, labels, plain = zip(*WORDINGS, strict=True)
    dense = np.random.default_rng(1).normal(size=(len(texts), dimensions)).astype(np.float32)
    return train_danger(texts, dense, labels, plain, GRAVE, RECIPE)


def judge(model: DangerModel, text: str) -> dict[str, float]:
    return model.probabilities(text, np.zeros(model.dense_weights.shape[0], dtype=np.float32))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("please help, I can't breathe", "safety_emergency"),
        ("i want to die", "safety_self_harm"),
        ("crying and ashamed every day", "safety_distress"),
    ],
)
def test_it_finds_the_kind_of_danger(text, intent):
    found = judge(trained(), text)
    assert max(found, key=found.__getitem__) == intent
    assert found[intent] > 0.4


def test_a_plain_question_is_no_danger():
    assert max(judge(trained(), "how much are six sessions of PRP").values()) < 0.3


def test_the_grave_ones_share_one_probability():
    model = trained()
    found = judge(model, "I cannot breathe and I want to die")
    assert sum(found[intent] for intent in GRAVE) <= 1
    assert model.intents.tolist() == [*GRAVE, "safety_distress"]


@pytest.mark.parametrize("dimensions", [0, 4])
def test_it_is_the_same_after_saving(tmp_path, dimensions):
    model = trained(dimensions)
    model.save(tmp_path / "danger.npz")
    again = DangerModel.load(tmp_path / "danger.npz")
    assert judge(again, "i cant breathe") == judge(model, "i cant breathe")


def test_the_same_wordings_give_the_same_model():
    first, second = trained(3), trained(3)
    assert np.array_equal(first.char_weights, second.char_weights)
    assert np.array_equal(first.dense_weights, second.dense_weights)


def test_the_sentence_vector_counts():
    model = trained(4)
    text = "well"
    away = model.probabilities(text, np.zeros(4, dtype=np.float32))
    assert model.probabilities(text, np.ones(4, dtype=np.float32)) != away


@pytest.mark.parametrize("text", ["", "???", "💔"])
def test_a_text_without_words_is_judged_all_the_same(text):
    assert all(0 <= p <= 1 for p in judge(trained(), text).values())


def test_case_apostrophes_and_blanks_do_not_matter():
    assert plain_text("I  CAN’T\nbreathe") == "i can't breathe"
