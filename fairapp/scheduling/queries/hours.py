"""What the giver of meetings sees: who she is, her slots of a day, and which times are taken before she opens them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.scheduling.models import Resource, TimeClaim
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


def slots_of_day(session: Session, post: Post, day: date, zone: str) -> Sequence[SlotRow]:
    """Return the post's open slots that start on the day, by start."""
    start, end = clock.day_bounds(day, zone)
    booth_id, coach_id = (post.id, None) if post.kind == "interview" else (None, post.id)
    return slot_rows(
        session, booth_id=booth_id, coach_id=coach_id, starts_from=start, starts_before=end, limit=MOST_OF_A_DAY
    )


def taken_times(
    session: Session, host_id: int, room_id: int | None, times: Collection[tuple[datetime, datetime]]
) -> set[tuple[datetime, datetime]]:
    """Return those of the times at which host or room have something else already."""
    if not times:
        return set()
    first = grains(*min(times)).start
    end = max(grains(*one).stop for one in times)
    whose = Resource.account_id == host_id
    found = (
        select(TimeClaim.grain)
        .join(Resource, Resource.id == TimeClaim.resource_id)
        .where(or_(whose, Resource.room_id == room_id) if room_id is not None else whose)
        .where(TimeClaim.grain.between(first, end))
    )
    taken = set(session.scalars(found))
    return {one for one in times if taken.intersection(grains(*one))}
