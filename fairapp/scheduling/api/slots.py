"""The shape of a slot, and the list of a booth's slots."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.booths import queries as booths
from fairapp.errors import NotFound
from fairapp.openapi import call
from fairapp.scheduling import queries
from fairapp.scheduling.queries import SlotRow
from fairapp.scheduling.rules import SlotFacts
from fairapp.shapes import Moment, MomentIn, Page, Paged, Ref, decode_cursor, number, page_of


class HostOut(BaseModel):
    """Who gives the meeting."""

    id: Ref
    name: str


class SlotOut(BaseModel):
    """A slot."""

    id: Ref
    kind: Literal["interview", "coaching", "group"]
    booth: Ref | None
    coach: Ref | None
    hosts: list[HostOut]
    room: str | None
    site: str | None
    starts_at: Moment
    ends_at: Moment
    capacity: int
    seats_left: int
    topic: str | None


class SlotQuery(Paged):
    """Which slots: `free` ones or all that are open, from a moment (default: now) until another."""

    state: Literal["free", "all"] = "all"
    from_: MomentIn | None = None
    to: MomentIn | None = None

    model_config = {**Paged.model_config, "alias_generator": lambda name: name.rstrip("_")}


def slot_out(row: SlotRow | SlotFacts, seats_left: int) -> SlotOut:
    """Return the slot as the API shows it."""
    return SlotOut(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]  # the table's CHECK allows these alone
        booth=row.booth_id,
        coach=row.coach_id,
        hosts=[HostOut(id=row.host_id, name=row.host_name)],
        room=row.room_name,
        site=row.site_name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        seats_left=max(seats_left, 0),
        topic=row.topic or None,
    )


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
            after=None if key is None else (key[0], key[1]),
            limit=query.limit + 1,
        )
    shown, cursor = page_of(rows, query.limit, lambda row: (row.starts_at, row.id))
    return Page[SlotOut](items=[slot_out(row, row.seats_left) for row in shown], next=cursor)


@call("GET", "/booths/{booth}/slots", query=SlotQuery, returns=Page[SlotOut])
def booth_slots(booth: str, query: SlotQuery) -> Page[SlotOut]:
    """The slots of a booth that have not begun, by start; none while its employer is not actively hiring."""
    booth_id, now = number(booth), clock.now()
    guards.caller()
    with db.read() as session:
        if not booths.is_hiring(session, booth_id, now):
            raise NotFound
    return slot_page(query, now, booth_id=booth_id)
