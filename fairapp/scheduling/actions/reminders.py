"""Reminding of meetings, and what the reminded answer: that they come, or that the time is free again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.errors import NotFound, Stale
from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions.changes import end_booking
from fairapp.scheduling.actions.locking import locked
from fairapp.scheduling.actions.telling import people_of
from fairapp.scheduling.models import Booking, Reminder
from fairapp.scheduling.queries.reminders import Due


def remind(session: Session, due: Sequence[Due], now: datetime) -> int:
    """Write a reminder's row and its letter for each meeting that nobody else reminded of meanwhile; return how many.

    The row is the claim: of two schedulers at once one inserts it, and only that one posts the letter, with it.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = 0
    for one in due:
        row = {
            "booking_id": one.booking_id,
            "time_rev": one.time_rev,
            "kind": one.kind,
            "account_id": one.account_id,
            "made_at": now,
        }
        claimed = dialect.insert(Reminder).values(row).on_conflict_do_nothing().returning(Reminder.id)
        if session.execute(claimed).first() is not None:
            post(session, [pushes.reminder_letter(one, now)])
            made += 1
    return made


def say_coming(
    session: Session, booking_id: int, seeker_id: int, now: datetime, *, time_rev: int | None = None
) -> None:
    """Write down that the seeker will come, and tell her host. Saying it twice changes nothing.

    `time_rev` is the time that she saw. Raises NotFound for somebody else's booking, Ended for one that is over or was
    never confirmed, Stale for one that was moved since.
    """
    facts = _confirmed(session, booking_id, seeker_id, now, time_rev)
    if facts.coming_at is not None:
        return
    session.execute(update(Booking).where(Booking.id == booking_id).values(coming_at=now))
    slot = queries.slots_by_id(session, [facts.slot_id])[facts.slot_id]
    announce(session, pushes.booking_news("booking.coming", booking_id, slot, people_of(facts, slot), now))


def give_back(session: Session, booking_id: int, seeker_id: int, now: datetime, *, time_rev: int | None = None) -> int:
    """Free the time of a meeting that has not begun, also past `cancel_until`; return the booking's new rev. As say_coming.

    Whoever is asked whether she comes may say no: a time that is given back an hour before is better than an empty chair.
    """
    facts = _confirmed(session, booking_id, seeker_id, now, time_rev)
    return end_booking(session, facts, "cancelled", seeker_id, rules.GIVEN_BACK, now)


def _confirmed(
    session: Session, booking_id: int, seeker_id: int, now: datetime, time_rev: int | None
) -> queries.BookingFacts:
    facts = locked(session, booking_id, now, None)
    if facts.seeker_id != seeker_id:
        raise NotFound
    if facts.status != "confirmed" or facts.starts_at <= now:
        raise rules.Ended
    if time_rev is not None and facts.time_rev != time_rev:
        raise Stale
    return facts
