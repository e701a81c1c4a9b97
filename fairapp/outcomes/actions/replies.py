"""What seekers say to rows of the ledger about them: that it is so, or is not; and the organizer's answer."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.live.actions import post
from fairapp.outcomes import pushes, queries
from fairapp.outcomes.models import Outcome, OutcomeReply

LONGEST = 1000


class Replied(Conflict):
    """Something was said to this row already, or an answer given."""

    slug = "replied"
    title = _l("이미 답한 결과예요")


def reply(session: Session, outcome_id: int, seeker_id: int, agrees: bool, text: str, now: datetime) -> int:
    """Keep that the seeker confirms a row of the ledger about her, or disputes it with a word why; return its id.

    The row stays as it is until who wrote it, or an organizer, corrects it. NotFound for somebody else's row or one that was
    corrected; Invalid for a dispute without words or over 1,000 characters; Replied where she has said something.
    """
    if len(text) > LONGEST or (not agrees and not text.strip()):
        raise Invalid.one("text", _l("무엇이 다른지 1,000자 안으로 적어 주세요"))
    row = session.scalar(select(Outcome).where(Outcome.id == outcome_id, Outcome.seeker_id == seeker_id))
    if row is None:
        raise NotFound
    queries.lock_meeting(session, row.booking_id)  # first: a correction at the same moment is seen, or waits
    if outcome_id not in {step.id for step in queries.standing(session, row.booking_id)}:
        raise NotFound
    if session.scalar(select(OutcomeReply.id).where(OutcomeReply.outcome_id == outcome_id)) is not None:
        raise Replied
    said = OutcomeReply(outcome_id=outcome_id, agrees=agrees, text=text.strip(), at=now, answer="")
    session.add(said)
    session.flush()
    what = "outcome.confirmed" if agrees else "outcome.disputed"
    about: dict[str, Any] = {"by": seeker_id, "fair_id": row.fair_id, "person_id": seeker_id}
    trace.record(session, what, "outcome", outcome_id, now, **about)
    return said.id


def answer_dispute(session: Session, reply_id: int, fair_id: int, answer: str, by: int, now: datetime) -> None:
    """Answer what a seeker disputes; she gets it as a letter. A correction is a row of the ledger of its own.

    NotFound for another fair's, Replied where it was answered, Invalid for no answer.
    """
    if not 0 < len(answer.strip()) <= LONGEST:
        raise Invalid.one("answer", _l("1,000자 안으로 적어 주세요"))
    found = select(OutcomeReply).join(Outcome, Outcome.id == OutcomeReply.outcome_id)
    row = session.scalar(
        found.where(
            OutcomeReply.id == reply_id, Outcome.fair_id == fair_id, OutcomeReply.agrees.is_(False)
        ).with_for_update()
    )
    if row is None:
        raise NotFound
    if row.answered_at is not None:
        raise Replied
    row.answered_at, row.answered_by, row.answer = now, by, answer.strip()
    seeker_id = session.scalars(select(Outcome.seeker_id).where(Outcome.id == row.outcome_id)).one()
    post(session, [pushes.dispute_letter(row.id, seeker_id, now)])
    about: dict[str, Any] = {"by": by, "fair_id": fair_id, "person_id": seeker_id}
    trace.record(session, "dispute.answered", "outcome", row.outcome_id, now, **about)
