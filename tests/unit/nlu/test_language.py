"""Spelling and subjects, without Rasa."""

from __future__ import annotations

import pytest

from clinicbot.knowledge.subjects import Subject, SubjectCatalogue
from clinicbot.nlu.language import (
    Speller,
    SubjectFinder,
    alias_words,
    blank_english,
    common_english_words,
)

TARGETS = ("microneedling", "exosomes", "downtime", "hair", "plasma", "prp")
SPELLER = Speller(
    right={"hurt", "chair", "does", "home"},
    known={"mesothelium", "plasms"},
    targets=TARGETS,
    spellings={"wot": "what", "hows": "how is"},
)
CATALOGUE = SubjectCatalogue(
    (
        Subject("laser", "laser", "treatment", ("laser", "laser cap")),
        Subject("cap", "caps", "uncovered", ("cap",)),
        Subject("prp", "PRP", "treatment", ("prp", "platelet-rich plasma", "p.r.p")),
        Subject("nameless", "nameless", "treatment"),
    )
)
FINDER = SubjectFinder(blank_english(), CATALOGUE)


# Spelling.


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("microneedeling", "microneedling"),
        ("exosoms", "exosomes"),
        ("exsomes", "exosomes"),
        ("dwontime", "downtime"),  # two neighbours in the wrong order
        ("hiar", "hair"),
        ("plasme", "plasma"),
    ],
)
def test_a_misspelt_word_becomes_the_word_meant(typed, meant):
    assert SPELLER.correct(typed) == meant


@pytest.mark.parametrize("word", ["hurt", "chair", "exosomes", "2024", "?", "p.r.p", "n't"])
def test_a_right_word_and_what_is_no_word_stay(word):
    assert SPELLER.correct(word) == word


def test_swapped_neighbours_count_as_one_edit_and_distant_swaps_as_two():
    assert SPELLER.correct("hiar") == "hair"
    assert SPELLER.correct("riah") is None


def test_a_short_word_is_never_corrected_to_something_else():
    assert SPELLER.correct("pru") is None
    assert SPELLER.correct("prp") == "prp"


def test_chat_spellings_come_before_everything_else():
    assert SPELLER.correct("wot") == "what"
    assert SPELLER.correct("hows") == "how is"


def test_a_rare_word_is_corrected_where_a_target_is_near_else_known():
    assert SPELLER.correct("plasms") == "plasma"
    assert SPELLER.correct("mesothelium") == "mesothelium"


def test_a_word_that_is_near_nothing_is_unknown():
    assert SPELLER.correct("mesolift") is None


def test_the_nearest_target_wins_and_of_equals_the_first_named():
    speller = Speller((), (), ("sessions", "session"), {})
    assert speller.correct("sesson") == "session"
    assert Speller((), (), ("bald", "bold"), {}).correct("bxld") == "bald"


def test_a_longer_word_may_have_more_errors():
    assert SPELLER.correct("exxosomms") == "exosomes"
    assert SPELLER.correct("pplasmma") is None


def test_common_english_holds_the_frequent_words_in_lower_case():
    words = common_english_words(5000)
    assert len(words) == 5000
    assert {"the", "hair", "does"} <= words
    assert all(word == word.lower() for word in words)


# Subjects.


def found(text: str) -> list[tuple[str, int, int]]:
    return FINDER.find(text.split(" "))


def test_a_subject_is_found_with_its_place_whatever_its_case():
    assert found("is PRP good") == [("prp", 1, 2)]


def test_the_longest_alias_wins():
    assert found("does the laser cap work") == [("laser", 2, 4)]
    assert found("may i wear a cap") == [("cap", 4, 5)]


def test_an_alias_of_several_words_is_split_as_messages_are():
    words = [token.text for token in blank_english().make_doc("about platelet-rich plasma")]
    assert [subject for subject, _, _ in FINDER.find(words)] == ["prp"]


def test_subjects_come_in_the_order_of_the_message():
    assert [s for s, _, _ in found("prp or laser or prp")] == ["prp", "laser", "prp"]


def test_a_word_inside_another_word_is_no_subject():
    assert found("a caption about lasers") == []


def test_no_words_hold_no_subject():
    assert FINDER.find([]) == []


def test_the_words_of_aliases_are_listed_longest_first():
    words = alias_words(CATALOGUE, blank_english())
    assert words[0] == "platelet"
    assert "-" not in words and len(words) == len(set(words))
