"""A coach's day through several sites: whether she can be there in time, when she could, and the best order of stops."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.clock import rfc3339
from fairapp.errors import Conflict
from fairapp.scheduling.rules import GRAIN, Near, Place, check_way

MOST_STOPS = 6  # of one proposal: 720 orders
CLOSED_THEN = _l("이 장소는 이 시간에 방문 일정이 없어요")
ELSEWHERE = _l("이 시간에는 다른 장소에서 코칭하기로 했어요")
Ways = Mapping[tuple[int, int], int]


class TooFar(Conflict):
    """The coach cannot be there then: she is elsewhere, or on the way. `nearest` is the nearest start at which she could."""

    slug = "too-far"
    title = _l("그 시간에는 갈 수 없어요")

    def __init__(self, why: LazyString, nearest: datetime | None) -> None:
        super().__init__(why, extra={"nearest": rfc3339(nearest)})
        self.nearest = nearest


class Full(Conflict):
    """As many coaches as the visit has rooms are there already."""

    slug = "visit-full"
    title = _l("이 시간에는 자리가 모두 찼어요")


@dataclass(frozen=True, slots=True)
class Around:
    """What a coach has around a stop that is planned: taken grains, where she is then, and the ways between the sites."""

    taken: Collection[int]
    near: Sequence[Near]
    ways: Ways


TAKEN = _l("그 시간에 다른 일정이 있어요")


def fits(span: range, place: Place, around: Around) -> LazyString | None:
    """Return why the coach cannot be at the place for these grains, or None."""
    if any(grain in around.taken for grain in span):
        return TAKEN
    return check_way(span, place, around.near, dict(around.ways))


def earliest_fit(length: int, window: range, wanted: int, place: Place, around: Around) -> datetime | None:
    """Return the start nearest to the grain `wanted` at which `length` grains within the window fit; of two the earlier."""
    starts = sorted(range(window.start, window.stop - length + 1), key=lambda one: (abs(one - wanted), one))
    found = next((one for one in starts if fits(range(one, one + length), place, around) is None), None)
    return None if found is None else datetime.fromtimestamp(found * GRAIN, UTC)


def most_at_once(spans: Iterable[tuple[datetime, datetime]], within: tuple[datetime, datetime]) -> int:
    """Return how many of the spans run at the same time at most within another."""
    overlapping = [(start, end) for start, end in spans if start < within[1] and within[0] < end]
    moments = [max(start, within[0]) for start, _ in overlapping]
    return max((sum(start <= at < end for start, end in overlapping) for at in moments), default=0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that a coach shall go to: its hours, and how long she stays."""

    visit_id: int
    site_id: int
    opens: datetime
    closes: datetime
    stay: timedelta


@dataclass(frozen=True, slots=True)
class Leg:
    """A stop of a proposal: the way to it, the pause before it that is no way, and from when to when she is there."""

    visit_id: int
    way_minutes: int
    pause: timedelta
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Proposed:
    """An order of stops; `left` are the visits that do not fit into the day."""

    legs: Sequence[Leg]
    left: Sequence[int]

    @property
    def way_minutes(self) -> int:
        """How long she is on the way, together."""
        return sum(leg.way_minutes for leg in self.legs)


def best_order(wanted: Sequence[Wanted], reach: Mapping[int, int], ways: Ways, earliest: datetime) -> Proposed:
    """Return the order in which most of the visits fit, of these the one with the least way, then the earliest end.

    Each stop begins as early as it can, not before `earliest`, and lies within its visit. At most MOST_STOPS visits.
    """
    orders = [_followed(order, reach, ways, earliest) for order in permutations(wanted[:MOST_STOPS])]
    far = datetime.max.replace(tzinfo=UTC)
    best = min(
        orders,
        key=lambda one: (
            len(one.left),
            one.way_minutes,
            one.legs[-1].ends_at if one.legs else far,
            [leg.visit_id for leg in one.legs],
        ),
        default=Proposed([], []),
    )
    return Proposed(best.legs, [*best.left, *(one.visit_id for one in wanted[MOST_STOPS:])])


def _followed(order: Iterable[Wanted], reach: Mapping[int, int], ways: Ways, earliest: datetime) -> Proposed:
    legs: list[Leg] = []
    left: list[int] = []
    at: int | None = None
    free = earliest
    for one in order:
        way = 0 if at is None or at == one.site_id else way_between(at, one.site_id, reach, ways)
        arrives = free + timedelta(minutes=way)
        start = max(one.opens, _on_grid(arrives))
        if start + one.stay > one.closes:
            left.append(one.visit_id)
            continue
        pause = start - arrives if at is not None else timedelta(0)
        legs.append(Leg(one.visit_id, way, pause, start, start + one.stay))
        at, free = one.site_id, start + one.stay
    return Proposed(legs, left)


def _on_grid(moment: datetime) -> datetime:
    return datetime.fromtimestamp(-(-int(moment.timestamp()) // GRAIN) * GRAIN, UTC)


def way_between(one: int, other: int, reach: Mapping[int, int], ways: Ways) -> int:
    """Return the minutes from one site to another: told or worked out, otherwise the longer reach of the two."""
    return ways.get((min(one, other), max(one, other)), max(reach.get(one, 0), reach.get(other, 0)))
