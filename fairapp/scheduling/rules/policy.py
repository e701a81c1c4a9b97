"""The rules of the fair and the host: when a slot can be booked, quotas, limits, and the time between two places."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.scheduling.rules.facts import SlotFacts, Wish
from fairapp.scheduling.rules.refusals import (
    FULL_DAY,
    FULL_FAIR,
    FULL_ROW,
    BoothNotHiring,
    HostBusy,
    NotOpen,
    QuotaReached,
)
from fairapp.scheduling.rules.times import GRAIN, cancel_until

REQUESTED_AT_MOST = timedelta(days=3)  # however long a booth would let an unanswered request keep its time


def check_bookable(slot: SlotFacts, now: datetime) -> None:
    """Raise why nobody at all can book the slot at `now`, whoever it is and whoever allows it."""
    if not slot.fair_bookable:
        raise NotOpen(_l("지금은 이 박람회의 예약 기간이 아니에요"))
    if slot.closed_at is not None:
        raise NotOpen(_l("담당자가 닫은 시간이에요"))
    if slot.starts_at <= now:
        raise NotOpen(_l("이미 시작한 시간이에요"))
    if not slot.giver_open:
        raise BoothNotHiring


def check_policy(slot: SlotFacts, wish: Wish, now: datetime) -> None:
    """Raise which rule of the fair or the booth keeps the slot from being booked in this way at `now`.

    Staff may pass over these with a reason: how late and how early, what opens later, what is kept for the line, what is
    booked only by request.
    """
    if slot.opens_at is not None and now < slot.opens_at and not wish.drawn:
        raise NotOpen(_l("아직 열리지 않은 시간이에요"))
    if slot.for_line:
        raise NotOpen(_l("현장에서 줄을 선 분을 위해 남겨 둔 시간이에요"))
    if now > cancel_until(slot.starts_at, slot.book_minutes):
        raise NotOpen(_l("예약을 받는 시각이 지났어요"))
    if slot.ahead_days is not None and now < slot.starts_at - timedelta(days=slot.ahead_days):
        raise NotOpen(_l("시작 %(days)s일 전부터 예약할 수 있어요", days=slot.ahead_days))
    if slot.requests_only and not wish.request:
        raise NotOpen(_l("신청하면 담당자가 수락하는 시간이에요"))
    if wish.request and not slot.request_minutes:
        raise NotOpen(_l("신청을 받지 않는 시간이에요. 바로 예약할 수 있어요"))


def requested_until(slot: SlotFacts, now: datetime) -> datetime:
    """Return until when a request made at `now` keeps the time: as long as the booth allows, at most until the start."""
    return min(now + min(timedelta(minutes=slot.request_minutes), REQUESTED_AT_MOST), slot.starts_at)


def check_quota(slot: SlotFacts, already: int, now: datetime) -> None:
    """Raise QuotaReached where the seeker has as many interviews before her as the fair allows at a time.

    `already` counts them. Near its start a slot is not counted: better with a second-time guest than empty.
    """
    if slot.quota is None or already < slot.quota:
        return
    if now < cancel_until(slot.starts_at, slot.quota_relaxes_minutes) or not slot.quota_relaxes_minutes:
        raise QuotaReached(_l("이 박람회에서는 한 번에 %(quota)s개까지 예약할 수 있어요", quota=slot.quota))


def check_absences(slot: SlotFacts, missed: int, already: int) -> None:
    """Raise QuotaReached for a second interview of who has missed as many meetings as the agency's rule allows.

    `missed` counts them within the rule's days, those appealed against left out. Nobody is shut out by it.
    """
    if slot.absence_limit is not None and missed >= slot.absence_limit and already >= 1:
        raise QuotaReached(
            _l(
                "지난 %(days)s일 동안 만남 %(missed)s번에 오지 못하셔서, 지금은 면접을 한 번에 하나씩 예약할 수 있어요. "
                "사정이 있었다면 '내 출석'에서 알려 주세요",
                days=slot.absence_days,
                missed=missed,
            )
        )


def check_host(slot: SlotFacts, in_day: int, in_fair: int, taken: Collection[tuple[datetime, datetime]]) -> None:
    """Raise HostBusy where one more meeting would be more than the host takes; `taken` are those of the day."""
    if slot.per_fair is not None and in_fair >= slot.per_fair:
        raise HostBusy(FULL_FAIR)
    if slot.per_day is not None and in_day >= slot.per_day:
        raise HostBusy(FULL_DAY)
    if slot.in_row is not None and row_of(slot.starts_at, slot.ends_at, taken) > slot.in_row:
        raise HostBusy(FULL_ROW)


def row_of(starts_at: datetime, ends_at: datetime, taken: Collection[tuple[datetime, datetime]]) -> int:
    """Return how many meetings would follow each other without a break of a grain, this one among them."""
    row, pause = 1, timedelta(seconds=GRAIN)
    first, last = starts_at, ends_at
    for start, end in sorted(taken, reverse=True):
        if end <= first and first - end < pause:
            row, first = row + 1, start
    for start, end in sorted(taken):
        if start >= last and start - last < pause:
            row, last = row + 1, end
    return row


@dataclass(frozen=True, slots=True)
class Near:
    """Where somebody has to be shortly before or after a meeting, by grain; site None: at a screen."""

    grain: int
    site_id: int | None
    site_name: str | None
    reach_minutes: int
    owner: tuple[str, int] | None = None  # booking, slot or block


@dataclass(frozen=True, slots=True)
class Place:
    """Where a meeting is; site None: at a screen, which is nowhere else to go from."""

    site_id: int | None
    reach_minutes: int = 0


WAY_KMH = (
    20  # from door to door in a city, by train and on foot; a pair that is faster or slower is told by its organizer
)
LONGEST_WAY = 240  # minutes


def way_minutes(km: float, reach: int) -> int:
    """Return how long the way takes: at WAY_KMH, in steps of a grain, no less than the longer reach, at most four hours."""
    step = GRAIN // 60
    return max(reach, min(LONGEST_WAY, step * ceil(round(km / WAY_KMH * 60 / step, 6))))


def check_way(span: range, place: Place, near: Sequence[Near], ways: dict[tuple[int, int], int]) -> LazyString | None:
    """Return what stands in the way of being at `place` for the grains of `span`: too little time to come or to go on.

    The way between two sites takes what `ways` says of the pair (lower id first), otherwise the longer reach of the two;
    between a site and a screen it takes the site's reach. What lies within the span stands in the way itself, not as a way.
    """
    within = {one.owner for one in near if one.grain in span and one.owner is not None}
    for one in near:
        if one.site_id == place.site_id or one.grain in span or one.owner in within:
            continue
        minutes = max(one.reach_minutes, place.reach_minutes)
        if one.site_id is not None and place.site_id is not None:
            pair = min(one.site_id, place.site_id), max(one.site_id, place.site_id)
            minutes = ways.get(pair, minutes)
        between = span.start - one.grain - 1 if one.grain < span.start else one.grain - span.stop
        if between * GRAIN < minutes * 60:
            place_name = one.site_name or _l("온라인")
            return _l(
                "%(place)s 일정과 너무 가까워요. 옮겨 가는 데 %(minutes)s분이 필요해요",
                place=place_name,
                minutes=minutes,
            )
    return None
