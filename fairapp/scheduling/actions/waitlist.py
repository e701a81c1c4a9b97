"""The waitlist: join, leave, and take what is offered."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.booths import queries as booths
from fairapp.booths.models import Listing
from fairapp.errors import Invalid, NotFound
from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions.changes import end_booking
from fairapp.scheduling.actions.offers import end_offer
from fairapp.scheduling.actions.seats import record
from fairapp.scheduling.actions.telling import people_of
from fairapp.scheduling.models import Booking, Offer, Slot, WaitlistEntry
from fairapp.scheduling.rules import Wish


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which slots of a booth or coach somebody waits for; by default any of them. Minutes are of the fair's day."""

    host_id: int | None = None
    listing_id: int | None = None
    from_minute: int = 0
    to_minute: int = 1440

    @classmethod
    def on(cls, part: str | None) -> "Wanted":
        """Return any slot of a part of the day, `morning` or `afternoon`; of the whole day for anything else."""
        first, last = PARTS_OF_DAY.get(part or "", (0, 1440))
        return cls(from_minute=first, to_minute=last)


PARTS_OF_DAY = {"morning": (0, 720), "afternoon": (720, 1440)}
ANY = Wanted()


def join_waitlist(
    session: Session,
    seeker_id: int,
    now: datetime,
    *,
    booth_id: int | None = None,
    coach_id: int | None = None,
    wanted: Wanted = ANY,
) -> int:
    """Put the seeker at the end of the booth's or coach's line and return the entry.

    Who waits already keeps the place, and waits for what is `wanted` from now on. NotFound for a booth that is not hiring
    at `now`, or a coach who never had a slot; Invalid for a time of day that ends before it begins, and for a host or a
    listing that is not there.
    """
    if not _gives_time(session, booth_id, coach_id, now):
        raise NotFound
    if not 0 <= wanted.from_minute < wanted.to_minute <= 1440:
        raise Invalid.one("to", rules.ENDS_FIRST)
    _check_wanted(session, booth_id, coach_id, wanted)
    key = f"booth:{booth_id}:{seeker_id}" if booth_id else f"coach:{coach_id}:{seeker_id}"
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    wish = asdict(wanted)
    made = dialect.insert(WaitlistEntry).values(
        booth_id=booth_id,
        coach_id=coach_id,
        seeker_id=seeker_id,
        status="waiting",
        wait_key=key,
        created_at=now,
        **wish,
    )
    live = WaitlistEntry.wait_key.is_not(None)
    session.execute(made.on_conflict_do_update(index_elements=[WaitlistEntry.wait_key], index_where=live, set_=wish))
    entry = queries.entry_of(session, seeker_id, booth_id=booth_id, coach_id=coach_id)
    if entry is None:
        raise NotFound
    return entry.id


def _check_wanted(session: Session, booth_id: int | None, coach_id: int | None, wanted: Wanted) -> None:
    """Raise Invalid for a host who gives no time there, or a listing that is none of the booth's."""
    if wanted.host_id is not None and not queries.gives_time(session, wanted.host_id, booth_id, coach_id):
        raise Invalid.one("host", rules.NO_SUCH_HOST)
    if wanted.listing_id is not None:
        listing = session.get(Listing, wanted.listing_id)
        if listing is None or listing.booth_id != booth_id:
            raise Invalid.one("listing", rules.NO_SUCH_LISTING)


def _gives_time(session: Session, booth_id: int | None, coach_id: int | None, now: datetime) -> bool:
    if booth_id is not None:
        return booths.is_hiring(session, booth_id, now)
    return session.execute(select(Slot.id).where(Slot.coach_id == coach_id).limit(1)).first() is not None


def leave_waitlist(session: Session, entry_id: int, seeker_id: int, now: datetime) -> None:
    """Take the seeker out of the line; an offer that is open for the entry is declined and goes to the next."""
    _lock_offered(session, entry_id)  # slot and booking before the entry, as everybody takes them
    left = (
        update(WaitlistEntry)
        .where(WaitlistEntry.id == entry_id, WaitlistEntry.seeker_id == seeker_id, WaitlistEntry.wait_key.is_not(None))
        .values(status="left", wait_key=None)
        .returning(WaitlistEntry.id)
    )
    if session.execute(left).first() is None:
        raise NotFound
    facts = _lock_offered(session, entry_id)  # again, since an offer may have been made in this moment
    if facts is not None and facts.status == "held":
        end_offer(session, facts.id, "declined", now)
        end_booking(session, facts, "cancelled", seeker_id, "", now)


def _lock_offered(session: Session, entry_id: int) -> queries.BookingFacts | None:
    """Lock what is offered for the entry, slot and then booking, and return it; None if nothing is."""
    offered = (
        select(Offer.booking_id, Booking.slot_id)
        .join(Booking, Booking.id == Offer.booking_id)
        .where(Offer.entry_id == entry_id, Offer.status == "open")
    )
    found = session.execute(offered).first()
    if found is None:
        return None
    queries.lock_slots(session, [found.slot_id])
    return queries.lock_booking(session, found.booking_id)


def accept_offer(session: Session, offer_id: int, seeker_id: int, consent: bool, now: datetime) -> int:
    """Make the offered hold a booking and return its id; NotFound, HoldExpired.

    An accepted offer is terminal: accepting it again changes nothing, and it is Ended once its booking is.
    """
    found = queries.offer_with_entry(session, offer_id)
    if found is None or found.WaitlistEntry.seeker_id != seeker_id:
        raise NotFound
    booking_id: int = found.Offer.booking_id
    taken = (
        update(Booking)
        .where(Booking.id == booking_id, Booking.status == "held", Booking.hold_expires_at > now)
        .values(status="confirmed", hold_expires_at=None, rev=Booking.rev + 1)
        .returning(Booking.rev)
    )
    rev = session.execute(taken).scalar()
    if rev is None:
        return _accepted_before(session, offer_id, booking_id)
    end_offer(session, booking_id, "accepted", now)
    facts = queries.booking_facts(session, booking_id)
    slot = None if facts is None else queries.slot_facts(session, facts.slot_id, seeker_id, now)
    if facts is None or slot is None:
        raise NotFound
    rules.kinds[slot.kind].booked(session, [(slot, seeker_id, Wish(consent=consent))], now)
    record(session, booking_id, rev, "confirmed", slot.id, seeker_id, now, chosen=facts.chosen)
    people = people_of(facts, queries.slots_by_id(session, [slot.id])[slot.id])
    announce(session, pushes.booking_news("booking.confirmed", booking_id, slot, people, now))
    letter = pushes.booking_letter("booking.confirmed", booking_id, slot.id, seeker_id, rev, facts.time_rev, now)
    post(session, [letter])
    return booking_id


def _accepted_before(session: Session, offer_id: int, booking_id: int) -> int:
    """Return the booking of an offer that was accepted, a moment ago perhaps; HoldExpired if it was not, or Ended."""
    if session.scalar(select(Offer.status).where(Offer.id == offer_id)) != "accepted":
        raise rules.HoldExpired
    facts = queries.booking_facts(session, booking_id)
    if facts is None or facts.status != "confirmed":
        raise rules.Ended
    return booking_id
