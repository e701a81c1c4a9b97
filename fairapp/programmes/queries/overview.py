"""What an organizer sees of the way to a job: loads, stages, what is overdue, and who was placed within a year."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.outcomes import rules as figures
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting
from fairapp.programmes import rules
from fairapp.programmes.models import Participation
from fairapp.programmes.queries.cases import cases
from fairapp.programmes.queries.counsellors import CounsellorRow, counsellors, waiting

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Placed:
    """Of the people who began in some days, how many found a job within a year of it. A share has one decimal."""

    began: int
    placed: int

    @property
    def share(self) -> float | None:
        """In per cent, halves up; None of nobody."""
        return figures.share(self.placed, self.began)


@dataclass(frozen=True, slots=True)
class Overview:
    """The counselling of one agency. `late` counts people by what is overdue with them, `by_stage` those on the way."""

    counsellors: list[CounsellorRow]
    by_stage: Mapping[int, int]
    late: Mapping[str, int]
    late_of: Mapping[int, int]  # people with something overdue, by counsellor
    people: int
    waiting: int
    whole: Placed  # who began between two years and one year ago: their year is over
    running: Placed  # who began since: some have time left


def _hires(session: Session, seekers: Collection[int]) -> dict[int, list[date]]:
    """Return the days on which hires that stand began for each of these people, as the ledger says; one statement."""
    if not seekers:
        return {}
    found = select(Outcome.seeker_id, Outcome.on).where(
        Outcome.seeker_id.in_(set(seekers)),
        Outcome.stage == "hired",
        counting.stands(Outcome, counting.FOREVER),
        ~counting.is_undone(Outcome, counting.FOREVER),
    )
    days: dict[int, list[date]] = {}
    for row in session.execute(found):
        days.setdefault(row.seeker_id, []).append(row.on)
    return days


def placed(session: Session, agency_id: int, since: datetime, until: datetime) -> Placed:
    """Return how many began from `since` until before `until`, and who of them was placed within a year of it.

    Placed is whose course ended by a job, or who was hired at a fair by a hire that stands. People count once.
    """
    found = select(Participation).where(Participation.agency_id == agency_id)
    ways = list(session.scalars(found.where(Participation.began_at >= since, Participation.began_at < until)))
    hires = _hires(session, [way.seeker_id for way in ways])
    people: dict[int, bool] = {}
    for way in ways:
        first, last = rules.day_of(way.began_at), rules.day_of(way.began_at + YEAR)
        by_job = way.end_reason == "job" and way.ended_at is not None and way.ended_at < way.began_at + YEAR
        at_fair = any(first <= day < last for day in hires.get(way.seeker_id, ()))
        people[way.seeker_id] = people.get(way.seeker_id, False) or by_job or at_fair
    return Placed(len(people), sum(people.values()))


def overview(session: Session, agency_id: int, now: datetime) -> Overview:
    """Return the counselling of the agency at `now`."""
    today = rules.day_of(now)
    every = cases(session, now, agency_ids=[agency_id])
    late: Counter[str] = Counter(name for one in every for name in one.late)
    return Overview(
        counsellors=counsellors(session, agency_id, today),
        by_stage=Counter(one.stage for one in every if one.stage is not None),
        late=late,
        late_of=Counter(one.counsellor_id for one in every if one.late),
        people=len(every),
        waiting=len(waiting(session, agency_id)),
        whole=placed(session, agency_id, now - 2 * YEAR, now - YEAR),
        running=placed(session, agency_id, now - YEAR, now + timedelta(seconds=1)),
    )


def veiled(count: int) -> int | None:
    """Return a number as an agency above sees it: none of 1 to 4 people."""
    return None if figures.is_small(count) else count
