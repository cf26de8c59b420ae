"""Nothing personal is stored or logged (PR-03, P-01, P-02), with `clinicbot serve` as a process:
our domain, rules and actions, with a keyword for each intent in place of what is learnt."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from clinicbot.settings import PROJECT_ROOT
from tests.integration import planted
from tests.integration.keyword_project import PIPELINE, keyword, write_keyword_project
from tests.integration.model_fixtures import serving
from tests.integration.tiny_project import train
from tests.visitor import Server

pytestmark = pytest.mark.model

BOOK = keyword("book")
DETECTORS = [
    {"name": "clinicbot.nlu.private_data_detector.PrivateDataDetector"},
    {"name": "clinicbot.nlu.contact_detector.ContactDetector"},
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keywords")
    write_keyword_project(folder)
    config = yaml.safe_load((folder / "config.yml").read_text())
    config["pipeline"] = [*PIPELINE, *DETECTORS]
    (folder / "config.yml").write_text(yaml.safe_dump(config))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(PROJECT_ROOT))
        return train(folder)


@pytest.fixture(scope="module", autouse=True)
def content(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Our content, with the only question that this model must answer before it is served."""
    folder = tmp_path_factory.mktemp("clinic") / "content"
    shutil.copytree(PROJECT_ROOT / "content", folder)
    (folder / "golden_questions.yml").write_text(f"questions: [{keyword('greet')}]\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINIC_CONTENT", str(folder))
        yield


@pytest.fixture(scope="module")
def server(
    model: Path, content: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with serving(model, tmp_path_factory.mktemp("served")) as server:
        yield server


def test_nothing_personal_is_stored_or_logged_but_in_requests(model: Path, tmp_path: Path) -> None:
    with serving(model, tmp_path) as server:
        planted.chat(server, BOOK)
        planted.leave_a_form(server, BOOK)
        every = [*planted.GONE, *planted.REQUESTED, planted.HALF_NAME]
        apart = {"callback_requests", "form_values"}
        assert planted.found_in_tables(server.database, every, leave_out=apart) == []
        assert planted.found_in_log(server) == []
        stored = server.rows("SELECT name, contact FROM callback_requests ORDER BY created_at")
        assert stored == [(planted.NAME, planted.CONTACT), tuple(planted.FIELDS.values())]
        held = server.rows("SELECT slot, value FROM form_values")
        assert held == [("callback_name", planted.HALF_NAME)]


def test_without_masking_it_would_all_be_there(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search of the test above finds what is there."""
    monkeypatch.setenv("CLINIC_MASKING", "off")
    with serving(model, tmp_path) as server:
        planted.chat(server, BOOK)
        apart = {"callback_requests", "form_values"}
        found = planted.found_in_tables(server.database, planted.GONE, leave_out=apart)
        assert {word for _, word in found} >= set(planted.GONE) - set(planted.REFUSED)
        assert planted.found_in_log(server) == []


def test_p01_a_number_is_neither_stored_nor_said_again(server: Server) -> None:
    visitor = server.visitor()
    said = visitor.say("my ssn is 123-45-6789")
    assert "6789" not in json.dumps(said.messages)
    assert visitor.transcript()[0]["message"]["text"] == "my ssn is [SSN]"


def test_a_form_goes_on_after_a_restart_with_what_was_given(model: Path, tmp_path: Path) -> None:
    with serving(model, tmp_path) as server:
        visitor = planted.leave_a_form(server, BOOK)
        token = visitor.client.headers["Authorization"]
    with serving(model, tmp_path) as server:
        visitor = server.visitor()
        visitor.client.headers["Authorization"] = token
        assert "CB-" in visitor.say("614-889-1234").text
        stored = server.rows("SELECT name, contact FROM callback_requests")
        assert stored == [(planted.HALF_NAME, "614-889-1234")]
        assert server.rows("SELECT * FROM form_values") == []


def test_stopping_a_form_deletes_what_was_given(server: Server) -> None:
    visitor = planted.leave_a_form(server, BOOK)
    assert len(server.rows("SELECT * FROM form_values")) == 1
    visitor.say(keyword("cancel"))
    assert server.rows("SELECT * FROM form_values") == []
    visitor.say(BOOK)
    visitor.say("614-889-1234")
    assert server.rows("SELECT * FROM callback_requests") == []


def test_what_is_answered_is_what_is_stored_and_what_comes_again(server: Server) -> None:
    visitor = server.visitor()
    texts = ["my name is Jane Doe", BOOK, "it is Ann Lee", "ann@example.org", keyword("thank")]
    answered = []
    for number, text in enumerate(texts):
        body = {"id": f"{number:08d}-0000-4000-8000-000000000000", "type": "text", "text": text}
        first, again = (
            visitor.client.post("/chat/v1/messages", json=body).json()["events"] for _ in range(2)
        )
        assert first == again
        answered += first
    assert visitor.transcript() == answered


def test_a_form_block_shows_labels_and_not_what_was_filled_in(server: Server) -> None:
    visitor = server.visitor()
    visitor.say(BOOK)
    events = visitor.post(type="form", fields=planted.FIELDS).json()["events"]
    fields = {"name": "[name]", "contact": "[contact]"}
    assert events[0]["message"] == {"type": "form", "form": "callback", "fields": fields}


def test_a_name_that_turns_out_to_be_one_is_hidden_in_what_was_said_before(server: Server) -> None:
    visitor = server.visitor()
    visitor.say("Ottoline asked")
    visitor.say(BOOK)
    visitor.say("Ottoline")
    texts = [event["message"].get("text") for event in visitor.transcript()]
    assert "[name] asked" in texts
    assert "[name]" in texts
    assert "Ottoline" not in str(server.rows("SELECT data FROM tracker_events"))


def test_danger_is_flagged_and_the_flag_is_not_sent(server: Server) -> None:
    visitor = server.visitor()
    said = visitor.say(keyword("safety_self_harm"))
    assert set(said.messages[0]) == {"blocks", "answer", "kind"}
    newest = "(SELECT max(rowid) FROM flags)"
    assert server.rows(f"SELECT n, flag FROM flags WHERE rowid={newest}") == [(1, "crisis")]
    assert "crisis" not in str(server.rows("SELECT message FROM chat_events"))


def test_the_third_insult_pauses_the_visitor_but_not_danger(server: Server) -> None:
    visitor = server.visitor()
    for _ in range(3):
        visitor.say(keyword("abuse"))
    refused = visitor.post(type="text", text=keyword("greet"))
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "paused"
    assert int(refused.headers["Retry-After"]) > 30
    assert "pause_minutes" not in str(server.rows("SELECT data FROM tracker_events"))


def test_the_first_message_accepts_the_notice(server: Server) -> None:
    visitor = server.visitor()
    newest = "FROM consents ORDER BY rowid DESC LIMIT 1"
    assert server.rows(f"SELECT accepted_at {newest}") == [(None,)]
    visitor.say(keyword("greet"))
    ((accepted, said),) = server.rows(
        "SELECT accepted_at, (SELECT min(at) FROM chat_events e WHERE "
        f"e.conversation_id = consents.conversation_id) {newest}"
    )
    assert accepted and accepted <= said
