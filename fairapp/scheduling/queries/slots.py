"""Reads of slots: lists of free ones, the next free one, the nearest alternatives."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.booths import queries as booths
from fairapp.booths.models import Booth
from fairapp.fairs.models import Fair, Room, Site
from fairapp.scheduling.models import Booking, Slot, SlotHost, TimeClaim
from fairapp.scheduling.queries.facts import NOW, slot_facts
from fairapp.scheduling.rules import SlotFacts, grains


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot as lists, pages and the API show it."""

    id: int
    fair_id: int
    kind: str
    booth_id: int | None
    coach_id: int | None
    hosting: str  # one, panel, any
    host_id: int | None  # None: any of the team
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
    opens_at: datetime | None = None
    for_line: bool = False
    request_minutes: int = 0
    requests_only: bool = False
    team: tuple[tuple[int, str], ...] = ()  # the others of a panel, or those of whom any may meet: id and name

    @property
    def hosts(self) -> list[tuple[int, str]]:
        """Everybody who meets, or may: id and name, the leading one first."""
        return [*([] if self.host_id is None else [(self.host_id, self.host_name)]), *self.team]


def seats_taken() -> ScalarSelect[int]:
    """Return the number of taken seats of a slot, as a part of a select over Slot; (slot_id, seat_no) is its index."""
    return (
        select(func.count())
        .select_from(Booking)
        .where(Booking.slot_id == Slot.id, Booking.seat_no.is_not(None))
        .correlate(Slot)
        .scalar_subquery()
    )


def is_free(now: datetime) -> Any:
    """Whether a slot of a select can be booked at `now` as far as itself is concerned: open, not kept, with a seat left."""
    return and_(
        Slot.closed_at.is_(None),
        Slot.for_line.is_(False),
        or_(Slot.opens_at.is_(None), Slot.opens_at <= now),
        seats_taken() < Slot.capacity,
    )


_SHOWN = tuple(c for c in Slot.__table__.c if c.name in SlotRow.__slots__)


def _rows_statement() -> Any:
    return (
        select(
            *_SHOWN,
            func.coalesce(Account.name, "").label("host_name"),
            Room.name.label("room_name"),
            Site.name.label("site_name"),
            (Slot.capacity - seats_taken()).label("seats_left"),
        )
        .outerjoin(Account, Account.id == Slot.host_id)
        .outerjoin(Room, Room.id == Slot.room_id)
        .outerjoin(Site, Site.id == func.coalesce(Room.site_id, Slot.pool_site_id))
    )


def _rows(session: Session, found: Any) -> list[SlotRow]:
    """Run the select and return its slots, those of several hosts with their names (one statement more)."""
    rows = [SlotRow(**row._mapping) for row in session.execute(found)]
    several = [row.id for row in rows if row.hosting != "one"]
    if not several:
        return rows
    teams = teams_of(session, several)
    return [replace(row, team=tuple(teams.get(row.id, ()))) for row in rows]


def teams_of(session: Session, slot_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """Return id and name of the further hosts of each slot, by id."""
    found = (
        select(SlotHost.slot_id, Account.id, Account.name)
        .join(Account, Account.id == SlotHost.account_id)
        .where(SlotHost.slot_id.in_(sorted(set(slot_ids))))
        .order_by(SlotHost.slot_id, Account.id)
    )
    teams: dict[int, list[tuple[int, str]]] = {}
    for slot_id, account_id, name in session.execute(found):
        teams.setdefault(slot_id, []).append((account_id, name))
    return teams


def slot_rows(
    session: Session,
    *,
    booth_id: int | None = None,
    coach_id: int | None = None,
    starts_from: datetime,
    starts_before: datetime | None = None,
    free_only: bool = False,
    now: datetime | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 200,
) -> Sequence[SlotRow]:
    """Return open slots of a booth or coach by start, at most `limit`, after a (start, id) key; times in UTC."""
    giver = Slot.booth_id == booth_id if booth_id is not None else Slot.coach_id == coach_id
    found = _rows_statement().where(giver, Slot.closed_at.is_(None), Slot.starts_at >= starts_from)
    if starts_before is not None:
        found = found.where(Slot.starts_at < starts_before)
    if free_only:
        found = found.where(is_free(starts_from if now is None else now))
    if after is not None:
        found = found.where(or_(Slot.starts_at > after[0], and_(Slot.starts_at == after[0], Slot.id > after[1])))
    return _rows(session, found.order_by(Slot.starts_at, Slot.id).limit(limit))


def slots_at(
    session: Session,
    fair_id: int,
    site_ids: Collection[int],
    starts_from: datetime,
    starts_before: datetime | None,
    *,
    free_only: bool = False,
    now: datetime | None = None,
    limit: int = 200,
) -> list[SlotRow]:
    """Return the open slots of the fair's coaches at these sites, or at none (online) for no site, by start; times in UTC."""
    found = _rows_statement().where(Slot.fair_id == fair_id, Slot.coach_id.is_not(None), Slot.closed_at.is_(None))
    found = found.where(Slot.starts_at >= starts_from, Site.id.in_(sorted(site_ids)) if site_ids else Site.id.is_(None))
    if starts_before is not None:
        found = found.where(Slot.starts_at < starts_before)
    if free_only:
        found = found.where(is_free(starts_from if now is None else now))
    return _rows(session, found.order_by(Slot.starts_at, Slot.id).limit(limit))


def slots_by_id(session: Session, ids: Iterable[int]) -> dict[int, SlotRow]:
    """Return the slots of these ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row.id: row for row in _rows(session, _rows_statement().where(Slot.id.in_(wanted)))}


def next_free(session: Session, givers: Iterable[int], now: datetime, *, of: str = "booth") -> dict[int, SlotRow]:
    """Return the next free slot of each booth (or, with of="coach", each coach) that has one. One statement."""
    column = Slot.booth_id if of == "booth" else Slot.coach_id
    wanted = sorted(set(givers))
    if not wanted:
        return {}
    first = (
        select(column.label("giver"), func.min(Slot.starts_at).label("starts_at"))
        .where(column.in_(wanted), Slot.starts_at > now, is_free(now))
        .group_by(column)
        .subquery()
    )
    found = (
        _rows_statement()
        .join(first, and_(first.c.giver == column, first.c.starts_at == Slot.starts_at))
        .where(is_free(now))
        .order_by(Slot.id.desc())
    )
    rows = _rows(session, found)
    return {(row.booth_id if of == "booth" else row.coach_id) or 0: row for row in rows}


def free_counts(session: Session, fair_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """Return how many seats can still be booked at each fair: of coaches, and of booths that are hiring now."""
    found = (
        select(Slot.fair_id, func.sum(Slot.capacity - seats_taken()))
        .join(Fair, Fair.id == Slot.fair_id)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .where(Slot.fair_id.in_(sorted(set(fair_ids))), Slot.starts_at > now, is_free(now))
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
        .where(giver, side, Slot.kind == wanted.kind, Slot.starts_at > now, Slot.id != wanted.id, is_free(now))
        .order_by(Slot.starts_at if later else Slot.starts_at.desc(), Slot.id)
        .limit(limit)
    )
    return _rows(session, found)


def _busy_grains(session: Session, resource: int | None, rows: Sequence[SlotRow]) -> set[int]:
    if resource is None or not rows:
        return set()
    first = min(grains(row.starts_at, row.ends_at).start for row in rows)
    end = max(grains(row.starts_at, row.ends_at).stop for row in rows)
    mine = TimeClaim.resource_id == resource
    return set(session.scalars(select(TimeClaim.grain).where(mine, TimeClaim.grain.between(first, end))))
