"""The walk-in line of a booth: opened and closed by its staff, joined by people, who are called one after the other."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fairapp.accounts.actions import register_at_desk
from fairapp.booths import queries as booths
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions.calling import call_into, fair_of, locked_line, tell_line
from fairapp.scheduling.actions.changes import end_booking, expire_in_the_way
from fairapp.scheduling.actions.choosing import could_block
from fairapp.scheduling.actions.closing import end_early
from fairapp.scheduling.actions.seats import record
from fairapp.scheduling.actions.slots import Offer, open_now
from fairapp.scheduling.models import Booking, Line, LineEntry, Slot
from fairapp.scheduling.rules import Wish


def open_line(session: Session, booth_id: int, minutes: int, now: datetime) -> int:
    """Open the line of a booth, whose meetings take so many minutes, and return it; one that is open goes on with these.

    NotFound for a booth that is not hiring, Invalid for minutes that are not 5 to 120 in steps of five.
    """
    if not (5 <= minutes <= 120 and minutes % 5 == 0):
        raise Invalid.one("minutes", rules.LINE_MINUTES)
    if not booths.is_hiring(session, booth_id, now):
        raise NotFound
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = dialect.insert(Line).values(booth_id=booth_id, minutes=minutes, last_ticket=0, opened_at=now, closed_at=None)
    again = {"minutes": minutes, "closed_at": None}
    line_id: int = session.execute(
        made.on_conflict_do_update(index_elements=[Line.booth_id], set_=again).returning(Line.id)
    ).scalar_one()
    tell_line(session, booth_id, fair_of(session, booth_id), now)
    return line_id


def join_line(
    session: Session, booth_id: int, seeker_id: int, consent: bool, now: datetime, *, by: int | None = None
) -> int:
    """Put somebody at the end of the line and return her entry; who is in it already keeps the place.

    `by` is who did so at the desk, for a person without a phone. Raises LineClosed, BoothNotHiring.
    """
    line = locked_line(session, booth_id)
    if not booths.is_hiring(session, booth_id, now):
        raise rules.BoothNotHiring
    mine = select(LineEntry.id).where(
        LineEntry.line_id == line.id, LineEntry.seeker_id == seeker_id, LineEntry.ended_at.is_(None)
    )
    there = session.scalar(mine)
    if there is not None:
        return there
    ticket = session.execute(
        update(Line).where(Line.id == line.id).values(last_ticket=Line.last_ticket + 1).returning(Line.last_ticket)
    ).scalar_one()
    entry = {"line_id": line.id, "seeker_id": seeker_id, "ticket": ticket, "status": "waiting", "consent": consent}
    made = insert(LineEntry).values(**entry, joined_at=now, joined_by=by).returning(LineEntry.id)
    entry_id: int = session.execute(made).scalar_one()
    tell_line(session, booth_id, fair_of(session, booth_id), now)
    return entry_id


def join_at_desk(
    session: Session, booth_id: int, name: str, language: str, consent: bool, by: int, now: datetime
) -> int:
    """Register somebody who has come without a phone and put her at the end of the line; return her entry.

    One transaction: nobody is registered for a line that has just closed. Raises Invalid for the name, LineClosed,
    BoothNotHiring.
    """
    seeker_id = register_at_desk(session, name, language, now)
    return join_line(session, booth_id, seeker_id, consent, now, by=by)


def call(
    session: Session,
    booth_id: int,
    host_id: int,
    now: datetime,
    *,
    entry_id: int | None = None,
    room_id: int | None = None,
) -> int:
    """Call the next of the line who can come now, or this one, to the host; return her entry.

    She is held a meeting that begins now, of a length that the line names, or in a time that was kept for the line. Who is
    elsewhere is passed over and keeps her place. Raises LineClosed, HostBusy, NobodyWaits, BoothNotHiring.
    """
    line = locked_line(session, booth_id)
    waiting = [e for e in queries.waiting_in(session, line.id) if entry_id is None or e.id == entry_id]
    slot_id = _slot_for(session, line, host_id, room_id, now, [entry.seeker_id for entry in waiting])
    for entry in waiting:
        slot = queries.slot_facts(session, slot_id, entry.seeker_id, now)
        if slot is None or slot.seeker_resource is None:
            continue
        if not slot.giver_open:
            raise rules.BoothNotHiring
        try:
            call_into(session, slot, entry, now)
        except Conflict:
            key = rules.kinds[slot.kind].exclusive_key(slot, entry.seeker_id)
            expire_in_the_way(session, slot_id, could_block(session, slot), now, key)
            continue
        return entry.id
    raise rules.NobodyWaits


def _slot_for(
    session: Session, line: Line, host_id: int, room_id: int | None, now: datetime, waiting: Sequence[int]
) -> int:
    """Return a free slot of the host that is now, or open one; HostBusy where the host has something else.

    It was kept for the line, or nobody booked it and nobody will any more: an empty chair helps nobody. Where one is opened,
    host and whoever may be called to it (`waiting`) are locked together, in the order in which everybody takes them.
    """
    kept = (
        select(Slot.id)
        .where(Slot.booth_id == line.booth_id, Slot.host_id == host_id, Slot.closed_at.is_(None))
        .where(Slot.hosting == "one", Slot.kind == "interview", Slot.requests_only.is_(False))
        .where(Slot.starts_at <= now + rules.OFFER_MARGIN, Slot.ends_at > now)
        .where(~select(Booking.id).where(Booking.slot_id == Slot.id, Booking.seat_no.is_not(None)).exists())
    )
    there = session.scalar(kept.order_by(Slot.starts_at).limit(1))
    if there is not None:
        queries.lock_slots(session, [there])
        session.execute(update(Slot).where(Slot.id == there).values(for_line=True))
        return there
    fair_id = fair_of(session, line.booth_id)
    queries.lock_resources(session, queries.resources_by_account(session, [host_id, *waiting]).values())
    offer = Offer(fair_id, "interview", host_id, booth_id=line.booth_id, room_id=room_id, for_line=True)
    try:
        return open_now(session, offer, rules.meeting_times(now, line.minutes), now)
    except rules.HostBusy:  # her last meeting may have ended within these five minutes
        return open_now(session, offer, rules.meeting_times(now + timedelta(seconds=rules.GRAIN), line.minutes), now)


def _entry(session: Session, entry_id: int, *status: str) -> tuple[LineEntry, Line]:
    """Return the entry and its line, its slot, booking and itself locked in that order; NotFound, NotCalled."""
    seen = session.execute(
        select(LineEntry.booking_id, Booking.slot_id)
        .outerjoin(Booking, Booking.id == LineEntry.booking_id)
        .where(LineEntry.id == entry_id)
    ).first()
    if seen is None:
        raise NotFound
    if seen.slot_id is not None:
        queries.lock_slots(session, [seen.slot_id])
        queries.lock_booking(session, seen.booking_id)
    locked = select(LineEntry).where(LineEntry.id == entry_id).with_for_update()
    entry = session.scalars(locked.execution_options(populate_existing=True)).one()
    if entry.status not in status:
        raise rules.NotCalled
    return entry, session.get_one(Line, entry.line_id)


def start_meeting(session: Session, entry_id: int, actor_id: int, now: datetime) -> int:
    """Note that who was called has come, and return her booking, which is then confirmed; HoldExpired, NotCalled.

    Screens in the hall hear of it, for they call her until then.
    """
    entry, line = _entry(session, entry_id, "called")
    facts = queries.booking_facts(session, entry.booking_id or 0)
    if facts is None or rules.state_of(facts, now) not in ("held", "confirmed"):
        raise rules.HoldExpired
    if facts.status == "held":  # otherwise she has confirmed the call herself, and came
        _confirm_call(session, facts, actor_id, now)
    session.execute(update(LineEntry).where(LineEntry.id == entry_id).values(status="meeting", call_expires_at=None))
    slot = queries.slot_facts(session, facts.slot_id, facts.seeker_id, now)
    if slot is not None:
        rules.kinds[slot.kind].booked(session, [(slot, facts.seeker_id, Wish(consent=entry.consent))], now)
    tell_line(session, line.booth_id, facts.fair_id, now)
    return facts.id


def _confirm_call(session: Session, facts: queries.BookingFacts, actor_id: int, now: datetime) -> None:
    """Make the meeting that was held for who was called a confirmed one, and tell both."""
    rev = facts.rev + 1
    begun = update(Booking).where(Booking.id == facts.id)
    session.execute(begun.values(status="confirmed", hold_expires_at=None, rev=rev))
    record(session, facts.id, rev, "confirmed", facts.slot_id, actor_id, now, "", facts.chosen)
    slot = queries.slots_by_id(session, [facts.slot_id])[facts.slot_id]
    people = [facts.seeker_id, facts.host_id]
    announce(session, pushes.booking_news("booking.confirmed", facts.id, slot, people, now))
    letter = pushes.booking_letter(
        "booking.confirmed", facts.id, facts.slot_id, facts.seeker_id, rev, facts.time_rev, now
    )
    post(session, [letter])


def finish_meeting(session: Session, entry_id: int, now: datetime) -> None:
    """Note that the meeting with somebody of the line is over, which frees what is left of its time; NotCalled."""
    entry, line = _entry(session, entry_id, "meeting")
    facts = queries.booking_facts(session, entry.booking_id or 0)
    if facts is not None:
        end_early(session, facts, now)
    over = update(LineEntry).where(LineEntry.id == entry_id).values(status="met", ended_at=now)
    session.execute(over)
    tell_line(session, line.booth_id, fair_of(session, line.booth_id), now)


def skip(session: Session, entry_id: int, actor_id: int, now: datetime) -> None:
    """Note that who was called did not come: the time is free, she keeps her place; NotCalled."""
    entry, _ = _entry(session, entry_id, "called")
    facts = queries.booking_facts(session, entry.booking_id or 0)
    if facts is not None:
        end_booking(session, facts, "cancelled", None if actor_id == entry.seeker_id else actor_id, "", now)


def return_to_place(session: Session, entry_id: int, now: datetime) -> None:
    """Let who was skipped wait again, where she was; NotCalled for who was not, LineClosed."""
    _, line = _entry(session, entry_id, "skipped")
    if line.closed_at is not None:
        raise rules.LineClosed
    back = {"status": "waiting", "called_at": None, "booking_id": None}
    session.execute(update(LineEntry).where(LineEntry.id == entry_id).values(back))
    tell_line(session, line.booth_id, fair_of(session, line.booth_id), now)


def leave_line(session: Session, entry_id: int, seeker_id: int, now: datetime) -> None:
    """Take somebody out of the line; a call is taken back. NotFound for anybody else's place, or one that has ended."""
    entry, line = _entry(session, entry_id, "waiting", "called", "skipped")
    if entry.seeker_id != seeker_id:
        raise NotFound
    if entry.status == "called":
        facts = queries.booking_facts(session, entry.booking_id or 0)
        if facts is not None:
            end_booking(session, facts, "cancelled", seeker_id, "", now)
        return
    session.execute(update(LineEntry).where(LineEntry.id == entry_id).values(status="left", ended_at=now))
    tell_line(session, line.booth_id, fair_of(session, line.booth_id), now)
