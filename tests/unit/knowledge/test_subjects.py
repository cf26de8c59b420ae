"""What subjects say about each other."""

from __future__ import annotations

import pytest

from clinicbot.knowledge.subjects import SubjectCatalogue
from tests.factories import SUBJECTS

CATALOGUE = SubjectCatalogue(SUBJECTS)


def test_a_general_subject_gives_way_to_a_precise_one():
    assert CATALOGUE.precise(["treatments", "prp", "hair_loss"]) == ("prp",)


def test_general_subjects_stay_where_nothing_precise_was_named():
    assert CATALOGUE.precise(["treatments", "hair_loss"]) == ("treatments", "hair_loss")


def test_a_subject_named_twice_counts_once_in_the_order_of_the_message():
    assert CATALOGUE.precise(["exosomes", "prp", "exosomes"]) == ("exosomes", "prp")


def test_naming_all_parts_names_the_whole():
    assert CATALOGUE.combinations(["exosomes", "microneedling", "prp"], comparison=False) == (
        "microneedling_exosomes",
    )


def test_naming_one_part_does_not_name_the_whole():
    assert CATALOGUE.combinations(["microneedling"], comparison=False) == ()


def test_setting_two_against_each_other_is_not_naming_them_together():
    assert CATALOGUE.combinations(["prp", "exosomes"], comparison=True) == ("prp_or_exosomes",)
    assert CATALOGUE.combinations(["prp", "exosomes"], comparison=False) == ()


def test_the_whole_with_most_parts_comes_first(three_parts):
    found = three_parts.combinations(["prp", "exosomes", "microneedling"], comparison=False)
    assert found == ("all", "microneedling_exosomes")


@pytest.fixture
def three_parts() -> SubjectCatalogue:
    parts = frozenset({"prp", "exosomes", "microneedling"})
    kind = type(SUBJECTS[0])
    return SubjectCatalogue((*SUBJECTS, kind("all", "all three", "treatment", parts=parts)))


def test_what_the_articles_do_not_cover_is_known_as_such():
    assert CATALOGUE.is_uncovered("botox")
    assert not CATALOGUE.is_uncovered("prp")


def test_an_unknown_subject_is_an_error_and_not_an_empty_answer():
    assert "nonsense" not in CATALOGUE
    with pytest.raises(KeyError):
        CATALOGUE.get("nonsense")
