"""Figures of visiting centres, per site and month: visits held, bookings, people seen, absences, interviews and hires after.

Everything is decided by rows whose moment is not after `as_of`. A meeting belongs to the month in which it begins, in the
fair's zone; a person counts once for each site and month that met her. What follows is an interview that begins later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp import clock
from fairapp.fairs.models import Fair, Room, Site
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting
from fairapp.scheduling.models import Booking, Slot
from fairapp.visits.models import Visit
from fairapp.visits.rules import months_between

MOST_MONTHS = 36
MET = ("confirmed", "completed")


@dataclass(frozen=True, slots=True)
class MonthOfSite:
    """What happened at one site in one month (`2026-03`)."""

    month: str
    site_id: int
    name: str
    name_en: str
    kind: str
    region: str | None
    visits: int = 0
    bookings: int = 0
    seen: int = 0
    absent: int = 0
    interviewed: int = 0
    hired: int = 0


@dataclass(frozen=True, slots=True)
class Network:
    """How many sites were open in a month, and of each kind."""

    month: str
    sites: int
    kinds: dict[str, int]


def _months(fair: Fair) -> Sequence[date]:
    first = clock.local(fair.booking_opens_at, fair.zone).date()
    return months_between(first, clock.local(fair.ends_at, fair.zone).date())[:MOST_MONTHS]


def _month_of(moment: Any, fair: Fair) -> ColumnElement[str]:
    """Return the month of a moment in the fair's zone as an SQL expression; the same on both databases."""
    parts = []
    for month in _months(fair):
        start = clock.day_bounds(month, fair.zone)[0]
        following = (month.replace(day=28).toordinal() + 4, 1)
        end = clock.day_bounds(date.fromordinal(following[0]).replace(day=1), fair.zone)[0]
        parts.append((and_(moment >= start, moment < end), f"{month:%Y-%m}"))
    return case(*parts, else_="")


def months_of_fair(session: Session, fair: Fair, as_of: datetime) -> list[MonthOfSite]:
    """Return the figures of every site and month with a visit or a meeting, by month and name. Three statements."""
    counted: dict[tuple[str, int], dict[str, int]] = {}
    for part in (_held(fair, as_of), _meetings(fair, as_of)):
        for row in session.execute(part):
            kept = counted.setdefault((row.month, row.site_id), {})
            kept |= {name: int(value or 0) for name, value in row._mapping.items() if name not in ("month", "site_id")}
    found = select(Site.id, Site.name, Site.name_en, Site.kind, Site.region)
    sites = {row.id: row for row in session.execute(found.where(Site.id.in_({site for _, site in counted})))}
    rows = [
        MonthOfSite(month, site, sites[site].name, sites[site].name_en, sites[site].kind, sites[site].region, **kept)
        for (month, site), kept in counted.items()
    ]
    return sorted(rows, key=lambda one: (one.month, one.name, one.site_id))


def _held(fair: Fair, as_of: datetime) -> Any:
    month = _month_of(Visit.starts_at, fair).label("month")
    live = or_(Visit.off.is_(None), Visit.off_at > as_of)
    found = select(month, Visit.site_id, func.count().label("visits")).where(Visit.fair_id == fair.id, live)
    return found.where(Visit.starts_at <= as_of, Visit.created_at <= as_of).group_by(month, Visit.site_id)


def _meetings(fair: Fair, as_of: datetime) -> Any:
    site = func.coalesce(Room.site_id, Slot.pool_site_id)
    mark = counting.mark(Booking.id, "seeker", as_of)
    meetings = (
        select(
            _month_of(Slot.starts_at, fair).label("month"),
            site.label("site_id"),
            Booking.seeker_id,
            Slot.starts_at,
            mark.label("mark"),
        )
        .join(Slot, Slot.id == Booking.slot_id)
        .outerjoin(Room, Room.id == func.coalesce(Booking.room_id, Slot.room_id))
        .where(Booking.fair_id == fair.id, Slot.coach_id.is_not(None), Booking.status.in_(MET))
        .where(Booking.created_at <= as_of, site.is_not(None))
        .where(site.in_(select(Visit.site_id).where(Visit.fair_id == fair.id)))
        .subquery()
    )
    here = meetings.c
    present = case((here.mark == "present", here.seeker_id))

    def followed(stage: str) -> ColumnElement[Any]:
        row, met, interview = aliased(Outcome), aliased(Booking), aliased(Slot)
        after = select(row.id).join(met, met.id == row.booking_id).join(interview, interview.id == met.slot_id)
        after = after.where(row.seeker_id == here.seeker_id, row.stage == stage, interview.starts_at >= here.starts_at)
        after = after.where(counting.stands(row, as_of))
        if stage == "hired":
            after = after.where(~counting.is_undone(row, as_of))
        return case((and_(here.mark == "present", after.correlate(meetings).exists()), here.seeker_id))

    return select(
        here.month,
        here.site_id,
        func.count().label("bookings"),
        func.count(present.distinct()).label("seen"),
        func.count(case((here.mark == "absent", 1))).label("absent"),
        func.count(followed("interviewed").distinct()).label("interviewed"),
        func.count(followed("hired").distinct()).label("hired"),
    ).group_by(here.month, here.site_id)


def network(session: Session, fair: Fair) -> list[Network]:
    """Return how many sites are open in each month of the fair, planned months among them. One statement."""
    month = _month_of(Visit.starts_at, fair).label("month")
    found = (
        select(month, Site.kind, func.count(Visit.site_id.distinct()))
        .join(Site, Site.id == Visit.site_id)
        .where(Visit.fair_id == fair.id, Visit.off.is_(None))
        .group_by(month, Site.kind)
    )
    kinds: dict[str, dict[str, int]] = {}
    for name, kind, sites in session.execute(found):
        kinds.setdefault(name, {})[kind] = sites
    return [Network(name, sum(of.values()), of) for name, of in sorted(kinds.items()) if name]
