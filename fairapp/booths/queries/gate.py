"""The gate as one SQL expression: who is actively hiring at `now`. rules.why_not_hiring says the same in words."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import SQLColumnExpression
from sqlalchemy.sql.functions import FunctionElement

from fairapp.booths.models import Booth, Listing
from fairapp.db import UtcDateTime
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair

Moment = datetime | ColumnElement[datetime]  # or a parameter, where the statement is made once and run often


class days_after(FunctionElement[datetime]):  # noqa: N801 - reads as a function in SQL
    """A moment so many days (of 24 hours) after another, to the microsecond."""

    type = UtcDateTime()
    inherit_cache = True
    name = "days_after"


@compiles(days_after, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    moment, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({moment} + make_interval(hours => 24 * CAST({days} AS integer)))"


@compiles(days_after, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    # datetime() knows whole seconds; the rest of the text that SQLite keeps is put back as it was.
    moment, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(datetime(substr({moment}, 1, 19), '+' || {days} || ' days') || substr({moment}, 20))"


def is_open(now: Moment, listing: Any = Listing) -> ColumnElement[bool]:
    """Whether somebody can be hired for the listing at `now`, legally."""
    return and_(
        listing.opens_at <= now,
        listing.closes_at > now,
        listing.closed_at.is_(None),
        listing.headcount > listing.filled,
        or_(listing.legal_until.is_(None), listing.legal_until > now),
    )


def has_turned(now: Moment) -> ColumnElement[bool]:
    """Whether a listing has opened or closed by the passing of time and nobody was told; what people do tells at once."""
    return or_(  # each by an index, so that the tick never looks at all listings
        and_(Listing.shown, Listing.closes_at <= now),
        and_(Listing.shown, Listing.legal_until <= now),
        and_(~Listing.shown, is_open(now)),
    )


def is_ready(now: Moment, booth: Any = Booth, employer: Any = Employer, fair: Any = Fair) -> ColumnElement[bool]:
    """Whether a booth passes the gate but for its listings; for a select that joins booth, employer and fair."""
    return and_(booth.status == "approved", fair.announced_at <= now, _means_it(now, booth, employer, fair))


def _means_it(now: Moment, booth: Any, employer: Any, fair: Any) -> ColumnElement[bool]:
    intent_until: SQLColumnExpression[datetime] = days_after(booth.intent_confirmed_at, fair.intent_days)
    return and_(employer.verified_at.is_not(None), intent_until > now)


def is_visible(now: Moment) -> ColumnElement[bool]:
    """Whether a listing may be seen at `now`; for a select that joins Listing, Booth, Employer and Fair.

    The listing is itself the open one that the gate asks for, so nothing has to be looked up for each row.
    """
    return and_(is_open(now), is_ready(now))


def hiring(now: Moment, booth: Any = Booth) -> ColumnElement[bool]:
    """Whether a booth is actively hiring at `now`: usable in any select that has the booth, needs no other join."""
    employer, fair, listing = aliased(Employer), aliased(Fair), aliased(Listing)
    ready = exists().where(
        employer.id == booth.employer_id, fair.id == booth.fair_id, is_ready(now, booth, employer, fair)
    )
    one_open = exists().where(listing.booth_id == booth.id, is_open(now, listing))
    return and_(ready.correlate(booth), one_open.correlate(booth))


def lacks_approval(now: Moment, booth: Any = Booth) -> ColumnElement[bool]:
    """Whether nothing but the organizer's yes keeps a booth that applied from being seen: it hires now, whoever it is."""
    employer, fair, listing = aliased(Employer), aliased(Fair), aliased(Listing)
    meant = _means_it(now, booth, employer, fair)
    said = exists().where(employer.id == booth.employer_id, fair.id == booth.fair_id, meant)
    one_open = exists().where(listing.booth_id == booth.id, is_open(now, listing))
    return and_(booth.status == "applied", said.correlate(booth), one_open.correlate(booth))


def is_hiring(session: Session, booth_id: int, now: Moment) -> bool:
    """Whether this booth is actively hiring at `now`; False where there is none."""
    return bool(session.scalar(select(hiring(now)).select_from(Booth).where(Booth.id == booth_id)))
