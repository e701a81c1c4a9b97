"""Visits: made for a day or by the week, changed and taken off with everybody whom that touches, put back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Invalid, NotFound
from fairapp.fairs.models import Fair, FairSite
from fairapp.fairs.queries import fair_by_id
from fairapp.live.actions import post
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import queries as claims
from fairapp.visits import pushes, queries
from fairapp.visits.actions.ways import set_ways
from fairapp.visits.models import TourStop, Visit, VisitRule
from fairapp.visits.queries import Spans
from fairapp.visits.rules import Day, Hours

NO_SITE = _l("이 박람회의 장소 가운데서 골라 주세요")
OUTSIDE = _l("박람회 기간 밖이에요")
OVER = _l("이미 지난 시간이에요")
MOST_SAID = 5


def no_rooms(rooms: int) -> LazyString:
    """Return the sentence for a site with so many rooms, which are too few."""
    return _l("이 장소에는 자리가 %(rooms)s개 있어요. 먼저 장소에 자리를 만들어 주세요", rooms=rooms)


@dataclass(frozen=True, slots=True)
class Plan:
    """Days on which a site is open. With `rule` (first day, last day, weekdays, whether holidays are left out) it is weekly."""

    days: Sequence[Day]
    hours: Hours
    rooms: int | None = None  # so many coaches at a time; None: as many as the site has rooms
    rule: tuple[date, date, Sequence[int], bool] | None = None


def make_visits(session: Session, fair_id: int, site_id: int, plan: Plan, by: int, now: datetime) -> list[int]:
    """Make the visits and return their ids; days that are left out are kept as such, so that the calendar can say so.

    Raises Invalid for a site that is not the fair's, or has too few rooms, for days outside of the fair or past, and where
    there is a visit already.
    """
    fair, rooms = fair_by_id(session, fair_id), queries.room_count(session, fair_id, site_id)
    if rooms is None:
        raise Invalid.one("site", NO_SITE)
    if rooms == 0 or (plan.rooms is not None and not 1 <= plan.rooms <= rooms):
        raise Invalid.one("rooms", no_rooms(rooms))
    _lock_site(session, fair_id, site_id)
    spans = {one: plan.hours.on(one.day, fair.zone) for one in plan.days}
    _check_spans(session, fair, site_id, [(one.day, *spans[one]) for one in plan.days if one.off is None], now)
    rule_id = None
    if plan.rule is not None:
        first, last, weekdays, without = plan.rule
        told = {"first_day": first, "last_day": last, "weekdays": ",".join(map(str, sorted(weekdays)))}
        row = told | {"fair_id": fair_id, "site_id": site_id, "without_holidays": without}
        made = insert(VisitRule).values(**row, created_at=now, created_by=by).returning(VisitRule.id)
        rule_id = session.execute(made).scalar_one()
    rows = [
        {
            "rule_id": rule_id,
            "fair_id": fair_id,
            "site_id": site_id,
            "day": one.day,
            "starts_at": spans[one][0],
            "ends_at": spans[one][1],
            "rooms": plan.rooms or rooms,
            "off": one.off,
            "off_at": now if one.off else None,
            "created_at": now,
            "rev": 1,
        }
        for one in plan.days
    ]
    ids = list(session.scalars(insert(Visit).returning(Visit.id, sort_by_parameter_order=True), rows))
    trace.record(session, "visit.made", "site", site_id, now, by=by, fair_id=fair_id, data={"visits": ids})
    return ids


def _lock_site(session: Session, fair_id: int, site_id: int) -> None:
    """Let nobody else make or change visits of the fair at the site: two that overlap would not see each other."""
    mine = FairSite.fair_id == fair_id, FairSite.site_id == site_id
    session.execute(select(FairSite.site_id).where(*mine).with_for_update())


Told = tuple[date, datetime, datetime]


def _check_spans(
    session: Session, fair: Fair, site_id: int, told: Sequence[Told], now: datetime, but: Sequence[int] = ()
) -> None:
    if not told:
        return
    if any(start < fair.booking_opens_at or end > fair.ends_at for _, start, end in told):
        raise Invalid.one("day", OUTSIDE)
    if any(end <= now for _, _, end in told):
        raise Invalid.one("day", OVER)
    first, last = min(start for _, start, _ in told), max(end for _, _, end in told)
    there = queries.visits_over(session, fair.id, site_id, first, last)
    live = [(one.starts_at, one.ends_at) for one in there if one.off is None and one.id not in but]
    twice = [day for day, start, end in told if any(a < end and start < b for a, b in live)]
    if twice:
        said = ", ".join(day.isoformat() for day in twice[:MOST_SAID])
        raise Invalid.one("day", _l("이 시간에는 이 장소에 이미 방문 일정이 있어요: %(days)s", days=said))


@dataclass(frozen=True, slots=True)
class Target:
    """What becomes of some visits of a site: new hours, or None: nobody comes then; how many rooms, None: as before."""

    visits: Sequence[int]
    hours: Hours | None
    rooms: int | None = None


def spans_of(visits: Sequence[Visit], hours: Hours | None, zone: str) -> Spans:
    """Return the new times of each visit; None: nobody comes any more."""
    return {visit.id: None if hours is None else hours.on(visit.day, zone) for visit in visits}


def change_visits(
    session: Session,
    target: Target,
    choices: Mapping[int, str | int],
    by: int,
    reason: str,
    now: datetime,
) -> list[int]:
    """Give the visits other hours, or take them off; return the ids of the slots that were closed for it.

    `choices` says, for each booking outside of the new hours, what becomes of it: `keep`, `tell` (cancelled, with the reason)
    or the id of a slot to which it moves. Invalid where one has no choice, so nobody is unconfirmed silently; nothing happens
    unless all of it can. Coaches' stops are cut to the new hours, their ways claimed anew.
    """
    found = list(queries.lock_visits(session, target.visits).values())
    if len(found) != len(set(target.visits)) or not found:
        raise NotFound
    fair, site_id = fair_by_id(session, found[0].fair_id), found[0].site_id
    _lock_site(session, fair.id, site_id)
    if any(visit.off is not None or visit.ends_at <= now for visit in found):
        raise Invalid.one("day", OVER)
    spans = spans_of(found, target.hours, fair.zone)
    told = [(visit.day, *span) for visit in found if (span := spans[visit.id]) is not None]
    _check_spans(session, fair, site_id, told, now, target.visits)
    rooms = queries.room_count(session, fair.id, site_id) or 0
    if target.rooms is not None and not 1 <= target.rooms <= rooms:
        raise Invalid.one("rooms", no_rooms(rooms))
    slots = [row.id for row in queries.outside(session, found, spans, now)]
    closed = scheduling.cut_day(session, slots, choices, by, reason, now) if slots else []
    _cut_stops(session, found, spans, by, now)
    for visit in found:
        _change(session, visit, spans[visit.id], target.rooms, now)
        what = "visit.cancelled" if target.hours is None else "visit.changed"
        trace.record(session, what, "visit", visit.id, now, by=by, fair_id=fair.id, data={"closed": closed})
    return closed


def _change(
    session: Session, visit: Visit, span: tuple[datetime, datetime] | None, rooms: int | None, now: datetime
) -> None:
    values: dict[str, Any] = {"rev": visit.rev + 1}
    if span is None:
        values |= {"off": "cancelled", "off_at": now}
    else:
        values |= {"starts_at": span[0], "ends_at": span[1], "rooms": rooms or visit.rooms}
    session.execute(update(Visit).where(Visit.id == visit.id).values(**values))


def _cut_stops(session: Session, visits: Sequence[Visit], spans: Spans, by: int, now: datetime) -> None:
    """Cut the coaches' stops to the new hours, end those of which nothing is left, claim their ways anew, and tell them."""
    stops = queries.stops_of_visits(session, [visit.id for visit in visits])
    days = {visit.id: visit.day for visit in visits}
    touched: set[int] = set()
    letters = []
    for stop in stops:
        span = spans[stop.visit_id]
        start = stop.starts_at if span is None else max(stop.starts_at, span[0])
        end = stop.ends_at if span is None else min(stop.ends_at, span[1])
        if span is not None and (start, end) == (stop.starts_at, stop.ends_at):
            continue
        values: dict[str, Any] = (
            {"ended_at": now} if span is None or start >= end else {"starts_at": start, "ends_at": end}
        )
        if "ended_at" in values and stop.way_block_id is not None:
            values |= {"way_block_id": None, "way_minutes": None}
            scheduling.remove_block(session, stop.way_block_id, now)
        session.execute(update(TourStop).where(TourStop.id == stop.id).values(**values))
        touched.add(stop.account_id)
        if stop.account_id != by:
            letters.append(pushes.tour_letter(stop.account_id, days[stop.visit_id], stop.zone, now))
    resources = claims.resources_by_account(session, touched)
    claims.lock_resources(session, resources.values())
    for account_id, resource in sorted(resources.items()):
        for visit in visits:
            set_ways(session, account_id, resource, visit.starts_at, visit.ends_at, now)
    post(session, letters)


def put_back(session: Session, visit_id: int, by: int, now: datetime) -> None:
    """Open a visit that is off after all: a holiday on which somebody comes. Invalid for one that is over or there twice."""
    visit = queries.lock_visits(session, [visit_id]).get(visit_id)
    if visit is None:
        raise NotFound
    if visit.off is None:
        return
    fair = fair_by_id(session, visit.fair_id)
    _lock_site(session, fair.id, visit.site_id)
    _check_spans(session, fair, visit.site_id, [(visit.day, visit.starts_at, visit.ends_at)], now, [visit.id])
    session.execute(update(Visit).where(Visit.id == visit_id).values(off=None, off_at=None, rev=visit.rev + 1))
    trace.record(session, "visit.opened", "visit", visit_id, now, by=by, fair_id=visit.fair_id)
