"""Reads for taking back a part of a post's day: what is open in it, who sits there, and where each of them could go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp.errors import Invalid
from fairapp.scheduling.queries.bookings import BookingFacts, bookings_of_slots
from fairapp.scheduling.queries.hours import Post
from fairapp.scheduling.queries.rearranging import MOST_SLOTS, free_grains
from fairapp.scheduling.queries.slots import SlotRow, slot_rows
from fairapp.scheduling.rules import grains, state_of

MOST_PLACES = 60  # free slots that are looked at
TOO_MANY = _l("한 번에 %(most)s개까지 닫을 수 있어요. 시간을 나눠 주세요", most=MOST_SLOTS)


@dataclass(frozen=True, slots=True)
class Cut:
    """Slots to be taken back, the bookings in them by time, and for each of these the slots to which it could move."""

    slots: Sequence[SlotRow]
    booked: Sequence[BookingFacts]
    places: Mapping[int, Sequence[SlotRow]]

    @property
    def empty(self) -> int:
        """How many of the slots nobody is in."""
        return len(self.slots) - len({facts.slot_id for facts in self.booked})


def to_cut(
    session: Session, post: Post, starts_from: datetime, starts_before: datetime, now: datetime, host_id: int | None
) -> Cut:
    """Return what of the post's slots begins within the times, only the host's if one is named. Four queries.

    A slot that any of a team may take is nobody's own: it is cut only with everybody's. Raises Invalid for times with more
    than MOST_SLOTS.
    """
    rows = _open(session, post, max(starts_from, now), starts_before)
    if len(rows) > MOST_SLOTS:
        raise Invalid.one("starts_at", TOO_MANY)
    slots = [
        row
        for row in rows
        if row.starts_at > now and (host_id is None or (row.hosting != "any" and host_id in dict(row.hosts)))
    ]
    return cut_of(session, slots, now, lambda: _open(session, post, now, None, free_only=True))


def cut_of(session: Session, slots: Sequence[SlotRow], now: datetime, free: Callable[[], Sequence[SlotRow]]) -> Cut:
    """Return what taking back these slots means; `free` reads the slots to which their bookings could move, if any."""
    cut = {row.id for row in slots}
    found = bookings_of_slots(session, cut) if cut else []
    booked = sorted((f for f in found if state_of(f, now) != "expired"), key=lambda one: (one.starts_at, one.id))
    left = [row for row in free() if row.id not in cut] if booked else []
    return Cut(slots, booked, _places(session, booked, left))


def _open(
    session: Session, post: Post, since: datetime, before: datetime | None, *, free_only: bool = False
) -> Sequence[SlotRow]:
    booth_id, coach_id = (post.id, None) if post.kind == "interview" else (None, post.id)
    most = MOST_PLACES if free_only else MOST_SLOTS + 1
    return slot_rows(
        session,
        booth_id=booth_id,
        coach_id=coach_id,
        starts_from=since,
        starts_before=before,
        free_only=free_only,
        limit=most,
    )


def _places(session: Session, booked: Sequence[BookingFacts], free: Sequence[SlotRow]) -> dict[int, Sequence[SlotRow]]:
    """Return for each booking the free slots of its kind at whose time its seeker has nothing else."""
    if not booked or not free:
        return {facts.id: [] for facts in booked}
    spans = {row.id: grains(row.starts_at, row.ends_at) for row in free}
    first, end = min(span.start for span in spans.values()), max(span.stop for span in spans.values())
    open_ = free_grains(session, {facts.seeker_resource for facts in booked}, first, end)
    return {
        facts.id: [
            row
            for row in free
            if (row.kind, row.booth_id, row.coach_id) == (facts.kind, facts.booth_id, facts.coach_id)
            and (open_[facts.seeker_resource] | set(facts.grains)).issuperset(spans[row.id])
        ]
        for facts in booked
    }
