"""Coaches' tours: stops with their slots, the way between two sites as claimed time, refusals with the nearest time."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fairapp.errors import Invalid
from fairapp.fairs.models import Site
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling.actions import Offer
from fairapp.scheduling.models import Block, Booking, Slot, TimeClaim
from fairapp.scheduling.rules import HostBusy
from fairapp.visits import actions, queries, rules
from fairapp.visits.models import TourStop, Visit
from tests.factories import NOW
from tests.visits.cast import Cast, at, said

WAYS = select(Block).where(Block.travel, Block.removed_at.is_(None)).order_by(Block.starts_at)


def ways(cast: Cast) -> list[tuple[object, object]]:
    return [(one.starts_at, one.ends_at) for one in cast.rows(WAYS)]


def test_a_stop_opens_times_and_claims_the_way_to_the_next(cast_on_both: Cast) -> None:
    cast = cast_on_both
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    cast.stop(campus, at(11), at(13))
    assert ways(cast) == []
    cast.stop(cafe, at(14), at(16))
    assert ways(cast) == [(at(13, 50), at(14))]  # 2.9 km at 20 km/h: nine minutes, ten on the grid
    slots = cast.rows(select(Slot).order_by(Slot.starts_at))
    assert [one.starts_at for one in slots] == [at(h, m) for h in (11, 12, 14, 15) for m in (0, 30)]
    assert [one.pool_site_id for one in slots] == [cast.sites["campus"]] * 4 + [cast.sites["cafe"]] * 4
    assert cast.breaches() == []


def test_a_stop_between_two_gets_a_way_on_either_side(cast: Cast) -> None:
    campus, cafe, district = (cast.visit(kind) for kind in ("campus", "cafe", "district"))
    cast.stop(campus, at(11), at(12))
    cast.stop(cafe, at(17), at(18))
    assert ways(cast) == [(at(16, 50), at(17))]
    middle = cast.stop(district, at(14), at(15))
    assert ways(cast) == [(at(13, 30), at(14)), (at(16, 25), at(17))]  # 8.6 and 10.3 km
    cast.write(actions.take_back_stop, middle, {}, cast.organizer, "", NOW)
    assert ways(cast) == [(at(16, 50), at(17))]
    assert cast.breaches() == []


def test_too_little_time_for_the_way_is_refused_with_the_nearest_start(cast: Cast) -> None:
    campus, district = cast.visit("campus"), cast.visit("district")
    cast.stop(campus, at(11), at(13))
    refused = cast.refused(lambda: cast.stop(district, at(13), at(14)), rules.TooFar)
    assert refused.nearest == at(13, 30)
    assert refused.extra == {"nearest": "2026-11-24T04:30:00Z"}
    assert str(refused.detail) == "campus 센터 일정과 너무 가까워요. 옮겨 가는 데 30분이 필요해요"
    cast.stop(district, refused.nearest, refused.nearest + timedelta(hours=1))
    assert cast.breaches() == []


def test_a_way_that_was_told_goes_before_the_one_worked_out(cast: Cast) -> None:
    campus, district = cast.visit("campus"), cast.visit("district")
    cast.write(scheduling.set_way, cast.sites["district"], cast.sites["campus"], 15)
    cast.stop(campus, at(11), at(13))
    cast.stop(district, at(13, 15), at(14, 15))
    assert ways(cast) == [(at(13), at(13, 15))]


def test_sites_without_a_place_take_the_longer_reach(cast: Cast) -> None:
    cast.write(lambda s: s.execute(update(Site).values(latitude=None, longitude=None, reach_minutes=20)) and None)
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    cast.stop(campus, at(11), at(13))
    cast.stop(cafe, at(13, 20), at(14, 20))
    assert ways(cast) == [(at(13), at(13, 20))]


def test_nobody_is_at_two_stops_at_once(cast: Cast) -> None:
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    cast.stop(campus, at(11), at(13))
    refused = cast.refused(lambda: cast.stop(cafe, at(12), at(14)), rules.TooFar)
    assert (str(refused.detail), refused.nearest) == ("그 시간에 다른 일정이 있어요", at(13, 10))
    cast.stop(cafe, at(12), at(14), coach=1)


def test_the_time_of_a_way_is_nobody_elses(cast: Cast) -> None:
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    cast.stop(campus, at(11), at(13))
    cast.stop(cafe, at(14), at(16))
    online = Offer(cast.fair, "coaching", cast.coach_accounts[0], coach_id=cast.coaches[0], agency_id=cast.agency)
    during = [(at(13, 50), at(14))]
    assert cast.write(scheduling.open_slots, online, during, NOW).clashes == during
    mine = (cast.coach_accounts[0], at(13, 50), at(14), "점심", NOW)
    cast.refused(lambda: cast.write(scheduling.block_own_time, *mine), HostBusy)
    [way] = cast.rows(WAYS)
    cast.refused(lambda: cast.write(scheduling.free_own_time, cast.coach_accounts[0], way.id, NOW), Exception)
    # The control: without the claims of the way the same time is given away.
    cast.write(scheduling.remove_block, way.id, NOW)
    assert cast.write(scheduling.block_own_time, *mine) > 0
    [stop] = cast.rows(select(TourStop.id).where(TourStop.way_block_id == way.id))
    assert cast.breaches() == [f"tour stop {stop} has a way that was given back"]


def test_the_way_goes_where_the_coach_is_free(cast: Cast) -> None:
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    cast.write(scheduling.block_own_time, cast.coach_accounts[0], at(13, 40), at(14), "전화", NOW)
    cast.stop(campus, at(11), at(13))
    cast.stop(cafe, at(14), at(16))
    assert ways(cast) == [(at(13, 30), at(13, 40))]
    refused = cast.refused(lambda: _crowded(cast), rules.TooFar)
    assert str(refused.detail) == "옮겨 갈 시간에 다른 일정이 있어요"


def _crowded(cast: Cast) -> None:
    """Plan a stop after another whose time in between is all given to something else."""

    def act(session: object) -> None:
        coach = cast.coach_accounts[1]
        tomorrow = TODAY_AFTER
        scheduling.block_own_time(session, coach, at(12, 0, tomorrow), at(13, 0, tomorrow), "", NOW)  # type: ignore[arg-type]
        plan = actions.Plan(
            [rules.Day(tomorrow)], rules.Hours(at(10).time().replace(hour=10), at(18).time().replace(hour=18))
        )
        one, two = (
            actions.make_visits(session, cast.fair, cast.sites[kind], plan, cast.organizer, NOW)[0]  # type: ignore[arg-type]
            for kind in ("campus", "cafe")
        )
        for visit, first, last in ((one, 11, 12), (two, 13, 14)):
            stop = actions.Stop(visit, cast.coaches[1], at(first, 0, tomorrow), at(last, 0, tomorrow))
            actions.plan_stop(session, stop, cast.organizer, NOW)  # type: ignore[arg-type]

    cast.write(act)


TODAY_AFTER = at(0).date() + timedelta(days=2)


def test_a_visit_takes_as_many_coaches_as_it_has_rooms(cast: Cast) -> None:
    campus = cast.visit("campus", rooms=1)
    cast.stop(campus, at(11), at(13))
    cast.refused(lambda: cast.stop(campus, at(12), at(14), coach=1), rules.Full)
    cast.stop(campus, at(13), at(14), coach=1)


@pytest.mark.parametrize(
    ("first", "last", "coach", "field"),
    [
        (at(9), at(11), 0, "starts"),
        (at(17), at(19), 0, "starts"),
        (at(12), at(12), 0, "starts"),
        (at(12, 2), at(13), 0, "starts"),
        (at(12), at(12, 20), 0, "length"),
        (at(12), at(13), 99, "coach"),
    ],
)
def test_a_stop_that_cannot_be_is_refused(cast: Cast, first: object, last: object, coach: int, field: str) -> None:
    campus = cast.visit("campus")
    coach_id = cast.coaches[coach] if coach < 2 else 999
    stop = actions.Stop(campus, coach_id, first, last)  # type: ignore[arg-type]
    refused = cast.refused(lambda: cast.write(actions.plan_stop, stop, cast.organizer, NOW), Invalid)
    assert [name for name, _ in said(refused.errors)] == [field]


def test_coaches_open_times_at_a_site_only_while_it_is_open(cast: Cast) -> None:
    cast.visit("campus", 10, 12)
    cafe = cast.visit("cafe", 13, 18)
    at_campus = Offer(
        cast.fair,
        "coaching",
        cast.coach_accounts[0],
        coach_id=cast.coaches[0],
        agency_id=cast.agency,
        pool_site_id=cast.sites["campus"],
    )
    late = lambda: cast.write(scheduling.open_slots, at_campus, [(at(12), at(12, 30))], NOW)  # noqa: E731
    assert said(cast.refused(late, Invalid).errors) == [("room", "이 장소는 이 시간에 방문 일정이 없어요")]
    assert len(cast.write(scheduling.open_slots, at_campus, [(at(11), at(11, 30))], NOW).slots) == 1
    hall = Offer(**{f: getattr(at_campus, f) for f in at_campus.__slots__} | {"pool_site_id": cast.sites["district"]})
    assert len(cast.write(scheduling.open_slots, hall, [(at(18), at(18, 30))], NOW).slots) == 1  # no visits: a hall
    cast.stop(cafe, at(13), at(15))
    cast.visit("campus", 13, 18)
    there = lambda: cast.write(scheduling.open_slots, at_campus, [(at(14), at(14, 30))], NOW)  # noqa: E731
    assert said(cast.refused(there, Invalid).errors)[0][0] == "room"


def test_taking_back_a_stop_asks_what_becomes_of_each_booking(cast: Cast) -> None:
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    stop = cast.stop(campus, at(11), at(12))
    cast.stop(cafe, at(14), at(15))
    slots = cast.rows(select(Slot.id).order_by(Slot.starts_at))
    booking = cast.book(slots[0])
    asked = (stop, {}, cast.organizer, "아파요", NOW)
    cast.refused(lambda: cast.write(actions.take_back_stop, *asked), Invalid)
    cast.write(actions.take_back_stop, stop, {booking: slots[2]}, cast.organizer, "아파요", NOW)
    [row] = cast.rows(select(Booking))
    assert (row.id, row.slot_id, row.status) == (booking, slots[2], "confirmed")
    assert cast.rows(select(TourStop.id).where(TourStop.ended_at.is_(None))) != [stop]
    assert cast.breaches() == []


def test_a_coach_is_told_of_her_own_tours(cast: Cast) -> None:
    cast.stop(cast.visit("campus"), at(11), at(12))
    with cast.database.read() as session:
        mine, others = (queries.told_of(session, one) for one in cast.coach_accounts)
    stop = {"site_name": "campus 센터", "starts_at": at(11), "ends_at": at(12), "way_minutes": None}
    assert (mine, others) == ({"tour_stops": [stop]}, {"tour_stops": []})


def test_no_claim_is_left_of_a_tour_that_was_taken_back(cast: Cast) -> None:
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    stops = [cast.stop(campus, at(11), at(12)), cast.stop(cafe, at(14), at(15))]
    for stop in stops:
        cast.write(actions.take_back_stop, stop, {}, cast.organizer, "", NOW)
    assert cast.rows(select(TimeClaim.grain)) == []
    assert cast.rows(select(Visit.off)) == [None, None]
