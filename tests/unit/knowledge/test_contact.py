"""What counts as a name and as a way to reach somebody."""

from __future__ import annotations

import pytest

from clinicbot.knowledge.contact import NameRules, find_contact, read_name
from clinicbot.knowledge.content_files import load_content
from clinicbot.settings import PROJECT_ROOT

RULES = NameRules(("my name is", "i'm"), frozenset({"not", "what", "price"}))
REAL_RULES = load_content(PROJECT_ROOT / "content").names


@pytest.mark.parametrize("name", ["Jane Doe", "José", "Ng", "张伟", "O'Brien-Smith", "Dr. Ann Lee"])
def test_names_of_people_are_names(name):
    assert read_name(name, RULES) == name


def test_a_name_is_kept_with_single_spaces():
    assert read_name("  Jane \n  Doe ", RULES) == "Jane Doe"


@pytest.mark.parametrize("text", ["My name is Jane Doe.", "I'm Jane Doe", "Jane Doe!"])
def test_what_introduces_a_name_is_no_part_of_it(text):
    assert read_name(text, RULES) == "Jane Doe"


@pytest.mark.parametrize("text", ["what for?", "rather not", "the price of it", "a b c d e f"])
def test_a_sentence_is_no_name(text):
    assert read_name(text, RULES) is None


@pytest.mark.parametrize("name", ["Mark Price", "Jane A. Doe", "My Nguyen", "Anh Do", "Can Yilmaz"])
def test_people_whose_names_are_also_words_can_leave_them(name):
    assert read_name(name, REAL_RULES) == name


@pytest.mark.parametrize("text", ["yes", "no"])
def test_words_that_yaml_takes_for_true_and_false_are_no_names(text):
    assert read_name(text, REAL_RULES) is None


@pytest.mark.parametrize("text", ["", "J", "?!", "😀😀", "614-889-1234", "Jane2", "a" * 81])
def test_what_has_no_two_letters_or_has_digits_or_no_end_is_no_name(text):
    assert read_name(text, RULES) is None


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("jane@example.com", "jane@example.com"),
        ("mail to jane.doe+clinic@example.co.uk, please", "jane.doe+clinic@example.co.uk"),
        ("614-889-1234", "614-889-1234"),
        ("call me on 212.555.0147 after 5", "212.555.0147"),
        ("+44 20 7946 0000", "+44 20 7946 0000"),
        ("(614) 889 1234", "(614) 889 1234"),
        ("jane@example.com or 614-889-1234", "jane@example.com"),
        ("1234567", "1234567"),
    ],
)
def test_a_number_or_an_address_is_found_within_a_text(text, contact):
    assert find_contact(text) == contact


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "555-014", "jane@", "@example.com", "jane@example", "1" * 16, "a1234567b"],
)
def test_what_reaches_nobody_is_no_contact(text):
    assert find_contact(text) is None
