"""The way from one stop of a tour to the next as claimed time, and where a coach may open times at all."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.orm import Session

from fairapp.errors import Invalid
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import queries as claims
from fairapp.scheduling.rules import GRAIN, HostBusy, grains
from fairapp.visits import queries, rules
from fairapp.visits.models import TourStop
from fairapp.visits.queries import StopRow

NEW_DAY = timedelta(hours=8)  # between two stops: she has been at home meanwhile
AROUND = timedelta(hours=36)
NO_WAY = _l("옮겨 갈 시간에 다른 일정이 있어요")
Times = Sequence[tuple[datetime, datetime]]


def set_ways(session: Session, account_id: int, resource: int, start: datetime, end: datetime, now: datetime) -> None:
    """Claim anew the ways between the coach's stops around the time; those that are as they should be stay.

    The caller has locked the resource. Raises TooFar where something else lies in all the time for a way.
    """
    stops = queries.stops_of_person(session, account_id, start - AROUND, end + AROUND)
    sites = {stop.site_id: stop.reach_minutes for stop in stops}
    ways = claims.ways(session, sites)
    wanted: list[tuple[StopRow, datetime, int]] = []
    before = {later.id: earlier for earlier, later in pairwise(stops)}
    for stop in stops:
        last = before.get(stop.id)
        minutes = 0
        if last is not None and last.site_id != stop.site_id and stop.starts_at - last.ends_at < NEW_DAY:
            minutes = rules.way_between(last.site_id, stop.site_id, sites, ways)
        if _stands(stop, last, minutes):
            continue
        if stop.way_block_id is not None:
            _keep(session, stop.id, None, None)
            scheduling.remove_block(session, stop.way_block_id, now)
        if last is not None and minutes:
            wanted.append((stop, last.ends_at, minutes))
    for stop, since, minutes in wanted:
        block = _claim(session, resource, since, stop.starts_at, minutes, now)
        _keep(session, stop.id, block, minutes)


def _stands(stop: StopRow, last: StopRow | None, minutes: int) -> bool:
    """Whether the way that is claimed is the one that is needed."""
    if stop.way_from is None or stop.way_until is None:
        return not minutes
    fits = last is not None and last.ends_at <= stop.way_from and stop.way_until <= stop.starts_at
    return fits and stop.way_minutes == minutes


def _keep(session: Session, stop_id: int, block: int | None, minutes: int | None) -> None:
    session.execute(update(TourStop).where(TourStop.id == stop_id).values(way_block_id=block, way_minutes=minutes))


def _claim(session: Session, resource: int, since: datetime, until: datetime, minutes: int, now: datetime) -> int:
    """Claim the latest time between the two stops that is free for the way, and return its block."""
    window, length = grains(since, until), -(-minutes * 60 // GRAIN)
    taken = claims.grains_held(session, resource, window) if len(window) else set()
    starts = range(window.stop - length, window.start - 1, -1)
    first = next((one for one in starts if not any(grain in taken for grain in range(one, one + length))), None)
    if first is None:
        raise rules.TooFar(NO_WAY, None)
    start, end = (datetime.fromtimestamp(at * GRAIN, UTC) for at in (first, first + length))
    try:
        return scheduling.add_block(session, resource, start, end, "", now, travel=True)
    except HostBusy as error:  # a claim of who does not know of this lock: its primary key has decided
        raise rules.TooFar(NO_WAY, None) from error


def check_place(session: Session, fair_id: int, hosts: Sequence[int], site_id: int, times: Times) -> None:
    """Raise Invalid where a coach would open times at a site outside of its visits, or while she has a stop elsewhere.

    A site that the fair opens by no visit at all is a hall: open as long as the fair is.
    """
    if not times:
        return
    first, last = min(start for start, _ in times), max(end for _, end in times)
    if queries.has_visits(session, fair_id, site_id):
        visits = queries.visits_over(session, fair_id, site_id, first, last, lock=True)
        open_ = [visit for visit in visits if visit.off is None]
        if any(not any(v.starts_at <= a and b <= v.ends_at for v in open_) for a, b in times):
            raise Invalid.one("room", rules.CLOSED_THEN)
    for host in hosts:
        stops = queries.stops_of_person(session, host, first, last)
        away = [stop for stop in stops if stop.site_id != site_id]
        if any(stop.starts_at < b and a < stop.ends_at for stop in away for a, b in times):
            raise Invalid.one("room", rules.ELSEWHERE)
