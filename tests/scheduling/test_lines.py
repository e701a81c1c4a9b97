"""The walk-in line: places, calls, skips, returns, the estimate, and what closing a line does; on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import db
from fairapp.accounts.actions import register_at_desk
from fairapp.accounts.models import Account, Consent
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import News, Outbox, PersonalNews
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.models import Booking, LineEntry, TimeClaim, WaitlistEntry
from tests.factories import NOW
from tests.scheduling.floors import Hall, at


@pytest.fixture
def hall(app_on_both: Flask) -> Hall:
    """Return a hall on each database, its booth with an open line of fifteen minutes a meeting."""
    made = Hall(db.of(app_on_both))
    made.write(actions.open_line, made.booth, 15, NOW)
    return made


def join(hall: Hall, *seekers: int, now: datetime = NOW) -> list[int]:
    """Put people in the line; return their entries."""
    return [hall.write(actions.join_line, hall.booth, hall.seekers[n], True, now) for n in seekers]


def call(hall: Hall, host: int = 0, now: datetime = NOW, **which: Any) -> int:
    """Call the next."""
    entry: int = hall.write(actions.call, hall.booth, hall.hosts[host], now, **which)
    return entry


def statuses(hall: Hall) -> list[str]:
    """Return what became of each place, in order."""
    return hall.rows(select(LineEntry.status).order_by(LineEntry.id))


def entry(hall: Hall, number: int) -> LineEntry:
    """Return the row of a place."""
    with hall.database.read() as session:
        return session.get_one(LineEntry, number)


def test_people_are_called_in_order_and_meet_in_the_engine_s_own_time(hall: Hall) -> None:
    first, second = join(hall, 0, 1)
    now = at(7)
    assert call(hall, now=now) == first
    booking = hall.booking(entry(hall, first).booking_id or 0)
    slot = hall.slot(booking.slot_id)
    assert (booking.status, booking.hold_expires_at) == ("held", now + timedelta(minutes=3))
    assert (slot.starts_at, slot.ends_at, slot.for_line, slot.host_id) == (at(5), at(20), True, hall.hosts[0])
    assert hall.write(actions.start_meeting, first, hall.hosts[0], now) == booking.id
    assert hall.booking(booking.id).status == "confirmed"
    hall.refused(lambda: call(hall, now=now), rules.HostBusy)
    assert call(hall, host=1, now=now) == second
    hall.write(actions.finish_meeting, first, at(18))
    assert statuses(hall) == ["met", "called"]
    told = hall.rows(select(PersonalNews.account_id).where(PersonalNews.kind == "line.called"))
    assert sorted(told) == sorted([hall.seekers[0], hall.hosts[0], hall.seekers[1], hall.hosts[1]])
    assert [c.seeker_id for c in hall.rows(select(Consent))] == [hall.seekers[0]]  # only who came shows her profile
    assert hall.clean()


def test_who_does_not_come_keeps_her_place_and_may_return_to_it(hall: Hall) -> None:
    first, second = join(hall, 0, 1)
    call(hall)
    hall.write(actions.skip, first, hall.hosts[0], at(1))
    assert hall.rows(select(TimeClaim)) == []
    assert call(hall, now=at(2)) == second
    hall.write(actions.return_to_place, first, at(2))
    assert call(hall, host=1, now=at(3)) == first
    assert statuses(hall) == ["called", "called"]
    assert hall.clean()


def test_a_call_lapses_by_itself(hall: Hall) -> None:
    join(hall, 0)
    call(hall)
    with hall.database.read() as session:
        stale = list(queries.stale_holds(session, at(3)))
    assert hall.write(actions.expire, stale, at(3)) == 1
    assert statuses(hall) == ["skipped"]
    assert hall.clean()


def test_who_is_elsewhere_is_passed_over_and_keeps_her_place(hall: Hall) -> None:
    busy, free = join(hall, 0, 1)
    hall.book(hall.session(10), 0)
    assert call(hall) == free
    assert statuses(hall) == ["waiting", "called"]
    hall.refused(lambda: call(hall, host=1), rules.NobodyWaits)
    hall.refused(lambda: call(hall, host=1, entry_id=busy), rules.NobodyWaits)


def test_who_is_called_may_say_herself_that_she_comes(hall: Hall) -> None:
    [first] = join(hall, 0)
    call(hall, now=at(0))
    booking = entry(hall, first).booking_id or 0
    hall.write(actions.confirm, booking, hall.seekers[0], 1, at(1))
    hall.clean()
    # The three minutes of the call are over; she has confirmed, so she is not skipped.
    assert hall.write(actions.start_meeting, first, hall.hosts[0], at(5)) == booking
    assert statuses(hall) == ["meeting"]
    assert hall.booking(booking).rev == 2
    hall.clean()


def test_a_meeting_that_ends_early_frees_what_is_left(hall: Hall) -> None:
    first, second, third = join(hall, 0, 1, 2)
    call(hall, now=at(0))
    hall.write(actions.start_meeting, first, hall.hosts[0], at(1))
    hall.write(actions.finish_meeting, first, at(7))
    assert hall.slot(hall.booking(entry(hall, first).booking_id or 0).slot_id).ends_at == at(10)
    # In the same five minutes the next one begins after them; later it begins at once.
    assert call(hall, now=at(8)) == second
    assert hall.slot(hall.booking(entry(hall, second).booking_id or 0).slot_id).starts_at == at(10)
    hall.write(actions.start_meeting, second, hall.hosts[0], at(9))
    hall.write(actions.finish_meeting, second, at(10))
    assert call(hall, now=at(15)) == third
    assert hall.slot(hall.booking(entry(hall, third).booking_id or 0).slot_id).starts_at == at(15)
    hall.clean()


def test_a_time_that_nobody_booked_is_used_for_the_line(hall: Hall) -> None:
    slot = hall.open(10)
    [first] = join(hall, 0)
    assert call(hall, now=at(15)) == first
    assert hall.booking(entry(hall, first).booking_id or 0).slot_id == slot
    hall.write(actions.skip, first, hall.hosts[0], at(16))
    assert hall.slot(slot).closed_at == at(16)
    hall.write(actions.return_to_place, first, at(16))
    assert call(hall, now=at(16)) == first  # her time is free again, for as long as a meeting of the line takes


def test_a_host_does_not_call_into_her_next_meeting(hall: Hall) -> None:
    join(hall, 0)
    hall.book(hall.open(10), 1)
    hall.refused(lambda: call(hall), rules.HostBusy)
    assert call(hall, host=1)


def test_a_time_kept_for_the_line_is_used_first(hall: Hall) -> None:
    kept = hall.open(5, for_line=True)
    (mine,) = join(hall, 0)
    assert call(hall) == mine
    assert hall.booking(entry(hall, mine).booking_id or 0).slot_id == kept
    hall.write(actions.skip, mine, hall.hosts[0], at(1))
    assert hall.slot(kept).closed_at is None  # it has not begun: the next can have it
    assert hall.clean()


def test_one_is_in_a_line_once(hall: Hall) -> None:
    (mine,) = join(hall, 0)
    assert join(hall, 0) == [mine]
    hall.refused(lambda: hall.write(actions.leave_line, mine, hall.seekers[1], NOW), NotFound)
    hall.write(actions.leave_line, mine, hall.seekers[0], NOW)
    hall.refused(lambda: hall.write(actions.leave_line, mine, hall.seekers[0], NOW), rules.NotCalled)
    (again,) = join(hall, 0)
    assert again != mine
    call(hall)
    hall.write(actions.leave_line, again, hall.seekers[0], NOW)
    assert statuses(hall) == ["left", "left"]
    assert hall.rows(select(Booking.status)) == ["cancelled"]
    assert hall.clean()


def test_what_cannot_be_is_refused(hall: Hall) -> None:
    (mine,) = join(hall, 0)
    for act in (actions.skip, actions.start_meeting):
        hall.refused(lambda act=act: hall.write(act, mine, hall.hosts[0], NOW), rules.NotCalled)
        hall.refused(lambda act=act: hall.write(act, 999, hall.hosts[0], NOW), NotFound)
    for act in (actions.finish_meeting, actions.return_to_place):
        hall.refused(lambda act=act: hall.write(act, mine, NOW), rules.NotCalled)
    for minutes in (0, 4, 7, 125):
        hall.refused(lambda m=minutes: hall.write(actions.open_line, hall.booth, m, NOW), Invalid)
    hall.refused(lambda: hall.write(actions.open_line, 999, 15, NOW), NotFound)
    hall.refused(lambda: hall.write(actions.join_line, 999, hall.seekers[1], True, NOW), rules.LineClosed)


def test_the_desk_adds_a_person_without_a_phone(hall: Hall) -> None:
    who = hall.write(register_at_desk, "  곽 솔 ", "ko", NOW)
    with hall.database.read() as session:
        assert (session.get_one(Account, who).email, session.get_one(Account, who).name) == (None, "곽 솔")
    mine = hall.write(actions.join_line, hall.booth, who, False, NOW, by=hall.hosts[1])
    assert call(hall) == mine
    hall.write(actions.start_meeting, mine, hall.hosts[0], NOW)
    assert hall.rows(select(Booking.seeker_id)) == [who]
    assert entry(hall, mine).joined_by == hall.hosts[1]
    hall.refused(lambda: hall.write(register_at_desk, " ", "ko", NOW), Invalid)
    assert hall.clean()


def test_closing_tells_everyone_and_offers_what_is_left_in_order(hall: Hall) -> None:
    join(hall, 0, 1, 2)
    call(hall)
    left = hall.open(60, 120, host=1)
    assert hall.write(actions.close_line, hall.booth, NOW) == 3
    assert statuses(hall) == ["closed"] * 3
    letters = hall.rows(select(Outbox).where(Outbox.kind.in_(("line.closed", "offer.made"))).order_by(Outbox.id))
    told = {kind: [o.account_id for o in letters if o.kind == kind] for kind in ("line.closed", "offer.made")}
    assert told == {"line.closed": hall.seekers[:3], "offer.made": hall.seekers[:2]}
    held = hall.rows(select(Booking).where(Booking.status == "held").order_by(Booking.id))
    assert [(b.seeker_id, b.slot_id) for b in held] == list(zip(hall.seekers[:2], left, strict=True))
    assert hall.rows(select(WaitlistEntry.status).order_by(WaitlistEntry.id)) == ["offered", "offered", "waiting"]
    hall.refused(lambda: join(hall, 3), rules.LineClosed)
    hall.refused(lambda: call(hall), rules.LineClosed)
    hall.write(actions.open_line, hall.booth, 10, at(60))
    (again,) = join(hall, 3, now=at(60))
    assert entry(hall, again).ticket == 4  # numbers go on
    assert hall.clean()


def test_a_seat_freed_too_late_for_the_waitlist_goes_to_the_line(hall: Hall) -> None:
    booking = hall.book(hall.open(60), 0)
    hall.write(actions.join_waitlist, hall.seekers[1], NOW, booth_id=hall.booth)
    first, second = join(hall, 2, 3)
    hall.write(actions.cancel, booking, hall.hosts[0], at(52), by_staff=True)
    assert statuses(hall) == ["called", "waiting"]
    assert hall.rows(select(WaitlistEntry.status)) == ["waiting"]
    hall.write(actions.skip, first, hall.hosts[0], at(54))
    assert statuses(hall) == ["skipped", "called"]
    assert hall.booking(entry(hall, second).booking_id or 0).slot_id == hall.booking(booking).slot_id
    assert hall.clean()


def test_everybody_hears_how_long_the_line_is_and_of_nobody_in_it(hall: Hall) -> None:
    first, _ = join(hall, 0, 1)
    call(hall)
    hall.write(actions.start_meeting, first, hall.hosts[0], at(1))  # until then the screens in the hall call her
    said = [n.data for n in hall.rows(select(News).where(News.kind == "line.changed").order_by(News.seq))]
    assert [one["waiting"] for one in said] == [0, 1, 2, 1, 1]
    assert all(set(one) == {"booth", "open", "waiting", "wait_minutes"} for one in said)


@pytest.mark.parametrize(
    ("ahead", "called", "minutes", "hosts", "wait"),
    [
        (0, [], 15, 1, 0),
        (2, [], 15, 1, 30),
        (2, [], 15, 2, 15),
        (0, [0], 15, 1, 0),  # only one call yet, 20 minutes ago
        (2, [0], 15, 1, 30),
        (1, [0, 10], 15, 1, 10),  # the last was 10 minutes ago: the next is due
        (1, [0, 16], 15, 1, 28),  # 16 between them, 4 since: 12 to go, and 16 more
        (3, [0, 4, 8, 20], 15, 1, 16),  # the middle of 4, 4, 12, none since
    ],
)
def test_the_wait_is_estimated_from_what_happened(
    ahead: int, called: list[int], minutes: int, hosts: int, wait: int
) -> None:
    assert rules.wait_minutes(ahead, [at(n) for n in called], minutes, hosts, at(20)) == wait


def test_a_place_says_how_many_are_ahead(hall: Hall) -> None:
    entries = join(hall, 0, 1, 2)
    with hall.database.read() as session:
        places = [queries.place_of(session, one, NOW) for one in entries]
        mine = queries.places_of(session, hall.seekers[2], NOW)
        people = queries.people_in(session, hall.booth)
    assert [(p.ticket, p.ahead, p.wait_minutes) for p in places if p] == [(1, 0, 0), (2, 1, 15), (3, 2, 30)]
    assert [one.id for one in mine] == entries[2:]
    assert [one.ticket for one in people] == [1, 2, 3]
