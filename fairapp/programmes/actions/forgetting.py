"""The retention clock of counselling: three years after somebody was counselled last, its words go; stages and days stay."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from fairapp.programmes.models import Assignment, CaseNote, Goal, Participation, Plan, Referral, ReferralStep, StageStep

MOST = 500  # rows of each table at a time


def forget_counselling(session: Session, before: datetime) -> int:
    """Destroy the words of some counselling that ended before then; return how many rows, 0 at the end.

    Whoever has a counsellor of the agency, or had one since, keeps all of hers there: the next one goes on from it.
    """
    steps: tuple[Callable[[Session, datetime], int], ...] = (_delete_notes, _delete_goals, _blank_plans, _blank_others)
    return sum(step(session, before) for step in steps)


def _over(agency: Any, seeker: Any, before: datetime) -> ColumnElement[bool]:
    """Whether the person is counselled by the agency no more, and was not since then."""
    since = aliased(Assignment)
    lasts = since.ended_at.is_(None) | (since.ended_at >= before)
    return ~exists().where(since.agency_id == agency, since.seeker_id == seeker, lasts)


def _delete_notes(session: Session, before: datetime) -> int:
    old = CaseNote.at < before, _over(CaseNote.agency_id, CaseNote.seeker_id, before)
    return _delete(session, CaseNote, old)


def _delete_goals(session: Session, before: datetime) -> int:
    return _delete(session, Goal, (Goal.made_at < before, _over(Goal.agency_id, Goal.seeker_id, before)))


def _delete(session: Session, table: Any, old: tuple[ColumnElement[bool], ...]) -> int:
    ids = session.scalars(select(table.id).where(*old).order_by(table.id).limit(MOST)).all()
    session.execute(delete(table).where(table.id.in_(ids)))
    return len(ids)


def _blank_plans(session: Session, before: datetime) -> int:
    old = Plan.offered_at < before, Plan.text != "", _over(Plan.agency_id, Plan.seeker_id, before)
    return _blank(session, Plan, select(Plan.id).where(*old), text="", answer="", goals={})


def _blank_others(session: Session, before: datetime) -> int:
    """Blank why somebody was referred, handed over, or moved from stage to stage."""
    referrals = select(Referral.id).where(
        Referral.made_at < before, Referral.why != "", _over(Referral.agency_id, Referral.seeker_id, before)
    )
    replies = (
        select(ReferralStep.id)
        .join(Referral, Referral.id == ReferralStep.referral_id)
        .where(ReferralStep.at < before, ReferralStep.text != "")
        .where(_over(Referral.agency_id, Referral.seeker_id, before))
    )
    handed = select(Assignment.id).where(
        Assignment.ended_at < before, Assignment.reason != "", _over(Assignment.agency_id, Assignment.seeker_id, before)
    )
    steps = (
        select(StageStep.id)
        .join(Participation, Participation.id == StageStep.participation_id)
        .where(StageStep.at < before, StageStep.why != "")
        .where(_over(Participation.agency_id, Participation.seeker_id, before))
    )
    done = _blank(session, ReferralStep, replies, text="") + _blank(session, Referral, referrals, why="")
    return done + _blank(session, Assignment, handed, reason="") + _blank(session, StageStep, steps, why="")


def _blank(session: Session, table: Any, found: Any, **values: Any) -> int:
    ids = session.scalars(found.order_by(table.id).limit(MOST)).all()
    session.execute(update(table).where(table.id.in_(ids)).values(values))
    return len(ids)
