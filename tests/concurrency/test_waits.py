"""Two processes free, accept and leave at the same moment: each wait gets one offer, and ends in one way."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import audit, db
from fairapp.errors import AppError, NotFound
from fairapp.scheduling import actions, rules
from fairapp.scheduling.models import Booking, Offer, WaitlistEntry
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.factories import NOW

ROUNDS = 8


class Two:
    """Two processes' worth of writers on one database, and a coach with two booked sessions."""

    def __init__(self, app: Flask) -> None:
        self.one = db.of(app)
        self.other = db.Database(self.one.url.render_as_string(hide_password=False))
        self.other.writer.last_writes = self.one.writer.last_writes

    def scene(self, session: Session) -> tuple[int, list[int], list[int]]:
        """Make the coach; return her id, sessions and three people."""
        fair = factories.make_fair(session)
        coach = factories.make_coach(session, fair.id)
        return coach.id, factories.make_coaching(session, coach, 2), [factories.make_seeker(session).id for _ in "abc"]

    def at_once(self, *acts: Callable[[db.Database], Any]) -> list[Any]:
        """Do these at the same moment, each by another writer; return results or refusals."""
        start = threading.Barrier(len(acts))

        def run(act: Callable[[db.Database], Any], database: db.Database) -> Any:
            start.wait(10)
            try:
                return act(database)
            except AppError as error:
                return type(error)

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(run, acts, (self.one, self.other)))

    def count(self, what: Any, *where: Any) -> int:
        """Return the number of rows."""
        with self.one.read() as session:
            return session.scalar(select(func.count()).select_from(what).where(*where)) or 0

    def clean(self) -> bool:
        """Whether the audit finds nothing."""
        with self.one.read() as session:
            return audit.breaches(session) == []


@pytest.fixture
def two(app_on_both: Flask) -> Iterator[Two]:
    """Return two writers on each database."""
    made = Two(app_on_both)
    yield made
    made.other.close()


def offered(two: Two) -> tuple[int, int, int, int]:
    """Free one of two sessions for somebody who waits; return the seeker, the entry, the offer and its booking."""
    coach, sessions, (a, _, c) = two.one.write(two.scene)
    booking = two.one.write(actions.book, sessions[0], a, Wish(), NOW).id
    entry = two.one.write(actions.join_waitlist, c, NOW, coach_id=coach)
    two.one.write(actions.cancel, booking, a, NOW)
    with two.one.read() as session:
        offer = session.scalars(select(Offer).where(Offer.entry_id == entry)).one()
    return c, entry, offer.id, offer.booking_id


def test_two_slots_freed_at_once_are_not_both_offered_to_one_wait(two: Two) -> None:
    for _ in range(ROUNDS):
        coach, sessions, (a, b, c) = two.one.write(two.scene)
        first, second = (
            two.one.write(actions.book, *pair, Wish(), NOW).id for pair in zip(sessions, (a, b), strict=True)
        )
        entry = two.one.write(actions.join_waitlist, c, NOW, coach_id=coach)
        two.at_once(
            lambda one, n=first, who=a: one.write(actions.cancel, n, who, NOW),
            lambda one, n=second, who=b: one.write(actions.cancel, n, who, NOW),
        )
        assert two.count(Offer, Offer.entry_id == entry) == 1
    assert two.clean()


def test_an_offer_is_accepted_or_declined_but_not_both(two: Two) -> None:
    for _ in range(ROUNDS):
        who, entry, offer, booking = offered(two)
        results = two.at_once(
            lambda one, n=offer, who=who: one.write(actions.accept_offer, n, who, True, NOW),
            lambda one, n=entry, who=who: one.write(actions.leave_waitlist, n, who, NOW),
        )
        assert results in ([booking, NotFound], [rules.HoldExpired, None])
        with two.one.read() as session:
            states = session.get_one(Booking, booking).status, session.get_one(WaitlistEntry, entry).status
        assert states == (("confirmed", "accepted") if results[0] == booking else ("cancelled", "left"))
    assert two.clean()


def test_an_offer_accepted_twice_at_once_is_one_booking(two: Two) -> None:
    who, _, offer, booking = offered(two)
    accept = lambda one: one.write(actions.accept_offer, offer, who, True, NOW)  # noqa: E731
    assert two.at_once(accept, accept) == [booking, booking]
    assert two.clean()
    two.one.write(actions.cancel, booking, who, NOW)
    with pytest.raises(rules.Ended):
        accept(two.one)


def test_declining_an_offer_ends_the_wait_and_one_may_wait_again(two: Two) -> None:
    who, entry, _, booking = offered(two)
    two.one.write(actions.cancel, booking, who, NOW)
    with two.one.read() as session:
        coach = session.get_one(WaitlistEntry, entry).coach_id
        assert session.get_one(WaitlistEntry, entry).status == "left"
    assert two.one.write(actions.join_waitlist, who, NOW, coach_id=coach) != entry
    assert two.clean()


def test_an_offered_hold_confirmed_as_any_other_is_accepted(two: Two) -> None:
    who, entry, offer, booking = offered(two)
    assert two.one.write(actions.confirm, booking, who, 1, NOW) == 2
    with two.one.read() as session:
        assert (session.get_one(Offer, offer).status, session.get_one(WaitlistEntry, entry).status) == ("accepted",) * 2
    assert two.clean()


def test_an_outdated_hold_is_in_nobody_s_way(two: Two) -> None:
    _, sessions, (a, b, _) = two.one.write(two.scene)
    held = two.one.write(actions.book, sessions[0], a, Wish(hold=True), NOW).id
    mine = two.one.write(actions.book, sessions[1], b, Wish(), NOW).id
    later = NOW + timedelta(minutes=5)
    with pytest.raises(rules.SlotTaken):
        two.one.write(actions.reschedule, mine, sessions[0], b, later - timedelta(seconds=1))
    assert two.one.write(actions.reschedule, mine, sessions[0], b, later) == 2
    with two.one.read() as session:
        assert session.get_one(Booking, held).status == "expired"
    two.one.write(actions.book, sessions[1], a, Wish(hold=True), later)
    two.one.write(actions.close_slot, sessions[1], later + timedelta(minutes=5))
    assert two.clean()


@pytest.mark.parametrize("where", [{"booth_id": 999}, {"coach_id": 999}])
def test_nobody_waits_where_nothing_is_given(two: Two, where: dict[str, int]) -> None:
    who = two.one.write(two.scene)[2][0]
    with pytest.raises(NotFound):
        two.one.write(actions.join_waitlist, who, NOW, **where)
