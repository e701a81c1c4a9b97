"""Bookings that queue are made together; everybody gets what she would have got alone."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import audit, db
from fairapp.accounts.models import Consent
from fairapp.errors import AppError, Invalid, NotFound
from fairapp.live.models import News, Outbox, PersonalNews
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.models import Booking, BookingHistory, Slot
from fairapp.scheduling.rules import Booked, Wish
from tests import factories
from tests.concurrency.truth import doubles
from tests.counting import counted
from tests.factories import NOW

Result = Booked | AppError


class Floor:
    """Two booths with slots at the same times, a coach, and seekers."""

    def __init__(self, database: db.Database) -> None:
        self.database = database
        database.write(self._build)

    def _build(self, session: Session) -> None:
        booth = factories.make_hiring_booth(session)
        other = factories.make_hiring_booth(session, fair_id=booth.fair_id)
        self.fair, self.booth, self.employer = booth.fair_id, booth.id, booth.employer_id
        self.slots = factories.make_slots(session, booth, 20)
        self.others = factories.make_slots(session, other, 20)
        coach = factories.make_coach(session, self.fair)
        self.sessions = factories.make_coaching(session, coach, 4)
        self.seekers = [factories.make_seeker(session).id for _ in range(40)]

    def together(self, asked: Sequence[tuple[Any, ...]]) -> list[Result]:
        """Ask all of it while the writer is busy, so that it is one group; return each booking or refusal."""
        begun, slow = threading.Event(), threading.Event()

        def wait(session: Session) -> None:
            begun.set()
            slow.wait(10)

        queue = self.database.writer._queue
        with ThreadPoolExecutor(len(asked) + 1) as pool:
            first = pool.submit(self.database.write, wait)
            begun.wait(10)
            found = []
            for n, (slot, seeker, *rest) in enumerate(asked):
                wish = rest[0] if rest else Wish(consent=True)
                found.append(pool.submit(self.database.write, actions.book, slot, seeker, wish, NOW))
                while queue.qsize() <= n:  # they stand in the order in which they are asked
                    pass
            slow.set()
            first.result()
            return [one.exception() or one.result() for one in found]  # type: ignore[misc]

    def count(self, table: Any, *where: Any) -> int:
        """Return the number of rows."""
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def sound(self) -> bool:
        """Whether the rows keep every invariant."""
        with self.database.read() as session:
            return audit.breaches(session) == [] and doubles(self.database) == {}


@pytest.fixture
def floor(app_on_both: Flask) -> Floor:
    """Return the floor, on both databases."""
    return Floor(db.of(app_on_both))


def named(results: Sequence[Result]) -> list[str]:
    """Return what came of each."""
    return ["booked" if isinstance(one, Booked) else type(one).__name__ for one in results]


def test_each_gets_a_booking_with_all_that_belongs_to_it(floor: Floor) -> None:
    asked = list(zip(floor.slots, floor.seekers[:20], strict=True))
    results = floor.together(asked)
    assert named(results) == ["booked"] * 20
    for (slot, seeker), booked in zip(asked, results, strict=True):
        assert isinstance(booked, Booked)
        with floor.database.read() as session:
            facts = queries.own_booking(session, booked.id, seeker)
        assert facts is not None
        assert (facts.slot_id, facts.status, facts.rev, facts.seat_no) == (slot, "confirmed", 1, 1)
        assert (facts.ics_uid, facts.cancel_until, facts.created_at) == (booked.ics_uid, booked.cancel_until, NOW)
        assert (booked.slot.host_id, booked.slot.host_name, booked.seats_left) == (facts.host_id, facts.host_name, 0)
    counts = {table: floor.count(table) for table in (Booking, BookingHistory, Consent)}
    assert counts == {Booking: 20, BookingHistory: 20, Consent: 20}
    assert floor.count(Outbox, Outbox.kind == "booking.confirmed") == 20
    assert floor.count(News, News.kind == "slot.changed") == 20
    assert floor.count(PersonalNews, PersonalNews.kind == "booking.confirmed") == 40
    assert floor.sound()


def test_every_refusal_is_the_one_that_is_due(floor: Floor) -> None:
    a, b, c, d = floor.seekers[:4]
    results = floor.together(
        [
            (floor.slots[0], a),
            (floor.slots[0], b),  # taken by a
            (floor.slots[1], a),  # a has an interview at this booth
            (floor.others[0], a),  # and is busy at that time
            (floor.others[1], b),
            (999_999, b),
            (floor.others[2], c, Wish(listing_id=999_999)),
            (floor.sessions[0], d, Wish(listing_id=1)),
            (floor.others[3], d, Wish(hold=True)),
        ]
    )
    refusals = [rules.SlotTaken, rules.AlreadyBooked, rules.SeekerBusy]
    expected = ["booked", *(refusal.__name__ for refusal in refusals), "booked"]
    assert named(results) == [*expected, NotFound.__name__, rules.NotOpen.__name__, Invalid.__name__, "booked"]
    held = results[-1]
    assert isinstance(held, Booked)
    assert (held.status, held.hold_expires_at) == ("held", NOW + timedelta(minutes=held.slot.hold_minutes))
    assert floor.count(Booking) == 3
    assert floor.sound()


def test_a_consent_to_one_employer_is_one_receipt(floor: Floor) -> None:
    def many(session: Session) -> None:
        session.get_one(factories.Booth, floor.booth).many_interviews = True

    floor.database.write(many)
    seeker = floor.seekers[0]
    asked = [(slot, seeker) for slot in floor.slots[:3]] + [(floor.slots[3], seeker, Wish())]
    assert named(floor.together(asked)) == ["booked"] * 4
    assert named(floor.together([(slot, seeker) for slot in floor.slots[4:6]])) == ["booked"] * 2
    assert floor.count(Consent) == 1


def test_who_is_booked_after_the_others_finds_their_receipts(floor: Floor) -> None:
    """A slot with two seats is booked alone, after those that are booked together in the same transaction."""

    def change(session: Session) -> None:
        session.get_one(factories.Booth, floor.booth).many_interviews = True
        session.get_one(Slot, floor.slots[2]).capacity = 2

    floor.database.write(change)
    seeker, other = floor.seekers[:2]
    asked = [(floor.slots[0], seeker), (floor.slots[1], other), (floor.slots[2], seeker), (floor.slots[3], seeker)]
    assert named(floor.together(asked)) == ["booked"] * 4
    assert floor.count(Consent, Consent.seeker_id == seeker) == 1


def test_who_waits_goes_before_who_finds_an_outdated_hold(floor: Floor) -> None:
    waiting, first, second, other = floor.seekers[:4]
    write = floor.database.write
    early = NOW - timedelta(hours=1)
    write(actions.book, floor.slots[0], other, Wish(hold=True), early)
    write(actions.join_waitlist, waiting, early, booth_id=floor.booth)
    results = floor.together([(floor.slots[0], first), (floor.slots[1], second)])
    assert named(results) == ["SlotTaken", "booked"]
    held = Booking.status == "held", Booking.seeker_id == waiting, Booking.slot_id == floor.slots[0]
    assert floor.count(Booking, *held) == 1
    assert floor.sound()


@pytest.mark.parametrize("seed", range(4))
def test_of_any_crowd_nobody_is_turned_away_without_reason(floor: Floor, seed: int) -> None:
    chance = random.Random(seed)
    slots = [*floor.slots[:5], *floor.others[:5], *floor.sessions]
    asked = [(chance.choice(slots), chance.choice(floor.seekers[:6])) for _ in range(30)]
    results = floor.together(asked)
    assert floor.sound()
    assert floor.count(Booking) == Counter(named(results))["booked"]
    for (slot, seeker), one in zip(asked, results, strict=True):
        if not isinstance(one, Booked):  # alone, now that nothing changes any more, she cannot have it either
            with pytest.raises((rules.SlotTaken, rules.SeekerBusy, rules.AlreadyBooked)):
                floor.database.write(actions.book, slot, seeker, Wish(consent=True), NOW)


def test_many_bookings_need_no_more_statements_than_a_few(app: Flask) -> None:
    floor = Floor(db.of(app))
    seen = []
    for some in (slice(0, 8), slice(8, 16)):
        with counted(app) as count:
            floor.together(list(zip(floor.slots[some], floor.seekers[some], strict=True)))
        seen.append(int(count))
    with counted(app) as count:
        floor.together(list(zip(floor.others[:16], floor.seekers[20:36], strict=True)))
    assert seen[0] == seen[1]
    assert int(count) <= seen[0] + 3  # claims are inserted 16 at a time
