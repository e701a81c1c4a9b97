"""Rearranging: moving slots with everybody in them, at once or not at all; swapping, reassigning, replacing a host.

A slot never changes its time, hosts or room, since letters, history and exports name it. What is rearranged leaves it for a
new slot; the bookings keep their ids, their calendar UIDs and the policies they were made under.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from fairapp import trace
from fairapp.db import FirstDo
from fairapp.errors import Invalid, NotFound
from fairapp.fairs.models import Fair
from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries, rules
from fairapp.scheduling.actions import claims
from fairapp.scheduling.actions.changes import expire, expire_in_the_way, free_seat
from fairapp.scheduling.actions.claims import Claim, Owner
from fairapp.scheduling.actions.seats import record
from fairapp.scheduling.actions.slots import check_places
from fairapp.scheduling.actions.telling import people_of
from fairapp.scheduling.models import Booking, Slot, SlotHost
from fairapp.scheduling.queries import BookingFacts, Plan, Planned, SlotRow
from fairapp.scheduling.rules import SlotChange

COPIED = (
    *("fair_id", "kind", "booth_id", "coach_id", "agency_id", "capacity", "topic"),
    *("opens_at", "for_line", "request_minutes", "requests_only"),
)


def rearrange(
    session: Session, changes: Sequence[SlotChange], actor_id: int, reason: str, now: datetime
) -> dict[int, int]:
    """Carry out all of the changes or none; return the new slot of each that was left, by the old one's id.

    By staff whom the caller of this admitted; `reason` is kept in the history of every booking. Everybody whom it touches
    is told. Raises InTheWay, which says what stands in the way of what; NotFound for a slot that is closed; Invalid for a
    time in the past or outside the fair, or more slots than go in one plan.
    """
    if len(changes) > queries.MOST_SLOTS:
        raise Invalid.one("slots", rules.TOO_MANY)
    slots = [change.slot_id for change in changes]
    queries.lock_slots(session, slots)
    expire_first(session, slots, now)
    locked = queries.bookings_of_slots(session, slots, lock=True)
    before = queries.plan(session, changes)
    left = queries.may_be_given(session, [change.slot_id for change in changes if change.only])
    queries.lock_resources(session, {*before.spans, *(facts.seeker_resource for facts in locked), *left})
    plan = queries.plan(session, changes)  # again: nobody can give these people another meeting any more
    if plan.clashes:
        expire_in_the_way(session, slots[0], list(plan.spans.items()), now)
    check_plan(session, plan, now)
    moving = [slot for slot in plan.slots if slot.moves]
    new = {n: _new_slot(session, slot, now) for n, slot in enumerate(moving)}
    _exchange_claims(session, moving, new)
    for n, slot in enumerate(moving):
        _move_bookings(session, slot, new[n], actor_id, reason, now)
    _tell(session, moving, new, now)
    for n, slot in enumerate(moving):
        touched = {"became": new[n], "bookings": [facts.id for facts in slot.bookings]}
        trace.record(
            session, "slot.moved", "slot", slot.old.id, now, by=actor_id, fair_id=slot.old.fair_id, data=touched
        )
    return {slot.old.id: new[n] for n, slot in enumerate(moving)}


def check_plan(session: Session, plan: Plan, now: datetime) -> None:
    """Raise why the plan cannot be carried out: InTheWay, or Invalid for times that cannot be."""
    check_times(session, plan, now)
    if plan.clashes:
        raise rules.InTheWay(plan.clashes)


def check_times(session: Session, plan: Plan, now: datetime) -> None:
    """Raise Invalid for a plan with a time in the past or outside the fair."""
    moving = [slot for slot in plan.slots if slot.moves]
    fairs = {slot.old.fair_id: session.get_one(Fair, slot.old.fair_id) for slot in moving}
    if any(slot.starts_at <= now for slot in moving):
        raise Invalid.one("starts_at", rules.PAST)
    if any(slot.starts_at < fairs[slot.old.fair_id].booking_opens_at for slot in moving):
        raise Invalid.one("starts_at", rules.OUTSIDE_FAIR)
    if any(slot.ends_at > fairs[slot.old.fair_id].ends_at for slot in moving):
        raise Invalid.one("ends_at", rules.OUTSIDE_FAIR)
    for slot in moving:
        place, time = (slot.room_id, slot.pool_site_id), (slot.starts_at, slot.ends_at)
        check_places(session, slot.old.fair_id, slot.old.coach_id, slot.present, place, [time])


def expire_first(session: Session, slots: Sequence[int], now: datetime) -> None:
    """Have outdated holds of these slots expired: they are nobody's any more."""
    stale = [f.id for f in queries.bookings_of_slots(session, slots) if rules.state_of(f, now) == "expired"]
    if stale:
        raise FirstDo(expire, stale, now)


def _new_slot(session: Session, slot: Planned, now: datetime) -> int:
    """Insert the slot as it becomes, and close the old one unless others stay in it."""
    row: dict[str, Any] = {name: getattr(slot.old, name) for name in COPIED}
    row |= {name: getattr(slot, name) for name in ("hosting", "host_id", "room_id", "pool_site_id")}
    row |= {name: getattr(slot, name) for name in ("starts_at", "ends_at", "busy_from", "busy_until")}
    if slot.change.only:
        row["capacity"] = len(slot.bookings)
    made = insert(Slot).values(**row, created_at=now, rev=1).returning(Slot.id)
    new_id: int = session.execute(made).scalar_one()
    if slot.team and slot.hosting != "one":
        session.execute(insert(SlotHost), [{"slot_id": new_id, "account_id": one} for one in slot.team])
    if not slot.change.only:
        session.execute(update(Slot).where(Slot.id == slot.old.id).values(closed_at=now, rev=Slot.rev + 1))
    return new_id


def _exchange_claims(session: Session, moving: Sequence[Planned], new: dict[int, int]) -> None:
    """Give back everybody's old time and take the new, all of it in one order; the plan has seen that it is free."""
    old = queries.slot_claims(session, [slot.old.id for slot in moving if not slot.change.only])
    for slot_id, held in sorted(old.items()):
        claims.release(session, Owner("slot_id", slot_id), held)
    for facts in sorted((f for slot in moving for f in slot.bookings), key=lambda one: one.id):
        claims.release(session, Owner("booking_id", facts.id), facts.claims)
    wanted: dict[Owner, set[Claim]] = {
        Owner("slot_id", slot_id): held for slot_id, held in queries.slot_claims(session, new.values()).items()
    }
    for slot in moving:
        wanted |= {Owner("booking_id", facts.id): queries.claims_in(session, slot, facts) for facts in slot.bookings}
    if claims.take_many(session, wanted):
        raise rules.HostBusy  # a claim that no plan could see: the time of somebody who was not locked


def _move_bookings(session: Session, slot: Planned, new_id: int, actor_id: int, reason: str, now: datetime) -> None:
    """Give every booking its seat in the new slot; policies move along with the time."""
    step = slot.starts_at - slot.old.starts_at
    for seat_no, facts in enumerate(slot.bookings, 1):
        host_id, room_id = queries.chosen_of(slot, facts)
        values: dict[str, Any] = {
            "slot_id": new_id,
            "host_id": host_id,
            "room_id": room_id,
            "cancel_until": facts.cancel_until + step,
            "change_until": facts.change_until + step,
            "rev": facts.rev + 1,
            "time_rev": facts.time_rev + 1,
        }
        if slot.change.only:
            values["seat_no"] = seat_no
        if facts.hold_expires_at is not None:
            values["hold_expires_at"] = min(facts.hold_expires_at, slot.starts_at)
        if step:
            values["coming_at"] = None
        session.execute(update(Booking).where(Booking.id == facts.id).values(**values))
        record(session, facts.id, facts.rev + 1, facts.status, new_id, actor_id, now, reason, (host_id, room_id))


def _tell(session: Session, moving: Sequence[Planned], new: dict[int, int], now: datetime) -> None:
    """Tell everybody of the slots, without names, and the people of each booking what became of it."""
    rows = queries.slots_by_id(session, [*new.values(), *(slot.old.id for slot in moving)])
    for n, slot in enumerate(moving):
        old, made = rows[slot.old.id], rows[new[n]]
        announce(
            session, [*([] if slot.change.only else [pushes.slot_closed(old, now)]), pushes.slot_opened(made, now)]
        )
        if made.seats_left < made.capacity:
            announce(session, [pushes.slot_changed(made, made.seats_left, now)])
        for facts in slot.bookings:
            tell_moved(session, facts, old, made, now)
        if slot.change.only:
            free_seat(session, old, now)


def tell_moved(session: Session, facts: BookingFacts, old: SlotRow, made: SlotRow, now: datetime) -> None:
    """Tell the people of a booking, of before and after, that it moved; write to the seeker of a confirmed one."""
    after = queries.booking_facts(session, facts.id)
    if after is None:
        raise NotFound
    people = sorted({*people_of(facts, old), *people_of(after, made)})
    announce(session, pushes.booking_news("booking.moved", facts.id, made, people, now))
    if facts.status == "confirmed":
        letter = pushes.booking_letter(
            "booking.moved", facts.id, made.id, facts.seeker_id, after.rev, after.time_rev, now
        )
        post(session, [letter])
