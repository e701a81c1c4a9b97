"""Reads of programmes and of where people are on the way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.programmes.models import Participation, Plan, Programme, ProgrammeStage, Referral, ReferralStep, StageStep
from fairapp.programmes.queries.consents import allowed
from fairapp.programmes.queries.plans import goals_of, last_contacts
from fairapp.programmes.rules import StageFields


def stages_of(session: Session, programme_id: int) -> dict[int, StageFields]:
    """Return the four stages of a programme by number."""
    found = select(ProgrammeStage).where(ProgrammeStage.programme_id == programme_id).order_by(ProgrammeStage.no)
    return {
        row.no: StageFields(row.no, row.name, row.name_en, row.usual_days, tuple(row.entry), tuple(row.leave))
        for row in session.scalars(found)
    }


def programmes_of(session: Session, agency_id: int, *, going: bool = False, limit: int = 50) -> Sequence[Programme]:
    """Return the agency's programmes, the newest first; `going`: those that people can begin."""
    found = select(Programme).where(Programme.agency_id == agency_id)
    if going:
        found = found.where(Programme.ended_at.is_(None))
    return list(session.scalars(found.order_by(Programme.id.desc()).limit(limit)))


def holding(session: Session, agency_id: int, seeker_id: int, since: datetime, now: datetime) -> set[str]:
    """Return which CONDITIONS hold for the person at the agency; contact and referral count from `since`, the stage's begin."""
    found: set[str] = set()
    if seeker_id in allowed(session, [seeker_id], agency_id, now):
        found.add("consent")
    last = last_contacts(session, agency_id, [seeker_id], now).get(seeker_id)
    if last is not None and last >= since:
        found.add("contact")
    agreed = select(Plan.id).where(Plan.agency_id == agency_id, Plan.seeker_id == seeker_id, Plan.agreed.is_(True))
    if session.scalar(agreed.limit(1)) is not None:
        found.add("plan")
    if not goals_of(session, agency_id, seeker_id, now, only_open=True):
        found.add("goals")
    sent = (
        select(ReferralStep.id)
        .join(Referral, Referral.id == ReferralStep.referral_id)
        .where(Referral.agency_id == agency_id, Referral.seeker_id == seeker_id)
        .where(ReferralStep.what == "sent", ReferralStep.at >= since)
    )
    if session.scalar(sent.limit(1)) is not None:
        found.add("referral")
    return found


def participation_of(session: Session, agency_id: int, seeker_id: int) -> Participation | None:
    """Return the person's course at the agency: the one that goes on, otherwise the last."""
    found = (
        select(Participation)
        .where(Participation.agency_id == agency_id, Participation.seeker_id == seeker_id)
        .order_by(Participation.id.desc())
        .limit(1)
    )
    return session.scalar(found)


def steps_of(session: Session, participation_id: int) -> Sequence[Any]:
    """Return the steps of a course, the latest first: StageStep, and who made it."""
    found = (
        select(StageStep, Account.name)
        .outerjoin(Account, Account.id == StageStep.by)
        .where(StageStep.participation_id == participation_id)
        .order_by(StageStep.no.desc())
        .limit(200)
    )
    return session.execute(found).all()


def way_of(
    session: Session, agency_id: int, seeker_id: int
) -> tuple[Participation, Programme, dict[int, StageFields]] | None:
    """Return the person's course at the agency that goes on, with its programme and stages."""
    way = participation_of(session, agency_id, seeker_id)
    if way is None or way.ended_at is not None:
        return None
    return way, session.get_one(Programme, way.programme_id), stages_of(session, way.programme_id)
