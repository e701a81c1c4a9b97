"""Reads of tours: a coach's stops of a day, what surrounds a stop that is planned, and slots that a change would take back."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.coaching.models import Coach
from fairapp.fairs.models import Fair, Site
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.models import Block, Resource
from fairapp.scheduling.queries import Cut, SlotRow
from fairapp.scheduling.rules import Near, grains
from fairapp.visits.models import TourStop, Visit
from fairapp.visits.queries.visits import VisitRow
from fairapp.visits.rules import Around

MOST_SLOTS = scheduling.MOST_SLOTS
AROUND = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StopRow:
    """A stop with its site, its coach and the way to it."""

    id: int
    visit_id: int
    coach_id: int
    account_id: int
    coach_name: str
    fair_id: int
    zone: str
    site_id: int
    site_name: str
    site_name_en: str
    reach_minutes: int
    starts_at: datetime
    ends_at: datetime
    way_minutes: int | None
    way_from: datetime | None
    way_until: datetime | None
    way_block_id: int | None


def _stops() -> Any:
    columns = (
        TourStop.id,
        TourStop.visit_id,
        TourStop.coach_id,
        TourStop.account_id,
        Account.name.label("coach_name"),
        Visit.fair_id,
        Fair.zone,
        Site.id.label("site_id"),
        Site.name.label("site_name"),
        Site.name_en.label("site_name_en"),
        Site.reach_minutes,
        TourStop.starts_at,
        TourStop.ends_at,
        TourStop.way_minutes,
        Block.starts_at.label("way_from"),
        Block.ends_at.label("way_until"),
        TourStop.way_block_id,
    )
    found = select(*columns).join(Visit, Visit.id == TourStop.visit_id).join(Site, Site.id == Visit.site_id)
    found = found.join(Fair, Fair.id == Visit.fair_id).join(Account, Account.id == TourStop.account_id)
    return found.outerjoin(Block, Block.id == TourStop.way_block_id).where(TourStop.ended_at.is_(None))


def _rows(session: Session, found: Any) -> list[StopRow]:
    rows = session.execute(found.order_by(TourStop.starts_at, TourStop.id).limit(500))
    return [StopRow(**row._mapping) for row in rows]


def stops_of_visits(session: Session, visit_ids: Collection[int]) -> list[StopRow]:
    """Return the stops at these visits, by start."""
    return _rows(session, _stops().where(TourStop.visit_id.in_(sorted(visit_ids))))


def stops_of_person(session: Session, account_id: int, since: datetime, until: datetime) -> list[StopRow]:
    """Return the stops of a coach that overlap the time, whatever fair they belong to, by start."""
    mine = TourStop.account_id == account_id
    return _rows(session, _stops().where(mine, TourStop.starts_at < until, TourStop.ends_at > since))


def stops_of_fair(session: Session, fair_id: int, since: datetime, until: datetime) -> list[StopRow]:
    """Return the stops at the fair's visits within the time, and those of the same coaches elsewhere, by start."""
    coaches = (
        select(TourStop.account_id)
        .join(Visit, Visit.id == TourStop.visit_id)
        .where(Visit.fair_id == fair_id, TourStop.ended_at.is_(None))
        .where(TourStop.starts_at < until, TourStop.ends_at > since)
    )
    within = (TourStop.starts_at < until, TourStop.ends_at > since)
    return _rows(session, _stops().where(TourStop.account_id.in_(coaches), *within))


def get_stop(session: Session, stop_id: int) -> StopRow | None:
    """Return the stop, if it was not taken back."""
    row = session.execute(_stops().where(TourStop.id == stop_id)).first()
    return None if row is None else StopRow(**row._mapping)


def around(
    session: Session,
    resource: int,
    account_id: int,
    site_id: int,
    start: datetime,
    end: datetime,
    but: int | None = None,
) -> Around:
    """Return what the coach has from `start` to `end` and four hours on either side; her own ways do not count.

    They are worked out anew for each plan. `but` is a stop that is given up.
    """
    window = grains(start, end)
    near = scheduling.near(session, [(resource, window)])[resource, window]
    stops = [one for one in stops_of_person(session, account_id, start - AROUND, end + AROUND) if one.id != (but or 0)]
    on_way = {grain for block in _ways_of(session, resource, start, end) for grain in grains(*block)}
    taken = scheduling.grains_held(session, resource, window) - on_way
    taken |= {grain for stop in stops for grain in grains(stop.starts_at, stop.ends_at)}
    everywhere = [*near, *_as_near(stops)]
    sites = {one.site_id for one in everywhere if one.site_id is not None} | {site_id}
    return Around(taken, everywhere, scheduling.ways(session, sites))


def _as_near(stops: Sequence[StopRow]) -> Iterator[Near]:
    for stop in stops:
        span = grains(stop.starts_at, stop.ends_at)
        for grain in (span.start, span.stop - 1):
            yield Near(grain, stop.site_id, stop.site_name, stop.reach_minutes, ("stop", stop.id))


def _ways_of(session: Session, resource: int, start: datetime, end: datetime) -> Sequence[tuple[datetime, datetime]]:
    found = select(Block.starts_at, Block.ends_at).where(Block.resource_id == resource, Block.travel.is_(True))
    found = found.where(Block.removed_at.is_(None), Block.starts_at < end, Block.ends_at > start)
    return [(start, end) for start, end in session.execute(found)]


def told_of(session: Session, account_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return what is kept of a person's tours, for her own export: section to rows."""
    rows = stops_of_person(session, account_id, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    names = ("site_name", "starts_at", "ends_at", "way_minutes")
    return {"tour_stops": [{name: getattr(row, name) for name in names} for row in rows]}


def coach_of(session: Session, coach_id: int, fair_id: int) -> tuple[Coach, int] | None:
    """Return the coach of the fair and the resource that she is; None for another's."""
    found = select(Coach, Resource.id).join(Resource, Resource.account_id == Coach.account_id)
    row = session.execute(found.where(Coach.id == coach_id, Coach.fair_id == fair_id)).first()
    return None if row is None else (row[0], row[1])


Spans = Mapping[int, tuple[datetime, datetime] | None]  # by visit: its new times; None: nobody comes any more


def outside(
    session: Session, visits: Sequence[Visit | VisitRow], spans: Spans, now: datetime, account_id: int | None = None
) -> list[SlotRow]:
    """Return the open slots to come at these visits that lie outside of the new times, only one coach's if she is named."""
    found: list[SlotRow] = []
    for visit in visits:
        rows = scheduling.slots_at(
            session, visit.fair_id, [visit.site_id], max(visit.starts_at, now), visit.ends_at, limit=MOST_SLOTS + 1
        )
        kept = spans[visit.id]
        found += [
            row
            for row in rows
            if row.starts_at > now and (account_id is None or row.host_id == account_id)
            if kept is None or row.starts_at < kept[0] or row.ends_at > kept[1]
        ]
    return found


def to_take_back(session: Session, rows: Sequence[SlotRow], now: datetime) -> Cut:
    """Return these slots with the bookings in them, and for each booking the free times of the same coach, wherever."""
    coaches = sorted({row.coach_id for row in rows if row.coach_id is not None})

    def free() -> Sequence[SlotRow]:
        return [
            one
            for coach in coaches[:20]
            for one in scheduling.slot_rows(session, coach_id=coach, starts_from=now, free_only=True, limit=60)
        ]

    return scheduling.cut_of(session, rows, now, free)
