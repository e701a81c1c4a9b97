"""What who keeps the hours of a booth or a coach may do with meetings: book for somebody, exchange two, give one away."""

from typing import Annotated

from pydantic import BaseModel, Field

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import NotFound
from fairapp.openapi import Reply, call
from fairapp.scheduling import actions, queries
from fairapp.scheduling.api.bookings import BookingOut, booking_out
from fairapp.scheduling.rules import Wish
from fairapp.shapes import Id, In, number

Reason = Annotated[str, Field(max_length=500)]


class ForIn(In):
    """Whom staff book for, and why they pass over the rules."""

    seeker: Id
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    listing: Id | None = None
    note: str = Field("", max_length=1000)


class SwapIn(In):
    """The booking that changes places with this one, and why."""

    other: Id
    reason: Reason = ""


class ReassignIn(In):
    """The host who takes the meeting, and why."""

    host: Id
    reason: Reason = ""


class Swapped(BaseModel):
    """Both bookings as they are now."""

    items: list[BookingOut]


def _check_keeps(caller: Caller, booking_id: int) -> None:
    """Raise NotFound for who does not keep the hours of the booking's booth or coach."""
    with db.read() as session:
        facts = queries.booking_facts(session, booking_id)
        if facts is None or not queries.post_of(session, facts, clock.now()).is_kept_by(caller):
            raise NotFound


def _shown(booking_id: int) -> BookingOut:
    with db.read() as session:
        facts = queries.booking_facts(session, booking_id)
    if facts is None:
        raise NotFound
    return booking_out(facts)


@call(
    "POST",
    "/slots/{slot}/bookings",
    admit=guards.signed_in,
    body=ForIn,
    returns=BookingOut,
    status=201,
    problems=(404, 409),
)
def book_for(slot: str, body: ForIn, caller: Caller) -> Reply:
    """Book for somebody, past the rules of fair and booth; the reason is kept.

    Nobody is double-booked by it, no seat given twice, and no booth that does not hire is booked.
    """
    slot_id, now = number(slot), clock.now()
    with db.read() as session:
        row = queries.slots_by_id(session, [slot_id]).get(slot_id)
        if row is None or not queries.post_of(session, row, now).is_kept_by(caller):
            raise NotFound
    wish = Wish(listing_id=body.listing, note=body.note, override=body.reason, by=caller.id)
    made = db.write(actions.book, slot_id, body.seeker, wish, now)
    return Reply(booking_out(made), 201, {"ETag": f'"{made.rev}"', "Location": f"/api/v1/bookings/{made.id}"})


@call(
    "POST",
    "/bookings/{booking}/swap",
    admit=guards.signed_in,
    body=SwapIn,
    returns=Swapped,
    problems=(404, 409),
)
def swap(booking: str, body: SwapIn, caller: Caller) -> Swapped:
    """Let two bookings change places, both or none."""
    both = number(booking), body.other
    for one in both:
        _check_keeps(caller, one)
    db.write(actions.swap, *both, caller.id, body.reason, clock.now())
    return Swapped(items=[_shown(one) for one in both])


@call(
    "POST",
    "/bookings/{booking}/reassignment",
    admit=guards.signed_in,
    body=ReassignIn,
    returns=BookingOut,
    problems=(404, 409),
)
def reassign(booking: str, body: ReassignIn, caller: Caller) -> BookingOut:
    """Give a meeting to a colleague, at the same time and place."""
    booking_id = number(booking)
    _check_keeps(caller, booking_id)
    db.write(actions.reassign, booking_id, body.host, caller.id, clock.now(), reason=body.reason)
    return _shown(booking_id)
