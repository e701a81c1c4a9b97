"""Reads for deciding: a slot with all that booking it needs, and the locks that a decision takes first."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.agencies.models import Agency
from fairapp.booths import queries as booths
from fairapp.booths.models import Booth
from fairapp.db import UtcDateTime
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair, Room, Site
from fairapp.prepared import Prepared, in_parts
from fairapp.scheduling.models import HostLimit, Resource, Slot
from fairapp.scheduling.rules import SlotFacts

NOW: Any = bindparam("now", type_=UtcDateTime())
FAIR_RULES = (
    *("zone", "cancel_minutes", "change_minutes", "book_minutes", "ahead_days", "hold_minutes"),
    *("quota", "quota_relaxes_minutes"),
)


class FairTimes(NamedTuple):
    """The times of a slot's fair, by the names that fairs.rules knows."""

    announced_at: datetime | None
    booking_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    archived_at: datetime | None


def _facts_statement(slots: int, *, lock: bool) -> Select[Any]:
    """Select all that deciding on so many slots needs, each for its seeker, in the order of their ids."""
    seeker = case({bindparam(f"slot{n}"): bindparam(f"seeker{n}") for n in range(slots)}, value=Slot.id)
    resource = select(Resource.id).where(Resource.account_id == seeker).correlate(Slot).scalar_subquery()
    found = (
        select(
            *(c for c in Slot.__table__.c if c.name in SlotFacts.__slots__),
            func.coalesce(Account.name, "").label("host_name"),
            Room.name.label("room_name"),
            Site.id.label("site_id"),
            Site.name.label("site_name"),
            func.coalesce(Site.reach_minutes, 0).label("site_reach"),
            Booth.employer_id,
            func.coalesce(Booth.many_interviews, False).label("many_interviews"),
            or_(Slot.booth_id.is_(None), booths.hiring(NOW)).label("giver_open"),
            Fair.announced_at,
            Fair.booking_opens_at,
            Fair.starts_at.label("fair_starts_at"),
            Fair.ends_at.label("fair_ends_at"),
            Fair.archived_at,
            *(Fair.__table__.c[name] for name in FAIR_RULES),
            Fair.agency_id.label("fair_agency_id"),
            Agency.absence_limit,
            Agency.absence_days,
            HostLimit.in_row,
            HostLimit.per_day,
            HostLimit.per_fair,
            resource.label("seeker_resource"),
        )
        .join(Fair, Fair.id == Slot.fair_id)
        .join(Agency, Agency.id == Fair.agency_id)
        .outerjoin(Account, Account.id == Slot.host_id)
        .outerjoin(HostLimit, and_(HostLimit.fair_id == Slot.fair_id, HostLimit.account_id == Slot.host_id))
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Room, Room.id == Slot.room_id)
        .outerjoin(Site, Site.id == func.coalesce(Room.site_id, Slot.pool_site_id))
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


def lock_resources(session: Session, ids: Iterable[int]) -> None:
    """Let nobody else claim time of these people and rooms until the transaction ends; taken in order of id.

    A claim alone needs no such lock: its primary key decides. What is counted, or lies between two meetings, does. SQLite
    has one writer at a time, so there is nothing to lock.
    """
    wanted = sorted(set(ids))
    if session.get_bind().dialect.name == "postgresql":
        for part in in_parts(wanted):
            _lock_resources(len(part)).all(session, {f"r{n}": one for n, one in enumerate(part)})


@cache
def _lock_resources(count: int) -> Prepared:
    def make(dialect: str) -> Select[Any]:
        these = Resource.id.in_([bindparam(f"r{n}") for n in range(count)])
        return select(Resource.id).where(these).order_by(Resource.id).with_for_update(key_share=True)

    return Prepared(make)


def lock_slots(session: Session, ids: Iterable[int]) -> None:
    """Keep others from booking or closing these slots until the transaction ends; taken in order of id."""
    found = select(Slot.id).where(Slot.id.in_(sorted(set(ids)))).order_by(Slot.id)
    session.execute(found.with_for_update(key_share=True)).all()
