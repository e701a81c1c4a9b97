"""What a counsellor and a person agree on: goals, versions of a plan, notes."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Conflict, NotFound
from fairapp.live.actions import announce, post
from fairapp.programmes import pushes, queries, rules
from fairapp.programmes.models import CaseNote, Goal, Plan


class TooManyGoals(Conflict):
    """So many goals at a time help nobody."""

    slug = "too-many-goals"
    title = _l("열린 목표가 너무 많아요. 먼저 이루었거나 그만둔 목표를 정리해 주세요")


def add_goal(
    session: Session,
    agency_id: int,
    seeker_id: int,
    text: str,
    due_on: date,
    by: int,
    now: datetime,
    *,
    sessions: int | None = None,
) -> int:
    """Set a goal with its day and return its id; with `sessions` it is reached by attending so many sessions for many."""
    said = rules.checked_goal(text, due_on, sessions, rules.day_of(now))
    if len(queries.goals_of(session, agency_id, seeker_id, now, only_open=True)) >= rules.MOST_GOALS:
        raise TooManyGoals
    row = {"agency_id": agency_id, "seeker_id": seeker_id, "text": said, "due_on": due_on, "sessions": sessions}
    new = insert(Goal).values(**row, made_by=by, made_at=now, why="").returning(Goal.id)
    made = int(session.execute(new).scalar_one())
    trace.record(session, "goal.made", "goal", made, now, by=by, person_id=seeker_id)
    return made


def end_goal(
    session: Session, goal_id: int, agency_id: int, seeker_id: int, by: int, now: datetime, *, done: bool, why: str = ""
) -> None:
    """Say that a goal was reached (`done`) or is dropped. NotFound for another person's, GoalEnded for the second time."""
    goal = session.get(Goal, goal_id)
    if goal is None or (goal.agency_id, goal.seeker_id) != (agency_id, seeker_id):
        raise NotFound
    going = Goal.id == goal_id, Goal.done_at.is_(None), Goal.dropped_at.is_(None)
    values = {"done_at" if done else "dropped_at": now, "why": why.strip()[:300]}
    if session.execute(update(Goal).where(*going).values(values).returning(Goal.id)).scalar() is None:
        raise rules.GoalEnded
    trace.record(session, "goal.done" if done else "goal.dropped", "goal", goal_id, now, by=by, person_id=seeker_id)


def offer_plan(session: Session, agency_id: int, seeker_id: int, text: str, by: int, now: datetime) -> int:
    """Put the next version of the plan, with the goals that are open, before the person; she is told by letter."""
    said = rules.checked_plan(text)
    queries.lock_agency(session, agency_id)  # versions are numbered without gaps
    mine = Plan.agency_id == agency_id, Plan.seeker_id == seeker_id
    version = (session.scalar(select(func.max(Plan.version)).where(*mine)) or 0) + 1
    goals = queries.goals_of(session, agency_id, seeker_id, now, only_open=True)
    kept = {"goals": [{"text": goal.text, "due_on": goal.due_on.isoformat()} for goal in goals]}
    row = {"agency_id": agency_id, "seeker_id": seeker_id, "version": version, "text": said, "goals": kept}
    new = insert(Plan).values(**row, offered_at=now, offered_by=by, answer="").returning(Plan.id)
    made = int(session.execute(new).scalar_one())
    trace.record(session, "plan.offered", "plan", made, now, by=by, person_id=seeker_id, data={"version": version})
    post(session, [pushes.plan_letter(seeker_id, made, now)])
    return made


def answer_plan(session: Session, plan_id: int, seeker_id: int, agreed: bool, text: str, now: datetime) -> None:
    """Keep that the person agrees, or which change she asks for; her counsellor is told.

    What was agreed on stays as it is. PlanAnswered for the second answer and for a version that a newer one replaced.
    """
    plan = session.get(Plan, plan_id)
    if plan is None or plan.seeker_id != seeker_id:
        raise NotFound
    said = rules.checked_answer(agreed, text)
    newer = select(Plan.id).where(
        Plan.agency_id == plan.agency_id, Plan.seeker_id == seeker_id, Plan.version > plan.version
    )
    if session.scalar(newer.limit(1)) is not None:
        raise rules.PlanAnswered
    open_one = update(Plan).where(Plan.id == plan_id, Plan.answered_at.is_(None))
    values = {"answered_at": now, "agreed": agreed, "answer": said}
    if session.execute(open_one.values(values).returning(Plan.id)).scalar() is None:
        raise rules.PlanAnswered
    trace.record(session, "plan.answered", "plan", plan_id, now, by=seeker_id, data={"agreed": agreed})
    has = queries.open_assignment(session, plan.agency_id, seeker_id)
    if has is not None:
        announce(session, [pushes.case_news(has.counsellor_id, has.id, now)])
        post(session, [pushes.plan_answer_letter(has.counsellor_id, has.id, plan_id, now)])


def write_note(
    session: Session,
    agency_id: int,
    seeker_id: int,
    author_id: int,
    text: str,
    now: datetime,
    *,
    private: bool,
    contact: str | None = None,
) -> int:
    """Append a note: a shared one goes on to the next counsellor, a private one is read by its author alone."""
    said = rules.checked_note(text, contact)
    row = {"agency_id": agency_id, "seeker_id": seeker_id, "author_id": author_id, "private": private, "text": said}
    new = insert(CaseNote).values(**row, contact=contact, at=now).returning(CaseNote.id)
    made = int(session.execute(new).scalar_one())
    if not private:
        trace.record(session, "note.shared", "case_note", made, now, by=author_id, person_id=seeker_id)
    return made
