"""The race at its full length, against real servers: one on SQLite, two on PostgreSQL with eight client processes."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from fairapp import clock, db
from tests.concurrency.crowd import Notes
from tests.concurrency.hall import Hall, build_hall
from tests.concurrency.truth import audited, doubles
from tests.conftest import settings_for
from tests.servers import app_server, work_process
from tests.servers.app import ROOT

ATTEMPTS = 5000


@contextmanager
def servers(url: str, number: int, mail: Path) -> Iterator[list[str]]:
    """Run that many servers on the database, on PostgreSQL with the scheduler; give their addresses."""
    env = {"DATABASE_URL": url, "RATE_LIMITS": "off", "MAIL_URL": f"file:{mail}"}
    with ExitStack() as stack:
        if not url.startswith("sqlite"):
            stack.enter_context(work_process(env))
        yield [stack.enter_context(app_server(env)).url for _ in range(number)]


def crowds(hall: Hall, urls: list[str], processes: int, threads: int) -> Notes:
    """Let crowds in that many processes loose on the servers; return what all of them noted."""
    command = [sys.executable, "-m", "tests.concurrency.crowd", "--attempts", str(ATTEMPTS // processes)]
    command += ["--threads", str(threads)]
    started = [
        subprocess.Popen(
            [*command, "--seed", str(n), *urls[n % len(urls) :], *urls[: n % len(urls)]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for n in range(processes)
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.write(hall.to_json())
        one.stdin.close()
    notes = Notes()
    for one in started:
        assert one.stdout is not None
        notes.merge(json.loads(one.stdout.read()))
        assert one.wait() == 0
    return notes


@pytest.mark.soak
@pytest.mark.parametrize(
    ("kind", "number", "processes", "threads"),
    [("sqlite", 1, 1, 64), ("postgresql", 2, 8, 8), ("postgresql", 1, 1, 64)],
)
def test_5000_attempts_and_nobody_is_in_two_places(
    make_url_of: Callable[[str], str], tmp_path: Path, kind: str, number: int, processes: int, threads: int
) -> None:
    url = make_url_of(kind)
    database = db.Database(settings_for(url).database_url)
    try:
        hall = build_hall(database, clock.now())
        with servers(url, number, tmp_path / "mail") as urls:
            notes = crowds(hall, urls, processes, threads)
        assert notes.faults == []
        assert doubles(database) == {}
        assert audited(database) == []
        asked = sum(times for what, times in notes.answers.items() if what.split()[0] in ("book", "hold"))
        assert (asked, len(set(notes.made))) == (ATTEMPTS, len(notes.made))
    finally:
        database.close()
