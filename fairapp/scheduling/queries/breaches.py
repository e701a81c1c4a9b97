"""What the audit looks for in lines, draws and reminders: derived again, by other means than those that keep it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from fairapp.live.models import Outbox
from fairapp.scheduling.models import Booking, Draw, DrawEntry, DrawSlot, Line, LineEntry, Reminder
from fairapp.scheduling.rules import drawn_order

MOST_TOLD = 100  # of each kind


def breaches(session: Session) -> list[str]:
    """Return a sentence for every breach."""
    return [*_lines(session), *_draws(session), *_reminders(session)]


def _lines(session: Session) -> Iterator[str]:
    """Who was called holds a booking of her own, who meets has a confirmed one; ended is who says so; tickets differ."""
    ended = LineEntry.status.in_(("met", "left", "closed"))
    wrong = (
        select(LineEntry.id, LineEntry.status)
        .outerjoin(Booking, Booking.id == LineEntry.booking_id)
        .where(
            or_(
                ended != LineEntry.ended_at.is_not(None),
                (LineEntry.status == "called") & (Booking.status.not_in(("held", "confirmed")) | Booking.id.is_(None)),
                (LineEntry.status == "meeting") & (Booking.status.not_in(("confirmed", "completed"))),
                Booking.seeker_id != LineEntry.seeker_id,
            )
        )
    )
    for row in session.execute(wrong.limit(MOST_TOLD)):
        yield f"line entry {row.id} is {row.status}, which its booking or end does not say"
    highest, tickets = func.max(LineEntry.ticket), func.count(LineEntry.ticket.distinct())
    counted = select(Line.id).join(LineEntry).group_by(Line.id, Line.last_ticket)
    for line in session.scalars(counted.having(or_(highest > Line.last_ticket, tickets != func.count()))):
        yield f"line {line} gave a ticket twice, or one that it never had"


def _draws(session: Session) -> Iterator[str]:
    """Drawn again from seed, seats and entries, every draw has the same winners, and each is a booking of hers."""
    for draw in session.scalars(select(Draw).where(Draw.drawn_at.is_not(None)).order_by(Draw.id)):
        entries = {one.code: one for one in session.scalars(select(DrawEntry).where(DrawEntry.draw_id == draw.id))}
        seats = {one.slot_id: one.seats for one in session.scalars(select(DrawSlot).where(DrawSlot.draw_id == draw.id))}
        for code in drawn_order(draw.seed, entries):
            entry = entries[code]
            could = (int(one) for one in entry.wishes if one not in entry.excluded and seats.get(int(one), 0) > 0)
            best = next(could, None)
            if best is not None:
                seats[best] -= 1
            if best != entry.won_id:
                yield f"draw {draw.id}: entry {code} should have won {best}, not {entry.won_id}"
    hers = select(DrawEntry.id).join(Booking, Booking.id == DrawEntry.booking_id)
    for found in session.scalars(hers.where(Booking.seeker_id != DrawEntry.seeker_id).limit(MOST_TOLD)):
        yield f"draw entry {found} won a booking of somebody else"


def _reminders(session: Session) -> Iterator[str]:
    """Invariant 4: whoever was reminded was sent a letter."""
    parts = (Reminder.booking_id, Reminder.time_rev, Reminder.kind, Reminder.account_id)
    key: Any = literal("reminder")
    for part in parts:
        key = key + ":" + cast(part, String)
    missing = select(Reminder.id).outerjoin(Outbox, Outbox.key == key).where(Outbox.id.is_(None))
    for found in session.scalars(missing.limit(MOST_TOLD)):
        yield f"reminder {found} has no letter"
