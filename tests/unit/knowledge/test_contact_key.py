"""One spelling for each way to reach somebody."""

from __future__ import annotations

import pytest

from clinicbot.knowledge.contact_key import is_possible_phone, normalized_contact


@pytest.mark.parametrize(
    "text", ["614-889-1234", "(614) 889 1234", "+1 614 889 1234", "1-614-889-1234", " 6148891234 "]
)
def test_one_american_number_has_one_key(text):
    assert normalized_contact(text, "US") == "+16148891234"


@pytest.mark.parametrize(
    ("text", "region", "key"),
    [
        ("020 7946 0000", "GB", "+442079460000"),
        ("+44 20 7946 0000", "US", "+442079460000"),
        ("+49 30 1234567", None, "+49301234567"),
        ("030 1234567", None, "0301234567"),
        ("030 1234567", "EU", "0301234567"),
        ("12-34", "US", "1234"),
        ("", "US", ""),
        ("no number", "US", ""),
    ],
)
def test_a_number_that_the_region_cannot_have_is_its_digits(text, region, key):
    assert normalized_contact(text, region) == key


@pytest.mark.parametrize("text", ["Jane@Example.COM", " jane@example.com\n"])
def test_an_address_is_in_lower_case(text):
    assert normalized_contact(text, "US") == "jane@example.com"


@pytest.mark.parametrize("text", ["614-889-1234", "Jane@Example.com", "+44 20 7946 0000", "1234"])
def test_a_key_is_its_own_key(text):
    key = normalized_contact(text, "US")
    assert normalized_contact(key, "US") == key


@pytest.mark.parametrize(
    ("text", "region", "possible"),
    [
        ("+1 555-555-0100", None, True),
        ("555-555-0100", "US", True),
        ("555-555-0100", None, False),
        ("12", "US", False),
        ("call us", "US", False),
    ],
)
def test_what_may_be_a_telephone_number(text, region, possible):
    assert is_possible_phone(text, region) is possible
