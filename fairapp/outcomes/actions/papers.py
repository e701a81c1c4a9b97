"""Documents of applicants who were not hired: the employer's sight of them ends, and so do its copies; see rules.papers."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.actions import record_destruction, shorten_consents, withdraw_consent
from fairapp.errors import NotFound
from fairapp.outcomes import queries, rules
from fairapp.outcomes.models import PaperDuty


def end_sight(session: Session, seeker_id: int, employer_id: int, decided_at: datetime, now: datetime) -> None:
    """Let the employer that rejected the person see her documents no longer than the time in which she may ask for them."""
    latest = rules.ends_at(decided_at, decided_at + timedelta(days=3650), now)
    shorten_consents(session, seeker_id, employer_id, "interview", latest, now)


def ask_papers(session: Session, seeker_id: int, employer_id: int, now: datetime) -> int:
    """Take every consent for interviews at the employer back and have it destroy its copies within 14 days; return the duty.

    NotFound where the employer never had a consent. Asked again, the first request stands.
    """
    receipts = queries.own_receipts(session, seeker_id, employer_id)
    if not receipts:
        raise NotFound
    for receipt in receipts:
        withdraw_consent(session, seeker_id, receipt, now)
    mine = PaperDuty.seeker_id == seeker_id, PaperDuty.employer_id == employer_id
    known = session.scalar(select(PaperDuty).where(*mine, PaperDuty.done_at.is_(None)).order_by(PaperDuty.id).limit(1))
    if known is not None:
        known.asked_at = known.asked_at or now
        return known.id
    duty_id = _open(session, receipts[0], seeker_id, employer_id, now, now)
    trace.record(session, "papers.asked", "employer", employer_id, now, by=seeker_id, person_id=seeker_id)
    return duty_id


def _open(
    session: Session, consent_id: int, seeker_id: int, employer_id: int, asked_at: datetime | None, ended_at: datetime
) -> int:
    """Write down that the employer destroys its copies, once for a receipt."""
    same = session.scalar(select(PaperDuty.id).where(PaperDuty.consent_id == consent_id))
    values = {"asked_at": asked_at, "due_at": ended_at + rules.DESTROYED_WITHIN, "done_at": None, "done_by": None}
    if same is not None:
        session.execute(update(PaperDuty).where(PaperDuty.id == same).values(values))
        return same
    row = {"consent_id": consent_id, "seeker_id": seeker_id, "employer_id": employer_id, **values}
    return int(session.execute(insert(PaperDuty).values(row).returning(PaperDuty.id)).scalar_one())


def open_paper_duties(session: Session, now: datetime) -> int:
    """Open the duties of some receipts that have ended; return how many, 0 at the end."""
    rows = session.execute(queries.ended_consents(now)).all()
    for row in rows:
        ended_at = min(moment for moment in (row.until, row.withdrawn_at) if moment is not None)
        _open(session, row.id, row.seeker_id, row.employer_id, None, ended_at)
    return len(rows)


def confirm_papers_gone(session: Session, duty_id: int, employer_id: int, by: int, now: datetime) -> None:
    """Keep that the employer says it has destroyed its copies, with a record of destruction; NotFound for another's."""
    mine = PaperDuty.id == duty_id, PaperDuty.employer_id == employer_id
    seeker_id = session.scalar(select(PaperDuty.seeker_id).where(*mine))
    if seeker_id is None:
        raise NotFound
    done = update(PaperDuty).where(*mine, PaperDuty.done_at.is_(None)).values(done_at=now, done_by=by)
    if session.execute(done.returning(PaperDuty.id)).first() is not None:
        record_destruction(session, "papers", 1, now, account_id=seeker_id)
        trace.record(session, "papers.destroyed", "employer", employer_id, now, by=by, person_id=seeker_id)
