"""The shape of a slot, and the list of a booth's slots."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.accounts.guards import Caller
from fairapp.booths import queries as booths
from fairapp.errors import AppError, NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.openapi import call
from fairapp.scheduling import actions, queries
from fairapp.scheduling.queries import BookingFacts, SlotRow
from fairapp.scheduling.rules import SlotFacts, Wish
from fairapp.shapes import Id, Moment, MomentIn, Page, Paged, Query, Ref, decode_cursor, number, page_of


class MeetingOut(BaseModel):
    """What is to be known of a meeting: who gives it, where and when."""

    fair: Ref
    kind: Literal["interview", "coaching", "group"]
    booth: Ref | None
    coach: Ref | None
    hosts: list[Ref]
    host_names: list[str]
    room: Ref | None
    room_name: str | None
    site_name: str | None
    starts_at: Moment
    ends_at: Moment
    topic: str | None


class SlotOut(MeetingOut):
    """A slot."""

    id: Ref
    hosting: Literal["one", "panel", "any"]
    capacity: int
    seats_left: int
    opens_at: Moment | None
    for_line: bool
    request_minutes: int
    requests_only: bool


class SlotQuery(Paged):
    """Which slots: `free` ones or all that are open, from a moment (default: now) until another."""

    state: Literal["free", "all"] = "all"
    from_: MomentIn | None = None
    to: MomentIn | None = None

    model_config = {**Paged.model_config, "alias_generator": lambda name: name.rstrip("_")}


class ObstacleQuery(Query):
    """For whom and how: oneself by default, at once."""

    seeker: Id | None = None
    listing: Id | None = None
    request: bool = False


class ObstacleOut(BaseModel):
    """Whether the slot can be booked; otherwise the problem that booking it would answer with."""

    bookable: bool
    type: str | None
    detail: str | None


def meeting(row: SlotRow | SlotFacts | BookingFacts) -> dict[str, Any]:
    """Return the fields of MeetingOut; of a booking the hosts are those whom its seeker meets."""
    hosts = row.hosts if isinstance(row, SlotRow) else [(row.host_id, row.host_name)]
    return {
        "fair": row.fair_id,
        "kind": row.kind,
        "booth": row.booth_id,
        "coach": row.coach_id,
        "hosts": [one for one, _ in hosts],
        "host_names": [name for _, name in hosts],
        "room": row.room_id,
        "room_name": row.room_name,
        "site_name": row.site_name,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "topic": row.topic or None,
    }


def slot_out(row: SlotRow) -> SlotOut:
    """Return the slot as the API shows it."""
    terms = {name: getattr(row, name) for name in ("hosting", "capacity", *TERMS)}
    return SlotOut(id=row.id, seats_left=max(row.seats_left, 0), **terms, **meeting(row))


TERMS = ("opens_at", "for_line", "request_minutes", "requests_only")


def slot_page(
    query: SlotQuery, now: datetime, *, booth_id: int | None = None, coach_id: int | None = None
) -> Page[SlotOut]:
    """Return a page of the open slots of a booth or coach that have not begun, by start."""
    key = decode_cursor(query.cursor, datetime, int)
    with db.read() as session:
        rows = queries.slot_rows(
            session,
            booth_id=booth_id,
            coach_id=coach_id,
            starts_from=max(query.from_ or now, now),
            starts_before=query.to,
            free_only=query.state == "free",
            now=now,
            after=None if key is None else (key[0], key[1]),
            limit=query.limit + 1,
        )
    shown, cursor = page_of(rows, query.limit, lambda row: (row.starts_at, row.id))
    return Page[SlotOut](items=[slot_out(row) for row in shown], next=cursor)


@call("GET", "/booths/{booth}/slots", query=SlotQuery, returns=Page[SlotOut])
def booth_slots(booth: str, query: SlotQuery) -> Page[SlotOut]:
    """The slots of a booth that have not begun, by start; none while its employer is not actively hiring."""
    booth_id, now = number(booth), clock.now()
    guards.caller()
    with db.read() as session:
        if not booths.is_hiring(session, booth_id, now):
            raise NotFound
    return slot_page(query, now, booth_id=booth_id)


@call("GET", "/slots/{slot}/obstacle", admit=guards.signed_in, query=ObstacleQuery, returns=ObstacleOut)
def obstacle(slot: str, query: ObstacleQuery, caller: Caller) -> ObstacleOut:
    """What stands in the way of booking the slot now, in a sentence; for another person only to who keeps its hours."""
    slot_id, now = number(slot), clock.now()
    with db.read() as session:
        row = queries.slots_by_id(session, [slot_id]).get(slot_id)
        if row is None:
            raise NotFound
        if query.seeker not in (None, caller.id) and not queries.post_of(session, row, now).is_kept_by(caller):
            raise NotFound
    wish = Wish(listing_id=query.listing, request=query.request, consent=True, unasked=True)
    try:
        db.write(actions.try_booking, slot_id, query.seeker or caller.id, wish, now)
    except actions.WouldBook:
        return ObstacleOut(bookable=True, type=None, detail=None)
    except AppError as error:
        return ObstacleOut(bookable=False, type=f"/problems/{error.slug}", detail=str(error.detail))


@call("GET", "/fairs/{fair}/slots", query=Paged, returns=Page[SlotOut])
def fair_slots(fair: str, query: Paged) -> Page[SlotOut]:
    """The next free slots of a fair, by start; for somebody signed in those to which she can come."""
    caller, now = guards.caller(), clock.now()
    key = decode_cursor(query.cursor, datetime, int)
    after = None if key is None else (key[0], key[1])
    with db.read() as session:
        found = fairs.get_fair(session, fair)
        fair_rules.check_sees(caller, found, found.agency_id, now)
        who = None if caller is None else caller.id
        rows = queries.free_for(session, found.id, now, seeker_id=who, after=after, limit=query.limit + 1)
    shown, cursor = page_of(rows, query.limit, lambda row: (row.starts_at, row.id))
    return Page[SlotOut](items=[slot_out(row) for row in shown], next=cursor)
