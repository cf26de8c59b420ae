"""Training data hold nobody's data (PR-12)."""

from __future__ import annotations

import pytest

from clinicbot.checking.personal import find_personal, read_texts
from clinicbot.knowledge.masking_files import load_masker, load_training_rules
from clinicbot.settings import PROJECT_ROOT

CONTENT = PROJECT_ROOT / "content"
RULES = load_training_rules(CONTENT)


def problems(text: str) -> list[str]:
    return list(find_personal([("nlu.yml", text)], load_masker(CONTENT), RULES))


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("call me on 614-889-1234", "phone"),
        ("mail me at jane.doe@gmail.com", "email"),
        ("my name is Ursula Planted", "name"),
        ("my ssn is 123-45-6789", "ssn"),
    ],
)
def test_a_planted_wording_is_told_without_its_data(planted, kind):
    (problem,) = problems(planted)
    assert kind in problem
    assert not set(planted.split()) & {"614-889-1234", "jane.doe@gmail.com"} & set(problem.split())
    assert "Planted" not in problem and "6789" not in problem


def test_a_label_that_was_never_replaced_is_told():
    (problem,) = problems("my number is [phone number], how long does it take")
    assert "still has [phone number] in it" in problem


@pytest.mark.parametrize(
    "text",
    [
        *("you can reach me on 555-555-0134", "my number is (555) 555-0162", "sam@example.com"),
        *("my name is Anna Berg", "how long does PRP take", "123456789"),
    ],
)
def test_numbers_for_examples_and_invented_people_are_nobodys(text):
    assert problems(text) == []


def test_every_file_of_the_training_data_is_read(tmp_path):
    (tmp_path / "a.yml").write_text("nlu:\n- intent: x\n  examples: |\n    - one\n    - two\n")
    (tmp_path / "b.yml").write_text("stories:\n- steps:\n  - user: |-\n      three\n")
    assert read_texts(tmp_path) == [("a.yml", "one"), ("a.yml", "two"), ("b.yml", "three")]


def test_our_training_data_hold_nobodys_data():
    texts = read_texts(PROJECT_ROOT / "data")
    assert list(find_personal(texts, load_masker(CONTENT), RULES)) == []
