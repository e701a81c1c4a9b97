"""Reads of listings: what seekers may see now, one listing, and every state as of a moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select, tuple_
from sqlalchemy.orm import Session

from fairapp import codes
from fairapp.booths.models import Booth, Listing, ListingHistory
from fairapp.booths.queries.gate import is_visible
from fairapp.booths.queries.search import matches
from fairapp.booths.rules import Needs
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair

MOST_COUNTED = 10_000  # a count on a page stops here: it says "10,000+"


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listing as lists show it."""

    id: int
    fair_id: int
    booth_id: int
    title: str
    title_en: str
    occupation: str | None
    occupation_text: str
    employment_type: str | None
    region: str | None
    salary_min: int | None
    salary_max: int | None
    salary_period: str | None
    hours_per_week: int
    legal_until: datetime | None
    headcount: int
    filled: int
    experience: str
    experience_years: int
    education: str
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    needs: dict[str, Any] | None
    employer_id: int
    employer_name: str
    employer_name_en: str

    @property
    def openings_left(self) -> int:
        """How many can still be hired."""
        return max(0, self.headcount - self.filled)

    @property
    def asks(self) -> Needs:
        """What it asks of who books an interview for it."""
        return Needs.of(self.needs)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a seeker looks for. region and occupation are codes, also of a wider area; min_salary is KRW a year."""

    q: str = ""
    region: str = ""
    occupation: str = ""
    employment_type: str = ""
    min_salary: int | None = None
    booth_id: int | None = None


_OWN = [f for f in ListingRow.__dataclass_fields__ if not f.startswith("employer_")]
_COLUMNS = (
    *(Listing.__table__.c[name] for name in _OWN),
    Employer.id.label("employer_id"),
    Employer.name.label("employer_name"),
    Employer.name_en.label("employer_name_en"),
)


def _joined(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Listing)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
    )


def _rows(session: Session, found: Select[Any]) -> list[ListingRow]:
    return [ListingRow(**row._mapping) for row in session.execute(found)]


def visible_listings(
    session: Session,
    fair_id: int,
    now: datetime,
    filters: Filters | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
) -> list[ListingRow]:
    """Return open listings of hiring booths, newest first, at most `limit + 1`, after an (opens_at, id) key."""
    found = _joined(*_COLUMNS).where(*_wanted(session, fair_id, now, filters))
    if after is not None:
        found = found.where(tuple_(Listing.opens_at, Listing.id) < tuple_(*after))
    return _rows(session, found.order_by(Listing.opens_at.desc(), Listing.id.desc()).limit(limit + 1))


def count_visible(session: Session, fair_id: int, now: datetime, filters: Filters | None = None) -> int:
    """Return how many there are, counting no further than MOST_COUNTED."""
    found = _joined(Listing.id).where(*_wanted(session, fair_id, now, filters)).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _wanted(session: Session, fair_id: int, now: datetime, filters: Filters | None) -> list[Any]:
    asked = filters or Filters()
    wanted: list[Any] = [Listing.fair_id == fair_id, is_visible(now)]
    if asked.q:
        wanted.append(matches(session, asked.q))
    if asked.region:
        wanted.append(Listing.region.startswith(codes.region_prefix(asked.region), autoescape=True))
    if asked.occupation:
        wanted.append(Listing.occupation.startswith(asked.occupation, autoescape=True))
    if asked.employment_type:
        wanted.append(Listing.employment_type == asked.employment_type)
    if asked.min_salary is not None:
        wanted.append(_salary_a_year() >= asked.min_salary)
    if asked.booth_id is not None:
        wanted.append(Listing.booth_id == asked.booth_id)
    return wanted


def _salary_a_year() -> Any:
    """Return the least that a listing says it pays, in KRW a year: rules.annual_salary in SQL. Null: negotiable."""
    least = func.coalesce(Listing.salary_min, Listing.salary_max)
    hours = Listing.hours_per_week
    holiday = case((hours < 15, 0), (hours < 40, hours), else_=40)  # fifths of an hour, see rules/wages.py
    by_hour = least * (5 * hours + holiday) * 365 // 35
    return case((Listing.salary_period == "month", least * 12), (Listing.salary_period == "hour", by_hour), else_=least)


def listing_counts(session: Session, fair_ids: list[int], now: datetime) -> dict[int, int]:
    """Return how many open listings of hiring booths each fair has; one statement."""
    found = _joined(Listing.fair_id, func.count()).where(Listing.fair_id.in_(fair_ids), is_visible(now))
    return {row[0]: row[1] for row in session.execute(found.group_by(Listing.fair_id))}


def get_listing(session: Session, listing_id: int) -> Listing:
    """Return the listing, visible or not; NotFound where there is none."""
    listing = session.get(Listing, listing_id)
    if listing is None:
        raise NotFound
    return listing


def is_listing_visible(session: Session, listing_id: int, now: datetime) -> bool:
    """Whether seekers may see the listing at `now`."""
    return session.execute(_joined(Listing.id).where(Listing.id == listing_id, is_visible(now))).first() is not None


def visible_of_booths(
    session: Session, booth_ids: Iterable[int], now: datetime, most: int = 20
) -> dict[int, list[ListingRow]]:
    """Return each hiring booth's open listings, newest first, at most `most` each; one statement."""
    place = func.row_number().over(partition_by=Listing.booth_id, order_by=(Listing.opens_at.desc(), Listing.id.desc()))
    ranked = (
        _joined(Listing.id.label("id"), place.label("place"))
        .where(Listing.booth_id.in_(sorted(set(booth_ids))), is_visible(now))
        .subquery()
    )
    found = _joined(*_COLUMNS).join(ranked, and_(ranked.c.id == Listing.id, ranked.c.place <= most))
    grouped: dict[int, list[ListingRow]] = {}
    for row in _rows(session, found.order_by(Listing.opens_at.desc(), Listing.id.desc())):
        grouped.setdefault(row.booth_id, []).append(row)
    return grouped


def listings_of_booth(session: Session, booth_id: int, after: int | None = None, limit: int = 100) -> list[ListingRow]:
    """Return a booth's listings, visible or not, newest first, at most `limit + 1`, below an id: for its recruiter."""
    found = _joined(*_COLUMNS).where(Listing.booth_id == booth_id)
    if after is not None:
        found = found.where(Listing.id < after)
    return _rows(session, found.order_by(Listing.id.desc()).limit(limit + 1))


@dataclass(frozen=True, slots=True)
class ListingState:
    """A listing as it was: the fields of `state` are those of the table, times as ISO text, `employer_id` beside them."""

    listing_id: int
    rev: int
    at: datetime
    what: str
    state: dict[str, Any]


def listings_as_of(session: Session, fair_id: int, moment: datetime) -> Iterator[ListingState]:
    """Give the last state of each of the fair's listings not after `moment`, in order of id, a thousand rows at a time.

    On PostgreSQL the rows come from a server-side cursor, which needs a transaction: use db.snapshot().
    """
    last = (
        select(ListingHistory.listing_id, func.max(ListingHistory.rev).label("rev"))
        .join(Listing, Listing.id == ListingHistory.listing_id)
        .where(Listing.fair_id == fair_id, ListingHistory.at <= moment)
        .group_by(ListingHistory.listing_id)
        .subquery()
    )
    names = ("listing_id", "rev", "at", "what", "state")
    found = (
        select(*(ListingHistory.__table__.c[name] for name in names))
        .join(last, and_(last.c.listing_id == ListingHistory.listing_id, last.c.rev == ListingHistory.rev))
        .order_by(ListingHistory.listing_id)
        .execution_options(yield_per=1000)
    )
    for row in session.execute(found):
        yield ListingState(**row._mapping)
