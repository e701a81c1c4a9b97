"""Calls about fairs."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from fairapp import clock, db, openapi
from fairapp.accounts import guards
from fairapp.fairs import queries, rules
from fairapp.fairs.models import Fair
from fairapp.shapes import Moment, Page, Paged, Ref, decode_cursor, page_of

Phase = Literal["draft", "announced", "booking", "open", "closed", "archived"]
Mode = Literal["online", "onsite", "hybrid"]


class FairQuery(Paged):
    """Which fairs."""

    phase: Phase | None = None
    mode: Mode | None = None
    region: str | None = Field(
        None, pattern="^[0-9]{5}$", description="A district's or province's code: fairs held there."
    )


class CountsOut(BaseModel):
    """What there is at the fair now: booths that are hiring, their open listings, seats that can still be booked."""

    booths: int
    listings: int
    free_slots: int


class FairOut(BaseModel):
    """A fair. The phase is computed at the moment of the answer."""

    id: Ref
    slug: str
    name: str
    name_en: str
    about: str
    about_en: str
    agency: Ref
    mode: Mode
    phase: Phase
    zone: str
    booking_opens_at: Moment
    starts_at: Moment
    ends_at: Moment
    counts: CountsOut


def _shown(fair: Fair, counts: queries.FairCounts, now: datetime) -> FairOut:
    names = ("id", "slug", "name", "name_en", "about", "about_en", "mode", "zone")
    times = ("booking_opens_at", "starts_at", "ends_at")
    values = {name: getattr(fair, name) for name in (*names, *times)}
    there = CountsOut(booths=counts.booths, listings=counts.listings, free_slots=counts.free_slots)
    return FairOut.model_validate(
        {**values, "agency": fair.agency_id, "phase": rules.phase(fair, now), "counts": there}
    )


@openapi.call("GET", "/fairs", query=FairQuery, returns=Page[FairOut], scope="listings:read")
def list_fairs(query: FairQuery) -> Page[FairOut]:
    """List fairs, the latest start first; drafts only to those who run them."""
    now, caller = clock.now(), guards.caller()
    phases = [query.phase] if query.phase else [p for p in rules.PHASES if p not in {"draft", "archived"}]
    mine = None
    if query.phase == "draft" and not (caller and caller.is_admin):
        mine = caller.organizes_for if caller else frozenset()
    after = decode_cursor(query.cursor, datetime, int)
    with db.read() as session:
        rows = queries.fairs(
            session,
            now,
            phases=phases,
            mode=query.mode,
            region=query.region,
            agencies=mine,
            after=after,
            limit=query.limit,
        )
        page, following = page_of(rows, query.limit, lambda fair: (fair.starts_at, fair.id))
        counts = queries.counts(session, [fair.id for fair in page], now)
    return Page(items=[_shown(fair, counts[fair.id], now) for fair in page], next=following)


@openapi.call("GET", "/fairs/{fair}", returns=FairOut, scope="listings:read")
def show_fair(fair: str) -> FairOut:
    """Show a fair by id or slug, with what there is at it now."""
    now = clock.now()
    with db.read() as session:
        found = queries.get_fair(session, fair)
        rules.check_sees(guards.caller(), found, found.agency_id, now)
        counts = queries.counts(session, [found.id], now)
    return _shown(found, counts[found.id], now)
