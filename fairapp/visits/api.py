"""The call of visits: where somebody is, on which days."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from fairapp import clock, db
from fairapp.accounts import guards
from fairapp.fairs import queries as fairs
from fairapp.fairs import rules as fair_rules
from fairapp.openapi import call
from fairapp.shapes import Moment, MomentIn, Page, Paged, Ref, decode_cursor, page_of
from fairapp.visits import queries
from fairapp.visits.queries import Asked, VisitRow


class PlaceOut(BaseModel):
    """A site: what and where it is, and what it offers to whom the way is hard."""

    id: Ref
    kind: Literal["hall", "campus", "cafe", "district", "video", "online"]
    name: str
    name_en: str
    address: str
    region: str | None
    latitude: float | None
    longitude: float | None
    access: list[str]
    contact: str


class VisitOut(BaseModel):
    """A site that is open on a day. `off` says why nobody is there after all."""

    id: Ref
    fair: Ref
    site: PlaceOut
    day: date
    starts_at: Moment
    ends_at: Moment
    coaches: int
    free_slots: int
    next_free_at: Moment | None
    off: Literal["holiday", "exception", "cancelled"] | None


class VisitQuery(Paged):
    """Which visits: of a region (a 시도 with all in it) or kind of site, from a moment (default: now) until another."""

    region: str | None = Field(None, pattern=r"^[0-9]{5}$")
    kind: Literal["hall", "campus", "cafe", "district", "video"] | None = None
    from_: MomentIn | None = None
    to: MomentIn | None = None
    off: bool = False

    model_config = {**Paged.model_config, "alias_generator": lambda name: name.rstrip("_")}


def visit_out(row: VisitRow) -> VisitOut:
    """Return the visit as the API shows it."""
    place = PlaceOut(
        id=row.site_id,
        kind=row.kind,  # type: ignore[arg-type]  # one of the kinds, the table says
        name=row.name,
        name_en=row.name_en,
        address=row.address,
        region=row.region,
        latitude=row.latitude,
        longitude=row.longitude,
        access=row.facts,
        contact=row.contact,
    )
    return VisitOut(
        id=row.id,
        fair=row.fair_id,
        site=place,
        day=row.day,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        coaches=row.coaches,
        free_slots=row.free,
        next_free_at=row.next_free_at,
        off=row.off,  # type: ignore[arg-type]  # one of the reasons, the table says
    )


@call("GET", "/fairs/{fair}/visits", query=VisitQuery, returns=Page[VisitOut])
def fair_visits(fair: str, query: VisitQuery) -> Page[VisitOut]:
    """The days on which the fair's sites are open, by start; those that are off only if asked for."""
    key, now = decode_cursor(query.cursor, datetime, int), clock.now()
    with db.read() as session:
        found = fairs.get_fair(session, fair)
        fair_rules.check_sees(guards.caller(), found, found.agency_id, now)
        asked = Asked(found.id, query.region, query.kind, since=query.from_ or now, until=query.to)
        after = None if key is None else (key[0], key[1])
        rows = queries.visits(
            session, asked, now, everybody=False, with_off=query.off, after=after, limit=query.limit + 1
        )
    shown, cursor = page_of(rows, query.limit, lambda row: (row.starts_at, row.id))
    return Page[VisitOut](items=[visit_out(row) for row in shown], next=cursor)
