"""Reads of fairs, their sites and rooms."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, select, tuple_
from sqlalchemy.orm import Session

from fairapp import shapes
from fairapp.agencies.models import Agency
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair, FairAgency, FairSite, Room, Site
from fairapp.fairs.queries.regions import is_in
from fairapp.live.models import NewsCounter

Counts = Callable[[Session, list[int], datetime], dict[int, int]]


def _none(session: Session, fair_ids: list[int], now: datetime) -> dict[int, int]:
    return {}


# What later domains count at these fairs at `now`; a fair that is missing in the answer has none. Filled in wiring.py:
# booths that are hiring, their open listings, seats that can still be booked; for the plan also booths, unplaced, coaches.
counters: dict[str, Counts] = dict.fromkeys(("booths", "listings", "slots", "approved", "unplaced", "coaches"), _none)


def free_slot_counts(session: Session, fair_ids: list[int], now: datetime) -> dict[int, int]:
    """Return how many seats of each fair can still be booked."""
    return counters["slots"](session, fair_ids, now)


@dataclass(frozen=True, slots=True)
class FairCounts:
    """What there is at a fair now."""

    booths: int
    listings: int
    free_slots: int


def phase_is(now: datetime) -> ColumnElement[str]:
    """Return the phase at `now` as an SQL expression; the same as rules.phase."""
    return case(
        (Fair.announced_at.is_(None), "draft"),
        (Fair.announced_at > now, "draft"),
        (and_(Fair.archived_at.is_not(None), Fair.archived_at <= now), "archived"),
        (Fair.ends_at <= now, "closed"),
        (Fair.starts_at <= now, "open"),
        (Fair.booking_opens_at <= now, "booking"),
        else_="announced",
    )


def get_fair(session: Session, ref: str) -> Fair:
    """Return the fair with this id or slug; NotFound where there is none. Whether the caller may see it: rules.check_sees."""
    same = Fair.id == shapes.number(ref) if ref.isascii() and ref.isdigit() else Fair.slug == ref
    fair = session.scalar(select(Fair).where(same))
    if fair is None:
        raise NotFound
    return fair


def fair_by_id(session: Session, fair_id: int) -> Fair:
    """Return the fair of this row id; NotFound where there is none."""
    fair = session.get(Fair, fair_id)
    if fair is None:
        raise NotFound
    return fair


def fairs(
    session: Session,
    now: datetime,
    *,
    phases: Iterable[str] = (),
    mode: str | None = None,
    region: str | None = None,
    agencies: Iterable[int] | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
) -> Sequence[Fair]:
    """Return fairs, the latest start first, at most `limit + 1`, after a (starts_at, id) key; those with a site in a region."""
    found = select(Fair).order_by(Fair.starts_at.desc(), Fair.id.desc()).limit(limit + 1)
    wanted = list(phases)
    if wanted:
        found = found.where(phase_is(now).in_(wanted))
    if mode is not None:
        found = found.where(Fair.mode == mode)
    if region is not None:
        found = found.where(is_in(region))
    if agencies is not None:
        found = found.where(Fair.agency_id.in_(sorted(set(agencies))))
    if after is not None:
        found = found.where(tuple_(Fair.starts_at, Fair.id) < tuple_(*after))
    return session.scalars(found).all()


def joined_fairs(session: Session, agency_ids: Iterable[int], limit: int = 50) -> Sequence[Fair]:
    """Return the fairs that others run and in which one of these agencies takes part, the latest first, announced or not."""
    ids = sorted(set(agency_ids))
    taking_part = select(FairAgency.fair_id).where(FairAgency.agency_id.in_(ids))
    found = select(Fair).where(Fair.id.in_(taking_part), Fair.agency_id.not_in(ids))
    return session.scalars(found.order_by(Fair.starts_at.desc(), Fair.id.desc()).limit(limit)).all()


def counts(session: Session, fair_ids: Iterable[int], now: datetime) -> dict[int, FairCounts]:
    """Return what there is at each of the fairs now, in three statements however many they are."""
    ids = sorted(set(fair_ids))
    if not ids:
        return {}
    booths, listings, slots = (counters[name](session, ids, now) for name in ("booths", "listings", "slots"))
    return {one: FairCounts(booths.get(one, 0), listings.get(one, 0), slots.get(one, 0)) for one in ids}


def news_number(session: Session, fair_id: int) -> int:
    """Return the number of the fair's last news. Read it before the rows of a page: what comes later is then made up for."""
    return session.scalar(select(NewsCounter.seq).where(NewsCounter.fair_id == fair_id)) or 0


def agencies_of(session: Session, fair_id: int) -> Sequence[Agency]:
    """Return the agencies that take part in the fair beside the one that runs it."""
    found = select(Agency).join(FairAgency, FairAgency.agency_id == Agency.id).where(FairAgency.fair_id == fair_id)
    return session.scalars(found.order_by(Agency.name)).all()


def agencies_not_of(session: Session, fair: Fair, limit: int = 300) -> Sequence[Agency]:
    """Return agencies that could take part in the fair."""
    joined = select(FairAgency.agency_id).where(FairAgency.fair_id == fair.id)
    found = select(Agency).where(Agency.id.not_in(joined), Agency.id != fair.agency_id)
    return session.scalars(found.order_by(Agency.name).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class SiteRooms:
    """A site of a fair with its rooms in order of name."""

    site: Site
    rooms: list[Room]


def sites_of(session: Session, fair_id: int) -> list[SiteRooms]:
    """Return the sites of the fair with their rooms."""
    sites = session.scalars(
        select(Site).join(FairSite, FairSite.site_id == Site.id).where(FairSite.fair_id == fair_id).order_by(Site.id)
    ).all()
    rooms = session.scalars(select(Room).where(Room.site_id.in_([s.id for s in sites])).order_by(Room.id)).all()
    return [SiteRooms(site, [room for room in rooms if room.site_id == site.id]) for site in sites]


def sites_not_of(session: Session, fair_id: int, limit: int = 200) -> Sequence[Site]:
    """Return sites that the fair does not use yet."""
    used = select(FairSite.site_id).where(FairSite.fair_id == fair_id)
    return session.scalars(select(Site).where(Site.id.not_in(used)).order_by(Site.name).limit(limit)).all()


def fairs_of_agency(session: Session, agency_id: int, now: datetime, limit: int = 100) -> Sequence[Fair]:
    """Return the fairs of an agency that have not ended, the next first."""
    running = Fair.agency_id == agency_id, Fair.ends_at > now
    return session.scalars(select(Fair).where(*running).order_by(Fair.starts_at, Fair.id).limit(limit)).all()
