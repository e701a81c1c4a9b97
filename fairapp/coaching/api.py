"""The calls of coaches."""

from pydantic import BaseModel

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.coaching import queries
from fairapp.coaching.queries import CoachRow
from fairapp.errors import NotFound
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.openapi import call
from fairapp.scheduling.api.slots import SlotOut, SlotQuery, slot_page
from fairapp.shapes import Moment, Page, Paged, Ref, decode_cursor, number, page_of


class CoachOut(BaseModel):
    """A coach: of which agency, in what, where, and when she is free next."""

    id: Ref
    fair: Ref
    name: str
    agency: Ref
    agency_name: str
    agency_name_en: str
    topics: list[str]
    about: str
    about_en: str
    place: str
    next_free_slot: Ref | None
    next_free_at: Moment | None


def coach_out(row: CoachRow) -> CoachOut:
    """Return the coach as the API shows her."""
    return CoachOut(
        id=row.id,
        fair=row.fair_id,
        name=row.name,
        agency=row.agency_id,
        agency_name=row.agency_name,
        agency_name_en=row.agency_name_en,
        topics=row.topics,
        about=row.about,
        about_en=row.about_en,
        place=row.place,
        next_free_slot=row.next_free.id if row.next_free else None,
        next_free_at=row.next_free.starts_at if row.next_free else None,
    )


@call("GET", "/fairs/{fair}/coaches", query=Paged, returns=Page[CoachOut])
def fair_coaches(fair: str, query: Paged) -> Page[CoachOut]:
    """Who coaches at the fair, in what, where, and when each is free next."""
    key, now = decode_cursor(query.cursor, int), clock.now()
    with db.read() as session:
        found = fairs.get_fair(session, fair)
        fair_rules.check_sees(guards.caller(), found, found.agency_id, now)
        after = None if key is None else key[0]
        rows = queries.coaches_of(session, found.id, now, after=after, limit=query.limit + 1)
    shown, cursor = page_of(rows, query.limit, lambda row: (row.id,))
    return Page[CoachOut](items=[coach_out(row) for row in shown], next=cursor)


@call("GET", "/coaches/{coach}/slots", query=SlotQuery, returns=Page[SlotOut])
def coach_slots(coach: str, query: SlotQuery) -> Page[SlotOut]:
    """The sessions of a coach that have not begun, by start."""
    coach_id, now = number(coach), clock.now()
    with db.read() as session:
        found = queries.coach(session, coach_id, now)
        if found is None:
            raise NotFound
        fair = fairs.fair_by_id(session, found.fair_id)
        fair_rules.check_sees(guards.caller(), fair, fair.agency_id, now)
    return slot_page(query, now, coach_id=coach_id)
