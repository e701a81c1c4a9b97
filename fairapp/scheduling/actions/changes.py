"""Changing a booking: cancel, move, expire. Each is one transaction, and a freed seat goes to whoever waits for it."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fairapp.db import FirstDo
from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.live.actions import announce, post
from fairapp.prepared import prepared
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions import claims
from fairapp.scheduling.actions.calling import call_freed, settle_call
from fairapp.scheduling.actions.choosing import Chosen, choose, could_block
from fairapp.scheduling.actions.closing import shut
from fairapp.scheduling.actions.locking import locked
from fairapp.scheduling.actions.offers import end_offer, offer_freed
from fairapp.scheduling.actions.pairing import check_order
from fairapp.scheduling.actions.seats import free_seats, record
from fairapp.scheduling.actions.telling import people_of
from fairapp.scheduling.models import Booking
from fairapp.scheduling.queries import BookingFacts
from fairapp.scheduling.rules import SlotFacts, Wish


def cancel(
    session: Session,
    booking_id: int,
    actor_id: int,
    now: datetime,
    *,
    rev: int | None = None,
    reason: str = "",
    by_staff: bool = False,
) -> int:
    """Cancel the booking and return its new rev; the freed seat is offered to the first person waiting.

    The seeker (`actor_id`) may until the moment that the policy of the booking names; staff, who were admitted by the
    caller of this, at any time. `rev` is the revision the caller saw. Raises NotFound, Stale, Ended or TooLate.
    """
    facts = locked(session, booking_id, now, rev)
    if not by_staff and facts.seeker_id != actor_id:
        raise NotFound
    if not by_staff and facts.status == "confirmed" and now > facts.cancel_until:
        raise rules.TooLate
    end_offer(session, booking_id, "declined", now)
    return end_booking(session, facts, "cancelled", actor_id, reason, now)


@prepared
def _end(dialect: str) -> Any:
    """End a booking and free its seat and its key."""
    return (
        update(Booking)
        .where(Booking.id == bindparam("booking"))
        .values(
            status=bindparam("ended"),
            seat_no=None,
            exclusive_key=None,
            hold_expires_at=None,
            rev=Booking.rev + 1,
            time_rev=Booking.time_rev + bindparam("step"),
        )
        .returning(Booking.rev)
    )


def end_booking(
    session: Session, facts: BookingFacts, status: str, actor_id: int | None, reason: str, now: datetime
) -> int:
    """End an active booking as `cancelled` or `expired`: seat and claims are free, its people are told; return the rev."""
    lock_for_end(session, [facts])
    was_public = facts.status == "confirmed"  # only then a calendar somewhere knows of it
    values = {"booking": facts.id, "ended": status, "step": 1 if was_public else 0}
    rev = int(_end.scalar(session, values))
    claims.release(session, claims.Owner("booking_id", facts.id), facts.claims)
    record(session, facts.id, rev, status, facts.slot_id, actor_id, now, reason, facts.chosen)
    settle_call(session, facts, actor_id, now)
    slot = queries.slots_by_id(session, [facts.slot_id])[facts.slot_id]
    announce(session, pushes.booking_news(f"booking.{status}", facts.id, slot, people_of(facts, slot), now))
    if facts.status == "requested":
        letter = pushes.unanswered_letter(facts.id, slot.id, facts.seeker_id, rev, actor_id, reason, now)
        post(session, [letter] if letter else [])
    if was_public:
        why = "" if actor_id == facts.seeker_id else reason
        ended = facts.id, slot.id, facts.seeker_id, rev, facts.time_rev + 1, now
        post(session, [pushes.booking_letter("booking.cancelled", *ended, reason=why)])
    free_seat(session, slot, now)
    return rev


def lock_for_end(
    session: Session,
    ending: Sequence[queries.BookingFacts],
    slots: Iterable[int] = (),
    people: Sequence[int] = (),
) -> None:
    """Lock whose time these bookings free, and who may get their seats, or those of `slots`, together and in order.

    Freeing somebody's time without it and then waiting for who gets the seat would close a circle with whoever locked the
    two in order and waits for the freed time. `people` are accounts who are concerned besides.
    """
    if session.get_bind().dialect.name != "postgresql":
        return  # SQLite has one writer at a time: nobody has to be looked up
    held = {resource for facts in ending for resource, _ in facts.claims}
    given = queries.may_be_given(session, {*slots, *(facts.slot_id for facts in ending)})
    queries.lock_resources(session, {*held, *given, *queries.resources_by_account(session, people).values()})


def free_seat(session: Session, slot: queries.SlotRow, now: datetime) -> None:
    """Offer a freed seat to the waitlist, or tell everybody that it is free."""
    if slot.for_line and slot.starts_at <= now:
        shut(session, slot, now)  # it was there for one person of the line
    elif slot.closed_at is None and not (offer_freed(session, slot.id, now) or call_freed(session, slot, now)):
        announce(session, [pushes.slot_changed(slot, slot.seats_left, now)])


def expire(session: Session, booking_ids: list[int], now: datetime) -> int:
    """Expire those of the bookings whose hold has run out at `now`; return how many. Their seats go to who waits."""
    seen = {one: found.slot_id for one in sorted(booking_ids) if (found := queries.booking_facts(session, one))}
    queries.lock_slots(session, seen.values())  # every slot before anything else, in the order in which all take them
    expired = 0
    ending = [facts for one in seen if (facts := queries.lock_booking(session, one)) is not None]
    lock_for_end(session, ending)  # of all of them at once: seats of several slots are given away
    for facts in ending:
        booking_id = facts.id
        if facts.status not in ("held", "requested"):
            continue
        if facts.hold_expires_at is not None and facts.hold_expires_at <= now:
            end_offer(session, booking_id, "lapsed", now)
            end_booking(session, facts, "expired", None, "", now)
            expired += 1
    return expired


def expire_in_the_way(
    session: Session, slot_id: int, spans: Sequence[tuple[int, range]], now: datetime, key: str | None = None
) -> None:
    """Have outdated holds expired that keep a seat of the slot, some of these grains of a resource, or the exclusive key.

    If there are any, the caller is undone and run again afterwards: their time goes first to whoever waits for it.
    """
    stale = queries.stale_in_the_way(session, slot_id, spans, key, now)
    if stale:
        raise FirstDo(expire, list(stale), now)


def reschedule(
    session: Session,
    booking_id: int,
    slot_id: int,
    actor_id: int,
    now: datetime,
    *,
    rev: int | None = None,
    by_staff: bool = False,
) -> int:
    """Move the booking to another slot of the same booth or coach and return its new rev; id and calendar UID stay.

    Raises NotFound, Stale, Ended, TooLate, NotOpen, BoothNotHiring, SlotTaken or SeekerBusy; the old time is untouched then.
    """
    facts = locked(session, booking_id, now, rev, slot_id)
    if not by_staff and facts.seeker_id != actor_id:
        raise NotFound
    if not by_staff and now > facts.change_until:
        raise rules.TooLate
    slot = queries.slot_facts(session, slot_id, facts.seeker_id, now)
    if slot is None:
        raise NotFound
    if (slot.kind, slot.booth_id, slot.coach_id) != (facts.kind, facts.booth_id, facts.coach_id):
        raise Invalid.one("slot", rules.OTHER_GIVER)
    if slot.id == facts.slot_id:
        return facts.rev
    rules.check_bookable(slot, now)
    wish = Wish(request=facts.status == "requested", override="staff" if by_staff else "")
    if not by_staff:
        rules.check_policy(slot, wish, now)
    try:
        chosen = choose(session, slot, facts.seeker_id, wish, now, but=facts.id)
        if not by_staff:
            check_order(session, facts, slot, now)
        new_rev = _move_row(session, facts, chosen)
    except Conflict:
        expire_in_the_way(session, slot.id, could_block(session, slot), now)
        raise
    record(session, facts.id, new_rev, facts.status, slot.id, actor_id, now, chosen=(chosen.host_id, chosen.room_id))
    _tell_moved(session, facts, slot, new_rev, now)
    return new_rev


def _move_row(session: Session, facts: BookingFacts, chosen: Chosen) -> int:
    """Give the booking a seat and the time of the new slot; SlotTaken, SeekerBusy."""
    new_rev = _move_seat(session, facts, chosen)
    if not claims.exchange(session, claims.Owner("booking_id", facts.id), facts.claims, chosen.claims):
        raise rules.SeekerBusy
    return new_rev


def _move_seat(session: Session, facts: BookingFacts, chosen: Chosen) -> int:
    """Give the booking's row a seat of the new slot; the unique index says whether it is free."""
    slot = chosen.slot
    until = None if facts.hold_expires_at is None else min(facts.hold_expires_at, slot.starts_at)
    for seat_no in free_seats(session, slot):
        moved = (
            update(Booking)
            .where(Booking.id == facts.id)
            .values(
                slot_id=slot.id,
                seat_no=seat_no,
                host_id=chosen.host_id,
                room_id=chosen.room_id,
                # The policy that stood when it was booked moves with it.
                cancel_until=slot.starts_at - (facts.starts_at - facts.cancel_until),
                change_until=slot.starts_at - (facts.starts_at - facts.change_until),
                hold_expires_at=until,
                coming_at=None,
                rev=Booking.rev + 1,
                time_rev=Booking.time_rev + 1,
            )
            .returning(Booking.rev)
        )
        with suppress(IntegrityError), session.begin_nested():
            return int(session.execute(moved).scalar_one())
    raise rules.SlotTaken


def _tell_moved(session: Session, facts: BookingFacts, slot: SlotFacts, rev: int, now: datetime) -> None:
    rows = queries.slots_by_id(session, [facts.slot_id, slot.id])
    old, new = rows[facts.slot_id], rows[slot.id]
    after = queries.booking_facts(session, facts.id) or facts
    people = sorted({*people_of(facts, old), *people_of(after, new)})
    announce(session, pushes.booking_news("booking.moved", facts.id, new, people, now))
    announce(session, [pushes.slot_changed(new, new.seats_left, now)])
    if facts.status == "confirmed":
        letter = pushes.booking_letter(
            "booking.moved", facts.id, slot.id, facts.seeker_id, rev, facts.time_rev + 1, now
        )
        post(session, [letter])
    free_seat(session, old, now)
