"""Practise, then go: a session that prepares for an interview is over before it, and stays so when one of them moves."""

from datetime import datetime

from sqlalchemy.orm import Session

from fairapp.errors import Invalid
from fairapp.scheduling import queries, rules
from fairapp.scheduling.queries import BookingFacts
from fairapp.scheduling.rules import SlotFacts, Wish

READY = ("requested", "held", "confirmed")


def check_prepares(session: Session, slot: SlotFacts, seeker_id: int, wish: Wish, now: datetime) -> None:
    """Raise Invalid where the seeker has no such interview before her, OutOfOrder where it begins too early.

    The caller has locked the seeker's time, so neither of the two can be moved meanwhile.
    """
    if wish.before_id is None:
        return
    interview = queries.own_booking(session, wish.before_id, seeker_id)
    if interview is None or interview.kind != "interview" or slot.kind == "interview":
        raise Invalid.one("before", rules.NOT_PREPARED)
    if rules.state_of(interview, now) not in READY:
        raise Invalid.one("before", rules.NOT_PREPARED)
    if interview.starts_at < slot.ends_at:
        raise rules.OutOfOrder


def check_order(session: Session, facts: BookingFacts, slot: SlotFacts, now: datetime) -> None:
    """Raise OutOfOrder where moving the booking to the slot would put an interview before the session that prepares for it.

    Staff may: the seeker is told, and keeps both.
    """
    if facts.before_id is not None:
        interview = queries.booking_facts(session, facts.before_id)
        if interview is not None and rules.state_of(interview, now) in READY and interview.starts_at < slot.ends_at:
            raise rules.OutOfOrder
    for one in queries.sessions_before(session, facts.id) if facts.kind == "interview" else ():
        if rules.state_of(one, now) in READY and slot.starts_at < one.ends_at:
            raise rules.OutOfOrder
