"""Visits: made for a day or by the week, changed and cancelled with everybody whom that touches."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from fairapp.accounts.rules import ProfileFields
from fairapp.errors import Invalid, NotFound
from fairapp.scheduling.models import Booking, Slot
from fairapp.visits import actions, queries
from fairapp.visits.actions import Plan, Target
from fairapp.visits.models import TourStop, Visit, VisitRule
from fairapp.visits.rules import Day, Hours, visit_days
from tests.factories import NOW
from tests.visits.cast import TODAY, Cast, at, said

HOURS = Hours(time(10), time(18))
LIVE = select(Slot.id).where(Slot.closed_at.is_(None)).order_by(Slot.starts_at)


def make(cast: Cast, plan: Plan, kind: str = "campus", site: int | None = None) -> list[int]:
    made: list[int] = cast.write(actions.make_visits, cast.fair, site or cast.sites[kind], plan, cast.organizer, NOW)
    return made


def change(
    cast: Cast, visits: list[int], hours: Hours | None, choices: dict[int, str | int], reason: str = ""
) -> list[int]:
    closed: list[int] = cast.write(actions.change_visits, Target(visits, hours), choices, cast.organizer, reason, NOW)
    return closed


def test_a_weekly_rule_leaves_out_holidays_and_exceptions(cast_on_both: Cast) -> None:
    cast = cast_on_both
    first, last = date(2026, 12, 4), date(2027, 1, 15)  # Fridays; 25 December and 1 January are holidays
    days = visit_days(first, last, {4}, {date(2026, 12, 11)}, {date(2026, 12, 25), date(2027, 1, 1)})
    ids = make(cast, Plan(days, HOURS, rule=(first, last, [4], True)))
    rows = cast.rows(select(Visit).order_by(Visit.starts_at))
    assert [(one.day.isoformat(), one.off) for one in rows] == [
        ("2026-12-04", None),
        ("2026-12-11", "exception"),
        ("2026-12-18", None),
        ("2026-12-25", "holiday"),
        ("2027-01-01", "holiday"),
        ("2027-01-08", None),
        ("2027-01-15", None),
    ]
    assert [(one.weekdays, one.without_holidays) for one in cast.rows(select(VisitRule))] == [("4", True)]
    assert (rows[0].starts_at, rows[0].ends_at, rows[0].rooms) == (at(10, 0, first), at(18, 0, first), 2)
    cast.write(actions.put_back, ids[3], cast.organizer, NOW)
    assert cast.rows(select(Visit.off).where(Visit.id == ids[3])) == [None]


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan([Day(TODAY)], Hours(time(12), time(12))), "ends"),
        (Plan([Day(TODAY)], Hours(time(12, 1), time(13))), "starts"),
        (Plan([Day(TODAY)], HOURS, rooms=3), "rooms"),
        (Plan([Day(TODAY)], HOURS, rooms=0), "rooms"),
        (Plan([Day(TODAY - timedelta(days=1))], HOURS), "day"),
        (Plan([Day(date(2028, 1, 3))], HOURS), "day"),
        (Plan([Day(TODAY)], Hours(time(17), time(18))), "day"),  # there is one until six
    ],
)
def test_a_visit_that_cannot_be_is_refused(cast: Cast, plan: Plan, field: str) -> None:
    cast.visit("campus", 11, 18)
    refused = cast.refused(lambda: make(cast, plan), Invalid)
    assert [name for name, _ in said(refused.errors)] == [field]


def test_a_site_of_another_fair_cannot_be_visited(cast: Cast) -> None:
    assert said(cast.refused(lambda: make(cast, Plan([Day(TODAY)], HOURS), site=999), Invalid).errors)[0][0] == "site"


def test_shorter_hours_move_keep_or_tell_everybody_and_cut_the_tours(cast_on_both: Cast) -> None:
    cast = cast_on_both
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    cast.stop(campus, at(11), at(13))
    cast.stop(cafe, at(14), at(16))
    slots = cast.rows(LIVE)  # eleven, half past eleven, twelve, half past twelve; then at the café
    first, second, third = (cast.book(slots[n], who) for n, who in ((0, cast.seeker), (2, cast.friend), (3, None)))
    shorter = Hours(time(10), time(12))
    assert (
        said(cast.refused(lambda: change(cast, [campus], shorter, {second: "tell"}), Invalid).errors)[0][0] == "choices"
    )
    closed = change(cast, [campus], shorter, {second: slots[1], third: "tell"}, "건물 공사")
    assert closed == slots[2:4]
    rows = {one.id: one for one in cast.rows(select(Booking))}
    assert [(rows[n].status, rows[n].slot_id) for n in (first, second)] == [
        ("confirmed", slots[0]),
        ("confirmed", slots[1]),
    ]
    assert rows[third].status == "cancelled"
    stops = cast.rows(select(TourStop).order_by(TourStop.starts_at))
    assert [(one.starts_at, one.ends_at, one.ended_at) for one in stops] == [
        (at(11), at(12), None),
        (at(14), at(16), None),
    ]
    assert cast.rows(select(Visit.ends_at).where(Visit.id == campus)) == [at(12)]
    assert cast.breaches() == []


def test_a_cancelled_visit_keeps_who_is_to_be_kept(cast: Cast) -> None:
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    cast.stop(campus, at(11), at(12))
    later = cast.stop(cafe, at(14), at(15))
    slots = cast.rows(LIVE)
    kept = cast.book(slots[0])
    assert change(cast, [campus], None, {kept: "keep"}) == [slots[1]]
    assert cast.rows(select(Booking.status)) == ["confirmed"]
    assert cast.rows(select(TourStop.id).where(TourStop.ended_at.is_(None))) == [later]
    assert cast.rows(select(TourStop.way_block_id)) == [None, None]
    assert [one.off for one in cast.rows(select(Visit).order_by(Visit.id))] == ["cancelled", None]
    assert cast.breaches() == []
    cast.refused(lambda: change(cast, [campus], None, {}), Invalid)  # it is off already
    cast.refused(lambda: change(cast, [999], None, {}), NotFound)


def test_longer_hours_touch_nobody(cast: Cast) -> None:
    campus = cast.visit("campus", 11, 12)
    cast.stop(campus, at(11), at(12))
    booking = cast.book(cast.rows(LIVE)[0])
    assert change(cast, [campus], Hours(time(10), time(19)), {}) == []
    assert cast.rows(select(Booking.status).where(Booking.id == booking)) == ["confirmed"]


def test_all_following_days_of_a_rule_end_together(cast: Cast) -> None:
    first = TODAY + timedelta(days=1)
    days = visit_days(first, first + timedelta(days=20), {first.weekday()}, (), ())
    ids = make(cast, Plan(days, HOURS, rule=(first, first + timedelta(days=20), [first.weekday()], False)))
    with cast.database.read() as session:
        assert queries.following(session, queries.get_visit(session, ids[1], NOW)) == ids[1:]
    change(cast, ids[1:], None, {})
    assert cast.rows(select(Visit.off).order_by(Visit.id)) == [None, "cancelled", "cancelled"]


def test_who_walks_in_gets_the_next_free_time_there(cast: Cast) -> None:
    campus = cast.visit("campus")
    cast.stop(campus, at(11), at(12))
    slots = cast.rows(LIVE)
    cast.book(slots[0])
    came = (campus, "", "김하늘", ProfileFields(phone="010-1234-5678"), "ko", cast.organizer, NOW)
    booking, account = cast.write(actions.seat_who_came, *came)
    [row] = cast.rows(select(Booking).where(Booking.id == booking))
    assert (row.seeker_id, row.slot_id, row.status) == (account, slots[1], "confirmed")
    another = (campus, "", "박바다", ProfileFields(phone="010-1234-5679"), "ko", cast.organizer, NOW)
    cast.refused(lambda: cast.write(actions.seat_who_came, *another), Exception)
    wrong = (campus, "XXXX", "", ProfileFields(), "ko", cast.organizer, NOW)
    assert said(cast.refused(lambda: cast.write(actions.seat_who_came, *wrong), Invalid).errors)[0][0] == "code"
    assert cast.breaches() == []
