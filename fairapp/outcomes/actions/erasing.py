"""Erasing what people wrote about a seeker's meetings; ledger and figures stay, with ids and codes alone."""

from datetime import datetime

from sqlalchemy import String, cast, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.accounts.models import Consent
from fairapp.outcomes import queries
from fairapp.outcomes.models import Appeal, CheckIn, ExportJob, FairPass, MailOrder, Outcome, OutcomeReply, PaperDuty
from fairapp.scheduling.models import Booking

MOST_FORGOTTEN = 500  # rows at once


def erase_person(session: Session, account_id: int, now: datetime) -> None:
    """Blank appeals, disputes and numbers of documents, make passes useless, drop every file in which she may stand."""
    _drop_files(session, account_id)
    bookings = select(Booking.id).where(Booking.seeker_id == account_id)
    session.execute(update(Appeal).where(Appeal.booking_id.in_(bookings)).values(text="", answer=""))
    outcomes = select(Outcome.id).where(Outcome.seeker_id == account_id)
    session.execute(update(OutcomeReply).where(OutcomeReply.outcome_id.in_(outcomes)).values(text="", answer=""))
    # The pass stays, for each check-in has one; what is printed on hers opens nothing any more.
    passes = update(FairPass).where(FairPass.account_id == account_id)
    session.execute(passes.values(code=literal("erased-").concat(cast(FairPass.id, String))))
    mine = MailOrder.account_id == account_id, MailOrder.ended_at.is_(None)
    session.execute(update(MailOrder).where(*mine).values(ended_at=now))
    _reduce_ledger(session, account_id, now)


def _drop_files(session: Session, account_id: int) -> None:
    """Give up finished and half-made exports of fairs the person had to do with: the job deletes what lies on the disk."""
    fairs = (
        select(Booking.fair_id)
        .where(Booking.seeker_id == account_id)
        .union(
            select(CheckIn.fair_id).where(CheckIn.account_id == account_id),
            select(FairPass.fair_id).where(FairPass.account_id == account_id),
        )
    )
    with_her = or_(ExportJob.fair_id.in_(fairs), ExportJob.requested_by == account_id)
    for state, becomes in (("ready", "deleted"), ("making", "failed")):
        given_up = update(ExportJob).where(with_her, ExportJob.state == state)
        session.execute(given_up.values(state=becomes, leased_until=None))


def _reduce_ledger(session: Session, account_id: int, now: datetime) -> None:
    """Take the numbers of seen documents out of the ledger; a trace of its own seals each row as it is now."""
    named = select(Outcome.__table__).where(Outcome.seeker_id == account_id, Outcome.reference != "")
    for row in session.execute(named.order_by(Outcome.id)).mappings().all():
        session.execute(update(Outcome).where(Outcome.id == row["id"]).values(reference=""))
        written = dict(row)
        seals = {"was": queries.seal_of(written), "seal": queries.seal_of({**written, "reference": ""})}
        about = {"fair_id": row["fair_id"], "person_id": account_id}
        trace.record(session, "outcome.reduced", "outcome", row["id"], now, **about, data=seals)


def forget_disputes(session: Session, before: datetime) -> int:
    """Blank the texts of some appeals and disputes that were answered before then; return how many."""
    for table, answered in ((Appeal, Appeal.decided_at), (OutcomeReply, OutcomeReply.answered_at)):
        said = or_(table.text != "", table.answer != "")
        ids = session.scalars(select(table.id).where(answered < before, said).limit(MOST_FORGOTTEN)).all()
        if ids:
            session.execute(update(table).where(table.id.in_(ids)).values(text="", answer=""))
            return len(ids)
    return 0


def forget_paper_duties(session: Session, before: datetime) -> int:
    """Delete some duties about receipts that ended before then; return how many."""
    ended = select(Consent.id).where(or_(Consent.until < before, Consent.withdrawn_at < before))
    ids = session.scalars(select(PaperDuty.id).where(PaperDuty.consent_id.in_(ended)).limit(MOST_FORGOTTEN)).all()
    session.execute(delete(PaperDuty).where(PaperDuty.id.in_(ids)))
    return len(ids)
