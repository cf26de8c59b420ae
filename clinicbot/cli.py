"""The command line: reads what is wanted, runs it, says failures in one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from clinicbot.commands.data_parsers import add_data_commands
from clinicbot.errors import ClinicBotError
from clinicbot.settings import Settings, load_settings

Command = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str]) -> int:
    """Runs one command; gives the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked, load_settings()))
    except ClinicBotError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clinicbot", description="The clinic FAQ assistant.")
    commands = parser.add_subparsers(required=True, metavar="command")
    _add(commands, "run", "set up what is missing and serve", _run)
    _add(commands, "serve", "serve the newest release", _serve)
    train = _add(commands, "train", "train the next release", _train)
    train.add_argument("--out", help="archive to write instead of the next release")
    train.add_argument("--quiet", action="store_true", help="say nothing where all goes well")
    ask = _add(commands, "ask", "ask one question in the terminal", _ask)
    ask.add_argument("question")
    content = _add(commands, "content", "the curated content", _content)
    content.add_argument("what", choices=["check"])
    _add(commands, "encoder", "build the sentence encoder", _encoder)
    _add(commands, "migrate", "bring the database up to date", _migrate)
    add_data_commands(commands)
    return parser


def _add(commands: Any, name: str, help_text: str, run: Command) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_text)
    command.set_defaults(run=run)
    return command


# Each command imports what it needs when it runs: Rasa alone takes seconds to import.


def _run(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.run import run

    return run(settings)


def _serve(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.serve import serve

    return serve(settings)


def _train(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.train import train

    return train(settings, asked.out, asked.quiet)


def _ask(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.ask import ask

    return ask(settings, asked.question)


def _content(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.content import check

    return check(settings)


def _encoder(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.run import build_encoder_here

    return build_encoder_here(settings)


def _migrate(asked: argparse.Namespace, settings: Settings) -> int:
    from clinicbot.commands.run import migrate_here

    return migrate_here(settings)
