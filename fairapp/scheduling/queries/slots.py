"""Reads of slots: what deciding on one needs, lists of free ones, the next free one, the nearest alternatives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.booths import queries as booths
from fairapp.booths.models import Booth
from fairapp.db import UtcDateTime
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair, Room, Site
from fairapp.prepared import Prepared, in_parts
from fairapp.scheduling.models import Booking, Resource, Slot, TimeClaim
from fairapp.scheduling.rules import SlotFacts, grains

NOW: Any = bindparam("now", type_=UtcDateTime())


class FairTimes(NamedTuple):
    """The times of a slot's fair, by the names that fairs.rules knows."""

    announced_at: datetime | None
    booking_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot as lists, pages and the API show it."""

    id: int
    fair_id: int
    kind: str
    booth_id: int | None
    coach_id: int | None
    host_id: int
    host_name: str
    room_id: int | None
    room_name: str | None
    site_name: str | None
    starts_at: datetime
    ends_at: datetime
    capacity: int
    topic: str
    closed_at: datetime | None
    seats_left: int


def seats_taken() -> ScalarSelect[int]:
    """Return the number of taken seats of a slot, as a part of a select over Slot; (slot_id, seat_no) is its index."""
    return (
        select(func.count())
        .select_from(Booking)
        .where(Booking.slot_id == Slot.id, Booking.seat_no.is_not(None))
        .correlate(Slot)
        .scalar_subquery()
    )


def _facts_statement(slots: int, *, lock: bool) -> Select[Any]:
    """Select all that deciding on so many slots needs, each for its seeker, in the order of their ids."""
    seeker = case({bindparam(f"slot{n}"): bindparam(f"seeker{n}") for n in range(slots)}, value=Slot.id)
    resource = select(Resource.id).where(Resource.account_id == seeker).correlate(Slot).scalar_subquery()
    found = (
        select(
            *(Slot.__table__.c[name] for name in ("id", "fair_id", "kind", "booth_id", "coach_id", "agency_id")),
            *(Slot.__table__.c[name] for name in ("host_id", "room_id", "starts_at", "ends_at", "capacity")),
            Slot.topic,
            Slot.closed_at,
            Account.name.label("host_name"),
            Room.name.label("room_name"),
            Site.name.label("site_name"),
            Booth.employer_id,
            func.coalesce(Booth.many_interviews, False).label("many_interviews"),
            or_(Slot.booth_id.is_(None), booths.hiring(NOW)).label("giver_open"),
            Fair.announced_at,
            Fair.booking_opens_at,
            Fair.starts_at.label("fair_starts_at"),
            Fair.ends_at.label("fair_ends_at"),
            Fair.archived_at,
            Fair.cancel_minutes,
            Fair.hold_minutes,
            resource.label("seeker_resource"),
        )
        .join(Fair, Fair.id == Slot.fair_id)
        .join(Account, Account.id == Slot.host_id)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Room, Room.id == Slot.room_id)
        .outerjoin(Site, Site.id == Room.site_id)
        .where(Slot.id.in_([bindparam(f"slot{n}") for n in range(slots)]))
        .order_by(Slot.id)
    )
    # Whoever books or closes a slot takes its row first: a closing slot is not booked, and seats are counted in turn.
    return found.with_for_update(key_share=True, of=Slot) if lock else found


@cache
def _facts(slots: int, lock: bool) -> Prepared:
    return Prepared(lambda dialect: _facts_statement(slots, lock=lock))


def slot_facts(
    session: Session, slot_id: int, seeker_id: int, now: datetime, *, lock: bool = False
) -> SlotFacts | None:
    """Return all that deciding about the slot needs, for the seeker; with `lock` nobody can close it meanwhile."""
    return slots_facts(session, {slot_id: seeker_id}, now, lock=lock).get(slot_id)


def slots_facts(
    session: Session, seekers: Mapping[int, int], now: datetime, *, lock: bool = False
) -> dict[int, SlotFacts]:
    """Return the same of many slots by id, each for its seeker (seekers by slot); locked in the order of their ids."""
    found: dict[int, SlotFacts] = {}
    for part in in_parts(sorted(seekers.items())):
        values: dict[str, Any] = {"now": now}
        for n, (slot_id, seeker_id) in enumerate(part):
            values[f"slot{n}"], values[f"seeker{n}"] = slot_id, seeker_id
        for row in _facts(len(part), lock).all(session, values):
            found[row.id] = _facts_of(row, now)
    return found


def _facts_of(row: Any, now: datetime) -> SlotFacts:
    times = FairTimes(row.announced_at, row.booking_opens_at, row.fair_starts_at, row.fair_ends_at, row.archived_at)
    return SlotFacts(**{name: getattr(row, name) for name in _COPIED}, fair_bookable=fair_rules.bookable(times, now))


_COPIED = tuple(name for name in SlotFacts.__slots__ if name != "fair_bookable")


def lock_slots(session: Session, ids: Iterable[int]) -> None:
    """Keep others from booking or closing these slots until the transaction ends; taken in order of id."""
    found = select(Slot.id).where(Slot.id.in_(sorted(set(ids)))).order_by(Slot.id)
    session.execute(found.with_for_update(key_share=True)).all()


def _rows_statement() -> Any:
    return (
        select(
            Slot.id,
            Slot.fair_id,
            Slot.kind,
            Slot.booth_id,
            Slot.coach_id,
            Slot.host_id,
            Account.name.label("host_name"),
            Slot.room_id,
            Room.name.label("room_name"),
            Site.name.label("site_name"),
            Slot.starts_at,
            Slot.ends_at,
            Slot.capacity,
            Slot.topic,
            Slot.closed_at,
            (Slot.capacity - seats_taken()).label("seats_left"),
        )
        .join(Account, Account.id == Slot.host_id)
        .outerjoin(Room, Room.id == Slot.room_id)
        .outerjoin(Site, Site.id == Room.site_id)
    )


def slot_rows(
    session: Session,
    *,
    booth_id: int | None = None,
    coach_id: int | None = None,
    starts_from: datetime,
    starts_before: datetime | None = None,
    free_only: bool = False,
    after: tuple[datetime, int] | None = None,
    limit: int = 200,
) -> Sequence[SlotRow]:
    """Return open slots of a booth or coach by start, at most `limit`, after a (start, id) key; times in UTC."""
    giver = Slot.booth_id == booth_id if booth_id is not None else Slot.coach_id == coach_id
    found = _rows_statement().where(giver, Slot.closed_at.is_(None), Slot.starts_at >= starts_from)
    if starts_before is not None:
        found = found.where(Slot.starts_at < starts_before)
    if free_only:
        found = found.where(seats_taken() < Slot.capacity)
    if after is not None:
        found = found.where(or_(Slot.starts_at > after[0], and_(Slot.starts_at == after[0], Slot.id > after[1])))
    rows = session.execute(found.order_by(Slot.starts_at, Slot.id).limit(limit))
    return [SlotRow(**row._mapping) for row in rows]


def slots_by_id(session: Session, ids: Iterable[int]) -> dict[int, SlotRow]:
    """Return the slots of these ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = session.execute(_rows_statement().where(Slot.id.in_(wanted)))
    return {row.id: SlotRow(**row._mapping) for row in rows}


def next_free(session: Session, givers: Iterable[int], now: datetime, *, of: str = "booth") -> dict[int, SlotRow]:
    """Return the next free slot of each booth (or, with of="coach", each coach) that has one. One statement."""
    column = Slot.booth_id if of == "booth" else Slot.coach_id
    wanted = sorted(set(givers))
    if not wanted:
        return {}
    first = (
        select(column.label("giver"), func.min(Slot.starts_at).label("starts_at"))
        .where(column.in_(wanted), Slot.closed_at.is_(None), Slot.starts_at > now)
        .where(seats_taken() < Slot.capacity)
        .group_by(column)
        .subquery()
    )
    found = (
        _rows_statement()
        .join(first, and_(first.c.giver == column, first.c.starts_at == Slot.starts_at))
        .where(Slot.closed_at.is_(None), seats_taken() < Slot.capacity)
        .order_by(Slot.id.desc())
    )
    rows = [SlotRow(**row._mapping) for row in session.execute(found)]
    return {(row.booth_id if of == "booth" else row.coach_id) or 0: row for row in rows}


def free_counts(session: Session, fair_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """Return how many seats can still be booked at each fair: of coaches, and of booths that are hiring now."""
    found = (
        select(Slot.fair_id, func.sum(Slot.capacity - seats_taken()))
        .join(Fair, Fair.id == Slot.fair_id)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .where(Slot.fair_id.in_(sorted(set(fair_ids))), Slot.closed_at.is_(None), Slot.starts_at > now)
        .where(or_(Slot.booth_id.is_(None), booths.hiring(NOW)))
        .group_by(Slot.fair_id)
    )
    return {row[0]: int(row[1] or 0) for row in session.execute(found, {"now": now})}


def seats_left(session: Session, slot_id: int) -> int:
    """Return how many seats of the slot are free."""
    taken: int = session.execute(_TAKEN, {"slot": slot_id}).scalar_one()
    return taken


_TAKEN = select(Slot.capacity - seats_taken()).where(Slot.id == bindparam("slot"))


def alternatives(session: Session, slot_id: int, seeker_id: int, now: datetime, limit: int = 3) -> list[SlotRow]:
    """Return the free slots nearest in time of the same booth or coach at which the seeker is free; none if it is shut."""
    wanted = slot_facts(session, slot_id, seeker_id, now)
    if wanted is None or not wanted.fair_bookable or not wanted.giver_open:
        return []
    nearest = [
        *_free_beside(session, wanted, now, later=True, limit=limit * 4),
        *_free_beside(session, wanted, now, later=False, limit=limit * 4),
    ]
    nearest.sort(key=lambda row: (abs(row.starts_at - wanted.starts_at), row.starts_at, row.id))
    busy = _busy_grains(session, wanted.seeker_resource, nearest)
    free = [row for row in nearest if not busy.intersection(grains(row.starts_at, row.ends_at))]
    return free[:limit]


def _free_beside(session: Session, wanted: SlotFacts, now: datetime, *, later: bool, limit: int) -> list[SlotRow]:
    giver = Slot.booth_id == wanted.booth_id if wanted.booth_id else Slot.coach_id == wanted.coach_id
    side = Slot.starts_at >= wanted.starts_at if later else Slot.starts_at < wanted.starts_at
    found = (
        _rows_statement()
        .where(giver, side, Slot.starts_at > now, Slot.closed_at.is_(None), Slot.id != wanted.id)
        .where(seats_taken() < Slot.capacity)
        .order_by(Slot.starts_at if later else Slot.starts_at.desc(), Slot.id)
        .limit(limit)
    )
    return [SlotRow(**row._mapping) for row in session.execute(found)]


def _busy_grains(session: Session, resource: int | None, rows: Sequence[SlotRow]) -> set[int]:
    if resource is None or not rows:
        return set()
    first = min(grains(row.starts_at, row.ends_at).start for row in rows)
    end = max(grains(row.starts_at, row.ends_at).stop for row in rows)
    mine = TimeClaim.resource_id == resource
    return set(session.scalars(select(TimeClaim.grain).where(mine, TimeClaim.grain.between(first, end))))
