"""Which messages get the reply that asks not to write such things."""

from __future__ import annotations

import pytest

from clinicbot.knowledge.masking_files import load_private_data
from clinicbot.settings import PROJECT_ROOT

PRIVATE = load_private_data(PROJECT_ROOT / "content")


@pytest.mark.parametrize(
    "text",
    [
        # The phrases of class S15 of the safety research.
        "my ssn is 123-45-6789",
        "card 4111 1111 1111 1111 exp 12/27 cvv 123",
        "here is my medicare number 1EG4-TE5-MK73",
        "Jane Doe DOB 04/12/1988 MRN A1234567 HIV positive",
        "my insurance id is XJ99887766",
        "my password is hunter2, can you log in for me",
        "my wife Mary Smith is on antidepressants, her number is 614-889-1234",
        "sending a photo of my driver's license",
        # And others.
        "can I send you my medical records",
        "here's my insurance card",
        "my dad George has cancer, call him",
    ],
)
def test_private_data_is_told(text):
    assert PRIVATE.is_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "614-889-1234",
        "you can call me on 614-889-1234",
        "my email is jane@example.com",
        "I'm Jane Doe, call me on 614-889-1234",
        "my wife is on antidepressants, is PRP ok?",
        "call my wife Mary on 614-889-1234",
        "I have diabetes, my number is 614-889-1234",
        "do I need to bring my insurance card?",
        "can I send you a photo of my scalp",
        "is my password safe with you",
        "my name is Jane",
        "are exosomes approved since 2019?",
        "",
    ],
)
def test_a_way_to_be_called_back_is_not_private_data(text):
    assert not PRIVATE.is_in(text)
