"""Inviting employers to a fair, and asking them whether they are still hiring."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.booths import pushes, queries, rules
from fairapp.booths.actions.booths import approve_booths, own_booth
from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.queries import fair_by_id
from fairapp.live.actions import post


def invite(session: Session, fair_id: int, employer_ids: Sequence[int], by: int, now: datetime) -> int:
    """Invite employers that have no booth at the fair; their recruiters get a letter. Return how many were invited.

    FairOver for a fair that has ended.
    """
    if fair_rules.phase(fair_by_id(session, fair_id), now) in {"closed", "archived"}:
        raise rules.FairOver
    there = select(Booth.employer_id).where(Booth.fair_id == fair_id, Booth.status.not_in(("rejected", "withdrawn")))
    found = select(Employer.id).where(Employer.id.in_(sorted(set(employer_ids))), Employer.id.not_in(there))
    found = found.where(Employer.merged_into_id.is_(None))
    free = session.scalars(found.order_by(Employer.id)).all()
    ids = [booth for one in free if (booth := _invite_one(session, fair_id, one, by, now)) is not None]
    post(session, pushes.invitation_letters(queries.recruiters_of_booths(session, ids), now))
    return len(ids)


def _invite_one(session: Session, fair_id: int, employer_id: int, by: int, now: datetime) -> int | None:
    booth, _ = own_booth(session, fair_id, employer_id, now)
    if booth.status not in ("rejected", "withdrawn"):  # somebody was quicker
        return None
    booth.status, booth.invited_at, booth.invited_by, booth.decided_at, booth.reason = "invited", now, by, None, ""
    session.flush()
    trace.record(session, "booth.invited", "booth", booth.id, now, by=by, fair_id=fair_id)
    return booth.id


def accept_invitation(session: Session, booth_id: int, now: datetime) -> str:
    """Take the invitation: the booth is approved, or waits where none is left; return which.

    Who accepts says that the employer is hiring now. NotFound where there is no invitation, FairOver after the fair.
    """
    booth = session.scalar(select(Booth).where(Booth.id == booth_id, Booth.status == "invited").with_for_update())
    if booth is None:
        raise NotFound
    if fair_rules.phase(fair_by_id(session, booth.fair_id), now) in {"closed", "archived"}:
        raise rules.FairOver
    booth.status, booth.applied_at, booth.intent_confirmed_at, booth.rev = "applied", now, now, booth.rev + 1
    session.flush()
    approve_booths(session, booth.fair_id, [booth_id], booth.invited_by, now)
    session.expire_all()
    return session.scalars(select(Booth.status).where(Booth.id == booth_id)).one()


def remind_booths(session: Session, fair_id: int, booth_ids: Sequence[int], now: datetime) -> int:
    """Ask the recruiters of approved booths that are not hiring now to say whether they are; return how many booths."""
    meant = Booth.fair_id == fair_id, Booth.id.in_(sorted(set(booth_ids))), Booth.status == "approved"
    ids = list(session.scalars(select(Booth.id).where(*meant, ~queries.hiring(now)).order_by(Booth.id)))
    _remind(session, ids, now)
    return len(ids)


def remind_lapsing(session: Session, booth_ids: Sequence[int], now: datetime) -> None:
    """Remind the recruiters of booths whose intent lapses soon, or has; jobs.py finds them."""
    _remind(session, booth_ids, now)


def _remind(session: Session, booth_ids: Sequence[int], now: datetime) -> None:
    if booth_ids:
        session.execute(update(Booth).where(Booth.id.in_(booth_ids)).values(reminded_at=now))
        post(session, pushes.reminder_letters(queries.recruiters_of_booths(session, booth_ids), now))
