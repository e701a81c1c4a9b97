"""Offers of several hosts, buffers, open rooms and ways; requests, quotas, limits and overrides: on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from fairapp import db
from fairapp.errors import Invalid, NotFound, Stale
from fairapp.fairs.models import Fair, Site
from fairapp.live.models import Outbox, PersonalNews
from fairapp.scheduling import actions, queries, rules
from fairapp.scheduling.actions import choosing
from fairapp.scheduling.actions.waitlist import Wanted
from fairapp.scheduling.models import Booking, BookingHistory, HostLimit, SiteDistance, TimeClaim, WaitlistEntry
from tests.factories import NOW
from tests.scheduling.floors import Hall, at


@pytest.fixture
def hall(app_on_both: Flask) -> Hall:
    """Return a hall on each database."""
    return Hall(db.of(app_on_both))


def test_a_panel_holds_the_time_of_all_its_hosts(hall: Hall) -> None:
    slot = hall.open(60, host=0, team=[1])
    assert hall.clashing(70, host=1)
    assert hall.clashing(70, host=0)
    hall.book(slot)
    people = {n.account_id for n in hall.rows(select(PersonalNews).where(PersonalNews.kind == "booking.confirmed"))}
    assert people == {hall.seekers[0], hall.hosts[0], hall.hosts[1]}
    assert hall.clean()


def test_where_any_may_meet_the_free_one_with_the_fewest_meetings_does(hall: Hall) -> None:
    first, second = (
        hall.open(60, host=None, team=[0, 1, 2], capacity=3),
        hall.open(120, host=None, team=[0, 1], capacity=2),
    )
    hall.open(55, host=0)  # the first is busy then
    chosen = [hall.booking(hall.book(first, n)).host_id for n in (0, 1)]
    assert chosen == [hall.hosts[1], hall.hosts[2]]
    hall.refused(lambda: hall.book(first, 2), rules.HostBusy)  # a seat is left, a host is not
    assert hall.booking(hall.book(second, 2)).host_id == hall.hosts[0]  # she has none yet
    assert hall.clean()


def test_a_seeker_may_pick_her_host_and_only_one_of_those_who_meet(hall: Hall) -> None:
    slot = hall.open(60, host=None, team=[0, 1], capacity=2)
    assert hall.booking(hall.book(slot, 0, host_id=hall.hosts[1])).host_id == hall.hosts[1]
    hall.refused(lambda: hall.book(slot, 1, host_id=hall.hosts[1]), rules.HostBusy)
    hall.refused(lambda: hall.book(slot, 1, host_id=hall.hosts[2]), Invalid)
    hall.refused(lambda: hall.book(slot, 1, host_id=999_999), Invalid)


def test_what_was_chosen_is_given_back(hall: Hall) -> None:
    slot = hall.open(60, host=None, team=[0], pool_site_id=hall.halls[0])
    booking = hall.book(slot)
    row = hall.booking(booking)
    assert (row.host_id, row.room_id) == (hall.hosts[0], hall.rooms[0])
    assert hall.clashing(60)
    hall.write(actions.cancel, booking, hall.seekers[0], NOW - timedelta(hours=1))
    assert hall.rows(select(TimeClaim)) == []
    assert not hall.clashing(60)
    assert hall.clean()


def test_rooms_of_a_pool_are_given_out_until_there_is_none(hall: Hall) -> None:
    slots = [hall.open(60, host=n, pool_site_id=hall.halls[0]) for n in range(3)]
    hall.write(lambda s: s.execute(update(Fair).values(quota=None)))
    assert {hall.booking(hall.book(slots[n], n)).room_id for n in (0, 1)} == {hall.rooms[0], hall.rooms[2]}
    hall.refused(lambda: hall.book(slots[2], 2), rules.HostBusy)
    assert hall.clean()


def test_buffers_keep_the_host_free_and_leave_the_room(hall: Hall) -> None:
    ten = timedelta(minutes=10)
    here = {"room_id": hall.rooms[0]}
    hall.open(60, before=ten, after=ten, **here)
    assert hall.clashing(85, **here)
    assert not hall.clashing(90, **here)
    assert hall.clashing(35, **here)
    assert not hall.clashing(30, **here)
    assert not hall.clashing(50, length=10, host=1, **here)  # the room is free in the buffer
    assert hall.clean()


def test_a_seeker_is_given_time_to_go_from_one_place_to_the_next(hall: Hall) -> None:
    here, there = hall.open(60, room_id=hall.rooms[0]), hall.session(85)
    later, elsewhere = hall.session(120), hall.open(160, host=1, room_id=hall.rooms[1])
    hall.book(here)
    error = hall.refused(lambda: hall.book(there), rules.SeekerBusy)  # five minutes from a hall to a screen
    assert "10" in str(error.detail)
    hall.book(later)
    hall.write(lambda s: s.execute(update(Booking).where(Booking.slot_id == here).values(exclusive_key=None)))
    assert hall.book(elsewhere)
    assert hall.clean()


def test_a_distance_between_two_sites_counts_instead_of_their_reach(hall: Hall) -> None:
    one, two = sorted(hall.halls)
    hall.write(lambda s: s.add(SiteDistance(site_a=one, site_b=two, minutes=30)))
    first, second = hall.open(60, room_id=hall.rooms[0]), hall.open(105, host=1, room_id=hall.rooms[1])
    hall.book(first)
    hall.write(lambda s: s.execute(update(Booking).values(exclusive_key=None)))
    hall.refused(lambda: hall.book(second), rules.SeekerBusy)
    hall.write(lambda s: s.execute(update(SiteDistance).values(minutes=25)))
    assert hall.book(second)


def test_a_host_is_given_time_too(hall: Hall) -> None:
    hall.open(60, room_id=hall.rooms[0])
    assert hall.clashing(85)  # at a screen, five minutes later
    assert hall.clashing(85, room_id=hall.rooms[1])
    assert not hall.clashing(80, room_id=hall.rooms[0])
    hall.write(lambda s: s.execute(update(Site).values(reach_minutes=0)))
    assert not hall.clashing(100)


def test_a_host_who_could_not_come_is_not_chosen(hall: Hall) -> None:
    hall.open(60, host=0, room_id=hall.rooms[1])
    slot = hall.open(85, host=None, team=[0, 1], room_id=hall.rooms[0])
    assert hall.booking(hall.book(slot)).host_id == hall.hosts[1]


def test_without_the_look_at_the_way_there_would_be_no_time_for_it(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = hall.open(60, room_id=hall.rooms[0]), hall.session(85)
    hall.book(here)
    monkeypatch.setattr(choosing.rules, "check_way", lambda *_: None)
    assert hall.book(there)


def test_a_quota_counts_what_is_before_the_seeker(app_on_both: Flask) -> None:
    hall = Hall(db.of(app_on_both), quota=1, quota_relaxes_minutes=90)
    first, far, near, session = hall.open(60), hall.open(120, host=1), hall.open(85, host=2), hall.session(200)
    hall.book(first)
    hall.write(lambda s: s.execute(update(Booking).values(exclusive_key=None)))
    hall.refused(lambda: hall.book(far), rules.QuotaReached)
    assert hall.book(session)  # coaching does not count
    assert hall.book(far, override="센터 권유", by=hall.hosts[0])
    hall.write(lambda s: s.execute(update(Booking).values(exclusive_key=None)))
    assert hall.book(near)  # the day is near: better a second interview than an empty chair
    kept = hall.rows(select(BookingHistory.reason).where(BookingHistory.actor_id == hall.hosts[0]))
    assert kept == ["센터 권유"]


@pytest.mark.parametrize(("limits", "free"), [({"per_day": 1}, []), ({"per_fair": 1}, []), ({"in_row": 1}, [100])])
def test_a_host_takes_no_more_than_her_limit(hall: Hall, limits: dict[str, int], free: list[int]) -> None:
    hall.write(lambda s: s.add(HostLimit(fair_id=hall.fair, account_id=hall.hosts[0], **limits)))
    starts = (60, 80, 100)
    slots = dict(zip(starts, hall.open(*starts), strict=True))
    hall.book(slots[60])
    for start in starts[1:]:
        if start in free:
            assert hall.book(slots[start], 1)
        else:
            hall.refused(lambda start=start: hall.book(slots[start], 1), rules.HostBusy)


def test_an_open_offer_goes_to_the_colleague_who_has_not_reached_her_limit(hall: Hall) -> None:
    hall.write(lambda s: s.add(HostLimit(fair_id=hall.fair, account_id=hall.hosts[0], per_fair=1)))
    slots = [hall.open(60 + 20 * n, host=None, team=[0, 1]) for n in range(3)]
    assert [hall.booking(hall.book(slot, n)).host_id for n, slot in enumerate(slots)] == [
        hall.hosts[0],
        hall.hosts[1],
        hall.hosts[1],
    ]


def test_a_request_waits_for_its_answer(hall: Hall) -> None:
    slot = hall.open(120, request_minutes=30, requests_only=True)
    hall.refused(lambda: hall.book(slot), rules.NotOpen)
    booking = hall.book(slot, request=True)
    row = hall.booking(booking)
    assert (row.status, row.hold_expires_at) == ("requested", at(30))
    assert [(o.kind, o.account_id) for o in hall.rows(select(Outbox))] == [("booking.requested", hall.hosts[0])]
    hall.refused(lambda: hall.book(slot, 1, request=True), rules.SlotTaken)
    hall.refused(lambda: hall.write(actions.answer_request, booking, hall.hosts[0], NOW, accept=True, rev=9), Stale)
    assert hall.write(actions.answer_request, booking, hall.hosts[0], NOW, accept=True, rev=1) == 2
    assert hall.booking(booking).status == "confirmed"
    answer = {"accept": True}
    hall.refused(lambda: hall.write(actions.answer_request, booking, hall.hosts[0], NOW, **answer), rules.NoRequest)
    hall.refused(lambda: hall.write(actions.answer_request, 999, hall.hosts[0], NOW, **answer), NotFound)
    assert hall.clean()


def test_a_declined_request_frees_its_time_and_says_so(hall: Hall) -> None:
    slot = hall.open(120, request_minutes=30)
    booking = hall.book(slot, request=True)
    hall.write(actions.answer_request, booking, hall.hosts[0], NOW, accept=False, reason="정원")
    assert hall.booking(booking).status == "cancelled"
    assert [o.kind for o in hall.rows(select(Outbox).where(Outbox.account_id == hall.seekers[0]))] == [
        "booking.declined"
    ]
    [letter] = hall.rows(select(Outbox).where(Outbox.kind == "booking.declined"))
    assert letter.data["reason"] == "정원"
    assert hall.book(slot, 1)


def test_nobody_s_time_is_kept_longer_than_the_booth_lets_a_request(hall: Hall) -> None:
    slot = hall.open(120, request_minutes=30)
    booking = hall.book(slot, request=True)
    answer = {"accept": True}
    hall.refused(lambda: hall.write(actions.answer_request, booking, hall.hosts[0], at(30), **answer), rules.Ended)
    assert hall.book(slot, 1, at(30))  # it expires by itself
    assert hall.booking(booking).status == "expired"
    told = hall.rows(select(Outbox.kind).where(Outbox.account_id == hall.seekers[0]))
    assert told == ["booking.unanswered"]
    assert hall.clean()


def test_a_slot_opens_at_its_own_time_and_what_is_kept_for_the_line_does_not(hall: Hall) -> None:
    later, kept = hall.open(120, opens_at=at(30)), hall.open(140, for_line=True)
    hall.refused(lambda: hall.book(later), rules.NotOpen)
    assert hall.book(later, 0, at(30))
    hall.refused(lambda: hall.book(kept, 1), rules.NotOpen)


@pytest.mark.parametrize(
    ("wanted", "start", "host", "offered"),
    [
        ({}, 120, 0, True),
        ({"host_id": 1}, 120, 0, False),
        ({"host_id": 0}, 120, 0, True),
        ({"from_minute": 12 * 60}, 120, 0, True),  # NOW is ten in the morning in Seoul
        ({"from_minute": 12 * 60 + 5}, 120, 0, False),
        ({"to_minute": 12 * 60}, 120, 0, False),
    ],
)
def test_who_waits_for_something_is_offered_only_that(
    hall: Hall, wanted: dict[str, int], start: int, host: int, offered: bool
) -> None:
    slot = hall.open(start, host=host)
    hall.open(start + 60, host=1)  # who gives no time at all cannot be waited for
    booking = hall.book(slot)
    wish = {**wanted, **({"host_id": hall.hosts[wanted["host_id"]]} if "host_id" in wanted else {})}
    hall.write(actions.join_waitlist, hall.seekers[1], NOW, booth_id=hall.booth, wanted=Wanted(**wish))
    hall.write(actions.cancel, booking, hall.seekers[0], NOW)
    assert hall.rows(select(WaitlistEntry.status)) == ["offered" if offered else "waiting"]


def test_who_waits_already_keeps_the_place_and_may_wish_for_something_else(hall: Hall) -> None:
    hall.open(60)
    who = hall.seekers[1]
    first = hall.write(actions.join_waitlist, who, NOW, booth_id=hall.booth)
    again = hall.write(actions.join_waitlist, who, NOW, booth_id=hall.booth, wanted=Wanted(from_minute=600))
    assert again == first
    assert hall.rows(select(WaitlistEntry.from_minute)) == [600]
    bad = Wanted(from_minute=600, to_minute=600)
    hall.refused(lambda: hall.write(actions.join_waitlist, who, NOW, booth_id=hall.booth, wanted=bad), Invalid)


def test_a_block_keeps_time_like_a_booking(hall: Hall) -> None:
    with hall.database.read() as session:
        mine = queries.resources_by_account(session, [hall.hosts[0], hall.seekers[0]])
    hall.write(actions.add_block, mine[hall.hosts[0]], at(60), at(90), "점심", NOW)
    assert hall.clashing(80)
    slot = hall.open(120)
    block = hall.write(actions.add_block, mine[hall.seekers[0]], at(110), at(130), "", NOW)
    hall.refused(lambda: hall.book(slot), rules.SeekerBusy)
    hall.refused(lambda: hall.write(actions.add_block, mine[hall.hosts[0]], at(130), at(150), "", NOW), rules.HostBusy)
    hall.refused(lambda: hall.write(actions.add_block, mine[hall.hosts[0]], at(300), at(300), "", NOW), Invalid)
    hall.refused(lambda: hall.write(actions.add_block, mine[hall.hosts[0]], at(0), at(60 * 24 + 5), "", NOW), Invalid)
    hall.write(actions.remove_block, block, NOW)
    assert hall.book(slot)
    assert hall.clean()


def test_a_session_for_many_has_seats(hall: Hall) -> None:
    tour = hall.open(60, kind="group", capacity=3)
    for n in range(3):
        hall.book(tour, n)
    hall.refused(lambda: hall.book(tour, 3), rules.SlotTaken)
    hall.refused(lambda: hall.book(tour, 0), rules.SlotTaken)
    interview = hall.open(120)
    assert hall.book(interview, 0)  # a tour is no interview: she may have both
    assert hall.clean()
