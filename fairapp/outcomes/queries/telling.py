"""What this domain keeps about a person, for her own export."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.employers.models import Employer
from fairapp.outcomes.models import (
    Appeal,
    Attendance,
    CheckIn,
    ExportLog,
    FairPass,
    MailOrder,
    Outcome,
    OutcomeReply,
    PaperDuty,
)
from fairapp.scheduling.models import Booking

_OUTCOME: tuple[Any, ...] = (
    *(
        Outcome.id,
        Outcome.fair_id,
        Outcome.booking_id,
        Outcome.booth_id,
        Outcome.listing_id,
        Outcome.stage,
        Outcome.on,
    ),
    *(
        Outcome.employment_type,
        Outcome.salary,
        Outcome.occupation,
        Outcome.corrects,
        Outcome.months,
        Outcome.evidence,
    ),
    *(Outcome.reference, Outcome.role, Outcome.age, Outcome.segment, Outcome.region, Outcome.recorded_at),
)
_REPLY: tuple[Any, ...] = (
    *(OutcomeReply.outcome_id, OutcomeReply.agrees, OutcomeReply.text, OutcomeReply.at),
    *(OutcomeReply.answer, OutcomeReply.answered_at),
)


def told_of(session: Session, account_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return when she came, what was marked and recorded of her, what she said to it, and which files she took as staff."""
    hers = select(Booking.id).where(Booking.seeker_id == account_id)
    found = {
        "passes": select(FairPass.fair_id, FairPass.code, FairPass.created_at)
        .where(FairPass.account_id == account_id)
        .order_by(FairPass.id),
        "check_ins": select(CheckIn.fair_id, CheckIn.at, CheckIn.device)
        .where(CheckIn.account_id == account_id)
        .order_by(CheckIn.fair_id, CheckIn.at),
        "attendance": select(Attendance.booking_id, Attendance.side, Attendance.state, Attendance.at)
        .where(Attendance.booking_id.in_(hers))
        .order_by(Attendance.id),
        "appeals": select(Appeal.booking_id, Appeal.text, Appeal.at, Appeal.accepted, Appeal.answer)
        .where(Appeal.booking_id.in_(hers))
        .order_by(Appeal.id),
        "outcomes": select(*_OUTCOME).where(Outcome.seeker_id == account_id).order_by(Outcome.id),
        "disputes": select(*_REPLY)
        .join(Outcome, Outcome.id == OutcomeReply.outcome_id)
        .where(Outcome.seeker_id == account_id)
        .order_by(OutcomeReply.id),
        "papers": select(PaperDuty.consent_id, PaperDuty.asked_at, PaperDuty.due_at, PaperDuty.done_at, Employer.name)
        .join(Employer, Employer.id == PaperDuty.employer_id)
        .where(PaperDuty.seeker_id == account_id)
        .order_by(PaperDuty.id),
        "reports_by_mail": select(MailOrder.fair_id, MailOrder.every, MailOrder.made_at, MailOrder.ended_at)
        .where(MailOrder.account_id == account_id)
        .order_by(MailOrder.id),
        "files_taken": select(ExportLog.fair_id, ExportLog.kind, ExportLog.format, ExportLog.at)
        .where(ExportLog.taken_by == account_id)
        .order_by(ExportLog.id),
    }
    return {name: [dict(row) for row in session.execute(one).mappings()] for name, one in found.items()}
