"""Two organizers plan the same coach at once, at sites with a way between them: one of them is refused, never both given."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask

from fairapp import create_app, db
from fairapp.scheduling import queries as claims
from fairapp.visits import actions, queries, rules
from fairapp.visits.actions import Stop
from tests.concurrency.test_waits import Two
from tests.conftest import BOTH, settings_for
from tests.factories import NOW
from tests.visits.cast import Cast, at

TOGETHER = 1.0  # seconds that who has looked waits for the other to have looked as well


def plan(visit: int, coach: int, first: int, last: int) -> Callable[[db.Database], Any]:
    """Return what sends the coach to the visit."""

    def act(database: db.Database) -> Any:
        return database.write(actions.plan_stop, Stop(visit, coach, at(first), at(last)), 1, NOW)

    return act


@pytest.fixture(params=BOTH)
def app(request: pytest.FixtureRequest, make_url_of: Callable[[str], str]) -> Iterator[Flask]:
    """Return the app on each database."""
    made = create_app(settings_for(make_url_of(request.param)))
    with made.app_context():
        yield made
    db.of(made).close()


def race(app: Flask, cast: Cast, *hours: tuple[int, int]) -> list[Any]:
    """Plan a stop at the campus and one in the district for the same coach at the same moment; ids or refusals."""
    two = Two(app)
    campus, district = cast.visit("campus"), cast.visit("district")
    coach = cast.coaches[0]
    try:
        return two.at_once(plan(campus, coach, *hours[0]), plan(district, coach, *hours[1]))
    finally:
        two.other.close()


@pytest.mark.parametrize("hours", [((12, 14), (14, 16)), ((12, 14), (13, 15)), ((12, 14), (12, 14))])
def test_one_of_two_plans_without_time_for_the_way_is_refused(app: Flask, hours: Any) -> None:
    cast = Cast(app)
    said = race(app, cast, *hours)
    assert sorted(one is rules.TooFar for one in said) == [False, True]
    assert cast.breaches() == []


def test_two_plans_with_time_between_both_go_through_and_the_way_is_claimed(app: Flask) -> None:
    cast = Cast(app)
    said = race(app, cast, (12, 14), (15, 16))
    assert rules.TooFar not in said
    with cast.database.read() as session:
        stops = queries.stops_of_person(session, cast.coach_accounts[0], at(0), at(23))
    assert [(one.way_from, one.way_until) for one in stops] == [(None, None), (at(14, 30), at(15))]
    assert cast.breaches() == []


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_without_the_lock_the_coach_would_be_sent_to_both(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: SQLite has one writer at a time, so there only PostgreSQL can show it."""
    cast = Cast(app)
    barrier, look = threading.Barrier(2), queries.around

    def looked(*args: Any, **kwargs: Any) -> Any:
        found = look(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(TOGETHER)
        return found

    monkeypatch.setattr(queries, "around", looked)
    monkeypatch.setattr(claims, "lock_resources", lambda *_: None)
    said = race(app, cast, (12, 14), (14, 16))
    assert rules.TooFar not in said
    assert any("has no way from" in one for one in cast.breaches())
