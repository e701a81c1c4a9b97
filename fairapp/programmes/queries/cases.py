"""Reads of a caseload: with each person her course, what is overdue, and what comes next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from fairapp.agencies.models import Agency
from fairapp.programmes import rules
from fairapp.programmes.models import Assignment, Participation, Programme, ProgrammeStage
from fairapp.programmes.queries.consents import allowed
from fairapp.programmes.queries.plans import GoalRow, goals, last_contacts
from fairapp.scheduling.models import Booking, Slot

MOST_CASES = 20_000  # of an agency: far more than its counsellors could have


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody who is counselled. Who is not on the way has no stage."""

    id: int  # of the assignment
    agency_id: int
    agency_name: str
    agency_name_en: str
    seeker_id: int
    counsellor_id: int
    began_at: datetime
    allowed: bool  # she lets the agency see her data; nobody's name is here
    participation_id: int | None
    stage: int | None
    stage_name: str
    stage_name_en: str
    paused: bool
    late: tuple[str, ...]
    next_on: date | None
    meeting_at: datetime | None

    @property
    def order(self) -> tuple[int, date, int]:
        """Overdue first, then by the next day, then by id."""
        return (0 if self.late else 1, self.next_on or date.max, self.id)


def _meetings(
    session: Session, agency_ids: Collection[int], seekers: Collection[int], now: datetime
) -> dict[tuple[int, int], datetime]:
    """Return the next meeting of each person with a coach of the agency."""
    found = (
        select(Slot.agency_id, Booking.seeker_id, Slot.starts_at)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.seeker_id.in_(set(seekers)), Booking.status == "confirmed", Slot.coach_id.is_not(None))
        .where(Slot.agency_id.in_(set(agency_ids)), Slot.starts_at > now)
        .order_by(Slot.starts_at.desc())
    )
    return {(row.agency_id, row.seeker_id): row.starts_at for row in session.execute(found)}


def cases(
    session: Session,
    now: datetime,
    *,
    agency_ids: Collection[int],
    counsellor_id: int | None = None,
) -> list[Case]:
    """Return the people counselled at these agencies, by one counsellor or by all, the overdue first.

    Seven statements for one agency, however many people: a caseload has at most its limit.
    """
    rows = _rows(session, agency_ids, counsellor_id)
    by_agency: dict[int, list[int]] = {}
    for row in rows:
        by_agency.setdefault(row.Assignment.agency_id, []).append(row.Assignment.seeker_id)
    meetings = _meetings(session, agency_ids, [row.Assignment.seeker_id for row in rows], now)
    known: dict[int, tuple[set[int], dict[int, datetime], dict[int, list[GoalRow]]]] = {}
    for agency_id, seekers in by_agency.items():
        open_goals: dict[int, list[GoalRow]] = {}
        for goal in goals(session, agency_id, seekers, now):
            if goal.state == "open":
                open_goals.setdefault(goal.seeker_id, []).append(goal)
        last = last_contacts(session, agency_id, seekers, now)
        known[agency_id] = (allowed(session, seekers, agency_id, now), last, open_goals)
    today = rules.day_of(now)
    made = [_case(row, *known[row.Assignment.agency_id], meetings, today) for row in rows]
    return sorted(made, key=lambda one: one.order)


def _rows(session: Session, agency_ids: Collection[int], counsellor_id: int | None) -> Sequence[Any]:
    on_the_way = and_(
        Participation.agency_id == Assignment.agency_id,
        Participation.seeker_id == Assignment.seeker_id,
        Participation.ended_at.is_(None),
    )
    here = and_(ProgrammeStage.programme_id == Programme.id, ProgrammeStage.no == Participation.stage)
    found = (
        select(Assignment, Participation, Programme, ProgrammeStage)
        .add_columns(Agency.name.label("agency_name"), Agency.name_en.label("agency_name_en"))
        .join(Agency, Agency.id == Assignment.agency_id)
        .outerjoin(Participation, on_the_way)
        .outerjoin(Programme, Programme.id == Participation.programme_id)
        .outerjoin(ProgrammeStage, here)
        .where(Assignment.agency_id.in_(set(agency_ids)), Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
        .limit(MOST_CASES)
    )
    if counsellor_id is not None:
        found = found.where(Assignment.counsellor_id == counsellor_id)
    return session.execute(found).all()


def course_of(
    way: Participation, programme: Programme, stage_days: int, last: datetime | None, due: Sequence[date]
) -> rules.Course:
    """Return what decides what is overdue with somebody."""
    return rules.Course(
        began_at=way.began_at,
        stage_since=way.stage_since,
        stage_days=stage_days,
        days=programme.days,
        quiet_days=programme.quiet_days,
        stage_pause=way.stage_pause,
        whole_pause=way.whole_pause,
        paused=way.paused_at is not None,
        last_contact=last,
        goals_due=tuple(due),
    )


def _case(
    row: Any,
    may: set[int],
    last: dict[int, datetime],
    open_goals: dict[int, list[GoalRow]],
    meetings: dict[tuple[int, int], datetime],
    today: date,
) -> Case:
    one, way, stage = row.Assignment, row.Participation, row.ProgrammeStage
    seeker = one.seeker_id
    course = None
    if way is not None:
        due = [goal.due_on for goal in open_goals.get(seeker, ())]
        course = course_of(way, row.Programme, stage.usual_days, last.get(seeker), due)
    return Case(
        id=one.id,
        agency_id=one.agency_id,
        agency_name=row.agency_name,
        agency_name_en=row.agency_name_en,
        seeker_id=seeker,
        counsellor_id=one.counsellor_id,
        began_at=one.began_at,
        allowed=seeker in may,
        participation_id=None if way is None else way.id,
        stage=None if way is None else way.stage,
        stage_name="" if stage is None else stage.name,
        stage_name_en="" if stage is None else stage.name_en,
        paused=way is not None and way.paused_at is not None,
        late=() if course is None else rules.overdue(course, today),
        next_on=None if course is None else rules.next_date(course, today),
        meeting_at=meetings.get((one.agency_id, seeker)),
    )
