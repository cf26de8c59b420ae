"""The command line: failures are one line and exit 1."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clinicbot import cli
from clinicbot.errors import SetUpError
from clinicbot.settings import PROJECT_ROOT


def clinicbot(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program as people start it."""
    command = [sys.executable, "-m", "clinicbot", *arguments]
    merged = {**os.environ, **environ}
    return subprocess.run(command, cwd=PROJECT_ROOT, env=merged, capture_output=True, text=True)


def assert_one_line(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1, done.stderr
    assert said in done.stderr


def test_without_a_model_serving_says_what_to_do(tmp_path):
    assert_one_line(clinicbot("serve", CLINIC_VAR=str(tmp_path)), "train one")


def test_without_a_model_a_question_says_what_to_do(tmp_path):
    assert_one_line(clinicbot("ask", "hello", CLINIC_VAR=str(tmp_path)), "No model")


def test_a_setting_that_cannot_be_used_is_one_line():
    assert_one_line(clinicbot("content", "check", PORT="eighty"), "PORT='eighty' cannot be used")


def test_broken_content_is_one_line_with_its_file(tmp_path):
    shutil.copytree(PROJECT_ROOT / "content", tmp_path / "content")
    path = tmp_path / "content" / "answers" / "ask_downtime.yml"
    path.write_text(path.read_text().replace("title:", "titel:", 1))
    done = clinicbot("content", "check", CLINIC_CONTENT=str(tmp_path / "content"))
    assert_one_line(done, "ask_downtime.yml: ask_downtime/treatments: unknown field 'titel'")


def test_a_folder_without_content_is_one_line(tmp_path):
    done = clinicbot("content", "check", CLINIC_CONTENT=str(tmp_path), CLINIC_VAR=str(tmp_path))
    assert_one_line(done, "cannot be read")


def test_problems_in_the_content_are_listed_and_counted(tmp_path):
    shutil.copytree(PROJECT_ROOT / "content", tmp_path / "content")
    path = tmp_path / "content" / "messages.yml"
    path.write_text(path.read_text() + 'extra: "Join our newsletter"\n')
    done = clinicbot("content", "check", CLINIC_CONTENT=str(tmp_path / "content"))
    assert done.returncode == 1
    assert "Message extra: must not say “Join our newsletter”" in done.stderr
    assert "problems." in done.stdout


@pytest.mark.parametrize("arguments", [[], ["dance"], ["ask"], ["content", "eat"]])
def test_a_command_that_does_not_exist_shows_how_to_use_it(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        cli.main(arguments)
    assert exit_.value.code == 2
    assert "usage: clinicbot" in capsys.readouterr().err


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path):
    (tmp_path / "file").write_text("a file where a folder should be")
    url = f"sqlite:///{tmp_path / 'file' / 'clinic.db'}"
    done = clinicbot("migrate", CLINIC_DATABASE_URL=url, CLINIC_VAR=str(tmp_path))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr


def test_an_error_raised_on_purpose_becomes_its_text(monkeypatch, capsys, tmp_path):
    def failing(asked: object, settings: object) -> int:
        raise SetUpError("There is no paper.")

    monkeypatch.setenv("CLINIC_VAR", str(tmp_path))
    monkeypatch.setattr(cli, "_serve", failing)
    assert cli.main(["serve"]) == 1
    assert capsys.readouterr().err == "There is no paper.\n"


def test_a_stop_by_the_keyboard_is_no_failure_with_a_trace(monkeypatch, capsys, tmp_path):
    def stopped(asked: object, settings: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setenv("CLINIC_VAR", str(tmp_path))
    monkeypatch.setattr(cli, "_serve", stopped)
    assert cli.main(["serve"]) == 130
    assert capsys.readouterr().err == ""


def test_nothing_is_written_into_an_empty_folder_by_a_refused_start(tmp_path: Path):
    clinicbot("serve", CLINIC_VAR=str(tmp_path))
    assert not (tmp_path / "clinic.db").exists()
