"""The calls of bookings: make, confirm, move, cancel, read."""

from typing import Annotated, Any, Literal

from flask import Response, request
from flask_babel import lazy_gettext as _l
from pydantic import Field, StrictBool

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.errors import Conflict, Invalid, NotFound, PreconditionRequired, Stale
from fairapp.openapi import Reply, call
from fairapp.scheduling import actions, pushes, queries, rules
from fairapp.scheduling.api.slots import MeetingOut, meeting, slot_out
from fairapp.scheduling.queries import BookingFacts
from fairapp.scheduling.rules import Booked, Wish
from fairapp.shapes import Id, In, Moment, Page, Paged, Ref, decode_cursor, number, page_of

HOLD_OR_REQUEST = _l("잡아 두기와 신청하기 가운데 하나만 골라 주세요")
Status = Literal["requested", "held", "confirmed", "cancelled", "expired", "completed"]


class BookingIn(In):
    """Which slot, for which listing; `hold` keeps it for a few minutes; `consent` shares the profile.

    `request` asks for a meeting that the booth's staff accept or decline. `host` picks one where any of several may meet.
    """

    slot: Id
    listing: Id | None = None
    hold: StrictBool = False
    request: StrictBool = False
    host: Id | None = None
    before: Id | None = None
    answers: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=1000)]] = Field(
        default_factory=dict, max_length=20
    )
    note: str = Field("", max_length=1000)
    consent: StrictBool


class MoveIn(In):
    """The slot that the booking moves to."""

    slot: Id


class AnswerIn(In):
    """Whether the request is accepted, and why not."""

    accept: StrictBool = True
    reason: str = Field("", max_length=500)


class CancelIn(In):
    """Why, if one likes to say."""

    reason: str = Field("", max_length=500)


class BookingOut(MeetingOut):
    """A booking, with what is to be known of its meeting."""

    id: Ref
    status: Status
    rev: int
    time_rev: int
    slot: Ref
    seeker: Ref
    listing: Ref | None
    note: str
    ics_uid: str
    cancel_until: Moment
    change_until: Moment
    answers: dict[str, str]
    before: Ref | None
    coming_at: Moment | None
    hold_expires_at: Moment | None
    created_at: Moment


def booking_out(facts: BookingFacts | Booked) -> BookingOut:
    """Return the booking as the API shows it; a hold past its time is shown as expired."""
    return BookingOut(
        id=facts.id,
        status=rules.state_of(facts, clock.now()),  # type: ignore[arg-type]  # the table's CHECK allows these
        rev=facts.rev,
        time_rev=facts.time_rev,
        slot=facts.slot.id if isinstance(facts, Booked) else facts.slot_id,
        seeker=facts.seeker_id,
        listing=facts.listing_id,
        note=facts.note,
        ics_uid=facts.ics_uid,
        cancel_until=facts.cancel_until,
        change_until=facts.change_until,
        answers=dict(facts.answers),
        before=facts.before_id,
        coming_at=facts.coming_at,
        hold_expires_at=facts.hold_expires_at,
        created_at=facts.created_at,
        **(_chosen(facts) if isinstance(facts, Booked) else meeting(facts)),
    )


def _chosen(booked: Booked) -> dict[str, Any]:
    """Return the fields of MeetingOut with the host and room that were chosen for a booking just made."""
    if booked.host_id is None and booked.room_id is None:
        return meeting(booked.slot)
    with db.read() as session:
        facts = queries.booking_facts(session, booked.id)
    return meeting(booked.slot if facts is None else facts)


def _reply(booking_id: int, seeker_id: int) -> Reply:
    """Return one's booking with its revision as ETag."""
    with db.read() as session:
        facts = queries.own_booking(session, booking_id, seeker_id)
        if facts is None:
            raise NotFound
    return Reply(booking_out(facts), None, {"ETag": f'"{facts.rev}"'})


def with_alternatives(error: Conflict, slot_id: int, seeker_id: int) -> Conflict:
    """Add to a refusal the nearest free times, found in a fresh read after the write was undone."""
    if error.slug in {
        "slot-taken",
        "seeker-busy",
        "host-busy",
        "booth-not-hiring",
        "not-open",
        "already-booked",
        "quota-reached",
        "not-ready",
    }:
        with db.read() as session:
            rows = queries.alternatives(session, slot_id, seeker_id, clock.now())
        error.extra["alternatives"] = [slot_out(row).model_dump(mode="json") for row in rows]
    return error


def seen_rev() -> int:
    """Return the revision in If-Match; PreconditionRequired without one, Stale for one that cannot be ours."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise PreconditionRequired
    text = given.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Stale
    return int(text)


@call("POST", "/bookings", admit=guards.signed_in, body=BookingIn, returns=BookingOut, status=201, problems=(404, 409))
def create_booking(body: BookingIn, caller: Caller) -> Reply:
    """Book a slot, at once or as a hold; 409 names the reason and the nearest alternatives."""
    if body.hold and body.request:
        raise Invalid.one("request", HOLD_OR_REQUEST)
    wish = Wish(
        listing_id=body.listing,
        hold=body.hold,
        request=body.request,
        note=body.note,
        consent=body.consent,
        answers=body.answers,
        host_id=body.host,
        before_id=body.before,
    )
    try:
        booked = db.write(actions.book, body.slot, caller.id, wish, clock.now())
    except Conflict as error:
        raise with_alternatives(error, body.slot, caller.id) from error
    headers = {"ETag": f'"{booked.rev}"', "Location": f"/api/v1/bookings/{booked.id}"}
    return Reply(booking_out(booked), 201, headers)


@call(
    "POST",
    "/bookings/{booking}/confirmation",
    admit=guards.signed_in,
    returns=BookingOut,
    problems=(409,),
    needs_match=True,
)
def confirm_booking(booking: str, caller: Caller) -> Reply:
    """Confirm a hold before it expires."""
    booking_id = number(booking)
    db.write(actions.confirm, booking_id, caller.id, seen_rev(), clock.now())
    return _reply(booking_id, caller.id)


@call(
    "POST",
    "/bookings/{booking}/acceptance",
    admit=guards.signed_in,
    body=AnswerIn,
    returns=BookingOut,
    problems=(409,),
    needs_match=True,
)
def answer_request(booking: str, body: AnswerIn, caller: Caller) -> Reply:
    """Accept or decline a request, by who keeps the booth or coaches."""
    booking_id = number(booking)
    facts = kept_by(caller, booking_id)
    db.write(
        actions.answer_request,
        booking_id,
        caller.id,
        clock.now(),
        accept=body.accept,
        rev=seen_rev(),
        reason=body.reason,
    )
    return _reply(booking_id, facts.seeker_id)


def kept_by(caller: Caller, booking_id: int) -> BookingFacts:
    """Return the booking, if it is at a booth or with a coach whose hours the caller keeps; NotFound for any other."""
    with db.read() as session:
        facts = queries.booking_facts(session, booking_id)
        if facts is None:
            raise NotFound
        post = queries.post_of(session, facts, clock.now())
    if not post.is_kept_by(caller):
        raise NotFound
    return facts


@call(
    "PATCH",
    "/bookings/{booking}",
    admit=guards.signed_in,
    body=MoveIn,
    returns=BookingOut,
    problems=(409,),
    needs_match=True,
)
def move_booking(booking: str, body: MoveIn, caller: Caller) -> Reply:
    """Move the booking to another slot; id and calendar UID stay."""
    booking_id = number(booking)
    try:
        db.write(actions.reschedule, booking_id, body.slot, caller.id, clock.now(), rev=seen_rev())
    except Conflict as error:
        raise with_alternatives(error, body.slot, caller.id) from error
    return _reply(booking_id, caller.id)


@call(
    "DELETE",
    "/bookings/{booking}",
    admit=guards.signed_in,
    body=CancelIn,
    returns=BookingOut,
    problems=(409,),
    needs_match=True,
)
def cancel_booking(booking: str, body: CancelIn, caller: Caller) -> Reply:
    """Cancel the booking within its policy."""
    booking_id = number(booking)
    db.write(actions.cancel, booking_id, caller.id, clock.now(), rev=seen_rev(), reason=body.reason)
    return _reply(booking_id, caller.id)


@call("GET", "/bookings", admit=guards.signed_in, query=Paged, returns=Page[BookingOut])
def own_bookings(query: Paged, caller: Caller) -> Page[BookingOut]:
    """One's own bookings, newest first."""
    key = decode_cursor(query.cursor, int)
    with db.read() as session:
        rows = queries.bookings_of_seeker(
            session, caller.id, after=None if key is None else key[0], limit=query.limit + 1
        )
    shown, cursor = page_of(rows, query.limit, lambda row: (row.id,))
    return Page[BookingOut](items=[booking_out(row) for row in shown], next=cursor)


@call("GET", "/bookings/{booking}", admit=guards.signed_in, returns=BookingOut)
def one_booking(booking: str, caller: Caller) -> Reply:
    """One of one's own bookings; its revision is the ETag."""
    return _reply(number(booking), caller.id)


@call("GET", "/bookings/{booking}.ics", admit=guards.signed_in, media="text/calendar")
def booking_calendar(booking: str, caller: Caller) -> Response:
    """The booking as a calendar file."""
    booking_id = number(booking)
    with db.read() as session:
        facts = queries.own_booking(session, booking_id, caller.id)
    if facts is None:
        raise NotFound
    return calendar_answer(facts, caller)


def calendar_answer(facts: BookingFacts, caller: Caller) -> Response:
    """Return the booking's event as a file to download."""
    content = pushes.booking_calendar(facts, caller.name, caller.email, clock.now())
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="booking-{facts.id}.ics"'
    return response
