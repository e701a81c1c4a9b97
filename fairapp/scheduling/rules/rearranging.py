"""Changing what was agreed on, as plans: what moves where, and what stands in the way of all of it together."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.clock import rfc3339
from fairapp.errors import Conflict
from fairapp.scheduling.rules.policy import Near, Place, check_way

Claim = tuple[int, int]  # resource, grain


@dataclass(frozen=True, slots=True)
class SlotChange:
    """A slot as it shall be: what is None stays. With `only`, just these bookings leave it, for a slot of their own."""

    slot_id: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    host_id: int | None = None
    room_id: int | None = None
    instead_of: int | None = None  # the host of a panel who is replaced by host_id; None: the one who leads
    only: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Somebody's or a room's part in a planned meeting."""

    resource: int
    name: str
    span: range
    place: Place
    is_person: bool
    is_seeker: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """What stands in the way of a plan: who or which room, when, and, where it is the way between places, a sentence."""

    name: str
    starts_at: datetime
    is_seeker: bool
    sentence: LazyString | None = None


def clashes(
    spots: Sequence[tuple[datetime, Spot]],
    taken: Collection[Claim],
    near: Mapping[int, Sequence[Near]],
    ways: Mapping[tuple[int, int], int],
) -> list[Clash]:
    """Return what stands in the way of the planned spots, in order of time.

    `taken` are claims of others, `near` says where each person has to be besides the plan. Two spots of the plan that want
    the same grain stand in each other's way.
    """
    wanted = Counter((spot.resource, grain) for _, spot in spots for grain in spot.span)
    found: list[Clash] = []
    for starts_at, spot in spots:
        mine = [(spot.resource, grain) for grain in spot.span]
        if any(claim in taken or wanted[claim] > 1 for claim in mine):
            found.append(Clash(spot.name, starts_at, spot.is_seeker))
        elif spot.is_person:
            others = [*near.get(spot.resource, ()), *_planned(spots, spot)]
            sentence = check_way(spot.span, spot.place, others, dict(ways))
            if sentence is not None:
                found.append(Clash(spot.name, starts_at, spot.is_seeker, sentence))
    return sorted(found, key=lambda one: (one.starts_at, one.name))


def _planned(spots: Iterable[tuple[datetime, Spot]], but: Spot) -> list[Near]:
    """Return where the plan itself has the person elsewhere."""
    return [
        Near(grain, spot.place.site_id, None, spot.place.reach_minutes)
        for _, spot in spots
        if spot.resource == but.resource and spot is not but
        for grain in (spot.span.start, spot.span.stop - 1)
    ]


class InTheWay(Conflict):
    """The plan cannot be carried out: somebody or some room of it is taken then, or too far away."""

    slug = "in-the-way"
    title = _l("이대로 옮길 수 없어요")

    def __init__(self, clashes: Sequence[Clash]) -> None:
        told = [
            {"name": one.name, "starts_at": rfc3339(one.starts_at), "detail": str(one.sentence or TAKEN)}
            for one in clashes
        ]
        super().__init__(
            _l("%(count)s곳이 겹쳐요. 아무것도 바꾸지 않았어요", count=len(clashes)), extra={"clashes": told}
        )
        self.clashes = clashes


TAKEN = _l("그 시간에 다른 일정이 있어요")


def nearest(starts_at: datetime, times: Collection[tuple[datetime, int]]) -> int | None:
    """Return the id of the time that begins nearest to a moment, of two as near the earlier; None where there is none."""
    best = min(times, key=lambda one: (abs(one[0] - starts_at), one[0], one[1]), default=None)
    return None if best is None else best[1]


def spread(
    slots: Sequence[tuple[int, range]], free: Mapping[int, Collection[int]], loads: Mapping[int, int]
) -> dict[int, int | None]:
    """Return which colleague takes each slot (id, grains) of a host who is away: a free one with the fewest meetings.

    `free` are the grains at which each colleague has nothing; who takes a slot is not free then any more. None: nobody can.
    """
    left = {host: set(grains_) for host, grains_ in free.items()}
    load = dict(loads)
    taken: dict[int, int | None] = {}
    for slot_id, span in sorted(slots, key=lambda one: (one[1].start, one[0])):
        able = [host for host, grains_ in left.items() if grains_.issuperset(span)]
        chosen = min(able, key=lambda host: (load[host], host), default=None)
        taken[slot_id] = chosen
        if chosen is not None:
            left[chosen] -= set(span)
            load[chosen] += 1
    return taken
