"""Everybody wants the same slots at once: nobody is in two places, no seat is sold twice, and the answers say so."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from fairapp import clock, db
from tests.concurrency.crowd import Answer, Ask, Crowd
from tests.concurrency.hall import build_hall
from tests.concurrency.truth import audited, doubles

THREADS = 64
ATTEMPTS = 300  # in every run; 5,000 in the soak


def within(app: Flask) -> Callable[[], Ask]:
    """Return a maker of clients that call the app in this process."""

    def connect() -> Ask:
        client = app.test_client()

        def ask(method: str, path: str, token: str, body: Any, headers: Mapping[str, str]) -> Answer:
            sent = {"Authorization": f"Bearer {token}", **headers}
            answer = client.open(path, method=method, json=body, headers=sent)
            return answer.status_code, answer.get_json()

        return ask

    return connect


def test_64_threads_race_and_nobody_is_in_two_places(app_on_both: Flask) -> None:
    hall = build_hall(db.of(app_on_both), clock.now())
    notes = Crowd(hall, within(app_on_both), seed=1).run(ATTEMPTS, THREADS)
    assert notes.faults == []
    assert doubles(db.of(app_on_both)) == {}
    assert audited(db.of(app_on_both)) == []
    asked = sum(number for what, number in notes.answers.items() if what.split()[0] in ("book", "hold"))
    assert (asked, len(set(notes.made))) == (ATTEMPTS, len(notes.made))
    for happened in ("book 201", "book 409 slot-taken", "book 409 seeker-busy", "book 409 already-booked"):
        assert notes.answers[happened], f"{happened} never happened: {notes.answers}"
    for happened in ("hold 201", "confirm 200", "move 200", "cancel 200", "wait 201"):
        assert notes.answers[happened], f"{happened} never happened: {notes.answers}"


def without_claims_key(session: Session) -> None:
    """Take the key from the claims. Their insert names no conflict target, so it goes on working."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE time_claim DROP CONSTRAINT pk_time_claim"))
    else:
        session.execute(text("ALTER TABLE time_claim RENAME TO claims_before"))
        session.execute(text("CREATE TABLE time_claim AS SELECT * FROM claims_before"))


def without_seat_index(session: Session) -> None:
    """Take the unique index from the seats."""
    session.execute(text("DROP INDEX uq_booking_seat"))


def without_exclusive_index(session: Session) -> None:
    """Take the unique index from one interview a booth."""
    session.execute(text("DROP INDEX uq_booking_exclusive"))


CONTROLS = [
    (without_claims_key, "two places"),
    (without_seat_index, "seat sold twice"),
    (without_exclusive_index, "two interviews at a booth"),
]


@pytest.mark.parametrize(("remove", "finds"), CONTROLS)
def test_without_its_lock_the_same_race_double_books(
    app_on_both: Flask, remove: Callable[[Session], None], finds: str
) -> None:
    db.of(app_on_both).write(remove)
    hall = build_hall(db.of(app_on_both), clock.now(), seekers=8)
    notes = Crowd(hall, within(app_on_both), seed=2, changes=False).run(100, 16)
    assert notes.faults == []
    assert finds in doubles(db.of(app_on_both))
    assert audited(db.of(app_on_both)) != []
