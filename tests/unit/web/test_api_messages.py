from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import textstat

from clinicbot import errors
from clinicbot.checking.readability import LONGEST_SENTENCE, MAX_GRADE
from clinicbot.errors import ClinicBotError, ContentError
from clinicbot.settings import PROJECT_ROOT
from clinicbot.web import error_handler, health
from clinicbot.web.api_messages import ApiMessages, load_api_messages, load_messages
from clinicbot.web.chat import limits, problems, texts

TREE: dict[str, Any] = {
    "defaults": {"name": "the clinic"},
    "errors": {"internal": "Sorry.", "busy": ["Wait.", "Call {phone}.", "That is all."]},
    "greeting": {"blocks": [{"type": "text", "text": ["Hello", "from {name}."]}]},
    "page": {"title": "{name}", "phone": "{phone}"},
    "notice": {"version": 1, "text": ["We keep it for {keep_days} days.", "Call {phone}."]},
}


def own_errors(module: ModuleType) -> set[str]:
    kinds = inspect.getmembers(module, inspect.isclass)
    return {kind.code for _, kind in kinds if issubclass(kind, ClinicBotError)}


def body_problem_codes() -> set[str]:
    source = "".join(
        path.read_text() for path in (PROJECT_ROOT / "clinicbot" / "web").rglob("*.py")
    )
    return set(re.findall(r'BodyProblem\("(\w+)"', source))


def test_every_error_that_the_web_can_send_has_a_text() -> None:
    codes = body_problem_codes() | set(error_handler._SANIC_CODES.values())
    for module in (errors, problems, limits, texts, health):
        codes |= own_errors(module)
    assert codes - real().error_codes == set()


def test_no_text_is_for_an_error_that_cannot_happen() -> None:
    codes = body_problem_codes() | set(error_handler._SANIC_CODES.values())
    for module in (errors, problems, limits, texts, health):
        codes |= own_errors(module)
    assert real().error_codes - codes == set()


def real(**clinic: str) -> ApiMessages:
    return load_messages(PROJECT_ROOT / "content", clinic)


@pytest.mark.parametrize(
    "code", ["busy", "not_ready", "storage_unavailable", "turn_failed", "internal"]
)
def test_when_we_fail_the_visitor_gets_the_clinics_phone_and_the_emergency_line(code: str) -> None:
    text = real(phone="020 7946 0000").error(code)
    assert "020 7946 0000" in text
    assert "emergency" in text


def test_no_text_of_a_clinic_without_a_phone_mentions_one() -> None:
    messages = real()
    everything = [messages.error(code) for code in messages.error_codes]
    everything += [str(messages.page()), str(messages.greeting())]
    assert not [text for text in everything if "{phone}" in text]
    calls = [text.replace("call your local emergency number", "") for text in everything[:-2]]
    assert not [text for text in calls if "call" in text]


def test_a_sentence_without_its_value_is_left_out() -> None:
    assert ApiMessages(TREE, {}).error("busy") == "Wait. That is all."
    assert ApiMessages(TREE, {"phone": "123"}).error("busy") == "Wait. Call 123. That is all."


def test_an_empty_value_counts_as_none() -> None:
    messages = ApiMessages(TREE, {"phone": "", "name": ""})
    assert messages.page() == {"title": "the clinic", "phone": ""}


def test_the_greeting_is_a_message_of_blocks() -> None:
    greeting = ApiMessages(TREE, {"name": "Elm"}).greeting()
    assert greeting == {"blocks": [{"type": "text", "text": "Hello from Elm."}]}


def test_the_real_greeting_says_that_it_is_no_person() -> None:
    assert "not a person" in str(real().greeting())


def test_values_cannot_bring_placeholders_of_their_own() -> None:
    messages = ApiMessages(TREE, {"phone": "{name.__class__}"})
    assert "{name.__class__}" in messages.error("busy")


def test_an_unknown_code_gets_the_internal_text() -> None:
    assert ApiMessages(TREE, {}).error("unheard_of") == "Sorry."


def test_a_file_without_a_part_is_refused() -> None:
    with pytest.raises(ContentError, match="greeting"):
        ApiMessages({**TREE, "greeting": None}, {})


@pytest.mark.parametrize("content", [None, "[]", "a: [", ""])
def test_a_missing_or_broken_file_is_a_content_error(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "api_messages.yml").write_text(content)
    with pytest.raises(ContentError, match="api_messages.yml"):
        load_messages(tmp_path, {})


def test_the_clinics_own_facts_are_in_the_texts(tmp_path: Path) -> None:
    source = PROJECT_ROOT / "content" / "api_messages.yml"
    (tmp_path / "api_messages.yml").write_text(source.read_text())
    regions = PROJECT_ROOT / "content" / "regions.yml"
    (tmp_path / "regions.yml").write_text(regions.read_text())
    (tmp_path / "privacy.yml").write_text("notice: {version: '1', text: We keep it.}")
    facts = "name: Elm\nphone: 020 7946 0000\nsafety: {region: EU}\n"
    (tmp_path / "clinic.yml").write_text(facts)
    text = load_api_messages(tmp_path).error("busy")
    assert "Elm on 020 7946 0000" in text
    assert "call 112" in text


def test_a_clinic_without_an_emergency_number_has_words_for_it() -> None:
    assert "call your local emergency number" in real().error("busy")


def test_without_the_clinics_facts_there_are_no_texts(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="clinic.yml"):
        load_api_messages(tmp_path)


def notice(**values: str) -> str:
    return str(real(emergency_number="911", **values).notice()["text"])


def test_the_notice_says_what_visitors_must_know_before_they_write() -> None:
    text = notice(keep_days="30", keep_request_days="180")
    for said in ("automated", "not for emergencies", "call 911", "privacy", "store what you write"):
        assert said in text
    for said in ("30 days", "180", "staff may read", "ID or card numbers", "Delete chat"):
        assert said in text
    assert text.endswith("By sending a message you accept this.")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", real().notice()["version"])


def test_the_notice_promises_no_deletion_where_nothing_is_deleted() -> None:
    assert "after" not in notice()
    assert "{" not in notice()


def test_the_notice_is_read_as_easily_as_our_answers() -> None:
    text = notice(keep_days="30", keep_request_days="180")
    assert textstat.flesch_kincaid_grade(text) <= MAX_GRADE
    assert max(len(sentence.split()) for sentence in re.split(r"[.:]", text)) <= LONGEST_SENTENCE


@pytest.mark.parametrize("content", ["a: b", "notice: x", "notice: {text: x}"])
def test_without_a_notice_there_are_no_texts(tmp_path: Path, content: str) -> None:
    source = PROJECT_ROOT / "content" / "api_messages.yml"
    (tmp_path / "api_messages.yml").write_text(source.read_text())
    (tmp_path / "privacy.yml").write_text(content)
    with pytest.raises(ContentError, match="privacy.yml"):
        load_messages(tmp_path, {})
