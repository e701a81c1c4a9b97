"""Calling somebody of a walk-in line: a hold of a few minutes in the engine's own slots, so that nobody is in two places."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fairapp.appending import savepoint
from fairapp.booths.models import Booth
from fairapp.errors import AppError, Conflict
from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions.choosing import choose
from fairapp.scheduling.actions.seats import new_row, seat
from fairapp.scheduling.models import Line, LineEntry
from fairapp.scheduling.queries import BookingFacts, SlotRow
from fairapp.scheduling.rules import SlotFacts, Wish


class NotWaiting(Conflict):
    """The person left, or was called elsewhere, in this moment."""


def fair_of(session: Session, booth_id: int) -> int:
    """Return the booth's fair."""
    return session.execute(select(Booth.fair_id).where(Booth.id == booth_id)).scalar_one()


def locked_line(session: Session, booth_id: int) -> Line:
    """Return the open line, locked: whoever calls or closes does so alone; LineClosed."""
    found = select(Line).where(Line.booth_id == booth_id).with_for_update()
    line = session.scalar(found.execution_options(populate_existing=True))
    if line is None or line.closed_at is not None:
        raise rules.LineClosed
    return line


def call_into(session: Session, slot: SlotFacts, entry: LineEntry, now: datetime) -> int:
    """Hold a seat of the slot for somebody of the line, for as long as a call lasts; return the booking.

    Raises whatever keeps her from coming; nothing is changed then.
    """
    wish = Wish(hold=True, consent=entry.consent, unasked=True)
    waits = select(LineEntry.id).where(LineEntry.id == entry.id, LineEntry.status == "waiting").with_for_update()
    with savepoint(session):
        rules.kinds[slot.kind].check(session, slot, entry.seeker_id, wish, now)
        chosen = choose(session, slot, entry.seeker_id, wish, now)
        if session.execute(waits).first() is None:
            raise NotWaiting
        row = new_row(slot, entry.seeker_id, wish, now, now + rules.CALL_LASTS, chosen)
        booking_id = seat(session, chosen, row).id
        turn = {
            "status": "called",
            "called_at": now,
            "call_expires_at": now + rules.CALL_LASTS,
            "booking_id": booking_id,
        }
        session.execute(update(LineEntry).where(LineEntry.id == entry.id).values(turn))
    host_id = chosen.host_id or slot.host_id or 0
    announce(session, pushes.called_news(slot, entry, booking_id, host_id, now))
    post(session, [pushes.called_letter(slot, entry, booking_id, now)])
    tell_line(session, slot.booth_id or 0, slot.fair_id, now)
    return booking_id


def call_freed(session: Session, slot: SlotRow, now: datetime) -> bool:
    """Give a seat that was freed too late for the waitlist to the walk-in line; False if nobody there can come."""
    if slot.booth_id is None or slot.kind != "interview" or slot.requests_only or slot.seats_left < 0:
        return False
    if slot.starts_at <= now or rules.offer_expires(slot.starts_at, now) is not None:
        return False
    line = session.scalar(select(Line.id).where(Line.booth_id == slot.booth_id, Line.closed_at.is_(None)))
    for entry in [] if line is None else queries.waiting_in(session, line):
        facts = queries.slot_facts(session, slot.id, entry.seeker_id, now)
        if facts is None or not (facts.fair_bookable and facts.giver_open):
            return False
        try:
            call_into(session, facts, entry, now)
        except AppError:
            continue
        return True
    return False


def settle_call(session: Session, facts: BookingFacts, actor_id: int | None, now: datetime) -> None:
    """Settle the place in line that an ended booking was for: who took it back has left, who did not come is skipped.

    Who is skipped keeps her place and may return to it.
    """
    left = actor_id == facts.seeker_id
    ended = {"status": "left" if left else "skipped", "call_expires_at": None, "ended_at": now if left else None}
    mine = (
        update(LineEntry)
        .where(LineEntry.booking_id == facts.id, LineEntry.status.in_(("called", "meeting")))
        .values(ended)
        .returning(LineEntry.id)
    )
    if session.execute(mine).first() is not None and facts.booth_id is not None:
        tell_line(session, facts.booth_id, facts.fair_id, now)


def tell_line(session: Session, booth_id: int, fair_id: int, now: datetime) -> None:
    """Tell everybody how long the line is now, without a name."""
    row = queries.line_of(session, booth_id, now)
    if row is not None:
        announce(session, [pushes.line_changed(row, fair_id, now)])
