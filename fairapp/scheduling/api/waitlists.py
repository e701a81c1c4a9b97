"""The calls of waitlists and offers."""

from typing import Annotated

from pydantic import BaseModel, Field, StrictBool

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.openapi import Reply, call
from fairapp.scheduling import actions, queries
from fairapp.scheduling.api.bookings import BookingOut, one_booking
from fairapp.scheduling.models import WaitlistEntry
from fairapp.shapes import Id, In, Ref, number


class EntryOut(BaseModel):
    """A place in a waitlist; position 1 is next."""

    id: Ref
    booth: Ref | None
    coach: Ref | None
    status: str
    position: int


Minute = Annotated[int, Field(ge=0, le=1440, strict=True)]


class WaitIn(In):
    """Which times one waits for: of a host, for a listing, at a time of day in minutes of the fair's day; else any."""

    host: Id | None = None
    listing: Id | None = None
    from_: Minute = Field(0, alias="from")
    to: Minute = 1440


class AcceptIn(In):
    """Whether the profile is shared with that employer or agency."""

    consent: StrictBool = False


@call(
    "POST",
    "/booths/{booth}/waitlist",
    admit=guards.signed_in,
    body=WaitIn,
    returns=EntryOut,
    status=201,
    problems=(409,),
)
def wait_at_booth(booth: str, body: WaitIn, caller: Caller) -> EntryOut:
    """Wait for a slot of the booth; who waits already keeps the place, and waits for what is wanted now."""
    wanted = actions.Wanted(body.host, body.listing, body.from_, body.to)
    entry_id = db.write(actions.join_waitlist, caller.id, clock.now(), booth_id=number(booth), wanted=wanted)
    with db.read() as session:
        entry = session.get_one(WaitlistEntry, entry_id)
        return EntryOut(
            id=entry.id,
            booth=entry.booth_id,
            coach=entry.coach_id,
            status=entry.status,
            position=queries.position(session, entry),
        )


@call("DELETE", "/waitlist/{entry}", admit=guards.signed_in)
def leave_waitlist(entry: str, caller: Caller) -> None:
    """Stop waiting; an open offer goes to the next."""
    db.write(actions.leave_waitlist, number(entry), caller.id, clock.now())


@call(
    "POST",
    "/offers/{offer}/acceptance",
    admit=guards.signed_in,
    body=AcceptIn,
    returns=BookingOut,
    status=201,
    problems=(409,),
)
def accept_offer(offer: str, body: AcceptIn, caller: Caller) -> Reply:
    """Take the slot that is offered."""
    booking_id = db.write(actions.accept_offer, number(offer), caller.id, body.consent, clock.now())
    reply = one_booking(str(booking_id), caller)
    return Reply(reply.body, 201, reply.headers)
