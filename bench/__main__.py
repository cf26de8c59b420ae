"""`python -m bench [all|messages|stock|training|parse|start]`: measures, shows, keeps."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

# Stock Rasa is trained once, before its parse is measured.
NAMES = ("start", "training", "messages", "stock", "parse")


def main() -> int:
    # Ended by kill, it ends what it started, as it does on Ctrl-C.
    signal.signal(signal.SIGTERM, _stop)
    asked = _parser().parse_args()
    names = NAMES if asked.what == "all" else (asked.what,)
    try:
        with TemporaryDirectory(prefix="clinic-stock-") as folder:
            if asked.what == "all" and asked.stock_project is None:
                asked.stock_project = Path(folder)
            for name in names:
                print(f"\n== {name}", flush=True)
                measure: Callable[[argparse.Namespace], None] = import_module(f"bench.{name}").main
                measure(asked)
    except KeyboardInterrupt:
        print("\nStopped; nothing goes on running.", file=sys.stderr)
        return 130
    except RuntimeError as error:  # something that it started failed, and said why
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=("all", *NAMES))
    parser.add_argument("--model", type=Path, help="our archive; else the newest release")
    parser.add_argument("--runs", type=int, default=3, help="repeats of every figure")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a cell")
    parser.add_argument("--starts", type=int, default=3, help="starts that are timed")
    parser.add_argument("--postgres", action="store_true", help="messages: on PostgreSQL")
    parser.add_argument("--questions", type=int, default=200, help="parse: how many questions")
    parser.add_argument(
        "--stock-examples",
        type=int,
        default=600,
        help="how many of our examples stock Rasa is trained on (all would take very long)",
    )
    parser.add_argument(
        "--stock-project", type=Path, help="folder for stock Rasa's project, kept and used again"
    )
    return parser


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
