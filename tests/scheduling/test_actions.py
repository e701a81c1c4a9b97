"""Booking, cancelling, moving: what a person may rely on, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from fairapp import db
from fairapp.accounts.models import Consent
from fairapp.booths.models import Booth
from fairapp.errors import Conflict, Invalid, NotFound, Stale
from fairapp.live.models import News, NewsCounter, Outbox, PersonalNews
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.models import Booking, BookingHistory, Offer, Slot, TimeClaim, WaitlistEntry
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.factories import NOW


class Floor:
    """A fair with a hiring booth, its slots, a coach, and a few seekers."""

    def __init__(self, database: db.Database) -> None:
        self.database = database
        database.write(self._build)

    def _build(self, session: Any) -> None:
        booth = factories.make_hiring_booth(session)
        self.fair, self.booth, self.employer = booth.fair_id, booth.id, booth.employer_id
        self.slots = factories.make_slots(session, booth, 4)
        self.coach = factories.make_coach(session, self.fair)
        self.sessions = factories.make_coaching(session, self.coach, 2)
        self.seekers = [factories.make_seeker(session).id for _ in range(4)]

    def book(self, slot: int, seeker: int, now: datetime = NOW, **wish: Any) -> int:
        """Book."""
        return self.database.write(actions.book, slot, seeker, Wish(**wish), now).id

    def rows(self, statement: Any) -> list[Any]:
        """Return what a select finds."""
        with self.database.read() as session:
            return list(session.scalars(statement))

    def booking(self, booking_id: int) -> Booking:
        """Return the booking's row."""
        return self.rows(select(Booking).where(Booking.id == booking_id))[0]

    def everything(self) -> dict[str, list[Any]]:
        """Return every row of every table, to see that a refusal changed nothing."""
        with self.database.read() as session:
            tables = db.Base.metadata.sorted_tables
            return {t.name: [tuple(r) for r in session.execute(select(t).order_by(*t.primary_key))] for t in tables}


@pytest.fixture
def floor(app_on_both: Flask) -> Floor:
    """Return a floor on each database."""
    return Floor(db.of(app_on_both))


def refused(floor: Floor, act: Callable[[], Any], error: type[Exception]) -> Exception:
    """Return the refusal, having seen that it changed no row of any table."""
    before = floor.everything()
    with pytest.raises(error) as caught:
        act()
    assert floor.everything() == before
    return caught.value


def test_a_booking_holds_the_seeker_s_time_and_tells_everybody(floor: Floor) -> None:
    seeker = floor.seekers[0]
    booking_id = floor.book(floor.slots[0], seeker, consent=True)
    booking = floor.booking(booking_id)
    assert (booking.status, booking.rev, booking.time_rev, booking.seat_no) == ("confirmed", 1, 0, 1)
    assert len(floor.rows(select(TimeClaim).where(TimeClaim.booking_id == booking_id))) == 4
    news = floor.rows(select(News).where(News.kind == "slot.changed"))
    assert [(n.data["slot"], n.data["seats_left"]) for n in news] == [(str(floor.slots[0]), 0)]
    assert [n.kind for n in floor.rows(select(PersonalNews))] == ["booking.confirmed"] * 2
    assert [(o.key, o.kind) for o in floor.rows(select(Outbox))] == [(f"booking:{booking_id}:1", "booking.confirmed")]
    assert [c.employer_id for c in floor.rows(select(Consent))] == [floor.employer]


def test_a_taken_slot_cannot_be_booked(floor: Floor) -> None:
    floor.book(floor.slots[0], floor.seekers[0])
    refused(floor, lambda: floor.book(floor.slots[0], floor.seekers[1]), rules.SlotTaken)


def test_a_seeker_has_one_interview_a_booth_unless_the_employer_allows_more(floor: Floor) -> None:
    floor.book(floor.slots[0], floor.seekers[0])
    refused(floor, lambda: floor.book(floor.slots[1], floor.seekers[0]), rules.AlreadyBooked)

    def allow(session: Any) -> None:
        session.get(Booth, floor.booth).many_interviews = True

    floor.database.write(allow)
    second = floor.book(floor.slots[1], floor.seekers[1])
    assert floor.booking(second).exclusive_key is None


def test_an_interview_and_a_coaching_session_never_overlap(floor: Floor) -> None:
    floor.book(floor.slots[0], floor.seekers[0])
    refused(floor, lambda: floor.book(floor.sessions[0], floor.seekers[0]), rules.SeekerBusy)
    assert floor.book(floor.sessions[1], floor.seekers[0])


def test_without_the_claims_key_the_overlap_would_be_there(floor: Floor) -> None:
    """The negative control: the insert names no conflict target, so without the key nothing stops it."""

    def drop(session: Any) -> None:
        if floor.database.sqlite:
            session.execute(text("ALTER TABLE time_claim RENAME TO old_claim"))
            session.execute(text("CREATE TABLE time_claim AS SELECT * FROM old_claim"))
        else:
            session.execute(text("ALTER TABLE time_claim DROP CONSTRAINT pk_time_claim"))

    floor.database.write(drop)
    floor.book(floor.slots[0], floor.seekers[0])
    assert floor.book(floor.sessions[0], floor.seekers[0])


def test_a_lapsed_booth_cannot_be_booked_and_keeps_its_bookings(floor: Floor) -> None:
    kept = floor.book(floor.slots[0], floor.seekers[0])

    def lapse(session: Any) -> None:
        session.get(Booth, floor.booth).intent_confirmed_at = NOW - timedelta(days=8)

    floor.database.write(lapse)
    refused(floor, lambda: floor.book(floor.slots[1], floor.seekers[1]), rules.BoothNotHiring)
    assert floor.booking(kept).status == "confirmed"


@pytest.mark.parametrize("days", [-6, 3])
def test_a_fair_outside_its_booking_phases_cannot_be_booked(floor: Floor, days: int) -> None:
    when = NOW + timedelta(days=days)
    refused(floor, lambda: floor.book(floor.slots[0], floor.seekers[0], when), rules.NotOpen)


def test_a_slot_that_has_begun_cannot_be_booked(floor: Floor) -> None:
    late = NOW + timedelta(hours=2)
    refused(floor, lambda: floor.book(floor.slots[0], floor.seekers[0], late), rules.NotOpen)


def test_a_listing_of_another_booth_is_refused(floor: Floor) -> None:
    other = floor.database.write(lambda s: factories.make_listing(s).id)
    refused(floor, lambda: floor.book(floor.slots[0], floor.seekers[0], listing_id=other), rules.NotOpen)
    refused(floor, lambda: floor.book(floor.sessions[0], floor.seekers[0], listing_id=other), Invalid)


def test_cancelling_frees_seat_and_time_and_raises_the_sequence(floor: Floor) -> None:
    booking_id = floor.book(floor.slots[0], floor.seekers[0])
    assert floor.database.write(actions.cancel, booking_id, floor.seekers[0], NOW, rev=1) == 2
    booking = floor.booking(booking_id)
    assert (booking.status, booking.time_rev, booking.seat_no) == ("cancelled", 1, None)
    assert floor.rows(select(TimeClaim).where(TimeClaim.booking_id.is_not(None))) == []
    letters = floor.rows(select(Outbox).order_by(Outbox.id))
    assert [(o.kind, o.data["sequence"]) for o in letters] == [("booking.confirmed", 0), ("booking.cancelled", 1)]
    assert [h.status for h in floor.rows(select(BookingHistory).order_by(BookingHistory.id))] == [
        "confirmed",
        "cancelled",
    ]
    assert floor.book(floor.slots[0], floor.seekers[1])


def test_who_may_cancel_and_until_when(floor: Floor) -> None:
    booking_id = floor.book(floor.slots[0], floor.seekers[0])
    write, seeker = floor.database.write, floor.seekers[0]
    refused(floor, lambda: write(actions.cancel, booking_id, floor.seekers[1], NOW), NotFound)
    refused(floor, lambda: write(actions.cancel, booking_id, seeker, NOW, rev=7), Stale)
    late = NOW + timedelta(minutes=61)
    refused(floor, lambda: write(actions.cancel, booking_id, seeker, late), rules.TooLate)
    assert write(actions.cancel, booking_id, floor.seekers[1], late, by_staff=True) == 2
    refused(floor, lambda: write(actions.cancel, booking_id, seeker, NOW), rules.Ended)


def test_moving_keeps_id_and_uid_and_claims_only_the_new_time(floor: Floor) -> None:
    booking_id = floor.book(floor.slots[0], floor.seekers[0])
    uid = floor.booking(booking_id).ics_uid
    new_rev = floor.database.write(actions.reschedule, booking_id, floor.slots[2], floor.seekers[0], NOW, rev=1)
    booking = floor.booking(booking_id)
    assert (new_rev, booking.slot_id, booking.ics_uid, booking.time_rev) == (2, floor.slots[2], uid, 1)
    start = NOW + timedelta(hours=2, minutes=40)
    assert booking.cancel_until == start - timedelta(minutes=60)
    held = floor.rows(select(TimeClaim.grain).where(TimeClaim.booking_id == booking_id))
    assert sorted(held) == list(rules.grains(start, start + timedelta(minutes=20)))
    changed = floor.rows(select(News).where(News.kind == "slot.changed").order_by(News.seq))
    assert [(n.data["slot"], n.data["seats_left"]) for n in changed][1:] == [
        (str(floor.slots[2]), 0),
        (str(floor.slots[0]), 1),
    ]


def test_a_refused_move_leaves_the_old_time_untouched(floor: Floor) -> None:
    booking_id = floor.book(floor.slots[0], floor.seekers[0])
    floor.book(floor.slots[1], floor.seekers[1])
    floor.book(floor.sessions[1], floor.seekers[0])
    move = lambda slot: floor.database.write(actions.reschedule, booking_id, slot, floor.seekers[0], NOW)  # noqa: E731
    refused(floor, lambda: move(floor.slots[1]), rules.SlotTaken)
    refused(floor, lambda: move(floor.slots[2]), rules.SeekerBusy)
    refused(floor, lambda: move(floor.sessions[0]), Invalid)
    refused(floor, lambda: move(99_999), NotFound)


def test_a_hold_is_confirmed_once_and_in_time(floor: Floor) -> None:
    write, seeker = floor.database.write, floor.seekers[0]
    held = floor.book(floor.slots[0], seeker, hold=True)
    assert floor.rows(select(Outbox)) == []
    refused(floor, lambda: write(actions.confirm, held, seeker, 3, NOW), Stale)
    refused(floor, lambda: write(actions.confirm, held, seeker, 1, NOW + timedelta(minutes=5)), rules.HoldExpired)
    refused(floor, lambda: write(actions.confirm, held, floor.seekers[1], 1, NOW), NotFound)
    assert write(actions.confirm, held, seeker, 1, NOW + timedelta(minutes=4)) == 2
    refused(floor, lambda: write(actions.confirm, held, seeker, 1, NOW), Stale)
    assert [o.kind for o in floor.rows(select(Outbox))] == ["booking.confirmed"]


def test_who_wants_the_time_of_an_outdated_hold_gets_it(floor: Floor) -> None:
    held = floor.book(floor.slots[0], floor.seekers[0], hold=True)
    later = NOW + timedelta(minutes=5)
    assert floor.book(floor.slots[0], floor.seekers[1], later)
    assert floor.booking(held).status == "expired"


def test_an_outdated_hold_goes_first_to_who_waits(floor: Floor) -> None:
    floor.book(floor.slots[0], floor.seekers[0], hold=True)
    floor.database.write(actions.join_waitlist, floor.seekers[2], NOW, booth_id=floor.booth)
    later = NOW + timedelta(minutes=5)
    with pytest.raises(rules.SlotTaken):
        floor.book(floor.slots[0], floor.seekers[1], later)
    offered = floor.rows(select(Booking).where(Booking.seeker_id == floor.seekers[2]))
    assert [(b.status, b.slot_id) for b in offered] == [("held", floor.slots[0])]


def test_a_freed_slot_is_offered_in_order_and_skips_clashes(floor: Floor) -> None:
    write = floor.database.write
    first, clashing, next_one, last = floor.seekers
    booked = floor.book(floor.slots[0], first)
    floor.book(floor.sessions[0], clashing)
    entries = [write(actions.join_waitlist, who, NOW, booth_id=floor.booth) for who in (clashing, next_one, last)]
    write(actions.cancel, booked, first, NOW)
    offer = floor.rows(select(Offer))[0]
    assert offer.entry_id == entries[1]
    states = {e.id: e.status for e in floor.rows(select(WaitlistEntry))}
    assert states == {entries[0]: "waiting", entries[1]: "offered", entries[2]: "waiting"}
    changed = floor.rows(select(News).where(News.kind == "slot.changed"))
    assert [n.data["seats_left"] for n in changed] == [0, 0]  # never public in between

    write(actions.expire, [offer.booking_id], NOW + timedelta(minutes=31))
    offers = floor.rows(select(Offer).order_by(Offer.id))
    assert [(o.entry_id, o.status) for o in offers] == [(entries[1], "lapsed"), (entries[2], "open")]
    booking_id = write(actions.accept_offer, offers[1].id, last, True, NOW + timedelta(minutes=32))
    assert floor.booking(booking_id).status == "confirmed"
    write(actions.cancel, booking_id, last, NOW + timedelta(minutes=33))
    states = {e.id: e.status for e in floor.rows(select(WaitlistEntry))}
    assert states[entries[2]] == "accepted"  # an accepted offer is terminal


def test_closing_a_slot_frees_host_and_room_and_spares_booked_ones(floor: Floor) -> None:
    write = floor.database.write
    write(actions.close_slot, floor.slots[1], NOW)
    assert floor.rows(select(TimeClaim).where(TimeClaim.slot_id == floor.slots[1])) == []
    refused(floor, lambda: floor.book(floor.slots[1], floor.seekers[0]), rules.NotOpen)
    floor.book(floor.slots[0], floor.seekers[0])
    refused(floor, lambda: write(actions.close_slot, floor.slots[0], NOW), Conflict)


def test_a_host_or_room_in_use_is_not_offered_twice(floor: Floor) -> None:
    host = floor.rows(select(Slot.host_id).where(Slot.id == floor.slots[0]))[0]

    def open_again(session: Any) -> Any:
        booth = session.get(Booth, floor.booth)
        return factories.make_slots(session, booth, 5, host_id=host)

    assert len(floor.database.write(open_again)) == 1  # four clash


def test_news_is_numbered_without_gaps(floor: Floor) -> None:
    for slot, seeker in zip(floor.slots, floor.seekers, strict=True):
        floor.book(slot, seeker)
    numbers = floor.rows(select(News.seq).where(News.fair_id == floor.fair).order_by(News.seq))
    last = floor.rows(select(NewsCounter.seq).where(NewsCounter.fair_id == floor.fair))[0]
    assert numbers == list(range(1, last + 1))


def test_alternatives_are_the_nearest_at_which_the_seeker_is_free(floor: Floor) -> None:
    floor.book(floor.slots[0], floor.seekers[0])
    with floor.database.read() as session:
        found = queries.alternatives(session, floor.slots[0], floor.seekers[1], NOW)
        assert [row.id for row in found] == floor.slots[1:]
    floor.book(floor.sessions[0], floor.seekers[1])  # from 2:00 to 2:30: clashes with the first two slots
    with floor.database.read() as session:
        found = queries.alternatives(session, floor.slots[0], floor.seekers[1], NOW)
        assert [row.id for row in found] == floor.slots[2:]
