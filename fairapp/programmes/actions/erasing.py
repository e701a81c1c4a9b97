"""Taking a person out of this domain: what is personal goes, what counts stays without her words."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fairapp.programmes.actions.assigning import release
from fairapp.programmes.actions.referrals import withdraw_referral
from fairapp.programmes.actions.stages import end
from fairapp.programmes.models import (
    Assignment,
    Candidacy,
    CaseNote,
    ConsentAsk,
    CounsellorWait,
    Enrolment,
    Goal,
    Homecoming,
    Participation,
    Plan,
    PoolEntry,
    Referral,
    ReferralStep,
    SessionInvite,
    StageStep,
)


def erase_person(session: Session, account_id: int, now: datetime) -> None:
    """Remove or blank everything personal of the account: her enrolments, notes, plans, goals and wishes go, texts are
    blanked; ids, stages and days stay, so that past figures and histories stay true. Whoever waits gets her place.
    """
    for agency_id in _agencies(session, account_id):
        release(session, agency_id, account_id, "erased", now)
    whole: tuple[tuple[Any, Any], ...] = (
        (Enrolment, Enrolment.account_id),
        (Homecoming, Homecoming.account_id),
        (CaseNote, CaseNote.seeker_id),
        (Goal, Goal.seeker_id),
        (SessionInvite, SessionInvite.seeker_id),
        (PoolEntry, PoolEntry.account_id),
    )
    for table, column in whole:
        session.execute(delete(table).where(column == account_id))
    _blank(session, Plan, Plan.seeker_id == account_id, text="", answer="", goals={})
    _blank(session, Assignment, Assignment.seeker_id == account_id, reason="")
    _blank(session, Candidacy, Candidacy.seeker_id == account_id, reasons=[], available_from=None)
    ways = select(Participation.id).where(Participation.seeker_id == account_id)
    _blank(session, StageStep, StageStep.participation_id.in_(ways), why="")
    referrals = select(Referral.id).where(Referral.seeker_id == account_id)
    _blank(session, ReferralStep, ReferralStep.referral_id.in_(referrals), text="")
    _blank(session, Referral, Referral.seeker_id == account_id, why="")
    _end_open(session, account_id, now)


def _agencies(session: Session, account_id: int) -> list[int]:
    """Return the agencies that counsel the person or let her wait."""
    has = select(Assignment.agency_id).where(Assignment.seeker_id == account_id, Assignment.ended_at.is_(None))
    waits = select(CounsellorWait.agency_id).where(
        CounsellorWait.seeker_id == account_id, CounsellorWait.ended_at.is_(None)
    )
    return sorted(session.scalars(has.union(waits)))


def _blank(session: Session, table: Any, where: Any, **values: Any) -> None:
    session.execute(update(table).where(where).values(values))


def _end_open(session: Session, account_id: int, now: datetime) -> None:
    """End what is open: nobody is asked any more, and nothing waits for an answer."""
    asked = ConsentAsk.seeker_id == account_id, ConsentAsk.answered_at.is_(None)
    session.execute(update(ConsentAsk).where(*asked).values(answered_at=now, agreed=False))
    waiting = Candidacy.seeker_id == account_id, Candidacy.answered_at.is_(None)
    session.execute(update(Candidacy).where(*waiting).values(answered_at=now, agreed=False))
    going = Participation.seeker_id == account_id, Participation.ended_at.is_(None)
    for way in session.scalars(select(Participation).where(*going)).all():
        end(session, way.id, "own_wish", None, now)
    for referral in session.scalars(select(Referral).where(Referral.seeker_id == account_id)).all():
        if referral.state in ("asked", "sent", "seen"):
            withdraw_referral(session, referral.id, None, now)
