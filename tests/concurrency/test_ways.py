"""Two writers give one person two meetings at once that are too far apart, or one too many: the lock on her decides."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask

from fairapp import create_app, db
from fairapp.scheduling import queries, rules
from fairapp.scheduling.actions import choosing
from tests.concurrency.test_waits import Two
from tests.conftest import settings_for
from tests.scheduling.floors import Hall

TOGETHER = 1.0  # seconds that who has looked waits for the other to have looked as well


@pytest.fixture
def app(make_url_of: Callable[[str], str]) -> Any:
    """Return the app on PostgreSQL: SQLite lets one writer in at a time."""
    made = create_app(settings_for(make_url_of("postgresql")))
    with made.app_context():
        yield made
    db.of(made).close()


def both_look_first(monkeypatch: pytest.MonkeyPatch, name: str, where: Any) -> None:
    """Let whoever has looked wait until the other has looked as well, or cannot."""
    barrier, look = threading.Barrier(2), getattr(where, name)

    def looked(*args: Any, **kwargs: Any) -> Any:
        found = look(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(TOGETHER)
        return found

    monkeypatch.setattr(where, name, looked)


def race(app: Flask, hall: Hall, slots: list[int]) -> list[Any]:
    """Book both slots for the first seeker at the same moment; return ids or refusals."""
    two = Two(app)

    def book(slot: int) -> Callable[[db.Database], Any]:
        def act(database: db.Database) -> Any:
            return hall.book_on(database, slot)

        return act

    return two.at_once(*(book(slot) for slot in slots))


def far_apart(hall: Hall) -> list[int]:
    """Open an interview in a hall and a session on a screen five minutes later."""
    return [hall.open(60, room_id=hall.rooms[0]), hall.session(85)]


def test_the_way_is_kept_free_whoever_comes_first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = Hall(db.of(app))
    slots = far_apart(hall)
    both_look_first(monkeypatch, "far_away", choosing)
    said = race(app, hall, slots)
    assert sorted(one is rules.SeekerBusy for one in said) == [False, True]
    assert hall.clean()


def test_without_the_lock_both_would_be_given(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = Hall(db.of(app))
    slots = far_apart(hall)
    both_look_first(monkeypatch, "far_away", choosing)
    monkeypatch.setattr(queries, "lock_resources", lambda *_: None)
    assert rules.SeekerBusy not in race(app, hall, slots)


def test_a_quota_holds_whoever_comes_first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = Hall(db.of(app), quota=1)
    hall.allow_many()
    slots = list(hall.open(60, 120))
    both_look_first(monkeypatch, "count_of_seeker", choosing.people)
    assert sorted(one is rules.QuotaReached for one in race(app, hall, slots)) == [False, True]


def test_without_the_lock_the_quota_would_be_passed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = Hall(db.of(app), quota=1)
    hall.allow_many()
    slots = list(hall.open(60, 120))
    both_look_first(monkeypatch, "count_of_seeker", choosing.people)
    monkeypatch.setattr(queries, "lock_resources", lambda *_: None)
    assert rules.QuotaReached not in race(app, hall, slots)
