"""Writes of an agency's rule for absences, and of what is said to one."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp.agencies.models import Agency
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.fairs.models import Fair
from fairapp.live.actions import post
from fairapp.outcomes import pushes, queries
from fairapp.outcomes.models import Appeal
from fairapp.scheduling.models import Booking


class Answered(Conflict):
    """The appeal has been answered already."""

    slug = "answered"
    title = _l("이미 답한 사정이에요")


def set_absence_rule(session: Session, agency_id: int, limit: int | None, days: int) -> None:
    """Set the agency's rule, or with None switch it off. Invalid for a limit under 1 or over 20, days under 7 or over 365."""
    if limit is not None and not 1 <= limit <= 20:
        raise Invalid.one("limit", _l("1번에서 20번까지예요"))
    if not 7 <= days <= 365:
        raise Invalid.one("days", _l("7일에서 365일까지예요"))
    changed = update(Agency).where(Agency.id == agency_id).values(absence_limit=limit, absence_days=days)
    session.execute(changed)


def appeal(session: Session, booking_id: int, seeker_id: int, text: str, now: datetime) -> None:
    """Keep what the seeker says to an absence: it does not count until somebody answers.

    NotFound unless the interview is hers and she is marked absent; Answered where she has said something before; Invalid for
    nothing or more than 1,000 characters.
    """
    if not 0 < len(text.strip()) <= 1000:
        raise Invalid.one("text", _l("1,000자 안으로 적어 주세요"))
    booking = session.scalar(select(Booking).where(Booking.id == booking_id).with_for_update())
    if booking is None or booking.seeker_id != seeker_id or queries.newest_marks(session, booking_id)[0] != "absent":
        raise NotFound
    if session.scalar(select(Appeal.id).where(Appeal.booking_id == booking_id)) is not None:
        raise Answered(_l("이 만남의 사정은 이미 알려 주셨어요"))
    session.add(Appeal(booking_id=booking_id, text=text.strip(), at=now, answer=""))


def answer_appeal(
    session: Session, appeal_id: int, agency_id: int, by: int, accept: bool, answer: str, now: datetime
) -> None:
    """Accept what was said, so that the absence does not count, or not, with an answer; the seeker is told.

    NotFound, Answered, Invalid.
    """
    if len(answer) > 1000:
        raise Invalid.one("answer", _l("1,000자 안으로 적어 주세요"))
    found = (
        select(Appeal)
        .join(Booking, Booking.id == Appeal.booking_id)
        .join(Fair, Fair.id == Booking.fair_id)
        .where(Appeal.id == appeal_id, Fair.agency_id == agency_id)
        .with_for_update(of=Appeal)
    )
    row = session.scalar(found)
    if row is None:
        raise NotFound
    if row.decided_at is not None:
        raise Answered
    row.decided_at, row.decided_by, row.accepted, row.answer = now, by, accept, answer.strip()
    seeker = session.scalars(select(Booking.seeker_id).where(Booking.id == row.booking_id)).one()
    post(session, [pushes.answer_letter(row.id, seeker, now)])
