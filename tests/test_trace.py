"""The trace: chained rows that prove themselves unchanged, and the sealed ledger. Each kind of tampering is seen."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from flask import Flask, g
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from fairapp import audit, db, trace
from fairapp.cli import alembic_config
from fairapp.outcomes import actions as outcomes
from fairapp.outcomes.queries.sealing import broken_seals
from fairapp.trace import Trace
from tests.factories import NOW
from tests.outcomes.cast import make_cast


def deeds(app: Flask) -> list[Any]:
    """Return the rows of the trace in order."""
    with db.of(app).read() as session:
        return list(session.scalars(select(Trace).order_by(Trace.chain, Trace.seq)))


def broken(app: Flask) -> list[str]:
    """Return what the audit says of the trace."""
    with db.of(app).read() as session:
        return [*trace.broken(session)]


def write(app: Flask, count: int = 1, **about: Any) -> None:
    """Record deeds in one transaction each."""
    for n in range(count):
        db.of(app).write(trace.record, "fair.changed", "fair", 7, NOW + timedelta(minutes=n), **about)


def test_rows_are_numbered_and_chained_a_fair(app_on_both: Flask) -> None:
    write(app_on_both, 2, by=5, fair_id=7)
    write(app_on_both, 1, by=6)
    rows = deeds(app_on_both)
    assert [(row.chain, row.seq, row.actor_id) for row in rows] == [(0, 1, 6), (7, 1, 5), (7, 2, 5)]
    assert len({row.hash for row in rows}) == 3
    assert rows[2].hash == trace.row_hash(rows[1].hash, {name: getattr(rows[2], name) for name in trace.HASHED})
    assert broken(app_on_both) == []


def test_what_is_undone_leaves_no_row(app: Flask) -> None:
    def fails(session: Session) -> None:
        trace.record(session, "fair.changed", "fair", 7, NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.of(app).write(fails)
    assert deeds(app) == []


def test_many_at_once_leave_no_gap(app_on_both: Flask) -> None:
    database = db.of(app_on_both)

    def some(who: int) -> None:
        for n in range(20):
            database.write(trace.record, "fair.changed", "fair", 7, NOW, by=who, fair_id=n % 3)

    threads = [threading.Thread(target=some, args=(who,)) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = deeds(app_on_both)
    assert {chain: sum(row.chain == chain for row in rows) for chain in range(3)} == {0: 42, 1: 42, 2: 36}
    assert broken(app_on_both) == []


TAMPERING = {
    "a row changed": ("UPDATE trace SET what = 'fair.made' WHERE seq = 2", "row 2 is not what was written"),
    "another actor": ("UPDATE trace SET actor_id = 9 WHERE seq = 3", "row 3 is not what was written"),
    "another time": ("UPDATE trace SET at = '2026-11-24 00:00:00.000000' WHERE seq = 3", "row 3 is not what was"),
    "other data": ("UPDATE trace SET data = '{}' WHERE seq = 1", "row 1 is not what was written"),
    "a row dropped": ("DELETE FROM trace WHERE seq = 2", "row 2 is missing"),
    "the last row dropped": ("DELETE FROM trace WHERE seq = 3", "it ends at row 2, its head says 3"),
    "all dropped": ("DELETE FROM trace", "it ends at row 0, its head says 3"),
    "the head dropped": ("DELETE FROM trace_head", "its head says 0"),
    "another address": ("UPDATE trace SET address = '10.0.0.9' WHERE seq = 2", "row 2 has another address"),
}


@pytest.mark.parametrize("case", TAMPERING)
def test_tampering_is_found(app_on_both: Flask, case: str) -> None:
    origin = db.Origin(5, "page", "192.0.2.7")
    for _ in range(3):
        args = ("fair.changed", "fair", 7, NOW)
        db.of(app_on_both).writer.run(trace.record, args, {"fair_id": 7, "data": {"fields": ["name"]}}, origin)
    assert broken(app_on_both) == []
    statement, said = TAMPERING[case]
    db.of(app_on_both).write(lambda session: session.execute(text(statement)) and None)
    found = broken(app_on_both)
    assert len(found) == 1, found
    assert said in found[0]


def test_an_address_can_be_forgotten_without_breaking_the_chain(app: Flask) -> None:
    db.of(app).writer.run(trace.record, ("fair.changed", "fair", 7, NOW), {}, db.Origin(5, "page", "192.0.2.7"))
    db.of(app).write(lambda session: session.execute(text("UPDATE trace SET address = NULL, salt = NULL")) and None)
    assert broken(app) == []


def test_a_deed_of_a_request_says_who_and_from_where(app: Flask) -> None:
    cast = db.of(app).write(make_cast)
    with app.test_request_context("/api/v1/fairs", environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        g.caller_id = cast.organizer
        db.of(app).write(trace.record, "fair.changed", "fair", cast.fair, NOW, fair_id=cast.fair)
    last = deeds(app)[-1]
    assert (last.actor_id, last.origin, last.address) == (cast.organizer, "api", "192.0.2.7")


SPOILT = {
    "a row changed": ("UPDATE outcome SET salary = 1", "outcome 1: is not what was written"),
    "another day": ("UPDATE outcome SET \"on\" = '2026-11-23'", "outcome 1: is not what was written"),
    "a row gone": ("DELETE FROM outcome", "outcome 1: was written, and is gone"),
    "its seal gone": ("DELETE FROM trace", "outcome 1: no seal says that it was written"),
    "its seal elsewhere": ("UPDATE trace SET chain = 1000 WHERE what = 'outcome.sealed'", "is not what was written"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_ledger_changed_by_hand_is_found(app_on_both: Flask, case: str) -> None:
    database = db.of(app_on_both)
    cast = database.write(make_cast)
    found = outcomes.Found("interviewed", NOW.date())
    database.write(outcomes.append_outcome, cast.booking, found, cast.recruiter, NOW, "recruiter")

    def told() -> list[str]:
        with database.read() as session:
            return [one for one in audit.breaches(session) if "outcome 1" in one]

    assert told() == []
    statement, said = SPOILT[case]
    database.write(lambda session: session.execute(text(statement)) and None)
    assert any(said in one for one in told()), told()


def test_old_rows_of_the_ledger_are_sealed_by_the_migration(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    cast = database.write(make_cast)
    for n, stage in enumerate(("interviewed", "passed", "hired")):
        found = outcomes.Found(stage, NOW.date(), reference=f"2026-{n}")
        database.write(outcomes.append_outcome, cast.booking, found, cast.recruiter, NOW, "recruiter")
    config = alembic_config(database.url.render_as_string(hide_password=False))
    command.downgrade(config, "2026_12_01_absence")
    command.upgrade(config, "head")
    assert broken(app_on_both) == []
    with database.read() as session:
        assert [*broken_seals(session)] == []
        kept = session.scalars(select(Trace).order_by(Trace.seq)).all()
    assert [(row.what, row.about_id, row.data["stage"], row.actor_id) for row in kept] == [
        ("outcome.sealed", 1, "interviewed", cast.recruiter),
        ("outcome.sealed", 2, "passed", cast.recruiter),
        ("outcome.sealed", 3, "hired", cast.recruiter),
    ]
