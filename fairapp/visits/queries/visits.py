"""Reads of visits: where somebody is, on which days, with how many free times."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from fairapp import codes
from fairapp.agencies.models import Agency
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair, FairSite, Room, Site
from fairapp.fairs.queries import phase_is
from fairapp.fairs.rules import Point
from fairapp.scheduling.models import Slot
from fairapp.scheduling.queries import is_free
from fairapp.visits.models import TourStop, Visit

SEEN = ("announced", "booking", "open", "closed")  # phases of fairs whose visits everybody sees
MOST_PLACES = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """Which visits: of which fair, in which region or kind of site, from when until when; None: any."""

    fair_id: int | None = None
    region: str | None = None
    kind: str | None = None
    site_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as lists, pages, feeds and the API show it."""

    id: int
    rule_id: int | None
    fair_id: int
    fair_slug: str
    fair_name: str
    fair_name_en: str
    zone: str
    agency_id: int
    agency_name: str
    agency_name_en: str
    site_id: int
    kind: str
    name: str
    name_en: str
    address: str
    region: str | None
    latitude: float | None
    longitude: float | None
    access: str
    contact: str
    reach_minutes: int
    day: date
    starts_at: datetime
    ends_at: datetime
    rooms: int
    off: str | None
    rev: int
    coaches: int = 0
    free: int = 0
    next_free_at: datetime | None = None

    @property
    def facts(self) -> list[str]:
        """What the site offers to whom the way is hard."""
        return self.access.split(",") if self.access else []

    @property
    def point(self) -> Point | None:
        """Where the site lies, if that is known."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


_VISIT = (Visit.id, Visit.rule_id, Visit.fair_id, Visit.day, Visit.starts_at, Visit.ends_at, Visit.rooms, Visit.off)
_SITE = (
    Site.id.label("site_id"),
    Site.kind,
    Site.name,
    Site.name_en,
    Site.address,
    Site.region,
    Site.latitude,
    Site.longitude,
    Site.access,
    Site.contact,
    Site.reach_minutes,
)
_FAIR = (
    Fair.slug.label("fair_slug"),
    Fair.name.label("fair_name"),
    Fair.name_en.label("fair_name_en"),
    Fair.zone,
    Fair.agency_id,
    Agency.name.label("agency_name"),
    Agency.name_en.label("agency_name_en"),
)


def _statement() -> Any:
    found = select(*_VISIT, Visit.rev, *_SITE, *_FAIR).join(Site, Site.id == Visit.site_id)
    return found.join(Fair, Fair.id == Visit.fair_id).join(Agency, Agency.id == Fair.agency_id)


def _fits(asked: Asked) -> Iterable[ColumnElement[bool]]:
    if asked.fair_id is not None:
        yield Visit.fair_id == asked.fair_id
    if asked.site_id is not None:
        yield Visit.site_id == asked.site_id
    if asked.kind is not None:
        yield Site.kind == asked.kind
    if asked.region is not None:  # of a 시도: whatever lies in it
        yield Site.region.startswith(codes.region_prefix(asked.region), autoescape=True)
    if asked.since is not None:
        yield Visit.ends_at > asked.since
    if asked.until is not None:
        yield Visit.starts_at < asked.until


def visits(
    session: Session,
    asked: Asked,
    now: datetime,
    *,
    everybody: bool = True,
    with_off: bool = False,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[VisitRow]:
    """Return the visits by start, at most `limit`, after a (start, id) key, with coaches and free times. Three statements.

    `everybody` leaves out fairs that are not public; those that are off come along only if asked for.
    """
    found = _statement().where(*_fits(asked))
    if everybody:
        found = found.where(phase_is(now).in_(SEEN))
    if not with_off:
        found = found.where(Visit.off.is_(None))
    if after is not None:
        found = found.where(or_(Visit.starts_at > after[0], and_(Visit.starts_at == after[0], Visit.id > after[1])))
    rows = session.execute(found.order_by(Visit.starts_at, Visit.id).limit(limit))
    return _counted(session, [VisitRow(**row._mapping) for row in rows], now)


def get_visit(session: Session, visit_id: int, now: datetime) -> VisitRow:
    """Return the visit, off or not; NotFound where there is none."""
    row = session.execute(_statement().where(Visit.id == visit_id)).first()
    if row is None:
        raise NotFound
    return _counted(session, [VisitRow(**row._mapping)], now)[0]


def visits_by_id(session: Session, ids: Collection[int], now: datetime) -> list[VisitRow]:
    """Return these visits by start, off or not."""
    found = _statement().where(Visit.id.in_(sorted(ids))).order_by(Visit.starts_at, Visit.id)
    return _counted(session, [VisitRow(**row._mapping) for row in session.execute(found)], now)


def _counted(session: Session, rows: Sequence[VisitRow], now: datetime) -> list[VisitRow]:
    ids = [row.id for row in rows]
    free, coaches = _free(session, ids, now), _coaches(session, ids)
    return [
        replace(
            row,
            coaches=coaches.get(row.id, 0),
            free=free.get(row.id, (0, None))[0],
            next_free_at=free.get(row.id, (0, None))[1],
        )
        for row in rows
    ]


def _free(session: Session, ids: Sequence[int], now: datetime) -> dict[int, tuple[int, datetime | None]]:
    """Return how many slots of the coaches at each visit can be booked, and the first of them."""
    there = and_(
        Slot.fair_id == Visit.fair_id,
        Slot.starts_at >= Visit.starts_at,
        Slot.starts_at < Visit.ends_at,
        Slot.coach_id.is_not(None),
    )
    found = (
        select(Visit.id, func.count(), func.min(Slot.starts_at))
        .join(Slot, there)
        .outerjoin(Room, Room.id == Slot.room_id)
        .where(Visit.id.in_(ids), func.coalesce(Room.site_id, Slot.pool_site_id) == Visit.site_id)
        .where(Slot.starts_at > now, is_free(now))
        .group_by(Visit.id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(found)}


def _coaches(session: Session, ids: Sequence[int]) -> dict[int, int]:
    found = select(TourStop.visit_id, func.count(TourStop.coach_id.distinct())).where(TourStop.ended_at.is_(None))
    rows = session.execute(found.where(TourStop.visit_id.in_(ids)).group_by(TourStop.visit_id))
    return {row[0]: row[1] for row in rows}


def sites_by_day(session: Session, asked: Asked, now: datetime, *, everybody: bool = True) -> Mapping[date, int]:
    """Return at how many sites somebody is on each day; days without any are missing."""
    found = select(Visit.day, func.count(Visit.site_id.distinct())).join(Site, Site.id == Visit.site_id)
    found = found.join(Fair, Fair.id == Visit.fair_id).where(*_fits(asked), Visit.off.is_(None))
    if everybody:
        found = found.where(phase_is(now).in_(SEEN))
    return {row[0]: row[1] for row in session.execute(found.group_by(Visit.day))}


@dataclass(frozen=True, slots=True)
class Place:
    """A site at which somebody is within the days asked for, with its next visit."""

    site_id: int
    kind: str
    name: str
    name_en: str
    latitude: float | None
    longitude: float | None
    starts_at: datetime
    visits: int


def places(session: Session, asked: Asked, now: datetime) -> list[Place]:
    """Return the sites of public visits, each with the first of them and how many there are, by name."""
    columns = (Site.id, Site.kind, Site.name, Site.name_en, Site.latitude, Site.longitude)
    found = (
        select(*columns, func.min(Visit.starts_at), func.count())
        .join(Visit, Visit.site_id == Site.id)
        .join(Fair, Fair.id == Visit.fair_id)
        .where(*_fits(asked), Visit.off.is_(None), phase_is(now).in_(SEEN))
        .group_by(*columns)
        .order_by(Site.name, Site.id)
        .limit(MOST_PLACES)
    )
    return [Place(*row) for row in session.execute(found)]


def regions_seen(session: Session) -> Sequence[str]:
    """Return the regions in which sites of visits lie."""
    found = select(Site.region).join(Visit, Visit.site_id == Site.id).where(Site.region.is_not(None))
    return [code for code in session.scalars(found.distinct().order_by(Site.region).limit(300)) if code]


def lock_visits(session: Session, ids: Collection[int]) -> dict[int, Visit]:
    """Return the visits as they are now and keep others from changing them, or planning there, until the transaction ends."""
    found = select(Visit).where(Visit.id.in_(sorted(set(ids)))).order_by(Visit.id).with_for_update()
    return {row.id: row for row in session.scalars(found.execution_options(populate_existing=True))}


def visits_over(
    session: Session, fair_id: int, site_id: int, start: datetime, end: datetime, *, lock: bool = False
) -> Sequence[Visit]:
    """Return the visits of the fair at the site, off or not, that overlap the time; `lock` lets nobody change them."""
    found = select(Visit).where(Visit.fair_id == fair_id, Visit.site_id == site_id)
    found = found.where(Visit.starts_at < end, Visit.ends_at > start).order_by(Visit.id)
    return session.scalars(found.with_for_update(read=True) if lock else found).all()


def has_visits(session: Session, fair_id: int, site_id: int) -> bool:
    """Whether the fair opens the site by visits at all: a hall is simply open."""
    found = select(Visit.id).where(Visit.fair_id == fair_id, Visit.site_id == site_id)
    return session.scalar(found.limit(1)) is not None


def following(session: Session, visit: VisitRow | Visit) -> list[int]:
    """Return the ids of this visit and of those after it that come from the same rule and are not off."""
    found = select(Visit.id).where(Visit.rule_id == visit.rule_id, Visit.off.is_(None))
    return list(session.scalars(found.where(Visit.starts_at >= visit.starts_at).order_by(Visit.starts_at)))


def room_count(session: Session, fair_id: int, site_id: int) -> int | None:
    """Return how many rooms a site of the fair has; None where the fair does not use it, or it is no place."""
    there = select(Site.kind).join(FairSite, FairSite.site_id == Site.id)
    kind = session.scalar(there.where(FairSite.fair_id == fair_id, Site.id == site_id))
    if kind is None or kind == "online":
        return None
    return session.scalar(select(func.count()).where(Room.site_id == site_id)) or 0
