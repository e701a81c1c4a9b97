"""Group commit: what is refused leaves its neighbours alone, and an answer is on disk."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.orm import Session

from fairapp import clock, db
from fairapp.agencies.models import Agency
from fairapp.errors import Busy
from fairapp.writer import together


def add(session: Session, slug: str) -> str:
    """Add an agency."""
    session.add(Agency(slug=slug, name=slug, kind="city", created_at=clock.now()))
    return slug


def slugs(database: db.Database) -> set[str]:
    """Return what is on disk."""
    with database.read() as session:
        return set(session.scalars(select(Agency.slug)))


def test_a_refused_call_leaves_its_neighbours_alone(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    slow = threading.Event()

    def wait(session: Session) -> None:
        slow.wait(5)

    with ThreadPoolExecutor(21) as pool:
        first = pool.submit(database.write, wait)  # what follows queues behind it and is one group
        rest = [pool.submit(database.write, add, f"a{n % 10}") for n in range(20)]
        slow.set()
        first.result()
        errors = [future.exception() for future in rest]
    assert sum(error is None for error in errors) == 10
    assert all(error is None or isinstance(error, IntegrityError) for error in errors)
    assert slugs(database) == {f"a{n}" for n in range(10)}


def test_an_action_cannot_open_a_transaction_of_its_own(app: Flask) -> None:
    def nested(session: Session) -> None:
        db.of(app).write(add, "inner")

    with pytest.raises(RuntimeError, match="never db.write"):
        db.of(app).write(nested)


def test_a_reading_session_cannot_write(app_on_both: Flask) -> None:
    with pytest.raises(Exception, match="readonly|read-only"):
        with db.of(app_on_both).read() as session:
            add(session, "x")
            session.flush()
    with db.of(app_on_both).read() as session:
        assert session.scalar(select(func.count()).select_from(Agency)) == 0


def test_a_failure_with_an_unread_answer_stops_nobody_after_it(app_on_both: Flask) -> None:
    """SQLite refuses to commit while a statement is open; the connection that is left with one is given up."""
    database = db.of(app_on_both)
    kept: list[object] = []

    def leave_unread(session: Session) -> None:
        row = {"slug": "unread", "name": "x", "name_en": "", "kind": "city", "created_at": clock.now()}
        kept.append(session.connection().execute(insert(Agency).values(row).returning(Agency.id)))
        raise LookupError

    with pytest.raises(LookupError):
        database.write(leave_unread)
    assert database.write(add, "after") == "after"
    assert slugs(database) == {"after"}


def test_who_was_told_to_come_back_later_is_not_written_after_all(app_on_both: Flask) -> None:
    database, begun, slow = db.of(app_on_both), threading.Event(), threading.Event()

    def wait(session: Session) -> None:
        begun.set()
        slow.wait(5)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(database.write, wait)
        begun.wait(5)
        database.writer.patience = 0.2
        with pytest.raises(Busy):
            database.write(add, "late")
        slow.set()
        first.result()
    database.writer.patience = 30
    database.write(add, "next")
    assert slugs(database) == {"next"}


def test_calls_that_queue_are_served_together_where_there_is_a_way(app_on_both: Flask) -> None:
    database, begun, slow = db.of(app_on_both), threading.Event(), threading.Event()
    parties: list[list[str]] = []

    def wait(session: Session) -> None:
        begun.set()
        slow.wait(5)

    def join(session: Session, slug: str) -> str:
        return add(session, f"alone-{slug}")

    def join_many(session: Session, asked: list[tuple[str]]) -> list[str | None]:
        parties.append([slug for (slug,) in asked])
        if any(slug == "broken" for (slug,) in asked):
            raise LookupError
        return [None if slug.startswith("shy") else add(session, slug) for (slug,) in asked]

    together(join, join_many)
    for wanted in (["a", "b", "shy"], ["c", "broken"]):
        begun.clear()
        slow.clear()
        with ThreadPoolExecutor(len(wanted) + 1) as pool:
            pool.submit(database.write, wait)
            begun.wait(5)
            results = [pool.submit(database.write, join, slug) for slug in wanted]
            while database.writer._queue.qsize() < len(wanted):
                pass
            slow.set()
            assert {one.result() for one in results} <= {"a", "b", "alone-shy", "alone-c", "alone-broken"}
    assert [sorted(party) for party in parties] == [["a", "b", "shy"], ["broken", "c"]]
    assert slugs(database) == {"a", "b", "alone-shy", "alone-c", "alone-broken"}


def test_an_action_that_swallows_a_refused_row_is_not_committed(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    database.write(add, "there")

    def swallow(session: Session) -> None:
        add(session, "there")
        with contextlib.suppress(IntegrityError):
            session.flush()

    with pytest.raises((RuntimeError, PendingRollbackError)):
        database.write(swallow)
    assert database.write(add, "after") == "after"
    assert slugs(database) == {"there", "after"}
