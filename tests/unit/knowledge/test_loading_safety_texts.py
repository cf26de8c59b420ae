"""The help texts come from the domain, and nothing in them may be missing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from clinicbot.errors import ContentError
from clinicbot.knowledge.safety_texts import load_safety_texts

FACTS = {"emergency_number": "999"}


def domain(tmp_path: Path, *variants: dict[str, object]) -> Path:
    path = tmp_path / "domain.yml"
    path.write_text(yaml.safe_dump({"responses": {"utter_safety_x": list(variants)}}))
    return path


def test_facts_are_filled_in_and_blank_lines_make_blocks(tmp_path: Path) -> None:
    variant = {"text": "Call {emergency_number}.\n\nNow.\n", "metadata": {"flag": "emergency"}}
    found = load_safety_texts(domain(tmp_path, variant), FACTS, ["safety_x"])["safety_x"]
    assert [block["text"] for block in found.blocks] == ["Call 999.", "Now."]
    assert (found.plain, found.flag) == ("Call 999.\n\nNow.", "emergency")


def test_a_text_without_a_flag_has_none(tmp_path: Path) -> None:
    found = load_safety_texts(domain(tmp_path, {"text": "x"}), FACTS, ["safety_x"])
    assert found["safety_x"].flag is None


@pytest.mark.parametrize(
    "variants",
    [(), ({"text": "a"}, {"text": "b"}), ({"text": " "},), ({"custom": {}},)],
)
def test_no_text_an_empty_one_and_a_choice_of_texts_are_refused(
    tmp_path: Path, variants: tuple[dict[str, object], ...]
) -> None:
    with pytest.raises(ContentError, match="utter_safety_x"):
        load_safety_texts(domain(tmp_path, *variants), FACTS, ["safety_x"])


def test_a_fact_without_a_value_is_named(tmp_path: Path) -> None:
    path = domain(tmp_path, {"text": "Call {urgent_phone}."})
    with pytest.raises(ContentError, match="urgent_phone"):
        load_safety_texts(path, FACTS, ["safety_x"])


@pytest.mark.parametrize("text", [None, "a: [", "[]", "a: b"])
def test_a_domain_that_cannot_be_read_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "domain.yml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ContentError, match="domain.yml"):
        load_safety_texts(path, FACTS, ["safety_x"])
