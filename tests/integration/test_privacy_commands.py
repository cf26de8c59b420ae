"""Staff's commands as people type them; each view of a name leaves a row (PR-05, PR-07)."""

from __future__ import annotations

import json
import os
import pwd
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinicbot import cli
from clinicbot.storage import migrate
from tests.integration.privacy_rig import PrivacyRig

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivacyRig]:
    """A visitor "c" with a request, a wish and a flag; the commands work on the same database."""
    folder = tmp_path / "var"
    folder.mkdir()
    monkeypatch.setenv("CLINIC_VAR", str(folder))
    monkeypatch.delenv("CLINIC_DATABASE_URL", raising=False)
    url = f"sqlite:///{folder / 'clinic.db'}"
    migrate(url)
    rig = PrivacyRig(url, folder)
    rig.visit("c", "hello")
    rig.reference = rig.call_back("c", "Jane\x1b[2J Doe", "jane@example.com")
    rig.wish = rig.stored.requests.record("c", "export")
    yield rig
    rig.close()


def actions(rig: PrivacyRig) -> list[tuple[str, str, str]]:
    return [row[:3] for row in rig.audit()]


def test_a_list_of_requests_shows_names_and_leaves_a_row(rig, capsys):
    assert cli.main(["requests", "list"]) == 0
    shown = capsys.readouterr().out
    assert rig.reference in shown and "jane@example.com" in shown
    assert "\x1b" not in shown
    assert rig.audit() == [(ME, "requests.list", "callback_requests", {"seen": [rig.reference]})]


def test_a_request_is_shown_and_its_status_changed_each_with_a_row(rig, capsys):
    assert cli.main(["requests", "show", rig.reference.lower()]) == 0
    assert "jane@example.com" in capsys.readouterr().out
    assert cli.main(["requests", "set", rig.reference, "--status", "called"]) == 0
    assert cli.main(["requests", "show", rig.reference]) == 0
    assert "called" in capsys.readouterr().out
    assert actions(rig) == [
        (ME, "requests.show", rig.reference),
        (ME, "requests.set", rig.reference),
        (ME, "requests.show", rig.reference),
    ]


def test_the_trail_names_the_user_of_the_system_not_what_the_environment_claims(
    rig, capsys, monkeypatch
):
    for name in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    assert cli.main(["requests", "show", rig.reference]) == 0
    assert actions(rig)[0][0] == ME


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["requests", "show", "CB-AAAAAA"], "no such request"),
        (["requests", "set", "CB-AAAAAA", "--status", "done"], "no such request"),
        (["requests", "set", "CB-AAAAAA", "--status", "eaten"], "must be one of"),
        (["privacy", "done", "PR-AAAAAA"], "no such request"),
    ],
)
def test_what_is_not_there_is_one_line_and_leaves_no_row(rig, capsys, arguments, said):
    assert cli.main(arguments) == 1
    assert said in capsys.readouterr().err
    assert actions(rig) == []


def test_nothing_is_shown_that_could_not_be_recorded(rig, capsys):
    rig.run("CREATE TRIGGER closed BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no'); END")
    for arguments in (["requests", "list"], ["requests", "show", rig.reference]):
        assert cli.main(arguments) == 1
        assert "jane" not in capsys.readouterr().out
    assert cli.main(["export", "--conversation", "c"]) == 1
    assert "hello" not in capsys.readouterr().out


def test_flags_and_wishes_are_listed_and_a_wish_is_settled(rig, capsys):
    assert cli.main(["flags", "list"]) == 0
    assert "crisis\tc\t1" in capsys.readouterr().out
    assert cli.main(["privacy", "list"]) == 0
    assert f"{rig.wish}\texport\tnew" in capsys.readouterr().out
    assert cli.main(["privacy", "done", rig.wish]) == 0
    assert cli.main(["privacy", "list"]) == 0
    assert f"{rig.wish}\texport\tdone" in capsys.readouterr().out
    assert actions(rig) == [(ME, "privacy.done", rig.wish)]


def test_an_export_is_printed_as_json_or_written_once(rig, capsys, tmp_path):
    assert cli.main(["export", "--contact", "Jane@Example.com"]) == 0
    (held,) = json.loads(capsys.readouterr().out)["conversations"]
    assert held["callback_requests"][0]["contact"] == "jane@example.com"
    path = tmp_path / "export.json"
    arguments = ["export", "--reference", rig.wish, "--out", str(path)]
    assert cli.main(arguments) == 0
    assert json.loads(path.read_text())["conversations"] == [held]
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("mine")
    assert cli.main(arguments) == 1
    assert path.read_text() == "mine"
    assert [row[1] for row in actions(rig)] == ["export", "export"]


def test_an_erasure_prints_a_receipt_and_the_second_finds_nothing(rig, capsys, tmp_path):
    path = tmp_path / "export.json"
    assert cli.main(["export", "--conversation", "c", "--out", str(path)]) == 0
    capsys.readouterr()
    assert cli.main(["erase", "--contact", "jane@example.com"]) == 0
    receipt = capsys.readouterr().out
    assert "callback_requests    1 rows" in receipt
    assert "exported files       1 files" in receipt
    assert not path.exists()
    assert rig.counts() == {}
    assert cli.main(["erase", "--contact", "jane@example.com"]) == 0
    assert capsys.readouterr().out == "Nothing found.\n"


def test_the_trail_is_listed_and_verified_and_a_forged_row_is_named(rig, capsys, tmp_path):
    assert cli.main(["requests", "list"]) == 0
    assert cli.main(["requests", "show", rig.reference]) == 0
    capsys.readouterr()
    assert cli.main(["audit", "list"]) == 0
    assert "requests.show" in capsys.readouterr().out
    assert cli.main(["audit", "verify"]) == 0
    assert "2 rows, all in order" in capsys.readouterr().out
    with sqlite3.connect(tmp_path / "var" / "clinic.db") as connection:
        connection.execute("UPDATE audit_log SET actor = 'nobody' WHERE number = 1")
    assert cli.main(["audit", "verify"]) == 1
    assert "broken at row 1" in capsys.readouterr().err


def test_a_run_of_the_retention_by_hand_leaves_a_row_in_any_case(rig, capsys):
    assert cli.main(["retention", "run"]) == 0
    assert "Nothing was older" in capsys.readouterr().out
    assert actions(rig) == [(ME, "retention", "database")]


@pytest.mark.parametrize(
    "arguments",
    [["erase"], ["export"], ["erase", "--contact", "a", "--conversation", "b"], ["audit", "edit"]],
)
def test_a_command_without_a_target_shows_how_to_use_it(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        cli.main(arguments)
    assert exit_.value.code == 2
