"""The messages of danger, read."""

from __future__ import annotations

import pytest

from clinicbot.errors import ContentError
from clinicbot.knowledge.danger_files import FILE, load_danger_wordings


def test_messages_are_read_with_their_danger(tmp_path):
    (tmp_path / FILE).write_text('emergency:\n- "help: now"\nharmless:\n- "all well"\n')
    found = load_danger_wordings(tmp_path)
    assert found == [("help: now", "emergency"), ("all well", None)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (None, "cannot be read"),
        ("emergency: [", "not valid YAML"),
        ("- a\n- b\n", "no mapping"),
        ("emergency: now\n", "emergency is no list"),
        ("urgent:\n- it is: bad\n", "urgent is no list of texts; put each in quotes"),
    ],
)
def test_a_broken_file_is_named(tmp_path, text, named):
    if text is not None:
        (tmp_path / FILE).write_text(text)
    with pytest.raises(ContentError, match=f"{FILE}.*{named}"):
        load_danger_wordings(tmp_path)
