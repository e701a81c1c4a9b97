"""Shifting, reassigning, replacing, swapping and cutting: all or nothing, and the calendar identity stays."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import db
from fairapp.errors import Invalid, NotFound, Stale
from fairapp.live.models import News, Outbox, PersonalNews
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.models import BookingHistory, Slot, WaitlistEntry
from fairapp.scheduling.rules import SlotChange
from tests.factories import NOW
from tests.scheduling.floors import Hall, at

WHY = "담당자 지각"


@pytest.fixture
def hall(app_on_both: Flask) -> Hall:
    """Return a hall on each database."""
    return Hall(db.of(app_on_both))


def of_host(hall: Hall, host: int = 0, **room: int) -> list[SlotChange]:
    """Return the changes of all slots of a host, or a room."""
    with hall.database.read() as session:
        whose = room or {"host_id": hall.hosts[host]}
        return queries.slots_to_change(session, NOW, at(6000), NOW, **whose)


def shift(hall: Hall, minutes: int, changes: list[SlotChange] | None = None, now: Any = NOW) -> Any:
    """Shift everything of the first host."""
    return hall.write(actions.shift, changes or of_host(hall), minutes, hall.hosts[0], WHY, now)


def test_a_shift_moves_slots_with_everybody_in_them(hall: Hall) -> None:
    slots = hall.open(60, 80, 100, room_id=hall.rooms[0])
    held, booked = hall.book(slots[0], 0, hold=True), hall.book(slots[1], 1)
    before = [hall.booking(one) for one in (held, booked)]
    new = shift(hall, 15)
    assert sorted(new) == sorted(slots)
    after = [hall.booking(one) for one in (held, booked)]
    for was, became in zip(before, after, strict=True):
        slot = hall.slot(became.slot_id)
        assert slot.starts_at == hall.slot(was.slot_id).starts_at + timedelta(minutes=15)
        assert (became.id, became.ics_uid, became.status, became.seat_no) == (
            was.id,
            was.ics_uid,
            was.status,
            was.seat_no,
        )
        assert (became.rev, became.time_rev) == (was.rev + 1, was.time_rev + 1)
        assert became.cancel_until == was.cancel_until + timedelta(minutes=15)
    assert [hall.slot(one).closed_at for one in slots] == [NOW] * 3
    letters = hall.rows(select(Outbox).where(Outbox.kind == "booking.moved"))
    assert [(o.account_id, o.data["slot"]) for o in letters] == [(hall.seekers[1], after[1].slot_id)]
    told = {n.account_id for n in hall.rows(select(PersonalNews).where(PersonalNews.kind == "booking.moved"))}
    assert told == {hall.seekers[0], hall.seekers[1], hall.hosts[0]}
    assert hall.rows(select(BookingHistory.reason).where(BookingHistory.rev == 2)) == [WHY, WHY]
    kinds = hall.rows(select(News.kind).where(News.kind.in_(("slot.closed", "slot.opened"))).order_by(News.seq))
    assert kinds[3:] == ["slot.closed", "slot.opened"] * 3
    assert hall.clean()


def test_a_shift_is_undone_whole_where_one_person_cannot_come(hall: Hall) -> None:
    slots = hall.open(60, 80)
    hall.book(slots[0], 0)
    hall.book(slots[1], 1)
    hall.book(hall.session(100, 30), 1)
    error = hall.refused(lambda: shift(hall, 10), rules.InTheWay)
    assert [(one["name"], one["starts_at"]) for one in error.extra["clashes"]] == [("정한별", "2026-11-24T02:30:00Z")]
    assert shift(hall, -10)
    assert hall.clean()


def test_a_shift_onto_another_slot_of_the_host_is_refused(hall: Hall) -> None:
    slots = hall.open(60, 80)
    hall.refused(lambda: shift(hall, 10, [SlotChange(slots[0])]), rules.InTheWay)
    assert shift(hall, 10, [SlotChange(one) for one in slots])


@pytest.mark.parametrize("minutes", [7, -61, -60, 60 * 24 * 3])
def test_a_shift_stays_on_the_grid_in_the_fair_and_in_time_to_come(hall: Hall, minutes: int) -> None:
    hall.open(60)
    hall.refused(lambda: shift(hall, minutes), Invalid)


def test_a_room_is_shifted_with_all_its_hosts(hall: Hall) -> None:
    for n, start in enumerate((60, 80)):
        hall.book(hall.open(start, host=n, room_id=hall.rooms[0]), n)
    with hall.database.read() as session:
        changes = queries.slots_to_change(session, NOW, at(6000), NOW, room_id=hall.rooms[0])
    assert len(shift(hall, 30, changes)) == 2
    assert hall.clean()


def test_a_shift_takes_the_bookings_of_an_open_offer_along_alone(hall: Hall) -> None:
    slot = hall.open(60, host=None, team=[0, 1], capacity=2, pool_site_id=hall.halls[0])
    mine, other = hall.book(slot, 0), hall.book(slot, 1)
    shift(hall, 20)
    moved, stayed = hall.booking(mine), hall.booking(other)
    new = hall.slot(moved.slot_id)
    assert (new.starts_at, new.hosting, new.host_id, new.capacity) == (at(80), "one", hall.hosts[0], 1)
    assert (moved.host_id, moved.room_id, new.room_id) == (None, None, hall.rooms[0])
    assert (stayed.slot_id, stayed.rev) == (slot, 1)
    assert hall.slot(slot).closed_at is None
    assert hall.clean()


def test_a_meeting_is_given_to_a_colleague(hall: Hall) -> None:
    booking = hall.book(hall.open(60))
    hall.open(60, host=1)
    act = (actions.reassign, booking)
    hall.refused(lambda: hall.write(*act, hall.hosts[1], hall.hosts[0], NOW), rules.InTheWay)
    hall.refused(lambda: hall.write(*act, hall.seekers[1], hall.hosts[0], NOW), Invalid)
    hall.refused(lambda: hall.write(*act, hall.hosts[2], hall.hosts[0], NOW, rev=7), Stale)
    hall.refused(lambda: hall.write(actions.reassign, 999, hall.hosts[2], hall.hosts[0], NOW), NotFound)
    assert hall.write(*act, hall.hosts[2], hall.hosts[0], NOW, rev=1) == 2
    assert hall.write(*act, hall.hosts[2], hall.hosts[0], NOW, rev=2) == 2  # she has it already
    assert hall.slot(hall.booking(booking).slot_id).host_id == hall.hosts[2]
    told = {n.account_id for n in hall.rows(select(PersonalNews).where(PersonalNews.kind == "booking.moved"))}
    assert told == {hall.seekers[0], hall.hosts[0], hall.hosts[2]}
    assert hall.clean()


def test_a_panel_goes_on_with_another_in_the_place_of_who_leaves(hall: Hall) -> None:
    slot = hall.open(60, host=0, team=[1])
    booking = hall.book(slot)
    change = SlotChange(slot, host_id=hall.hosts[2], instead_of=hall.hosts[1])
    hall.write(actions.rearrange, [change], hall.hosts[0], WHY, NOW)
    new = hall.booking(booking).slot_id
    with hall.database.read() as session:
        assert [one for one, _ in queries.slots_by_id(session, [new])[new].hosts] == [hall.hosts[0], hall.hosts[2]]
    assert not hall.clashing(60, host=1)
    assert hall.clean()


def replace_host(hall: Hall, now: Any = NOW) -> Any:
    """Let the colleagues take everything of the first host."""
    return hall.write(actions.replace_host, of_host(hall), hall.hosts[0], hall.hosts[1:], hall.hosts[1], "병가", now)


def test_colleagues_take_the_meetings_of_a_sick_host_in_turn(hall: Hall) -> None:
    slots = hall.open(60, 80, 100, 120)
    bookings = [hall.book(slot, n) for n, slot in enumerate(slots[:3])]
    hall.open(80, host=1)
    replace_host(hall)
    hosts = [hall.slot(hall.booking(one).slot_id).host_id for one in bookings]
    assert hosts == [hall.hosts[1], hall.hosts[2], hall.hosts[1]]
    assert hall.rows(select(Slot.id).where(Slot.host_id == hall.hosts[0], Slot.closed_at.is_(None))) == []
    assert hall.clean()


def test_a_host_is_not_replaced_where_nobody_can_take_a_meeting(hall: Hall) -> None:
    booked, free = hall.open(60, 100)
    hall.book(booked)
    for host in (1, 2):
        hall.open(50, length=100, host=host)
    hall.refused(lambda: replace_host(hall), rules.HostBusy)
    hall.write(actions.close_slot, hall.rows(select(Slot.id).where(Slot.host_id == hall.hosts[1]))[0], NOW)
    hall.open(100, host=1)
    replace_host(hall)
    assert hall.slot(free).closed_at == NOW  # free, and nobody could take it
    assert hall.clean()


def swap(hall: Hall, one: int, other: int, now: Any = NOW) -> Any:
    """Let two bookings change places."""
    return hall.write(actions.swap, one, other, hall.hosts[0], "서로 바꿈", now)


def test_two_people_change_places(hall: Hall) -> None:
    early, late = hall.open(120), hall.open(180, host=None, team=[1, 2], room_id=hall.rooms[0])
    one, other = hall.book(early, 0), hall.book(late, 1)
    uids = [hall.booking(n).ics_uid for n in (one, other)]
    assert swap(hall, one, other) == (2, 2)
    first, second = hall.booking(one), hall.booking(other)
    assert [first.ics_uid, second.ics_uid] == uids
    assert (first.slot_id, first.host_id, second.slot_id, second.host_id) == (late, hall.hosts[1], early, None)
    assert (first.cancel_until, second.cancel_until) == (at(120), at(60))
    letters = hall.rows(select(Outbox).where(Outbox.kind == "booking.moved"))
    assert {(o.account_id, o.data["slot"]) for o in letters} == {(hall.seekers[0], late), (hall.seekers[1], early)}
    assert hall.clean()


def test_a_swap_is_refused_whole(hall: Hall) -> None:
    early, late = hall.open(120, 180)
    one, other = hall.book(early, 0), hall.book(late, 1)
    hall.book(hall.session(120), 1)
    hall.refused(lambda: swap(hall, one, other), rules.SeekerBusy)
    session = hall.book(hall.session(240), 2)
    hall.refused(lambda: swap(hall, one, session), Invalid)
    hall.refused(lambda: swap(hall, one, 999), NotFound)
    hall.refused(lambda: swap(hall, one, other, at(120)), rules.TooLate)
    hall.write(actions.cancel, other, hall.seekers[1], NOW)
    hall.refused(lambda: swap(hall, one, other), rules.Ended)


def test_a_swap_leaves_time_for_the_way(hall: Hall) -> None:
    early, late = hall.open(120), hall.open(180, host=1, room_id=hall.rooms[0])
    one, other = hall.book(early, 0), hall.book(late, 1)
    hall.book(hall.session(205), 0)  # on a screen, five minutes after the late one ends in a hall
    hall.refused(lambda: swap(hall, one, other), rules.SeekerBusy)


def test_shortening_a_day_keeps_moves_or_tells_each(hall: Hall) -> None:
    inside, *outside = hall.open(60, 180, 200, 220, 240)
    kept, moved, told = (hall.book(slot, n) for n, slot in enumerate(outside[:3]))
    waiting = hall.write(actions.join_waitlist, hall.seekers[4], NOW, booth_id=hall.booth)
    choices: dict[int, str | int] = {kept: "keep", moved: inside, told: "tell"}
    cut = (actions.cut_day, outside)
    hall.refused(lambda: hall.write(*cut, {kept: "keep"}, hall.hosts[0], WHY, NOW), Invalid)
    hall.refused(lambda: hall.write(*cut, choices | {moved: outside[3]}, hall.hosts[0], WHY, at(240)), rules.NotOpen)
    assert hall.write(*cut, choices, hall.hosts[0], WHY, NOW) == sorted(outside[1:])
    assert [hall.booking(n).status for n in (kept, moved, told)] == ["confirmed", "confirmed", "cancelled"]
    assert [hall.booking(n).slot_id for n in (kept, moved)] == [outside[0], inside]
    assert hall.rows(select(WaitlistEntry.status).where(WaitlistEntry.id == waiting)) == ["waiting"]
    letters = hall.rows(select(Outbox.kind).where(Outbox.account_id == hall.seekers[2]).order_by(Outbox.id))
    assert letters == ["booking.confirmed", "booking.cancelled"]
    assert hall.clean()


def test_a_plan_says_whom_it_touches_and_what_is_in_the_way(hall: Hall) -> None:
    slots = hall.open(60, 80)
    booking = hall.book(slots[1], 1)
    hall.book(hall.session(100), 1)
    with hall.database.read() as session:
        changes = actions.staffing.shifted(session, of_host(hall), 15)
        plan = queries.plan(session, changes)
    assert [(facts.id, slot.starts_at) for facts, slot in plan.touched] == [(booking, at(95))]
    assert [(one.name, one.is_seeker) for one in plan.clashes] == [("정한별", True)]


def test_an_outdated_hold_does_not_stop_a_plan(hall: Hall) -> None:
    slot = hall.open(60)
    held = hall.book(slot, 0, hold=True)
    hall.book(hall.session(75), 0, at(6))  # the hold has run out by then
    shift(hall, 15, now=at(7))
    assert hall.booking(held).status == "expired"
    assert hall.clean()
