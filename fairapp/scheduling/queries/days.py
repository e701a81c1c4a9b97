"""What a seeker sees of a booth's or coach's time: days of keys to press, her bookings there, her place in the line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.errors import AppError
from fairapp.language import meeting_name, say_day
from fairapp.scheduling.models import Booking, Resource, Slot, TimeClaim
from fairapp.scheduling.queries.bookings import BookingFacts, upcoming_of_seeker
from fairapp.scheduling.queries.slots import SlotRow, alternatives, slot_rows
from fairapp.scheduling.queries.waitlists import entry_of, position
from fairapp.scheduling.rules import grains

DAYS, MOST_KEYS = 7, 400  # shown at once


@dataclass(frozen=True, slots=True)
class Key:
    """A slot as a key of the picker. `reason` says why this reader cannot take it, beyond its being full."""

    id: int
    starts_at: datetime
    seats_left: int
    reason: str
    note: str  # the host, where several meet at the same time


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the fair's zone with its keys."""

    id: str
    label: str
    note: str
    morning: list[Key] = field(default_factory=list)
    afternoon: list[Key] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Window:
    """Up to seven days of keys; `next` is the first day with a slot after them."""

    days: list[Day]
    next: date | None
    free: int  # keys that this reader can press
    hosts: Sequence[tuple[int, str]] = ()  # id and name of those of whom the reader may pick one for some of the keys


@dataclass(frozen=True, slots=True)
class Wait:
    """A seeker's place in a waitlist; position 0: a time is offered to her."""

    entry_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Giver:
    """Whose time it is: a booth or a coach, in the zone of the fair."""

    zone: str
    booth_id: int | None = None
    coach_id: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a seeker sees of a giver's time."""

    window: Window
    mine: Sequence[BookingFacts] = ()
    wait: Wait | None = None


def desk(
    session: Session,
    giver: Giver,
    seeker_id: int | None,
    now: datetime,
    first: date | None = None,
    *,
    single: bool = False,
) -> Desk:
    """Return the giver's keys from the day `first` on and, for somebody signed in, her bookings and her wait there.

    With `single` she has one interview there at a time: while she has it, the keys of further ones say so.
    """
    if seeker_id is None:
        return Desk(window(session, giver, seeker_id, now, first))
    booked = upcoming_of_seeker(session, seeker_id, now)
    mine = [
        b
        for b in booked
        if (b.booth_id, b.coach_id) == (giver.booth_id, giver.coach_id)
        and (b.hold_expires_at is None or b.hold_expires_at > now)
    ]
    has = single and any(one.kind == "interview" for one in mine)
    shown = window(session, giver, seeker_id, now, first, has_interview=has)
    entry = entry_of(session, seeker_id, booth_id=giver.booth_id, coach_id=giver.coach_id)
    return Desk(shown, mine, None if entry is None else Wait(entry.id, position(session, entry)))


def window(
    session: Session,
    giver: Giver,
    seeker_id: int | None,
    now: datetime,
    first: date | None = None,
    *,
    moving: BookingFacts | None = None,
    has_interview: bool = False,
) -> Window:
    """Return the giver's open slots that have not begun, from `first` or the first day that has one, by day.

    `moving` is the booking to be moved: its own slot says so, and its time does not count as busy. Who `has_interview`
    cannot take another.
    """
    since = now if first is None else max(now, clock.day_bounds(first, giver.zone)[0])
    rows = slot_rows(session, booth_id=giver.booth_id, coach_id=giver.coach_id, starts_from=since, limit=MOST_KEYS + 1)
    by_day: dict[date, list[SlotRow]] = {}
    for row in rows:
        if row.starts_at > now and (moving is None or row.kind == moving.kind):
            by_day.setdefault(clock.local(row.starts_at, giver.zone).date(), []).append(row)
    shown, following = _first_days(by_day, len(rows) > MOST_KEYS)
    keys = _keys(session, [row for day in shown for row in by_day[day]], seeker_id, moving, now, has_interview)
    today = clock.local(now, giver.zone).date()
    days = [_day(day, today, [keys[row.id] for row in by_day[day]], giver.zone) for day in shown]
    free = sum(1 for key in keys.values() if key.seats_left > 0 and not key.reason)
    open_ = {one for day in shown for row in by_day[day] if row.hosting == "any" for one in row.team}
    return Window(days, following, free, sorted(open_, key=lambda one: (one[1], one[0])))


def _first_days(by_day: dict[date, list[SlotRow]], cut: bool) -> tuple[list[date], date | None]:
    """Split the days into those shown and the first after them; the last one of a cut list may lack slots."""
    days = list(by_day)
    whole = days[:-1] if cut and len(days) > 1 else days
    shown = [day for day in whole if day < days[0] + timedelta(days=DAYS)]
    return shown, days[len(shown)] if len(shown) < len(days) else None


def _keys(
    session: Session,
    rows: Sequence[SlotRow],
    seeker_id: int | None,
    moving: BookingFacts | None,
    now: datetime,
    has_interview: bool,
) -> dict[int, Key]:
    busy = _busy(session, seeker_id, rows, moving)
    together = Counter(row.starts_at for row in rows)
    keys = {}
    for row in rows:
        reason = ""
        if moving is not None and row.id == moving.slot_id:
            reason = gettext("지금 예약")
        elif row.for_line:
            reason = gettext("현장 줄")
        elif row.opens_at is not None and row.opens_at > now:
            reason = gettext("곧 열려요")
        elif row.seats_left > 0 and busy.intersection(grains(row.starts_at, row.ends_at)):
            reason = gettext("다른 일정")
        elif has_interview and row.kind == "interview" and row.seats_left > 0:
            reason = gettext("예약함")
        note = _note(row, several=together[row.starts_at] > 1)
        keys[row.id] = Key(row.id, row.starts_at, max(row.seats_left, 0), reason, note)
    return keys


def _note(row: SlotRow, *, several: bool) -> str:
    """Return what is to be known of a key besides its time: its program, its host among others, that one asks for it."""
    if row.kind == "group":
        return meeting_name(row.kind, row.topic)
    return row.host_name if several else gettext("신청") if row.requests_only else ""


def _busy(session: Session, seeker_id: int | None, rows: Sequence[SlotRow], moving: BookingFacts | None) -> set[int]:
    """Return the grains at which the seeker is elsewhere, within the time of these slots."""
    if seeker_id is None or not rows:
        return set()
    first, end = (
        grains(rows[0].starts_at, rows[0].ends_at).start,
        max(grains(r.starts_at, r.ends_at).stop for r in rows),
    )
    found = (
        select(TimeClaim.grain)
        .join(Resource, Resource.id == TimeClaim.resource_id)
        .where(Resource.account_id == seeker_id, TimeClaim.grain.between(first, end))
    )
    return set(session.scalars(found)) - set(moving.grains if moving else ())


def _day(day: date, today: date, keys: list[Key], zone: str) -> Day:
    named = say_day(keys[0].starts_at, zone)
    near = {0: gettext("오늘"), 1: gettext("내일")}.get((day - today).days)
    shown = Day(day.isoformat(), near or named, named if near else "")
    for key in keys:
        (shown.morning if clock.local(key.starts_at, zone).hour < 12 else shown.afternoon).append(key)
    return shown


def asked_for(session: Session, slot_id: int, giver: Giver) -> bool | None:
    """Whether one can only ask for the slot, which the giver then accepts or not; None if it is none of the giver's."""
    whose = Slot.booth_id == giver.booth_id, Slot.coach_id == giver.coach_id
    return session.scalar(select(Slot.requests_only).where(Slot.id == slot_id, *whose))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a booking was refused, the nearest times instead, and one's own booking of the very slot."""

    error: AppError
    nearest: Sequence[SlotRow]
    own: int | None


def refusal(session: Session, error: AppError, slot_id: int, seeker_id: int, now: datetime) -> Refusal:
    """Return what is told of a refusal. `own` is set where the button was merely pressed twice."""
    found = select(Booking.id).where(
        Booking.slot_id == slot_id, Booking.seeker_id == seeker_id, Booking.seat_no.is_not(None)
    )
    return Refusal(error, alternatives(session, slot_id, seeker_id, now), session.scalar(found))
