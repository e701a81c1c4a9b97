"""Reads of goals, plans, notes and contacts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.agencies.models import Agency
from fairapp.outcomes.models import Attendance
from fairapp.programmes.models import CaseNote, Goal, Plan
from fairapp.scheduling.models import Booking, Slot

MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal as it stands at `now`. `state`: open, done, dropped; `attended` counts sessions where it asks for some."""

    id: int
    seeker_id: int
    text: str
    due_on: date
    sessions: int | None
    attended: int
    state: str
    why: str


def attended() -> Select[*tuple[Any, ...]]:
    """Select (seeker_id, starts_at, agency_id, kind) of meetings with coaches at which the seeker was, by the newest mark."""
    newest = (
        select(Attendance.state)
        .where(Attendance.booking_id == Booking.id, Attendance.side == "seeker")
        .order_by(Attendance.id.desc())
        .limit(1)
        .correlate(Booking)
        .scalar_subquery()
    )
    return (
        select(Booking.seeker_id, Slot.starts_at, Slot.agency_id, Slot.kind)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.status.in_(("confirmed", "completed")), Slot.coach_id.is_not(None), newest == "present")
    )


def goals(session: Session, agency_id: int, seeker_ids: Collection[int], now: datetime) -> list[GoalRow]:
    """Return the goals of these people at the agency by day, with how many sessions each attended since; two statements."""
    if not seeker_ids:
        return []
    found = (
        select(Goal)
        .where(Goal.agency_id == agency_id, Goal.seeker_id.in_(set(seeker_ids)))
        .order_by(Goal.due_on, Goal.id)
    )
    rows = list(session.scalars(found))
    been = attended().where(Booking.seeker_id.in_(set(seeker_ids)), Slot.kind == "group", Slot.starts_at <= now)
    been = been.where(Slot.agency_id == agency_id)
    times: dict[int, list[datetime]] = {}
    for row in session.execute(been):
        times.setdefault(row.seeker_id, []).append(row.starts_at)
    return [_goal(goal, times.get(goal.seeker_id, ())) for goal in rows]


def _goal(goal: Goal, times: Sequence[datetime]) -> GoalRow:
    count = sum(at >= goal.made_at for at in times) if goal.sessions else 0
    reached = goal.done_at is not None or (goal.sessions is not None and count >= goal.sessions)
    state = "dropped" if goal.dropped_at is not None else "done" if reached else "open"
    return GoalRow(goal.id, goal.seeker_id, goal.text, goal.due_on, goal.sessions, count, state, goal.why)


def goals_of(
    session: Session, agency_id: int, seeker_id: int, now: datetime, *, only_open: bool = False
) -> list[GoalRow]:
    """Return one person's goals at the agency by day."""
    found = goals(session, agency_id, [seeker_id], now)
    return [goal for goal in found if goal.state == "open"] if only_open else found


def plans_of(session: Session, seeker_id: int, agency_id: int | None = None, limit: int = 30) -> Sequence[Any]:
    """Return the person's plans, the newest version first, each with its agency's names: Plan, name, name_en."""
    found = (
        select(Plan, Agency.name, Agency.name_en)
        .join(Agency, Agency.id == Plan.agency_id)
        .where(Plan.seeker_id == seeker_id)
        .order_by(Plan.agency_id, Plan.version.desc())
        .limit(limit)
    )
    return session.execute(found if agency_id is None else found.where(Plan.agency_id == agency_id)).all()


def notes_of(session: Session, agency_id: int, seeker_id: int, reader_id: int) -> Sequence[Any]:
    """Return what was written about the person there, the latest first: shared notes of all, private ones of the reader."""
    found = (
        select(CaseNote.id, CaseNote.private, CaseNote.contact, CaseNote.text, CaseNote.at, CaseNote.author_id)
        .add_columns(Account.name.label("author"))
        .join(Account, Account.id == CaseNote.author_id)
        .where(CaseNote.agency_id == agency_id, CaseNote.seeker_id == seeker_id)
        .where(or_(CaseNote.private.is_(False), CaseNote.author_id == reader_id))
        .order_by(CaseNote.id.desc())
        .limit(MOST_NOTES)
    )
    return session.execute(found).all()


def last_contacts(session: Session, agency_id: int, seeker_ids: Collection[int], now: datetime) -> dict[int, datetime]:
    """Return when each was last in touch: by a shared note that says so, or a meeting she came to; two statements."""
    if not seeker_ids:
        return {}
    wanted = set(seeker_ids)
    noted = (
        select(CaseNote.seeker_id, func.max(CaseNote.at).label("at"))
        .where(CaseNote.agency_id == agency_id, CaseNote.seeker_id.in_(wanted))
        .where(CaseNote.contact.is_not(None), CaseNote.private.is_(False), CaseNote.at <= now)
        .group_by(CaseNote.seeker_id)
    )
    met = attended().where(Booking.seeker_id.in_(wanted), Slot.agency_id == agency_id, Slot.starts_at <= now)
    been = met.subquery()
    meetings = select(been.c.seeker_id, func.max(been.c.starts_at).label("at")).group_by(been.c.seeker_id)
    last: dict[int, datetime] = {}
    for row in [*session.execute(noted), *session.execute(meetings)]:
        last[row.seeker_id] = max(row.at, last.get(row.seeker_id, row.at))
    return last
