"""The calls of walk-in lines: stand in one and leave it; for its staff, open and close it, call, say what became of it."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import NotFound
from fairapp.openapi import call
from fairapp.scheduling import actions, queries
from fairapp.shapes import Id, In, Moment, Ref, number


class LineIn(In):
    """How many minutes a meeting of the line takes, in steps of five."""

    minutes: Annotated[int, Field(ge=5, le=120, multiple_of=5, strict=True)]


class JoinIn(In):
    """Standing in line shows the profile to the employer, so consent is asked first."""

    consent: Literal[True]


class CallIn(In):
    """Who meets, and whom; without an entry the next who can come."""

    host: Id
    entry: Id | None = None


class MarkIn(In):
    """What became of somebody: she `came`, is `absent`, is `back`, or the meeting is `done`."""

    what: Literal["came", "absent", "back", "done"]


class PlaceOut(BaseModel):
    """A place in a line. `ahead` and `wait_minutes` are for who waits; the booking is the call's, held until it expires."""

    id: Ref
    booth: Ref
    seeker: Ref
    ticket: int
    status: str  # waiting, called, skipped, meeting, met, left, closed
    ahead: int
    wait_minutes: int
    call_expires_at: Moment | None
    booking: Ref | None


class LineOut(BaseModel):
    """A booth's line as anybody sees it; `wait_minutes` is for who would join now."""

    booth: Ref
    open: bool
    minutes: int
    waiting: int
    wait_minutes: int


def _check_keeps(caller: Caller, booth_id: int) -> None:
    """Raise NotFound for who does not keep the booth."""
    with db.read() as session:
        if not queries.posts["interview"](session, booth_id, clock.now()).is_kept_by(caller):
            raise NotFound


def _place(entry_id: int) -> PlaceOut:
    with db.read() as session:
        found = queries.place_of(session, entry_id, clock.now())
    if found is None:
        raise NotFound
    return PlaceOut(
        id=found.id,
        booth=found.booth_id,
        seeker=found.seeker_id,
        ticket=found.ticket,
        status=found.status,
        ahead=found.ahead,
        wait_minutes=found.wait_minutes,
        call_expires_at=found.call_expires_at,
        booking=found.booking_id,
    )


def _line(booth_id: int) -> LineOut:
    with db.read() as session:
        found = queries.line_of(session, booth_id, clock.now())
    if found is None:
        raise NotFound
    return LineOut(
        booth=found.booth_id,
        open=found.open,
        minutes=found.minutes,
        waiting=found.waiting,
        wait_minutes=found.wait_minutes,
    )


@call("PUT", "/booths/{booth}/line", admit=guards.signed_in, body=LineIn, returns=LineOut, problems=(404,))
def open_line(booth: str, body: LineIn, caller: Caller) -> LineOut:
    """Open the line of a booth that hires, or change how long its meetings take; by who keeps the booth."""
    booth_id = number(booth)
    _check_keeps(caller, booth_id)
    db.write(actions.open_line, booth_id, body.minutes, clock.now())
    return _line(booth_id)


@call("DELETE", "/booths/{booth}/line", admit=guards.signed_in, problems=(404, 409))
def close_line(booth: str, caller: Caller) -> None:
    """Close the line: everybody in it is told, and offered what is left; by who keeps the booth."""
    booth_id = number(booth)
    _check_keeps(caller, booth_id)
    db.write(actions.close_line, booth_id, clock.now())


@call(
    "POST",
    "/booths/{booth}/line/entries",
    admit=guards.signed_in,
    body=JoinIn,
    returns=PlaceOut,
    status=201,
    problems=(409,),
)
def join_line(booth: str, body: JoinIn, caller: Caller) -> PlaceOut:
    """Stand in line; who stands there already keeps the place."""
    return _place(db.write(actions.join_line, number(booth), caller.id, body.consent, clock.now()))


@call("GET", "/line-entries/{entry}", admit=guards.signed_in, returns=PlaceOut, problems=(404,))
def one_place(entry: str, caller: Caller) -> PlaceOut:
    """A place in a line, one's own or that of a line one keeps."""
    found = _place(number(entry))
    if found.seeker != caller.id:
        _check_keeps(caller, found.booth)
    return found


@call("DELETE", "/line-entries/{entry}", admit=guards.signed_in, problems=(404,))
def leave_line(entry: str, caller: Caller) -> None:
    """Give one's place up; a call is taken back."""
    db.write(actions.leave_line, number(entry), caller.id, clock.now())


@call(
    "POST",
    "/booths/{booth}/line/calls",
    admit=guards.signed_in,
    body=CallIn,
    returns=PlaceOut,
    status=201,
    problems=(404, 409),
)
def call_next(booth: str, body: CallIn, caller: Caller) -> PlaceOut:
    """Call the next who can come, or this one, to a host; who is elsewhere keeps her place."""
    booth_id = number(booth)
    _check_keeps(caller, booth_id)
    with db.read() as session:
        hosts = {one for one, _ in queries.posts["interview"](session, booth_id, clock.now()).hosts}
    if body.host not in hosts:
        raise NotFound
    return _place(db.write(actions.call, booth_id, body.host, clock.now(), entry_id=body.entry))


@call(
    "POST",
    "/line-entries/{entry}/marks",
    admit=guards.signed_in,
    body=MarkIn,
    returns=PlaceOut,
    problems=(404, 409),
)
def mark(entry: str, body: MarkIn, caller: Caller) -> PlaceOut:
    """Say what became of somebody in the line; by who keeps the booth."""
    entry_id, now = number(entry), clock.now()
    _check_keeps(caller, _place(entry_id).booth)
    acts: dict[str, Callable[[], Any]] = {
        "came": lambda: db.write(actions.start_meeting, entry_id, caller.id, now),
        "absent": lambda: db.write(actions.skip, entry_id, caller.id, now),
        "back": lambda: db.write(actions.return_to_place, entry_id, now),
        "done": lambda: db.write(actions.finish_meeting, entry_id, now),
    }
    acts[body.what]()
    return _place(entry_id)
