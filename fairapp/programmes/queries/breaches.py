"""What the audit asks of this domain: every derived fact, derived again from the rows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Consent
from fairapp.programmes.models import (
    Assignment,
    Candidacy,
    CounsellorWait,
    Participation,
    PoolEntry,
    Referral,
    ReferralStep,
    StageStep,
)

MOST_TOLD = 100  # of each kind


def breaches(session: Session) -> list[str]:
    """Return a sentence for every breach: two counsellors, gaps in histories, states that no step explains, no consent."""
    return [found for check in CHECKS for found in check(session)]


def _one_counsellor(session: Session) -> Iterator[str]:
    """Find two assignments of a person at an agency that overlap, and people who wait although they have somebody."""
    one, other = aliased(Assignment), aliased(Assignment)
    same = and_(one.agency_id == other.agency_id, one.seeker_id == other.seeker_id, one.id < other.id)
    overlap = or_(one.ended_at.is_(None), one.ended_at > other.began_at)
    for row in session.execute(select(one.id, other.id).join(other, same).where(overlap).limit(MOST_TOLD)):
        yield f"assignment {row[0]} has not ended when {row[1]} begins"
    has = exists().where(
        Assignment.agency_id == CounsellorWait.agency_id,
        Assignment.seeker_id == CounsellorWait.seeker_id,
        Assignment.ended_at.is_(None),
    )
    waits = select(CounsellorWait.id).where(CounsellorWait.ended_at.is_(None), has)
    for found in session.scalars(waits.limit(MOST_TOLD)):
        yield f"counsellor_wait {found}: she has a counsellor"


def _numbered(session: Session, table: Any, *keys: Any) -> list[Any]:
    """Return the histories whose numbers have a gap: they begin with 1 and have as many rows as their last says."""
    gaps = select(*keys).group_by(*keys).having(func.max(table.no) != func.count()).limit(MOST_TOLD)
    return list(session.execute(gaps))


def _histories(session: Session) -> Iterator[str]:
    for row in _numbered(session, StageStep, StageStep.participation_id):
        yield f"participation {row[0]}: its steps have a gap"
    for row in _numbered(session, ReferralStep, ReferralStep.referral_id):
        yield f"referral {row[0]}: its steps have a gap"
    for row in _numbered(session, PoolEntry, PoolEntry.pool_id, PoolEntry.account_id):
        yield f"pool {row[0]}: the entries of account {row[1]} have a gap"


def _stages(session: Session) -> Iterator[str]:
    """Compare where a person is with what her last steps say."""
    last = select(func.max(StageStep.no)).where(StageStep.participation_id == Participation.id)
    step = and_(
        StageStep.participation_id == Participation.id, StageStep.no == last.correlate(Participation).scalar_subquery()
    )
    wrong = or_(
        StageStep.stage != Participation.stage,
        StageStep.what == "left",
        (StageStep.what == "ended") != Participation.ended_at.is_not(None),
        (StageStep.what == "paused") != Participation.paused_at.is_not(None),
    )
    found = select(Participation.id).join(StageStep, step).where(wrong).order_by(Participation.id)
    for one in session.scalars(found.limit(MOST_TOLD)):
        yield f"participation {one}: stage or pause is not what its last step says"


def _sent_by_consent(session: Session) -> Iterator[str]:
    """Find what went out without a receipt of the very person for the very receiver."""
    sent = Referral.state.in_(("sent", "seen", "accepted", "declined", "result"))
    wrong = or_(Consent.id.is_(None), Consent.seeker_id != Referral.seeker_id, Consent.purpose != "referral")
    found = select(Referral.id).outerjoin(Consent, Consent.id == Referral.consent_id).where(sent, wrong)
    for one in session.scalars(found.limit(MOST_TOLD)):
        yield f"referral {one} went out without her consent"
    asked = select(Candidacy.id).outerjoin(Consent, Consent.id == Candidacy.consent_id)
    bare = or_(Consent.id.is_(None), Consent.seeker_id != Candidacy.seeker_id)
    for one in session.scalars(asked.where(Candidacy.agreed.is_(True), bare).limit(MOST_TOLD)):
        yield f"candidacy {one} is shown without her consent"
    told = select(func.max(ReferralStep.no)).where(ReferralStep.what != "reminded")
    here = told.where(ReferralStep.referral_id == Referral.id).correlate(Referral).scalar_subquery()
    step = and_(ReferralStep.referral_id == Referral.id, ReferralStep.no == here)
    state = select(Referral.id).join(ReferralStep, step).where(ReferralStep.what != Referral.state)
    for one in session.scalars(state.limit(MOST_TOLD)):
        yield f"referral {one}: its state is not what its last step says"


CHECKS = (_one_counsellor, _histories, _stages, _sent_by_consent)
