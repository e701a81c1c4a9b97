"""Reads of people's time: where somebody is shortly before and after, how many meetings a host or a seeker has."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp import clock
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Room, Site
from fairapp.prepared import Prepared, in_parts
from fairapp.scheduling.models import Block, Booking, HostLimit, Resource, SiteDistance, Slot, SlotHost, TimeClaim
from fairapp.scheduling.queries.bookings import HOST
from fairapp.scheduling.rules import GRAIN, Near, Place, SlotFacts, grains, way_minutes

FARTHEST = 4 * 60 * 60 // GRAIN  # grains: no way between two places is longer than SiteDistance allows
LIVE = ("requested", "held", "confirmed")


@cache
def _near(spans: int) -> Prepared:
    """Select the first and last claims around so many spans of a resource each, with the site at which they are."""
    booked, offered = aliased(Slot), aliased(Slot)
    place = func.coalesce(Booking.room_id, booked.room_id, offered.room_id)
    around = [
        and_(
            TimeClaim.resource_id == bindparam(f"r{n}"), TimeClaim.grain.between(bindparam(f"a{n}"), bindparam(f"b{n}"))
        )
        for n in range(spans)
    ]

    def make(dialect: str) -> Any:
        return (
            select(
                TimeClaim.resource_id,
                TimeClaim.booking_id,
                TimeClaim.slot_id,
                TimeClaim.block_id,
                TimeClaim.grain,
                Site.id.label("site_id"),
                Site.name.label("site_name"),
                func.coalesce(Site.reach_minutes, 0).label("reach_minutes"),
            )
            .outerjoin(Booking, Booking.id == TimeClaim.booking_id)
            .outerjoin(booked, booked.id == Booking.slot_id)
            .outerjoin(offered, offered.id == TimeClaim.slot_id)
            .outerjoin(Room, Room.id == place)
            .outerjoin(Site, Site.id == func.coalesce(Room.site_id, offered.pool_site_id))
            .where(or_(*around))
        )

    return Prepared(make)


def near(
    session: Session, spans: Collection[tuple[int, range]], but: Collection[int] = (), *, blocks: bool = False
) -> dict[tuple[int, range], list[Near]]:
    """Return where each resource has to be within four hours of its span, the bookings `but` left out.

    Blocks are nowhere in particular, and left out unless asked for.
    """
    found: dict[tuple[int, range], list[Near]] = {}
    for part in in_parts(sorted(spans, key=lambda one: (one[0], one[1].start))):
        values: dict[str, int] = {}
        for n, (resource, span) in enumerate(part):
            values |= {f"r{n}": resource, f"a{n}": span.start - FARTHEST, f"b{n}": span.stop + FARTHEST - 1}
        rows = _near(len(part)).all(session, values)
        for resource, span in part:
            window = range(span.start - FARTHEST, span.stop + FARTHEST)
            found[resource, span] = [
                Near(row.grain, row.site_id, row.site_name, row.reach_minutes, _owner(row))
                for row in rows
                if row.resource_id == resource and row.grain in window and row.booking_id not in but
                if blocks or row.block_id is None
            ]
    return found


def _owner(row: Any) -> tuple[str, int]:
    if row.booking_id is not None:
        return "booking", row.booking_id
    return ("block", row.block_id) if row.slot_id is None else ("slot", row.slot_id)


def ways(session: Session, sites: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return the minutes between pairs of these sites that are not simply the longer reach: told, or from where they lie."""
    wanted = sorted(set(sites))
    if len(wanted) < 2:
        return {}
    one, other = aliased(Site), aliased(Site)
    columns = [
        column for site in (one, other) for column in (site.id, site.latitude, site.longitude, site.reach_minutes)
    ]
    told = and_(SiteDistance.site_a == one.id, SiteDistance.site_b == other.id)
    pairs = select(*columns, SiteDistance.minutes).join(other, other.id > one.id).outerjoin(SiteDistance, told)
    found: dict[tuple[int, int], int] = {}
    rows: Any = session.execute(pairs.where(one.id.in_(wanted), other.id.in_(wanted)))
    for a, a_north, a_east, a_reach, b, b_north, b_east, b_reach, minutes in rows:
        if minutes is None and a_north is not None and b_north is not None:
            km = fair_rules.distance_km((a_north, a_east), (b_north, b_east))
            minutes = way_minutes(km, max(a_reach, b_reach))
        if minutes is not None:
            found[a, b] = minutes
    return found


def ways_told(session: Session, sites: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return the minutes between pairs of these sites that somebody set, lower id first."""
    wanted = sorted(set(sites))
    found = select(SiteDistance).where(SiteDistance.site_a.in_(wanted), SiteDistance.site_b.in_(wanted))
    return {(row.site_a, row.site_b): row.minutes for row in session.scalars(found)}


# How many meetings at an agency's fairs a seeker has missed since then; filled by wiring.py from a later domain.
absences: list[Callable[[Session, int, int, datetime], int]] = []


def count_of_seeker(session: Session, seeker_id: int, fair_id: int, now: datetime, but: int | None = None) -> int:
    """Return how many interviews the seeker has before her at the fair, the booking `but` not counted."""
    found = (
        select(func.count())
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.seeker_id == seeker_id, Booking.fair_id == fair_id, Booking.id != (but or 0))
        .where(Slot.kind == "interview", Slot.ends_at > now)
        .where(or_(Booking.status == "confirmed", _lasting(now)))
    )
    return session.scalar(found) or 0


def _lasting(now: datetime) -> Any:
    """Whether a hold or request still counts."""
    return and_(Booking.status.in_(("held", "requested")), Booking.hold_expires_at > now)


def times_of_host(session: Session, slot: SlotFacts, host_id: int, now: datetime, but: int | None = None) -> list[Any]:
    """Return (starts_at, ends_at) of the slots of the fair at which the host meets somebody, but for `but`'s booking."""
    found = (
        select(Slot.starts_at, Slot.ends_at)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(or_(Slot.host_id == host_id, Booking.host_id == host_id))
        .where(Slot.fair_id == slot.fair_id, Slot.id != slot.id, Booking.id != (but or 0))
        .where(or_(Booking.status.in_(("confirmed", "completed")), _lasting(now)))
        .distinct()
    )
    return [tuple(row) for row in session.execute(found)]


def limits_of(session: Session, fair_id: int, accounts: Collection[int]) -> dict[int, HostLimit]:
    """Return the limits of these hosts at the fair, of those who have any."""
    found = select(HostLimit).where(HostLimit.fair_id == fair_id, HostLimit.account_id.in_(sorted(accounts)))
    return {row.account_id: row for row in session.scalars(found)}


def of_day(times: Sequence[tuple[datetime, datetime]], slot: SlotFacts) -> list[tuple[datetime, datetime]]:
    """Return those of the times that begin on the slot's day in its fair's zone."""
    start, end = clock.day_bounds(clock.local(slot.starts_at, slot.zone).date(), slot.zone)
    return [one for one in times if start <= one[0] < end]


def resources_by_account(session: Session, accounts: Iterable[int]) -> dict[int, int]:
    """Return the resource of each of these people."""
    wanted = sorted(set(accounts))
    found = select(Resource.account_id, Resource.id).where(Resource.account_id.in_(wanted))
    return {account: resource for account, resource in session.execute(found) if account is not None}


def resources_by_room(session: Session, rooms: Iterable[int]) -> dict[int, int]:
    """Return the resource of each of these rooms."""
    wanted = sorted(set(rooms))
    found = select(Resource.room_id, Resource.id).where(Resource.room_id.in_(wanted))
    return {room: resource for room, resource in session.execute(found) if room is not None}


def rooms_of_site(session: Session, site_id: int) -> dict[int, int]:
    """Return the resource of each room of the site, by room in order of name."""
    found = select(Room.id, Resource.id).join(Resource, Resource.room_id == Room.id).where(Room.site_id == site_id)
    return {row[0]: row[1] for row in session.execute(found.order_by(Room.name, Room.id))}


def busy(session: Session, resources: Collection[int], span: range, but: int | None = None) -> set[int]:
    """Return those of the resources that have a claim within the grains, other than the booking `but`'s."""
    mine = and_(
        TimeClaim.resource_id.in_(sorted(resources)),
        or_(TimeClaim.booking_id.is_(None), TimeClaim.booking_id != (but or 0)),
    )
    found = select(TimeClaim.resource_id).where(mine, TimeClaim.grain.between(span.start, span.stop - 1))
    return set(session.scalars(found.distinct()))


def loads(session: Session, fair_id: int, hosts: Collection[int]) -> dict[int, int]:
    """Return how many meetings each of these hosts has at the fair."""
    found = (
        select(HOST.label("host"), func.count())
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.fair_id == fair_id, Booking.status.in_((*LIVE, "completed")))
        .where(or_(Booking.host_id.in_(sorted(hosts)), Slot.host_id.in_(sorted(hosts))))
        .group_by(HOST)
    )
    counted = {row[0]: row[1] for row in session.execute(found)}
    return {host: counted.get(host, 0) for host in hosts}


def site_of(session: Session, room_id: int | None, pool_site_id: int | None) -> Place:
    """Return the place of a room or of a site's rooms; that of a screen for neither."""
    site = select(Site.id, Site.reach_minutes)
    if room_id is not None:
        row = session.execute(site.join(Room, Room.site_id == Site.id).where(Room.id == room_id)).first()
    else:
        row = session.execute(site.where(Site.id == pool_site_id)).first()
    return Place(None) if row is None else Place(row.id, row.reach_minutes)


def slot_claims(session: Session, slot_ids: Iterable[int]) -> dict[int, set[tuple[int, int]]]:
    """Return what each slot itself holds while it is open: (resource, grain) of its named hosts and its room."""
    wanted = sorted(set(slot_ids))
    columns = (Slot.id, Resource.id, Slot.starts_at, Slot.ends_at, Slot.busy_from, Slot.busy_until)
    leads = select(*columns, literal(True)).join(Resource, Resource.account_id == Slot.host_id)
    panel = (
        select(*columns, literal(True))
        .join(SlotHost, and_(SlotHost.slot_id == Slot.id, Slot.hosting == "panel"))
        .join(Resource, Resource.account_id == SlotHost.account_id)
    )
    rooms = select(*columns, literal(False)).join(Resource, Resource.room_id == Slot.room_id)
    held: dict[int, set[tuple[int, int]]] = {slot_id: set() for slot_id in wanted}
    for part in (leads, panel, rooms):
        for slot_id, resource, start, end, busy_from, busy_until, is_host in session.execute(
            part.where(Slot.id.in_(wanted))
        ):
            span = grains(busy_from, busy_until) if is_host else grains(start, end)
            held[slot_id] |= {(resource, grain) for grain in span}
    return held


def grains_held(session: Session, resource_id: int, span: range) -> set[int]:
    """Return the grains of the span at which the resource is promised to something."""
    found = select(TimeClaim.grain).where(TimeClaim.resource_id == resource_id)
    return set(session.scalars(found.where(TimeClaim.grain.between(span.start, span.stop - 1))))


def blocks_of(session: Session, account_id: int, now: datetime, limit: int = 100) -> Sequence[Block]:
    """Return the person's own appointments that are not over, in order."""
    found = (
        select(Block)
        .join(Resource, Resource.id == Block.resource_id)
        .where(Resource.account_id == account_id, Block.imported.is_(False), Block.travel.is_(False))
        .where(Block.removed_at.is_(None), Block.ends_at > now)
    )
    return session.scalars(found.order_by(Block.starts_at, Block.id).limit(limit)).all()


def busy_of(session: Session, account_id: int, now: datetime, limit: int = 500) -> Sequence[tuple[datetime, datetime]]:
    """Return the busy times that the person read in from her calendar and that are not over, in order."""
    found = (
        select(Block.starts_at, Block.ends_at)
        .join(Resource, Resource.id == Block.resource_id)
        .where(Resource.account_id == account_id, Block.imported.is_(True))
        .where(Block.removed_at.is_(None), Block.ends_at > now)
    )
    return [(start, end) for start, end in session.execute(found.order_by(Block.starts_at).limit(limit))]
