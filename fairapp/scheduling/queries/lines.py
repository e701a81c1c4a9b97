"""Reads of walk-in lines: whether one is open, who is in it, how long the wait will be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.fairs.models import Room
from fairapp.scheduling.models import Booking, Line, LineEntry, Slot
from fairapp.scheduling.queries.bookings import HOST
from fairapp.scheduling.rules import LOOKED_AT, wait_minutes

MOST_IN_LINE = 200


@dataclass(frozen=True, slots=True)
class LineRow:
    """A booth's line as anybody sees it; `wait_minutes` is for who would join now."""

    booth_id: int
    open: bool
    minutes: int
    waiting: int
    wait_minutes: int


def lines_of(session: Session, booth_ids: Iterable[int], now: datetime) -> dict[int, LineRow]:
    """Return the lines of these booths that have been opened some time. Four statements however many there are."""
    lines = list(session.scalars(select(Line).where(Line.booth_id.in_(sorted(set(booth_ids)))).order_by(Line.id)))
    if not lines:
        return {}
    ids = [line.id for line in lines]
    waiting, called, hosts = _waiting(session, ids), _called(session, ids), _hosts(session, ids)
    rows = {}
    for line in lines:
        ahead = waiting.get(line.id, 0)
        wait = wait_minutes(ahead, called.get(line.id, []), line.minutes, hosts.get(line.id, 1), now)
        rows[line.booth_id] = LineRow(line.booth_id, line.closed_at is None, line.minutes, ahead, wait)
    return rows


def line_of(session: Session, booth_id: int, now: datetime) -> LineRow | None:
    """Return the line of the booth, if it was ever opened."""
    return lines_of(session, [booth_id], now).get(booth_id)


def _waiting(session: Session, line_ids: Sequence[int]) -> dict[int, int]:
    found = (
        select(LineEntry.line_id, func.count())
        .where(LineEntry.line_id.in_(line_ids), LineEntry.status == "waiting")
        .group_by(LineEntry.line_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def _called(session: Session, line_ids: Sequence[int]) -> dict[int, list[datetime]]:
    """Return when the last were called who came, by line."""
    place = func.row_number().over(partition_by=LineEntry.line_id, order_by=LineEntry.called_at.desc())
    came = (
        select(LineEntry.line_id, LineEntry.called_at, place.label("place"))
        .where(LineEntry.line_id.in_(line_ids), LineEntry.status.in_(("meeting", "met")))
        .subquery()
    )
    times: dict[int, list[datetime]] = {}
    for line_id, at in session.execute(select(came.c.line_id, came.c.called_at).where(came.c.place <= LOOKED_AT + 1)):
        times.setdefault(line_id, []).append(at)
    return times


def _hosts(session: Session, line_ids: Sequence[int]) -> dict[int, int]:
    """Return how many hosts meet somebody of the line now."""
    found = (
        select(LineEntry.line_id, func.count(HOST.distinct()))
        .join(Booking, Booking.id == LineEntry.booking_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(LineEntry.line_id.in_(line_ids), LineEntry.status == "meeting")
        .group_by(LineEntry.line_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a line; `ahead` and `wait_minutes` for who waits."""

    id: int
    booth_id: int
    seeker_id: int
    ticket: int
    status: str
    ahead: int
    wait_minutes: int
    call_expires_at: datetime | None
    booking_id: int | None
    room_name: str | None


def _places() -> Any:
    ahead = LineEntry.__table__.alias("ahead")
    before = (
        select(func.count())
        .select_from(ahead)
        .where(ahead.c.line_id == LineEntry.line_id, ahead.c.status == "waiting", ahead.c.id < LineEntry.id)
        .correlate(LineEntry)
        .scalar_subquery()
    )
    return (
        select(LineEntry, Line.booth_id, Line.minutes, before.label("before"), Room.name.label("room_name"))
        .join(Line, Line.id == LineEntry.line_id)
        .outerjoin(Booking, Booking.id == LineEntry.booking_id)
        .outerjoin(Slot, Slot.id == Booking.slot_id)
        .outerjoin(Room, Room.id == func.coalesce(Booking.room_id, Slot.room_id))
    )


def place_of(session: Session, entry_id: int, now: datetime) -> Place | None:
    """Return a place in a line."""
    return next(iter(_shown(session, _places().where(LineEntry.id == entry_id), now)), None)


def places_of(session: Session, seeker_id: int, now: datetime, limit: int = 50) -> list[Place]:
    """Return where the person stands in line now."""
    mine = _places().where(LineEntry.seeker_id == seeker_id, LineEntry.ended_at.is_(None))
    return _shown(session, mine.order_by(LineEntry.id).limit(limit), now)


def _shown(session: Session, found: Any, now: datetime) -> list[Place]:
    rows = session.execute(found).all()
    ids = sorted({row.LineEntry.line_id for row in rows})
    called, hosts = _called(session, ids), _hosts(session, ids)
    places = []
    for row in rows:
        one = row.LineEntry
        wait = wait_minutes(row.before, called.get(one.line_id, []), row.minutes, hosts.get(one.line_id, 1), now)
        own = (one.id, row.booth_id, one.seeker_id, one.ticket, one.status, row.before)
        places.append(Place(*own, wait, one.call_expires_at, one.booking_id, row.room_name))
    return places


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the line as the staff of the booth see her."""

    id: int
    ticket: int
    name: str
    status: str
    joined_at: datetime
    called_at: datetime | None
    call_expires_at: datetime | None
    booking_id: int | None


def people_in(session: Session, booth_id: int, limit: int = MOST_IN_LINE) -> list[Person]:
    """Return who is in the line of the booth, in its order: called and meeting first, then waiting, then skipped."""
    entry = (LineEntry.id, LineEntry.ticket, Account.name, LineEntry.status, LineEntry.joined_at, LineEntry.called_at)
    found = (
        select(*entry, LineEntry.call_expires_at, LineEntry.booking_id)
        .join(Line, Line.id == LineEntry.line_id)
        .join(Account, Account.id == LineEntry.seeker_id)
        .where(Line.booth_id == booth_id, LineEntry.ended_at.is_(None))
        .order_by(LineEntry.id)
        .limit(limit)
    )
    rows = [Person(*row) for row in session.execute(found)]
    order = {"called": 0, "meeting": 1, "waiting": 2, "skipped": 3}
    return sorted(rows, key=lambda one: (order[one.status], one.id))


def waiting_in(session: Session, line_id: int, limit: int = 50) -> Sequence[LineEntry]:
    """Return who waits in the line, first come first."""
    found = select(LineEntry).where(LineEntry.line_id == line_id, LineEntry.status == "waiting")
    return list(session.scalars(found.order_by(LineEntry.id).limit(limit)))


def over_calls(session: Session, now: datetime, limit: int = 100) -> Sequence[int]:
    """Return ids of entries whose meeting is over at `now`, and which nobody ended."""
    found = (
        select(LineEntry.id)
        .join(Booking, Booking.id == LineEntry.booking_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(LineEntry.status == "meeting", Slot.ends_at <= now)
    )
    return list(session.scalars(found.limit(limit)))


def booth_name(session: Session, booth_id: int) -> str | None:
    """Return the name of the booth's employer."""
    found = select(Employer.name).join(Booth, Booth.employer_id == Employer.id).where(Booth.id == booth_id)
    return session.scalar(found)
