"""What the giver of meetings sees: who she is, her slots of a day, and which times are taken before she opens them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.accounts.models import Account
from fairapp.fairs.models import Fair
from fairapp.scheduling.models import Booking, Resource, Slot, TimeClaim, WaitlistEntry
from fairapp.scheduling.queries.slots import SlotRow, slot_rows
from fairapp.scheduling.rules import grains

MOST_OF_A_DAY = 500


class Person(Protocol):
    """Somebody signed in, as guards.Caller."""

    @property
    def id(self) -> int:
        """The account."""

    @property
    def coaches_for(self) -> Collection[int]:
        """The agencies whose coach the person is now."""

    def may_organize(self, agency_id: int) -> bool:
        """Whether this person runs the fairs of the agency."""

    def may_recruit(self, employer_id: int) -> bool:
        """Whether this person keeps the booths of the employer."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where meetings are given: a booth, or a coach's place at a fair; and who may be the host there."""

    kind: str  # of its slots
    id: int
    fair_id: int
    fair_agency_id: int
    name: str
    hosts: Sequence[tuple[int, str]]
    employer_id: int | None = None
    agency_id: int | None = None  # the coach's
    account_id: int | None = None  # the coach
    topics: Sequence[str] = ()
    room_id: int | None = None  # its place in the hall, where it has one
    hidden: Sequence[Any] = ()  # sentences: why seekers do not see it now

    def is_kept_by(self, person: Person) -> bool:
        """Whether the person may open and close its slots: a recruiter, the coach while one, or who runs the fair."""
        recruits = self.employer_id is not None and person.may_recruit(self.employer_id)
        coaches = person.id == self.account_id and self.agency_id in person.coaches_for
        return recruits or coaches or person.may_organize(self.fair_agency_id)


# Hook, by kind of meeting: the post of a booth or coach; NotFound where there is none. Filled in wiring.py.
posts: dict[str, Callable[[Session, int, datetime], Post]] = {}


def post_of(session: Session, facts: Any, now: datetime) -> Post:
    """Return the post of a slot or booking: its booth, or its coach's place."""
    kind, giver = ("interview", facts.booth_id) if facts.booth_id is not None else ("coaching", facts.coach_id)
    return posts[kind](session, giver, now)


def zone_of(session: Session, fair_id: int) -> str:
    """Return the zone in which the fair's times are told."""
    return session.scalar(select(Fair.zone).where(Fair.id == fair_id)) or "UTC"


MOST_KNOWN = 100


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom the staff of a post know of: who waits there, at which place, or has been booked there (place 0)."""

    account_id: int
    name: str
    place: int


def known_at(session: Session, post: Post) -> list[Known]:
    """Return who waits at the post, first come first, then who has been booked there, the latest first. Two statements."""
    interview = post.kind == "interview"
    waits = WaitlistEntry.booth_id == post.id if interview else WaitlistEntry.coach_id == post.id
    waiting = (
        select(Account.id, Account.name)
        .join(WaitlistEntry, WaitlistEntry.seeker_id == Account.id)
        .where(waits, WaitlistEntry.status == "waiting")
        .order_by(WaitlistEntry.id)
        .limit(MOST_KNOWN)
    )
    booked = (
        select(Account.id, Account.name)
        .join(Booking, Booking.seeker_id == Account.id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.booth_id == post.id if interview else Slot.coach_id == post.id)
        .group_by(Account.id, Account.name)
        .order_by(func.max(Booking.id).desc())
        .limit(MOST_KNOWN)
    )
    known = {one: Known(one, name, place) for place, (one, name) in enumerate(session.execute(waiting), 1)}
    for one, name in session.execute(booked):
        known.setdefault(one, Known(one, name, 0))
    return list(known.values())


def slots_of_day(session: Session, post: Post, day: date, zone: str) -> Sequence[SlotRow]:
    """Return the post's open slots that start on the day, by start."""
    start, end = clock.day_bounds(day, zone)
    booth_id, coach_id = (post.id, None) if post.kind == "interview" else (None, post.id)
    return slot_rows(
        session, booth_id=booth_id, coach_id=coach_id, starts_from=start, starts_before=end, limit=MOST_OF_A_DAY
    )


def taken_times(
    session: Session,
    host_ids: Collection[int],
    room_id: int | None,
    times: Collection[tuple[datetime, datetime]],
    before: timedelta = timedelta(0),
    after: timedelta = timedelta(0),
) -> set[tuple[datetime, datetime]]:
    """Return those of the times at which a host, with the buffers around it, or the room has something else already."""
    if not times or (not host_ids and room_id is None):
        return set()
    first = grains(min(start for start, _ in times) - before, max(end for _, end in times)).start
    end = grains(min(start for start, _ in times), max(end for _, end in times) + after).stop
    theirs = Resource.account_id.in_(host_ids)  # without a room: `room_id = NULL` would be everybody who is no room
    found = (
        select(Resource.room_id, TimeClaim.grain)
        .join(Resource, Resource.id == TimeClaim.resource_id)
        .where(theirs if room_id is None else or_(theirs, Resource.room_id == room_id))
        .where(TimeClaim.grain.between(first, end))
    )
    rooms: set[int] = set()
    hosts: set[int] = set()
    for of_room, grain in session.execute(found):
        (hosts if of_room is None else rooms).add(grain)
    return {
        (start, end)
        for start, end in times
        if rooms.intersection(grains(start, end)) or hosts.intersection(grains(start - before, end + after))
    }
