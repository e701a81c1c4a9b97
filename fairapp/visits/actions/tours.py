"""Coaches' tours: a stop at a visit with its times and the way to it, in one transaction or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.coaching.models import Coach
from fairapp.coaching.queries import still_coaches
from fairapp.errors import Invalid, NotFound
from fairapp.fairs.queries import fair_by_id
from fairapp.live.actions import post
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import queries as claims
from fairapp.scheduling.rules import OFF_GRID, PAST, cut_hours, grains
from fairapp.visits import pushes, queries, rules
from fairapp.visits.actions.ways import set_ways
from fairapp.visits.models import TourStop, Visit

NO_COACH = _l("이 박람회의 코치 가운데서 골라 주세요")
NOT_WITHIN = _l("방문 시간 안에서 정해 주세요")
NOT_OPEN = _l("이 날에는 아무도 가지 않아요")
TOO_SHORT = _l("이 시간에는 한 번도 들어가지 않아요. 더 짧게 하거나 시간을 늘려 주세요")


@dataclass(frozen=True, slots=True)
class Stop:
    """A coach's part in a visit: from – until (UTC), and how her time there is cut into meetings."""

    visit_id: int
    coach_id: int
    starts_at: datetime
    ends_at: datetime
    length: timedelta = timedelta(minutes=30)
    gap: timedelta = timedelta(0)


def plan_stop(session: Session, stop: Stop, by: int, now: datetime) -> int:
    """Send the coach to the visit, open her times there, claim the way to it and on from it; return the stop's id.

    Raises Invalid for a coach who is not the fair's, a visit that is off, times past or outside of it; Full where each room
    has its coach; TooFar, with the nearest start at which she could, where she is elsewhere or cannot be there in time.
    """
    visit = queries.lock_visits(session, [stop.visit_id]).get(stop.visit_id)
    if visit is None:
        raise NotFound
    coach, resource = _coach(session, stop.coach_id, visit.fair_id)
    _check_times(stop, visit, now)
    claims.lock_resources(session, [resource])  # from here on nobody else gives her anything: what is seen holds
    others = [(one.starts_at, one.ends_at) for one in queries.stops_of_visits(session, [visit.id])]
    if rules.most_at_once(others, (stop.starts_at, stop.ends_at)) >= visit.rooms:
        raise rules.Full
    _check_fits(session, stop, visit, coach.account_id, resource, now)
    row: dict[str, Any] = {"visit_id": visit.id, "coach_id": coach.id, "account_id": coach.account_id}
    row |= {"starts_at": stop.starts_at, "ends_at": stop.ends_at, "created_at": now, "created_by": by}
    stop_id: int = session.execute(insert(TourStop).values(row).returning(TourStop.id)).scalar_one()
    set_ways(session, coach.account_id, resource, stop.starts_at, stop.ends_at, now)
    _open(session, stop, visit, coach, now)
    about = {"visit": visit.id, "coach": coach.id}
    trace.record(session, "tour.planned", "tour_stop", stop_id, now, by=by, fair_id=visit.fair_id, data=about)
    if coach.account_id != by:
        post(session, [pushes.tour_letter(coach.account_id, visit.day, fair_by_id(session, visit.fair_id).zone, now)])
    return stop_id


def plan_tour(session: Session, stops: Sequence[Stop], by: int, now: datetime) -> list[int]:
    """Plan all of the stops or none; as plan_stop."""
    queries.lock_visits(
        session, [stop.visit_id for stop in stops]
    )  # all at once and in order: nobody waits in a circle
    return [plan_stop(session, stop, by, now) for stop in sorted(stops, key=lambda one: one.starts_at)]


def _coach(session: Session, coach_id: int, fair_id: int) -> tuple[Coach, int]:
    found = queries.coach_of(session, coach_id, fair_id)
    if found is None or not still_coaches(session, coach_id):
        raise Invalid.one("coach", NO_COACH)
    return found


def _check_times(stop: Stop, visit: Visit, now: datetime) -> None:
    if visit.off is not None:
        raise Invalid.one("visit", NOT_OPEN)
    if any(int(at.timestamp()) % 300 for at in (stop.starts_at, stop.ends_at)):
        raise Invalid.one("starts", OFF_GRID)
    if not visit.starts_at <= stop.starts_at < stop.ends_at <= visit.ends_at:
        raise Invalid.one("starts", NOT_WITHIN)
    if stop.starts_at <= now:
        raise Invalid.one("starts", PAST)


def _check_fits(session: Session, stop: Stop, visit: Visit, account_id: int, resource: int, now: datetime) -> None:
    place = claims.site_of(session, None, visit.site_id)
    start = max(visit.starts_at, now)
    around = queries.around(session, resource, account_id, visit.site_id, start, visit.ends_at)
    span = grains(stop.starts_at, stop.ends_at)
    why = rules.fits(span, place, around)
    if why is not None:
        window = range(grains(start, visit.ends_at).start, grains(start, visit.ends_at).stop)
        raise rules.TooFar(why, rules.earliest_fit(len(span), window, span.start, place, around))


def _open(session: Session, stop: Stop, visit: Visit, coach: Coach, now: datetime) -> None:
    """Open her times at the visit, in any of its rooms; TooFar where one of them is taken after all."""
    times = cut_hours(stop.starts_at, stop.ends_at, stop.length, stop.gap)
    if not times:
        raise Invalid.one("length", TOO_SHORT)
    offer = scheduling.Offer(
        visit.fair_id,
        "coaching",
        coach.account_id,
        coach_id=coach.id,
        agency_id=coach.agency_id,
        pool_site_id=visit.site_id,
        topic=coach.topics[0] if coach.topics else "career",
    )
    if scheduling.open_slots(session, offer, times, now).clashes:
        raise rules.TooFar(rules.TAKEN, None)


def take_back_stop(
    session: Session, stop_id: int, choices: Mapping[int, str | int], by: int, reason: str, now: datetime
) -> list[int]:
    """Take a coach off a visit; return the ids of her slots there that were closed. Bookings in them: as change_visits.

    The way to it is given back, and the one from the stop before to the stop after claimed. NotFound where it is gone.
    """
    found = queries.get_stop(session, stop_id)
    if found is None:
        raise NotFound
    visit = queries.lock_visits(session, [found.visit_id])[found.visit_id]
    rows = queries.outside(session, [visit], {visit.id: None}, now, found.account_id)
    slots = [row.id for row in rows if found.starts_at <= row.starts_at < found.ends_at]
    closed = scheduling.cut_day(session, slots, choices, by, reason, now) if slots else []
    resource = claims.resources_by_account(session, [found.account_id])[found.account_id]
    claims.lock_resources(session, [resource])
    stop = queries.get_stop(session, stop_id)
    if stop is None:
        raise NotFound
    gone = {"ended_at": now, "way_block_id": None, "way_minutes": None}
    session.execute(update(TourStop).where(TourStop.id == stop_id).values(**gone))
    if stop.way_block_id is not None:
        scheduling.remove_block(session, stop.way_block_id, now)
    set_ways(session, stop.account_id, resource, stop.starts_at, stop.ends_at, now)
    about = {"visit": visit.id, "coach": stop.coach_id, "closed": closed}
    trace.record(session, "tour.taken_back", "tour_stop", stop_id, now, by=by, fair_id=visit.fair_id, data=about)
    if stop.account_id != by:
        post(session, [pushes.tour_letter(stop.account_id, visit.day, stop.zone, now)])
    return closed
