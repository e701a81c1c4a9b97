"""Histories of seekers and staff by 16 writers at once: no overlap, no deadlock that reaches a person, no lost offer."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from fairapp import create_app, db
from fairapp.scheduling import actions, queries
from fairapp.scheduling.models import Booking, Offer, WaitlistEntry
from tests.concurrency.histories import Notes, run
from tests.concurrency.stage import Stage, build_stage
from tests.concurrency.truth import audited, doubles
from tests.conftest import settings_for
from tests.factories import NOW
from tests.servers.app import ROOT

THREADS, PROCESSES = 16, 4
STEPS = 12  # of each writer in every run; 400 in the soak
OFTEN = ("book done", "book slot-taken", "cancel done", "move done", "swap done", "shift done", "reassign done")


def settled(database: db.Database) -> None:
    """See, once every hold has run out and was swept, that nobody is left with an offer that is not there."""
    later = NOW + timedelta(hours=2)
    while True:
        with database.read() as session:
            stale = list(queries.stale_holds(session, later))
        if not stale:
            break
        database.write(actions.expire, stale, later)
        later += timedelta(minutes=1)
    with database.read() as session:
        held = (
            select(func.count()).select_from(Booking).where(Booking.status == "held", Booking.hold_expires_at <= later)
        )
        assert session.scalar(held) == 0
        opened = session.scalars(select(Offer.entry_id).where(Offer.status == "open")).all()
        offered = session.scalars(select(WaitlistEntry.id).where(WaitlistEntry.status == "offered")).all()
        assert sorted(opened) == sorted(offered)


def seen_to_be_right(database: db.Database, notes: Notes) -> None:
    """See that nothing went wrong, before and after everything has settled."""
    assert notes.faults == []
    for _ in range(2):
        assert doubles(database) == {}
        assert audited(database) == []
        settled(database)


def test_16_threads_on_sqlite(app: Flask) -> None:
    database = db.of(app)
    stage = database.write(build_stage)
    notes = run([database], stage, THREADS, STEPS, seed=1)
    seen_to_be_right(database, notes)
    assert notes.answers["book done"] > 5


def processes(url: str, stage: Stage, steps: int, seed: int) -> Notes:
    """Let four processes of four writers each loose on the database."""
    command = [sys.executable, "-m", "tests.concurrency.histories", url, "--threads", str(THREADS // PROCESSES)]
    started = [
        subprocess.Popen(
            [*command, "--steps", str(steps), "--seed", str(seed + n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for n in range(PROCESSES)
    ]
    notes = Notes()
    for one in started:
        assert one.stdin is not None
        one.stdin.write(json.dumps(asdict(stage)))
        one.stdin.close()
    for one in started:
        assert one.stdout is not None
        said = json.loads(one.stdout.read())
        assert one.wait() == 0
        notes.answers.update(said["answers"])
        notes.faults += said["faults"]
    return notes


def test_4_processes_of_4_writers_on_postgresql(make_url_of: Callable[[str], str]) -> None:
    url = settings_for(make_url_of("postgresql")).database_url
    app = create_app(settings_for(url))
    with app.app_context():
        database = db.of(app)
        stage = database.write(build_stage)
        notes = processes(url, stage, STEPS, seed=1)
        seen_to_be_right(database, notes)
        database.close()


@pytest.mark.soak
def test_histories_for_long(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    stage = database.write(build_stage)
    if database.sqlite:
        notes = run([database], stage, THREADS, 400, seed=7)
    else:
        notes = processes(database.url.render_as_string(hide_password=False), stage, 400, seed=7)
    seen_to_be_right(database, notes)
    for happened in OFTEN:
        assert notes.answers[happened], f"{happened} never happened: {notes.answers}"
