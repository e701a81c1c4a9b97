"""Decisions on time: grains, cutting hours into slots, who may book when; and the refusals they raise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp.errors import Conflict, Invalid

GRAIN = 300  # seconds; epoch // 300 names a grain
OFFER_LASTS = timedelta(minutes=30)  # a freed slot is kept for the person it is offered to
OFFER_MARGIN = timedelta(minutes=5)  # nearer to the start than this an offer would come too late
MOST_SLOTS_AT_ONCE = 200
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)


class SlotTaken(Conflict):
    """Somebody was faster, or the slot has no seat left."""

    slug = "slot-taken"
    title = _l("방금 다른 분이 예약한 시간이에요")


class SeekerBusy(Conflict):
    """The seeker has another meeting at that time."""

    slug = "seeker-busy"
    title = _l("그 시간에 다른 일정이 있어요")


class HostBusy(Conflict):
    """The host or the room has something else at that time."""

    slug = "host-busy"
    title = _l("담당자나 자리가 그 시간에 비어 있지 않아요")


class BoothNotHiring(Conflict):
    """The employer is not actively hiring now: its free slots cannot be booked."""

    slug = "booth-not-hiring"
    title = _l("이 기업은 지금 채용 중이 아니에요")


class NotOpen(Conflict):
    """The fair, the slot or the listing is not open for booking at this moment."""

    slug = "not-open"
    title = _l("지금은 예약할 수 없는 시간이에요")


class AlreadyBooked(Conflict):
    """The seeker has an active interview at this booth already."""

    slug = "already-booked"
    title = _l("이 기업의 면접을 이미 예약했어요")


class HoldExpired(Conflict):
    """The time kept for the seeker has run out."""

    slug = "hold-expired"
    title = _l("잡아 둔 시간이 지났어요. 다시 골라 주세요")


class AlreadyConfirmed(Conflict):
    """The booking is no hold any more: it was confirmed before."""

    slug = "already-confirmed"
    title = _l("이미 확정된 예약이에요")


class TooLate(Conflict):
    """Past the moment until which the policy of the booking allows it."""

    slug = "too-late"
    title = _l("취소하거나 바꿀 수 있는 시간이 지났어요")


class Ended(Conflict):
    """The booking is over: cancelled or expired."""

    slug = "booking-ended"
    title = _l("이미 끝난 예약이에요")


OTHER_GIVER = _l("같은 기업이나 같은 코치의 시간으로만 바꿀 수 있어요")
PAST = _l("이미 지난 시각이에요")
OUTSIDE_FAIR = _l("박람회 기간 안의 시각이어야 해요")
IN_USE = _l("예약이 있는 시간은 닫을 수 없어요. 예약을 먼저 옮기거나 취소해 주세요")


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """A slot with all that deciding about it needs, for one seeker."""

    id: int
    fair_id: int
    kind: str
    booth_id: int | None
    coach_id: int | None
    employer_id: int | None
    agency_id: int | None
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
    fair_bookable: bool
    fair_ends_at: datetime
    giver_open: bool  # the booth's employer is actively hiring; a coach always is
    many_interviews: bool
    cancel_minutes: int
    hold_minutes: int
    seeker_resource: int | None

    @property
    def grains(self) -> range:
        """The grains of the slot's time."""
        return grains(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a seeker says when booking."""

    listing_id: int | None = None
    hold: bool = False
    note: str = ""
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking just made, with all that its answer shows: nothing has to be read again."""

    id: int
    fair_id: int
    seeker_id: int
    listing_id: int | None
    status: str
    rev: int
    time_rev: int
    note: str
    ics_uid: str
    cancel_until: datetime
    hold_expires_at: datetime | None
    created_at: datetime
    slot: SlotFacts
    seats_left: int


def booked(booking_id: int, slot: SlotFacts, row: Mapping[str, Any], seats_left: int) -> Booked:
    """Return a booking just made from the row that was inserted for it."""
    kept = {name: row[name] for name in Booked.__slots__ if name not in ("id", "slot", "seats_left")}
    return Booked(id=booking_id, slot=slot, seats_left=seats_left, **kept)


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between kinds of meeting; interviews/ and coaching/ each make one."""

    check: Callable[[Session, SlotFacts, int, Wish, datetime], None]  # who may book: raises the refusal
    exclusive_key: Callable[[SlotFacts, int], str | None]  # what a seeker may have only one of
    # What is kept beside bookings just made, each a slot, a seeker and her wish.
    booked: Callable[[Session, Sequence[tuple[SlotFacts, int, Wish]], datetime], None]


kinds: dict[str, Kind] = {}  # by slot.kind; filled in wiring.py


def grains(starts_at: datetime, ends_at: datetime) -> range:
    """Return the five-minute grains that the time touches, in order."""
    first, last = int(starts_at.timestamp()) // GRAIN, -(-int(ends_at.timestamp()) // GRAIN)
    return range(first, last)


def check_bookable(slot: SlotFacts, now: datetime) -> None:
    """Raise why nobody can book the slot at `now`, whoever it is."""
    if not slot.fair_bookable:
        raise NotOpen(_l("지금은 이 박람회의 예약 기간이 아니에요"))
    if slot.closed_at is not None:
        raise NotOpen(_l("담당자가 닫은 시간이에요"))
    if slot.starts_at <= now:
        raise NotOpen(_l("이미 시작한 시간이에요"))
    if not slot.giver_open:
        raise BoothNotHiring


def cut_hours(
    starts_at: datetime,
    ends_at: datetime,
    length: timedelta,
    gap: timedelta,
    breaks: Sequence[tuple[datetime, datetime]] = (),
) -> list[tuple[datetime, datetime]]:
    """Cut a host's hours into times of `length` with `gap` between; none touches a break.

    After a break the next time begins at its end. Invalid for lengths under 5 minutes or over 8 hours, a negative gap,
    hours that end before they start, times off the five-minute grid, or more than 200 slots.
    """
    _check_hours(starts_at, ends_at, length, gap)
    times: list[tuple[datetime, datetime]] = []
    at = starts_at
    while at + length <= ends_at:
        clash = max((b for a, b in breaks if a < at + length and at < b), default=None)
        if clash is not None:
            at = clash
            continue
        times.append((at, at + length))
        at += length + gap
        if len(times) > MOST_SLOTS_AT_ONCE:
            raise Invalid.one("ends_at", _l("한 번에 200개까지 열 수 있어요"))
    return times


def _check_hours(starts_at: datetime, ends_at: datetime, length: timedelta, gap: timedelta) -> None:
    if starts_at >= ends_at:
        raise Invalid.one("ends_at", _l("끝나는 시각은 시작하는 시각보다 늦어야 해요"))
    if not SHORTEST <= length <= LONGEST:
        raise Invalid.one("length", _l("면접 길이는 5분에서 8시간까지예요"))
    if gap < timedelta(0) or gap > LONGEST:
        raise Invalid.one("gap", _l("사이 시간은 0분에서 8시간까지예요"))
    for name, seconds in (
        ("starts_at", starts_at.timestamp()),
        ("length", length.total_seconds()),
        ("gap", gap.total_seconds()),
    ):
        if seconds % GRAIN:
            raise Invalid.one(name, _l("5분 단위로 정해 주세요"))


def cancel_until(starts_at: datetime, minutes: int) -> datetime:
    """Return the last moment at which a booking can be cancelled or moved by its seeker."""
    return starts_at - timedelta(minutes=minutes)


def offer_expires(starts_at: datetime, now: datetime) -> datetime | None:
    """Return until when a freed slot is kept for the person it is offered to; None if it starts too soon to offer."""
    latest = starts_at - OFFER_MARGIN
    if latest <= now + OFFER_MARGIN:
        return None
    return min(now + OFFER_LASTS, latest)


def state_of(row: Any, now: datetime) -> str:
    """Return a booking's status as it counts at `now`: a hold past its time has expired, swept or not."""
    if row.status in ("held", "requested") and row.hold_expires_at <= now:
        return "expired"
    return str(row.status)


def day_named(text: str | None) -> date | None:
    """Return the day in an address, `2026-11-24`; None for none, or one that makes no sense."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
