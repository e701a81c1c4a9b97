"""Calls about booths and listings: public, and only of what is visible."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from fairapp import clock, db, openapi, shapes
from fairapp.accounts import guards
from fairapp.booths import queries
from fairapp.errors import NotFound
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.fairs.models import Fair
from fairapp.shapes import Id, Moment, Page, Paged, Ref, decode_cursor, page_of


class SalaryOut(BaseModel):
    """KRW per period; nulls: negotiable."""

    min: int | None
    max: int | None
    period: Literal["year", "month", "hour"] | None


class NeedsOut(BaseModel):
    """What the listing asks of who books an interview for it; `answers` of a booking are by these questions."""

    resume: bool
    questions: list[str]
    segments: list[str]


class ListingOut(BaseModel):
    """An open position."""

    id: Ref
    fair: Ref
    booth: Ref
    employer: Ref
    employer_name: str
    employer_name_en: str
    title: str
    title_en: str
    occupation: str | None
    occupation_text: str
    employment_type: str | None
    region: str | None
    salary: SalaryOut
    headcount: int
    openings_left: int
    experience: str
    experience_years: int
    education: str
    opens_at: Moment
    closes_at: Moment
    needs: NeedsOut


class LineOut(BaseModel):
    """People who wait at the booth without a booking; `minutes` is how long somebody who joins now would wait."""

    length: int
    minutes: int


class BoothOut(BaseModel):
    """An employer at a fair. `hiring` is computed at the moment of the answer; listings are the newest open ones.

    `next_free_at` is when the slot `next_free_slot` begins, and `seats_left` its free seats.
    """

    id: Ref
    fair: Ref
    employer: Ref
    employer_name: str
    employer_name_en: str
    industry: str
    industry_en: str
    employees: int | None
    region: str | None
    hiring: bool
    room_name: str | None
    site_name: str | None
    listings: list[Ref]
    next_free_slot: Ref | None
    next_free_at: Moment | None
    seats_left: int
    line: LineOut | None


class ListingQuery(Paged):
    """What is looked for. A code of a wider area or group finds all within it; min_salary is KRW a year."""

    q: str = Field("", max_length=200)
    region: str = Field("", pattern="^([0-9]{2,5})?$")
    occupation: str = Field("", pattern="^([0-9]{1,4})?$")
    employment_type: Literal["", "regular", "contract", "part_time", "internship"] = ""
    min_salary: int | None = Field(None, ge=0, le=10_000_000_000)
    booth: Id | None = None


def _fair(session: Any, ref: str, now: datetime) -> Fair:
    fair = fair_queries.get_fair(session, ref)
    fair_rules.check_sees(guards.caller(), fair, fair.agency_id, now)
    return fair


def _listing(row: queries.ListingRow) -> ListingOut:
    same = {name: getattr(row, name) for name in ListingOut.model_fields if hasattr(row, name) and name != "needs"}
    return ListingOut(
        **same,
        needs=NeedsOut(resume=row.asks.resume, questions=list(row.asks.questions), segments=list(row.asks.segments)),
        fair=row.fair_id,
        booth=row.booth_id,
        employer=row.employer_id,
        salary=SalaryOut.model_validate({"min": row.salary_min, "max": row.salary_max, "period": row.salary_period}),
    )


def _booth(row: queries.BoothRow, listings: Sequence[queries.ListingRow], slot: Any, line: Any) -> BoothOut:
    same = ("id", "employer_name", "employer_name_en", "industry", "industry_en", "employees", "region", "hiring")
    return BoothOut(
        **{name: getattr(row, name) for name in same},
        fair=row.fair_id,
        employer=row.employer_id,
        room_name=row.room,
        site_name=row.site,
        listings=[one.id for one in listings],
        next_free_slot=slot and slot.id,
        next_free_at=slot and slot.starts_at,
        seats_left=slot.seats_left if slot else 0,
        line=LineOut(length=line.waiting, minutes=line.wait_minutes) if line and line.open else None,
    )


@openapi.call("GET", "/fairs/{fair}/listings", query=ListingQuery, returns=Page[ListingOut], scope="listings:read")
def list_listings(fair: str, query: ListingQuery) -> Page[ListingOut]:
    """List the open listings of booths that are hiring now, newest first."""
    now = clock.now()
    after = decode_cursor(query.cursor, datetime, int)
    asked = query.model_dump(exclude={"limit", "cursor", "booth"})
    with db.read() as session:
        found = _fair(session, fair, now)
        filters = queries.Filters(**asked, booth_id=query.booth)
        rows = queries.visible_listings(session, found.id, now, filters, after, query.limit)
    page, following = page_of(rows, query.limit, lambda row: (row.opens_at, row.id))
    return Page(items=[_listing(row) for row in page], next=following)


@openapi.call("GET", "/fairs/{fair}/booths", query=Paged, returns=Page[BoothOut], scope="listings:read")
def list_booths(fair: str, query: Paged) -> Page[BoothOut]:
    """List the booths that are hiring now."""
    now = clock.now()
    after = decode_cursor(query.cursor, int)
    with db.read() as session:
        found = _fair(session, fair, now)
        rows = queries.hiring_booths(session, found.id, now, after[0] if after else None, query.limit)
        page, following = page_of(rows, query.limit, lambda row: (row.id,))
        ids = [row.id for row in page]
        listings = queries.visible_of_booths(session, ids, now)
        slots, lines = queries.next_free_slots(session, ids, now), queries.lines_of(session, ids, now)
    items = [_booth(row, listings.get(row.id, []), slots.get(row.id), lines.get(row.id)) for row in page]
    return Page(items=items, next=following)


@openapi.call("GET", "/booths/{booth}", returns=BoothOut, scope="listings:read")
def show_booth(booth: str) -> BoothOut:
    """Show a booth; one that is not hiring now only to its recruiters and the fair's organizers."""
    now, caller = clock.now(), guards.caller()
    with db.read() as session:
        row = queries.get_booth(session, shapes.number(booth), now)
        ours = caller is not None and (caller.may_recruit(row.employer_id) or caller.may_organize(row.agency_id))
        if not (row.hiring or ours):
            raise NotFound
        listings = queries.visible_of_booths(session, [row.id], now, 200)
        slots = queries.next_free_slots(session, [row.id], now) if row.hiring else {}
        lines = queries.lines_of(session, [row.id], now) if row.hiring else {}
    return _booth(row, listings.get(row.id, []), slots.get(row.id), lines.get(row.id))
