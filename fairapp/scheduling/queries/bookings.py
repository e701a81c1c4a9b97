"""Reads of bookings: one with all that changing it needs, a seeker's own, stale holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Account
from fairapp.booths.models import Booth, Listing
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair, Room, Site
from fairapp.scheduling.models import ACTIVE, Booking, Resource, Slot, SlotHost, TimeClaim
from fairapp.scheduling.rules import grains


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """A booking with its slot and names, as changing, showing and telling of it need them."""

    id: int
    slot_id: int
    fair_id: int
    seeker_id: int
    listing_id: int | None
    status: str
    seat_no: int | None
    exclusive_key: str | None
    hold_expires_at: datetime | None
    cancel_until: datetime
    change_until: datetime
    before_id: int | None
    coming_at: datetime | None
    answers: dict[str, Any]
    ics_uid: str
    rev: int
    time_rev: int
    note: str
    created_at: datetime
    kind: str
    booth_id: int | None
    coach_id: int | None
    agency_id: int | None
    hosting: str
    host_id: int  # of the slot, or the one chosen for this booking
    room_id: int | None  # likewise
    chose_host: bool
    chose_room: bool
    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_until: datetime
    capacity: int
    topic: str
    zone: str
    fair_slug: str
    fair_name: str
    fair_agency_id: int
    employer_id: int | None
    employer_name: str | None
    host_name: str
    room_name: str | None
    site_name: str | None
    site_address: str | None
    listing_title: str | None
    seeker_resource: int
    host_resource: int | None  # where the booking itself holds the host's time
    room_resource: int | None  # likewise

    @property
    def grains(self) -> range:
        """The grains of the meeting's time."""
        return grains(self.starts_at, self.ends_at)

    @property
    def chosen(self) -> tuple[int | None, int | None]:
        """Host and room that were chosen for this booking; None where its slot names them."""
        return self.host_id if self.chose_host else None, self.room_id if self.chose_room else None

    @property
    def claims(self) -> set[tuple[int, int]]:
        """What the booking itself holds while it is active: (resource, grain)."""
        held = {(self.seeker_resource, grain) for grain in self.grains}
        if self.host_resource is not None:
            held |= {(self.host_resource, grain) for grain in grains(self.busy_from, self.busy_until)}
        if self.room_resource is not None:
            held |= {(self.room_resource, grain) for grain in self.grains}
        return held


HOST = func.coalesce(Booking.host_id, Slot.host_id)
ROOM = func.coalesce(Booking.room_id, Slot.room_id)
_host, _room = aliased(Resource), aliased(Resource)


def _columns() -> list[Any]:
    chosen = ("host_id", "room_id")
    own = [c for c in Booking.__table__.c if c.name in BookingFacts.__slots__ and c.name not in chosen]
    names = (
        *("kind", "booth_id", "coach_id", "agency_id", "hosting", "starts_at", "ends_at"),
        "busy_from",
        "busy_until",
    )
    return [
        *own,
        *(Slot.__table__.c[name] for name in (*names, "capacity", "topic")),
        HOST.label("host_id"),
        ROOM.label("room_id"),
        Booking.host_id.is_not(None).label("chose_host"),
        Booking.room_id.is_not(None).label("chose_room"),
        Fair.zone,
        Fair.slug.label("fair_slug"),
        Fair.name.label("fair_name"),
        Fair.agency_id.label("fair_agency_id"),
        Booth.employer_id,
        Employer.name.label("employer_name"),
        Account.name.label("host_name"),
        Room.name.label("room_name"),
        Site.name.label("site_name"),
        Site.address.label("site_address"),
        Listing.title.label("listing_title"),
        Resource.id.label("seeker_resource"),
        _host.id.label("host_resource"),
        _room.id.label("room_resource"),
    ]


@cache
def _statement() -> Select[Any]:
    return (
        select(*_columns())
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Fair, Fair.id == Booking.fair_id)
        .join(Resource, Resource.account_id == Booking.seeker_id)
        .join(Account, Account.id == HOST)
        .outerjoin(_host, _host.account_id == Booking.host_id)
        .outerjoin(_room, _room.room_id == Booking.room_id)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .outerjoin(Room, Room.id == ROOM)
        .outerjoin(Site, Site.id == Room.site_id)
        .outerjoin(Listing, Listing.id == Booking.listing_id)
    )


def booking_facts(session: Session, booking_id: int) -> BookingFacts | None:
    """Return the booking, or None."""
    row = session.execute(_statement().where(Booking.id == bindparam("id")), {"id": booking_id}).first()
    return None if row is None else BookingFacts(**row._mapping)


def lock_booking(session: Session, booking_id: int) -> BookingFacts | None:
    """Return the booking as it is now and keep others from changing it until the transaction ends."""
    found = _statement().where(Booking.id == bindparam("id")).with_for_update(of=Booking)
    row = session.execute(found, {"id": booking_id}).first()
    return None if row is None else BookingFacts(**row._mapping)


def bookings_of_slots(session: Session, slot_ids: Iterable[int], *, lock: bool = False) -> Sequence[BookingFacts]:
    """Return the active bookings of these slots by id; with `lock` nobody else changes them until the transaction ends."""
    wanted = sorted(set(slot_ids))
    found = _statement().where(Booking.slot_id.in_(wanted), Booking.seat_no.is_not(None), Booking.status != "completed")
    found = found.order_by(Booking.id)
    rows = session.execute(found.with_for_update(of=Booking) if lock else found)
    return [BookingFacts(**row._mapping) for row in rows]


def own_booking(session: Session, booking_id: int, seeker_id: int) -> BookingFacts | None:
    """Return the booking if it is the seeker's."""
    found = booking_facts(session, booking_id)
    return found if found is not None and found.seeker_id == seeker_id else None


def bookings_of_seeker(
    session: Session, seeker_id: int, *, after: int | None = None, limit: int = 50
) -> Sequence[BookingFacts]:
    """Return the seeker's bookings, newest first, those before the id `after`."""
    found = _statement().where(Booking.seeker_id == seeker_id)
    if after is not None:
        found = found.where(Booking.id < after)
    rows = session.execute(found.order_by(Booking.id.desc()).limit(limit))
    return [BookingFacts(**row._mapping) for row in rows]


def upcoming_of_seeker(session: Session, seeker_id: int, since: datetime, limit: int = 100) -> Sequence[BookingFacts]:
    """Return the seeker's active bookings that end after `since`, by time."""
    found = _statement().where(Booking.seeker_id == seeker_id, Booking.status.in_(ACTIVE), Slot.ends_at > since)
    rows = session.execute(found.order_by(Slot.starts_at, Booking.id).limit(limit))
    return [BookingFacts(**row._mapping) for row in rows]


def meetings_of(session: Session, account_id: int, since: datetime, limit: int = 500) -> Sequence[BookingFacts]:
    """Return the confirmed and past meetings of the person, as seeker or host, that end after `since`, by time."""
    hosts = or_(Slot.host_id == account_id, Booking.host_id == account_id, Slot.id.in_(_of_panel(account_id)))
    whose = union(
        select(Booking.id).where(Booking.seeker_id == account_id),
        select(Booking.id).join(Slot, Slot.id == Booking.slot_id).where(hosts, Slot.ends_at > since),
    )
    found = _statement().where(Booking.id.in_(whose), Booking.status.in_(("confirmed", "completed")))
    rows = session.execute(found.where(Slot.ends_at > since).order_by(Slot.starts_at, Booking.id).limit(limit))
    return [BookingFacts(**row._mapping) for row in rows]


def _of_panel(account_id: int) -> Select[Any]:
    """Select the slots of panels to which the person belongs."""
    return (
        select(SlotHost.slot_id)
        .join(Slot, Slot.id == SlotHost.slot_id)
        .where(SlotHost.account_id == account_id, Slot.hosting == "panel")
    )


def sessions_before(session: Session, booking_id: int) -> Sequence[BookingFacts]:
    """Return the active sessions that prepare for this interview."""
    rows = session.execute(_statement().where(Booking.before_id == booking_id, Booking.status.in_(ACTIVE)))
    return [BookingFacts(**row._mapping) for row in rows]


def resources_of(session: Session, account_id: int) -> Sequence[int]:
    """Return the ids of the person's resources: one, or none for an account that cannot be booked."""
    return list(session.scalars(select(Resource.id).where(Resource.account_id == account_id)))


def count_outside(session: Session, fair_id: int, starts_at: datetime, ends_at: datetime) -> int:
    """Return how many active bookings of the fair do not lie wholly within these times."""
    found = (
        select(func.count())
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.fair_id == fair_id, Booking.status.in_(("requested", "held", "confirmed")))
        .where(or_(Slot.starts_at < starts_at, Slot.ends_at > ends_at))
    )
    return session.scalar(found) or 0


def upcoming_at_booths(
    session: Session, booth_ids: Sequence[int], now: datetime, limit: int = 1000
) -> Sequence[BookingFacts]:
    """Return the confirmed bookings at these booths that have not begun."""
    found = _statement().where(Slot.booth_id.in_(booth_ids), Slot.starts_at > now, Booking.status == "confirmed")
    return [BookingFacts(**row._mapping) for row in session.execute(found.order_by(Booking.id).limit(limit))]


def requests_at(session: Session, booth_id: int | None, coach_id: int | None, now: datetime) -> Sequence[BookingFacts]:
    """Return what a booth or a coach is asked for and has not answered, the most urgent first; at most 100."""
    giver = Slot.booth_id == booth_id if booth_id is not None else Slot.coach_id == coach_id
    found = _statement().where(giver, Booking.status == "requested", Booking.hold_expires_at > now)
    rows = session.execute(found.order_by(Booking.hold_expires_at, Booking.id).limit(100))
    return [BookingFacts(**row._mapping) for row in rows]


def stale_holds(session: Session, now: datetime, limit: int = 100) -> Sequence[int]:
    """Return ids of holds and requests whose time has run out."""
    found = (
        select(Booking.id)
        .where(Booking.status.in_(("held", "requested")), Booking.hold_expires_at <= now)
        .order_by(Booking.hold_expires_at)
        .limit(limit)
    )
    return list(session.scalars(found))


def stale_in_the_way(
    session: Session, slot_id: int, spans: Iterable[tuple[int, range]], exclusive_key: str | None, now: datetime
) -> Sequence[int]:
    """Return ids of outdated holds that keep a seat of the slot, some of these grains of a resource, or the key."""
    claimed = [
        and_(TimeClaim.resource_id == resource, TimeClaim.grain.between(span.start, span.stop - 1))
        for resource, span in spans
    ]
    in_the_way = [and_(Booking.slot_id == slot_id, Booking.seat_no.is_not(None))]
    if claimed:
        held = select(TimeClaim.booking_id).where(or_(*claimed), TimeClaim.booking_id.is_not(None))
        in_the_way.append(Booking.id.in_(held))
    if exclusive_key is not None:
        in_the_way.append(Booking.exclusive_key == exclusive_key)
    found = select(Booking.id).where(
        Booking.status.in_(("held", "requested")), Booking.hold_expires_at <= now, or_(*in_the_way)
    )
    return list(session.scalars(found))


def past_of_seeker(
    session: Session, seeker_id: int, now: datetime, *, after: tuple[datetime, int] | None = None, limit: int = 20
) -> Sequence[BookingFacts]:
    """Return the seeker's bookings that are over at `now` or were ended, the latest first, before a (start, id) key."""
    found = _statement().where(
        Booking.seeker_id == seeker_id,
        or_(Slot.ends_at <= now, Booking.status.in_(("cancelled", "expired")), Booking.hold_expires_at <= now),
    )
    if after is not None:
        found = found.where(or_(Slot.starts_at < after[0], and_(Slot.starts_at == after[0], Booking.id < after[1])))
    rows = session.execute(found.order_by(Slot.starts_at.desc(), Booking.id.desc()).limit(limit))
    return [BookingFacts(**row._mapping) for row in rows]
