"""Who saw a person's name because the fair needs it: files taken of it, badges printed, the desk at which she came."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.accounts.queries import Look
from fairapp.fairs.models import Fair
from fairapp.outcomes.models import CheckIn, ExportLog, FairPass
from fairapp.scheduling.models import Booking
from fairapp.trace import Trace

MOST = 50
WITH_PEOPLE = ("attendance", "bookings", "outcomes")


def looks_at(session: Session, seeker_id: int) -> Sequence[Look]:
    """Return the last looks of a person at the fairs she had to do with, each kind the newest first.

    A file or a print counts from her first booking or pass at the fair on: what was taken before had nothing of her.
    """
    since = (
        select(Booking.fair_id, Booking.created_at.label("at"))
        .where(Booking.seeker_id == seeker_id)
        .union_all(select(FairPass.fair_id, FairPass.created_at).where(FairPass.account_id == seeker_id))
        .subquery()
    )
    first = select(since.c.fair_id, func.min(since.c.at).label("at")).group_by(since.c.fair_id).subquery()
    taken = (
        select(ExportLog.at, func.coalesce(Account.name, ""), Fair.name, Fair.name_en)
        .join(first, (first.c.fair_id == ExportLog.fair_id) & (first.c.at <= ExportLog.at))
        .join(Fair, Fair.id == ExportLog.fair_id)
        .outerjoin(Account, Account.id == ExportLog.taken_by)
        .where(ExportLog.kind.in_(WITH_PEOPLE))
        .order_by(ExportLog.at.desc())
        .limit(MOST)
    )
    printed = (
        select(Trace.at, func.coalesce(Account.name, ""), Fair.name, Fair.name_en)
        .join(first, (first.c.fair_id == Trace.chain) & (first.c.at <= Trace.at))
        .join(Fair, Fair.id == Trace.chain)
        .outerjoin(Account, Account.id == Trace.actor_id)
        .where(Trace.what == "badges.printed")
        .order_by(Trace.at.desc())
        .limit(MOST)
    )
    came = (
        select(CheckIn.at, func.coalesce(Account.name, ""), Fair.name, Fair.name_en)
        .join(Fair, Fair.id == CheckIn.fair_id)
        .outerjoin(Account, Account.id == CheckIn.recorded_by)
        .where(CheckIn.account_id == seeker_id)
        .order_by(CheckIn.at.desc())
        .limit(MOST)
    )
    kinds = (("export", taken), ("badges", printed), ("check_in", came))
    return [Look(row[0], row[1], what, row[2], row[3]) for what, found in kinds for row in session.execute(found)]
