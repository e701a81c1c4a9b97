"""What staff do with a day that goes otherwise: shift it, give it to a colleague, swap two people, cut it to new hours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from fairapp.errors import Invalid, NotFound, Stale
from fairapp.scheduling import queries, rules
from fairapp.scheduling.actions import claims
from fairapp.scheduling.actions.changes import cancel, expire_in_the_way, lock_for_end, reschedule
from fairapp.scheduling.actions.choosing import far_away
from fairapp.scheduling.actions.claims import Owner
from fairapp.scheduling.actions.closing import shut
from fairapp.scheduling.actions.locking import CHANGEABLE
from fairapp.scheduling.actions.rearranging import expire_first, rearrange, tell_moved
from fairapp.scheduling.actions.seats import record
from fairapp.scheduling.actions.slots import close_slot
from fairapp.scheduling.models import Booking
from fairapp.scheduling.queries import BookingFacts
from fairapp.scheduling.rules import SlotChange


def shifted(session: Session, changes: Sequence[SlotChange], minutes: int) -> list[SlotChange]:
    """Return the changes with every slot so many minutes later; Invalid off the five-minute grid."""
    if minutes % 5:
        raise Invalid.one("minutes", rules.OFF_GRID)
    step, rows = timedelta(minutes=minutes), queries.slots_by_id(session, [change.slot_id for change in changes])
    return [
        replace(one, starts_at=rows[one.slot_id].starts_at + step, ends_at=rows[one.slot_id].ends_at + step)
        for one in changes
        if one.slot_id in rows
    ]


def shift(
    session: Session, changes: Sequence[SlotChange], minutes: int, actor_id: int, reason: str, now: datetime
) -> dict[int, int]:
    """Move the slots, with everybody in them, so many minutes later (negative: earlier); as rearrange."""
    return rearrange(session, shifted(session, changes, minutes), actor_id, reason, now)


def reassign(
    session: Session,
    booking_id: int,
    host_id: int,
    actor_id: int,
    now: datetime,
    *,
    rev: int | None = None,
    reason: str = "",
) -> int:
    """Give a meeting to a colleague, at the same time and place, and return the booking's new rev; as rearrange.

    Where many sit in one slot they all go along. Raises Stale, Ended, and Invalid for a host who may not meet there.
    """
    facts = queries.booking_facts(session, booking_id)
    if facts is None:
        raise NotFound
    if rev is not None and facts.rev != rev:
        raise Stale
    if rules.state_of(facts, now) not in CHANGEABLE:
        raise rules.Ended
    if host_id not in {one for one, _ in queries.post_of(session, facts, now).hosts}:
        raise Invalid.one("host", rules.NO_SUCH_HOST)
    if host_id == facts.host_id:
        return facts.rev
    only = (booking_id,) if facts.hosting == "any" else ()
    rearrange(session, [SlotChange(facts.slot_id, host_id=host_id, only=only)], actor_id, reason, now)
    after = queries.booking_facts(session, booking_id)
    return facts.rev if after is None else after.rev


def colleagues_take(
    session: Session, changes: Sequence[SlotChange], away: int, colleagues: Sequence[int]
) -> tuple[list[SlotChange], list[int]]:
    """Return the changes by which free colleagues take a host's slots, each the one with the fewest meetings.

    Also the ids of the slots that nobody can take: the free ones of them are closed, and the booked ones stop the plan.
    """
    rows = queries.slots_by_id(session, [change.slot_id for change in changes])
    spans = [(one.slot_id, rules.grains(rows[one.slot_id].starts_at, rows[one.slot_id].ends_at)) for one in changes]
    resources = queries.resources_by_account(session, colleagues)
    first, end = min((s.start for _, s in spans), default=0), max((s.stop for _, s in spans), default=0)
    grains = queries.free_grains(session, resources.values(), first, end)
    free = {host: grains[resource] for host, resource in resources.items()}
    fairs = {row.fair_id for row in rows.values()}
    loads = {host: sum(queries.loads(session, fair, colleagues)[host] for fair in fairs) for host in colleagues}
    taken = rules.spread(spans, free, loads)
    made = [
        replace(one, host_id=taken[one.slot_id], instead_of=away) for one in changes if taken[one.slot_id] is not None
    ]
    return made, [one.slot_id for one in changes if taken[one.slot_id] is None]


def replace_host(
    session: Session,
    changes: Sequence[SlotChange],
    away: int,
    colleagues: Sequence[int],
    actor_id: int,
    reason: str,
    now: datetime,
) -> dict[int, int]:
    """Let colleagues take the slots of a host who is away; free slots that nobody can take are closed; as rearrange.

    HostBusy where nobody can take a slot that is booked: then nothing happens at all.
    """
    slots = [change.slot_id for change in changes]
    queries.lock_slots(session, slots)
    seekers = [facts.seeker_resource for facts in queries.bookings_of_slots(session, slots)]
    hosts = queries.resources_by_account(session, [away, *colleagues]).values()
    left = queries.may_be_given(session, [change.slot_id for change in changes if change.only])
    queries.lock_resources(session, [*hosts, *seekers, *left])  # all who may be concerned, at once and in order
    made, left = colleagues_take(session, changes, away, colleagues)
    if any(facts.slot_id in left for facts in queries.bookings_of_slots(session, left)):
        raise rules.HostBusy(rules.NOBODY_FREE)
    for slot_id in sorted(left):
        close_slot(session, slot_id, now)
    return rearrange(session, made, actor_id, reason, now)


def swap(session: Session, one_id: int, other_id: int, actor_id: int, reason: str, now: datetime) -> tuple[int, int]:
    """Let two bookings of the same giver change places and return their new revs; all or nothing.

    Each gets the other's seat with its host and room. Raises NotFound, Ended, Invalid for different givers, SeekerBusy where
    one of the two is elsewhere at the other's time, or could not come in time.
    """
    seen = [queries.booking_facts(session, one) for one in (one_id, other_id)]
    queries.lock_slots(session, [facts.slot_id for facts in seen if facts is not None])
    both = {n: queries.lock_booking(session, n) for n in sorted({one_id, other_id})}
    one, other = both[one_id], both[other_id]
    if one is None or other is None:
        raise NotFound
    if any(rules.state_of(facts, now) not in CHANGEABLE for facts in (one, other)):
        raise rules.Ended
    if (one.kind, one.booth_id, one.coach_id) != (other.kind, other.booth_id, other.coach_id):
        raise Invalid.one("booking", rules.OTHER_GIVER)
    if min(one.starts_at, other.starts_at) <= now:
        raise rules.TooLate
    if one.slot_id == other.slot_id:
        return one.rev, other.rev
    try:
        _change_places(session, one, other)
    except rules.SeekerBusy:
        far = queries.FARTHEST
        spans = [
            (mine.seeker_resource, range(theirs.grains.start - far, theirs.grains.stop + far))
            for mine, theirs in ((one, other), (other, one))
        ]
        expire_in_the_way(session, one.slot_id, spans, now)
        raise
    revs = [_seated(session, mine, theirs, actor_id, reason, now) for mine, theirs in ((one, other), (other, one))]
    rows = queries.slots_by_id(session, [one.slot_id, other.slot_id])
    for mine, theirs in ((one, other), (other, one)):
        tell_moved(session, mine, rows[mine.slot_id], rows[theirs.slot_id], now)
    return revs[0], revs[1]


def _change_places(session: Session, one: BookingFacts, other: BookingFacts) -> None:
    """Exchange the claims of the two; SeekerBusy where one of them cannot be at the other's."""
    queries.lock_resources(session, [resource for facts in (one, other) for resource, _ in facts.claims])
    for mine, theirs in ((one, other), (other, one)):
        slot = queries.slot_facts(session, theirs.slot_id, mine.seeker_id, theirs.starts_at)
        if slot is None or far_away(session, [slot], but=(one.id, other.id)):
            raise rules.SeekerBusy
    for facts in (one, other):
        claims.release(session, Owner("booking_id", facts.id), facts.claims)
    wanted = {Owner("booking_id", mine.id): _claims_at(mine, theirs) for mine, theirs in ((one, other), (other, one))}
    if claims.take_many(session, wanted):
        raise rules.SeekerBusy


def _claims_at(mine: BookingFacts, theirs: BookingFacts) -> set[tuple[int, int]]:
    """Return what a booking holds in the other's place: its own seeker's time, the other's host and room."""
    kept = {(resource, grain) for resource, grain in theirs.claims if resource != theirs.seeker_resource}
    return kept | {(mine.seeker_resource, grain) for grain in theirs.grains}


def _seated(
    session: Session, mine: BookingFacts, theirs: BookingFacts, actor_id: int, reason: str, now: datetime
) -> int:
    """Give the booking the other's seat. The first of the two waits on a seat that nobody has until the other has left."""
    values: dict[str, Any] = {
        "slot_id": theirs.slot_id,
        "seat_no": theirs.seat_no,
        "host_id": theirs.chosen[0],
        "room_id": theirs.chosen[1],
        "cancel_until": theirs.starts_at - (mine.starts_at - mine.cancel_until),
        "change_until": theirs.starts_at - (mine.starts_at - mine.change_until),
        "coming_at": None,
        "rev": mine.rev + 1,
        "time_rev": mine.time_rev + 1,
    }
    if mine.hold_expires_at is not None:
        values["hold_expires_at"] = min(mine.hold_expires_at, theirs.starts_at)
    session.execute(
        update(Booking).where(Booking.id == theirs.id, Booking.slot_id == theirs.slot_id).values(seat_no=-1)
    )
    session.execute(update(Booking).where(Booking.id == mine.id).values(**values))
    record(session, mine.id, mine.rev + 1, mine.status, theirs.slot_id, actor_id, now, reason, theirs.chosen)
    return mine.rev + 1


def cut_day(
    session: Session,
    slot_ids: Sequence[int],
    choices: Mapping[int, str | int],
    actor_id: int,
    reason: str,
    now: datetime,
) -> list[int]:
    """Take back slots that lie outside a day's new hours; return the ids of those closed.

    `choices` says, for each booking in them, what becomes of it: `keep` leaves it and its slot where they are, `tell`
    cancels it with the reason, and the id of another slot moves it there. Nothing happens unless all of it can. Raises Invalid
    where a booking has no choice: nobody is cancelled silently.
    """
    moving = [one for one in choices.values() if isinstance(one, int)]
    queries.lock_slots(session, [*slot_ids, *moving])
    expire_first(session, slot_ids, now)
    booked = queries.bookings_of_slots(session, slot_ids)
    if any(facts.id not in choices for facts in booked):
        raise Invalid.one("choices", rules.NO_CHOICE)
    kept = {facts.slot_id for facts in booked if choices[facts.id] == "keep"}
    closing = queries.slots_by_id(session, sorted(set(slot_ids) - kept))
    hosts = [one for row in closing.values() for one, _ in row.hosts]
    lock_for_end(session, booked, moving, hosts)  # of all of them at once: one after the other could close a circle
    for row in closing.values():
        shut(session, row, now)  # first: what is closed is not offered to who waits
    for facts in booked:
        choice = choices[facts.id]
        if isinstance(choice, int):
            reschedule(session, facts.id, choice, actor_id, now, by_staff=True)
        elif choice == "tell":
            cancel(session, facts.id, actor_id, now, by_staff=True, reason=reason)
    return sorted(closing)
