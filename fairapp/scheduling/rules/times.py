"""Time itself: grains, cutting hours into slots, the moments that a policy names."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from fairapp.errors import Invalid

GRAIN = 300  # seconds; epoch // 300 names a grain
OFFER_LASTS = timedelta(minutes=30)  # a freed slot is kept for the person it is offered to
OFFER_MARGIN = timedelta(minutes=5)  # nearer to the start than this an offer would come too late
MOST_SLOTS_AT_ONCE = 200
OFF_GRID = _l("5분 단위로 정해 주세요")
ENDS_FIRST = _l("끝나는 시각은 시작하는 시각보다 늦어야 해요")
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)


def grains(starts_at: datetime, ends_at: datetime) -> range:
    """Return the five-minute grains that the time touches, in order."""
    first, last = int(starts_at.timestamp()) // GRAIN, -(-int(ends_at.timestamp()) // GRAIN)
    return range(first, last)


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
        raise Invalid.one("ends_at", ENDS_FIRST)
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
            raise Invalid.one(name, OFF_GRID)


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
