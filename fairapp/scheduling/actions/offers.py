"""A freed slot is offered to the first who can take it, as a hold, in the transaction that freed it."""

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from fairapp.appending import savepoint
from fairapp.errors import Conflict
from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions.choosing import choose
from fairapp.scheduling.actions.seats import new_row, seat
from fairapp.scheduling.models import Offer, WaitlistEntry
from fairapp.scheduling.rules import SlotFacts, Wish

MOST_ASKED = 50  # people looked at for one freed slot; the rest get the next one


def settle(session: Session, entry_id: int, status: str) -> None:
    """End a wait: nothing revives it."""
    ended = {"status": status, "wait_key": None}
    session.execute(update(WaitlistEntry).where(WaitlistEntry.id == entry_id).values(ended))


def offer_freed(session: Session, slot_id: int, now: datetime) -> bool:
    """Offer a seat of the slot, just freed, to the first person waiting who can take it; False if nobody can.

    People whose other meetings clash keep their place and are passed over. The hold is made here, in the transaction that
    freed the time, so that the time is never public in between.
    """
    slot = queries.slots_by_id(session, [slot_id])[slot_id]
    until = rules.offer_expires(slot.starts_at, now)
    if until is None or slot.closed_at is not None or slot.seats_left < 1:
        return False
    if (
        slot.kind == "group"
        or slot.for_line
        or slot.requests_only
        or (slot.opens_at is not None and now < slot.opens_at)
    ):
        return False
    for entry in queries.waiting_for(session, slot, limit=MOST_ASKED):
        facts = queries.slot_facts(session, slot_id, entry.seeker_id, now)
        if facts is None or not (facts.fair_bookable and facts.giver_open):
            return False
        if _offer(session, facts, entry, until, now):
            return True
    return False


def _offer(session: Session, slot: SlotFacts, entry: WaitlistEntry, until: datetime, now: datetime) -> bool:
    host_id = entry.host_id if slot.hosting == "any" else None
    wish = Wish(hold=True, listing_id=entry.listing_id, host_id=host_id, unasked=True)
    turn = (
        update(WaitlistEntry)
        .where(WaitlistEntry.id == entry.id, WaitlistEntry.status == "waiting")
        .values(status="offered")
        .returning(WaitlistEntry.id)
    )
    try:
        with savepoint(session):
            if session.execute(turn).first() is None:
                raise NotWaiting
            rules.kinds[slot.kind].check(session, slot, entry.seeker_id, wish, now)
            chosen = choose(session, slot, entry.seeker_id, wish, now)
            booking_id = seat(session, chosen, new_row(slot, entry.seeker_id, wish, now, until, chosen)).id
    except Conflict:
        return False
    made = insert(Offer).values(entry_id=entry.id, booking_id=booking_id, status="open", made_at=now)
    offer_id: int = session.execute(made.returning(Offer.id)).scalar_one()
    announce(session, [pushes.offer_news("offer.made", offer_id, booking_id, slot, entry.seeker_id, now)])
    post(session, [pushes.offer_letter(offer_id, booking_id, slot.id, entry.seeker_id, now)])
    return True


class NotWaiting(Conflict):
    """The entry was offered another slot, or left, in this moment."""


ENTRY_BECOMES = {"accepted": "accepted", "lapsed": "lapsed", "declined": "left"}


def end_offer(session: Session, booking_id: int, status: str, now: datetime) -> None:
    """Settle the open offer that a booking stands for, if it is one, as `accepted`, `lapsed` or `declined`, and its entry.

    The booking is locked already: booking, offer, entry is the order in which everybody takes them.
    """
    ended = (
        update(Offer)
        .where(Offer.booking_id == booking_id, Offer.status == "open")
        .values(status=status)
        .returning(Offer.id, Offer.entry_id)
    )
    row = session.execute(ended).first()
    if row is None:
        return
    settle(session, row.entry_id, ENTRY_BECOMES[status])
    if status == "accepted":
        return
    facts = queries.booking_facts(session, booking_id)
    if facts is not None:
        slot = queries.slots_by_id(session, [facts.slot_id])[facts.slot_id]
        announce(session, [pushes.offer_news("offer.lapsed", row.id, booking_id, slot, facts.seeker_id, now)])
