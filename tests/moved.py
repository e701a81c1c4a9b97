"""Run a program of fairapp at another time: `python -m tests.moved 2026-08-10T01:00:00+00:00 run.py [words…]`.

The clock goes on from there. A browser's clock is not moved with it, so cookies are sent without the date they end.
"""

import runpy
import sys
from datetime import datetime
from pathlib import Path

import time_machine
from flask.sessions import SecureCookieSessionInterface

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Move the clock of this process and those it forks, then run the program."""
    moment, program, *words = sys.argv[1:]
    sys.argv = [program, *words]
    sys.path.insert(0, str(ROOT))
    SecureCookieSessionInterface.get_expiration_time = lambda *_: None  # type: ignore[method-assign]
    time_machine.travel(datetime.fromisoformat(moment), tick=True).start()
    if program == "flask":
        runpy.run_module("flask", run_name="__main__")
    else:
        runpy.run_path(str(ROOT / program), run_name="__main__")


if __name__ == "__main__":
    main()
