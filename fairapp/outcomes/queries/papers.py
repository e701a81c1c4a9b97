"""Reads of documents at employers: for the person each employer, for an employer what is to be destroyed by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Consent, Disclosure
from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.outcomes.models import Outcome, PaperDuty
from fairapp.outcomes.queries.counting import FOREVER, stands
from fairapp.outcomes.queries.desk import MOST_RECENT
from fairapp.outcomes.rules import state_of_papers

MOST = 200
PURPOSE = "interview"


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents of a person at one employer."""

    employer_id: int
    name: str
    name_en: str
    state: str
    until: datetime | None  # the employer sees them until then
    due_at: datetime | None  # its copies are gone by then
    done_at: datetime | None


def papers_of(session: Session, seeker_id: int, now: datetime) -> list[Papers]:
    """Return, for each employer that ever had the person's consent for an interview, where her documents are."""
    holds = and_(Consent.withdrawn_at.is_(None), Consent.until > now)
    until = select(func.max(Consent.until)).where(
        Consent.seeker_id == seeker_id, Consent.employer_id == Employer.id, Consent.purpose == PURPOSE, holds
    )
    ever = select(Consent.employer_id).where(Consent.seeker_id == seeker_id, Consent.purpose == PURPOSE)
    newest = select(func.max(PaperDuty.id)).where(
        PaperDuty.seeker_id == seeker_id, PaperDuty.employer_id == Employer.id
    )
    found = (
        select(Employer.id, Employer.name, Employer.name_en, PaperDuty.id.label("duty"), PaperDuty.asked_at)
        .add_columns(PaperDuty.due_at, PaperDuty.done_at)
        .add_columns(until.correlate(Employer).scalar_subquery().label("until"))
        .add_columns(_rejected(seeker_id).label("rejected"))
        .outerjoin(PaperDuty, PaperDuty.id == newest.correlate(Employer).scalar_subquery())
        .where(Employer.id.in_(ever))
        .order_by(Employer.id.desc())
        .limit(MOST)
    )
    rows = []
    for row in session.execute(found):
        again = row.until is not None and row.asked_at is None  # she has allowed it anew
        done = None if again else row.done_at
        state = state_of_papers(row.until, row.rejected, row.asked_at, row.duty is not None and not again, done)
        rows.append(Papers(row.id, row.name, row.name_en, state, row.until, None if again else row.due_at, done))
    return rows


def _rejected(seeker_id: int) -> Any:
    said = (
        select(Outcome.id)
        .join(Booth, Booth.id == Outcome.booth_id)
        .where(Outcome.seeker_id == seeker_id, Booth.employer_id == Employer.id, Outcome.stage == "rejected")
        .where(stands(Outcome, FOREVER))
    )
    return exists(said.correlate(Employer))


@dataclass(frozen=True, slots=True)
class Duty:
    """Copies of somebody's documents that an employer destroys."""

    id: int
    seeker_id: int
    seeker_name: str  # shown masked
    asked_at: datetime | None
    due_at: datetime
    done_at: datetime | None


def paper_duties(session: Session, employer_id: int) -> list[Duty]:
    """Return what an employer has to destroy, the earliest due first, and then the last that it has."""
    columns = (PaperDuty.id, PaperDuty.seeker_id, Account.name, PaperDuty.asked_at, PaperDuty.due_at, PaperDuty.done_at)
    found = (
        select(*columns).join(Account, Account.id == PaperDuty.seeker_id).where(PaperDuty.employer_id == employer_id)
    )
    todo = found.where(PaperDuty.done_at.is_(None)).order_by(PaperDuty.due_at, PaperDuty.id).limit(MOST)
    done = found.where(PaperDuty.done_at.is_not(None)).order_by(PaperDuty.done_at.desc()).limit(MOST_RECENT)
    return [Duty(*row) for row in (*session.execute(todo), *session.execute(done))]


def ended_consents(now: datetime) -> Select[*tuple[Any, ...]]:
    """Select the interview receipts that have ended, of which documents were looked at, and that no duty follows yet."""
    ended = or_(Consent.until <= now, Consent.withdrawn_at <= now)
    looked = select(Disclosure.id).where(Disclosure.consent_id == Consent.id)
    followed = select(PaperDuty.id).where(PaperDuty.consent_id == Consent.id)
    wanted = select(Consent.id, Consent.seeker_id, Consent.employer_id, Consent.until, Consent.withdrawn_at)
    receiver = Consent.employer_id.is_not(None), Consent.purpose == PURPOSE
    return wanted.where(ended, *receiver, looked.exists(), ~followed.exists()).order_by(Consent.id).limit(MOST)


def own_receipts(session: Session, seeker_id: int, employer_id: int) -> Sequence[int]:
    """Return the person's receipts for interviews at the employer, the newest first."""
    mine = Consent.seeker_id == seeker_id, Consent.employer_id == employer_id, Consent.purpose == PURPOSE
    return session.scalars(select(Consent.id).where(*mine).order_by(Consent.id.desc())).all()
