"""Reads of what partners are told: listings as the gate shows them now, and the changes since a number."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from fairapp.booths import queries as booths
from fairapp.booths.models import Booth, Listing
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.live.models import News, NewsCounter
from fairapp.partners.models import Change, ChangeCounter, FairRead, PublicListing
from fairapp.partners.rules import AHEAD, AT_ONCE, COMPARED_EVERY, TOLD_NEWS, facts_of, mark_of, posting, visible_until

Cursor = tuple[int, int]  # the number of a change, and its mark
START: Cursor = (0, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A listing that is visible now: where it belongs, until when time lets it be, and all that goes out of it."""

    id: int
    fair_id: int
    booth_id: int
    until: datetime
    data: dict[str, Any]

    @property
    def state(self) -> tuple[Any, ...]:
        """What partners are told of: compared with what they were told last."""
        return self.until, self.data


@dataclass(frozen=True, slots=True)
class Changes:
    """A part of the changes: the rows, the cursor after them, whether there are more, or that one has to start anew."""

    rows: Sequence[Row[Any]]
    cursor: Cursor
    more: bool
    reset: bool


def _visible(now: datetime) -> Select[Any]:
    """Select the listings that may be seen at `now` with all that goes out of them."""
    return (
        select(
            Listing.__table__,
            Employer.id.label("employer_id"),
            Employer.name.label("employer_name"),
            Employer.name_en.label("employer_name_en"),
            Employer.region.label("employer_region"),
            Booth.intent_confirmed_at,
            Fair.intent_days,
        )
        .select_from(Listing)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .where(booths.is_visible(now))
    )


def _seen(session: Session, found: Select[Any]) -> dict[int, Seen]:
    rows = session.execute(found)
    return {row.id: Seen(row.id, row.fair_id, row.booth_id, visible_until(row), facts_of(row)) for row in rows}


def seen(session: Session, listing_ids: Collection[int], now: datetime) -> dict[int, Seen]:
    """Return those of the listings that may be seen at `now`."""
    return _seen(session, _visible(now).where(Listing.id.in_(listing_ids)))


def posting_of(session: Session, listing_id: int, now: datetime, url: str, english: bool) -> Mapping[str, Any] | None:
    """Return the listing as a JobPosting, if it may be seen at `now`; fills booths.queries.posting_of."""
    found = seen(session, [listing_id], now).get(listing_id)
    return posting(found.data, url, english=english) if found else None


def listings_of_booths(session: Session, booth_ids: Collection[int], now: datetime) -> set[int]:
    """Return the listings of these booths that may be seen at `now`, or were told of last."""
    told = select(PublicListing.listing_id).where(PublicListing.booth_id.in_(booth_ids))
    open_now = select(Listing.id).where(Listing.booth_id.in_(booth_ids), booths.is_open(now))
    return {*session.scalars(told), *session.scalars(open_now)}


def unread(session: Session) -> dict[int, int]:
    """Return the last number of each fair's news that has not been read up to it, by fair."""
    found = (
        select(NewsCounter.fair_id, NewsCounter.seq)
        .join(FairRead, FairRead.fair_id == NewsCounter.fair_id)
        .where(NewsCounter.seq > FairRead.seq)
        .order_by(NewsCounter.fair_id)
        .limit(AT_ONCE)
    )
    return {row.fair_id: row.seq for row in session.execute(found)}


def unread_news(session: Session, fair_ids: Collection[int]) -> Sequence[Row[Any]]:
    """Return news of these fairs that is to be read, fair by fair in order of number, at most AT_ONCE."""
    found = (
        select(News.fair_id, News.seq, News.kind, News.at, News.data)
        .join(FairRead, FairRead.fair_id == News.fair_id)
        .where(News.fair_id.in_(fair_ids), News.seq > FairRead.seq, News.kind.in_(TOLD_NEWS))
        .order_by(News.fair_id, News.seq)
        .limit(AT_ONCE)
    )
    return session.execute(found).all()


def unknown_fairs(session: Session) -> Sequence[int]:
    """Return fairs of which nothing has been read yet."""
    found = select(NewsCounter.fair_id).outerjoin(FairRead, FairRead.fair_id == NewsCounter.fair_id)
    return session.scalars(found.where(FairRead.fair_id.is_(None)).limit(AT_ONCE)).all()


def lapsed(session: Session, now: datetime) -> Sequence[int]:
    """Return listings whose time was up when last told of, at most AT_ONCE."""
    found = select(PublicListing.listing_id).where(PublicListing.until <= now)
    return session.scalars(found.order_by(PublicListing.until).limit(AT_ONCE)).all()


def put_off(session: Session, now: datetime) -> Sequence[int]:
    """Return listings whose time is nearly up as last told, and is not really: their booth was confirmed again."""
    found = (
        select(PublicListing.listing_id)
        .join(Listing, Listing.id == PublicListing.listing_id)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .where(
            PublicListing.until <= now + AHEAD, booths.is_visible(cast(ColumnElement[datetime], PublicListing.until))
        )
    )
    return session.scalars(found.limit(AT_ONCE)).all()


def to_compare(session: Session, now: datetime) -> int | None:
    """Return the fair whose listings have waited longest to be compared, if that is long enough."""
    due = or_(FairRead.compared_at.is_(None), FairRead.compared_at <= now - COMPARED_EVERY)
    oldest = select(FairRead.fair_id).where(due).order_by(FairRead.compared_at.is_not(None), FairRead.compared_at)
    return session.scalar(oldest.limit(1))


def differing(session: Session, fair_id: int, now: datetime, after: int) -> tuple[list[int], int | None]:
    """Return which of the fair's next listings above that id are not as last told, and up to which id that goes.

    None for the latter: these were all.
    """
    visible = _seen(
        session,
        _visible(now).where(Listing.fair_id == fair_id, Listing.id > after).order_by(Listing.id).limit(AT_ONCE),
    )
    told = seen_of(session, PublicListing.fair_id == fair_id, PublicListing.listing_id > after)
    full = [max(part) for part in (visible, told) if len(part) == AT_ONCE]
    last = min(full) if full else None
    ids = [one for one in sorted({*visible, *told}) if last is None or one <= last]
    return [one for one in ids if state_of(told, one) != state_of(visible, one)], last


def state_of(listings: Mapping[int, Seen], listing_id: int) -> tuple[Any, ...] | None:
    """Return what of the listing is compared; None where it is not among them."""
    return listings[listing_id].state if listing_id in listings else None


def seen_of(session: Session, *which: Any) -> dict[int, Seen]:
    """Return listings as partners were last told of them, at most AT_ONCE, in order of id."""
    names = ("listing_id", "fair_id", "booth_id", "until", "data")
    found = select(*(PublicListing.__table__.c[name] for name in names)).where(*which)
    rows = session.execute(found.order_by(PublicListing.listing_id).limit(AT_ONCE))
    return {row.listing_id: Seen(*row) for row in rows}


def head(session: Session) -> Cursor:
    """Return the cursor after the last change."""
    at = select(ChangeCounter.seq, Change.at).outerjoin(Change, Change.seq == ChangeCounter.seq)
    row = session.execute(at).one()
    return (row.seq, mark_of(row.at)) if row.at else START


def changes_after(session: Session, cursor: Cursor, limit: int) -> Changes:
    """Return what came after a cursor, at most `limit`; reset where that is no longer kept, or never was."""
    # The number is read first: all changes up to it are committed, for numbers are given in that order.
    last = head(session)
    if not _is_known(session, cursor, last):
        return Changes([], last, False, True)
    found = select(Change.__table__).where(Change.seq > cursor[0], Change.seq <= last[0])
    rows = session.execute(found.order_by(Change.seq).limit(limit)).all()
    reached = (rows[-1].seq, mark_of(rows[-1].at)) if rows else cursor
    return Changes(rows, reached, reached[0] < last[0], False)


def _is_known(session: Session, cursor: Cursor, last: Cursor) -> bool:
    seq = cursor[0]
    if seq == 0:
        return last[0] == 0 or session.scalar(select(Change.seq).where(Change.seq == 1)) is not None
    at = session.scalar(select(Change.at).where(Change.seq == seq))
    return at is not None and mark_of(at) == cursor[1]


def public_listings(
    session: Session, now: datetime, *, fair_id: int | None = None, after: int = 0, limit: int = 50
) -> Sequence[Row[Any]]:
    """Return listings as last told of, in order of id above that one, at most `limit + 1`; without those whose time is up."""
    found = select(PublicListing.__table__).where(PublicListing.until > now, PublicListing.listing_id > after)
    if fair_id is not None:
        found = found.where(PublicListing.fair_id == fair_id)
    return session.execute(found.order_by(PublicListing.listing_id).limit(limit + 1)).all()


def newest_listings(
    session: Session, now: datetime, fair_id: int | None, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Return those of which something was told last, the newest first, below a number, at most `limit + 1`: for feeds."""
    found = select(PublicListing.__table__).where(PublicListing.until > now)
    if fair_id is not None:
        found = found.where(PublicListing.fair_id == fair_id)
    if before is not None:
        found = found.where(PublicListing.seq < before)
    return session.execute(found.order_by(PublicListing.seq.desc()).limit(limit + 1)).all()


@dataclass(frozen=True, slots=True)
class Edition:
    """What tells one state of a list of listings from another: how many, the last change, and when it was."""

    count: int
    seq: int
    at: datetime | None


def edition(session: Session, now: datetime, fair_id: int | None = None) -> Edition:
    """Return the edition of all public listings, or of a fair's.

    Every listing that comes or changes has a higher number than all before it, and each that goes lowers the count.
    """
    found = select(func.count(), func.coalesce(func.max(PublicListing.seq), 0)).where(PublicListing.until > now)
    at = select(func.max(FairRead.changed_at))
    if fair_id is not None:
        found, at = found.where(PublicListing.fair_id == fair_id), at.where(FairRead.fair_id == fair_id)
    return Edition(*session.execute(found).one(), session.scalar(at))


def editions(session: Session, now: datetime) -> Sequence[Any]:
    """Return each announced fair with its id, slug, number of public listings, and when something last changed in it."""
    visible = and_(PublicListing.fair_id == Fair.id, PublicListing.until > now)
    found = (
        select(
            Fair.id,
            Fair.slug,
            Fair.announced_at,
            FairRead.changed_at,
            func.count(PublicListing.listing_id).label("count"),
        )
        .outerjoin(FairRead, FairRead.fair_id == Fair.id)
        .outerjoin(PublicListing, visible)
        .where(Fair.announced_at <= now)
        .group_by(Fair.id, FairRead.fair_id, FairRead.changed_at)
        .order_by(Fair.id.desc())
        .limit(5000)
    )
    return session.execute(found).all()
