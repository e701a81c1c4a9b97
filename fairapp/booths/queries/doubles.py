"""Reads of openings that two sources tell."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.booths.models import Booth, Listing, ListingDouble
from fairapp.employers.models import Employer

# Filled by a later domain: what people call some of these sources.
source_names: list[Callable[[Session, Collection[str]], Mapping[str, str]]] = []


@dataclass(frozen=True, slots=True)
class DoubleRow:
    """A row of another source, and the listing that it tells again; sources as they are called, empty: entered by hand."""

    id: int
    listing_id: int
    employer_name: str
    employer_name_en: str
    shown_title: str
    shown_source: str
    title: str
    source: str
    url: str
    first_at: datetime


def listing_doubles(session: Session, fair_id: int, after: int | None = None, limit: int = 50) -> Sequence[DoubleRow]:
    """Return what other sources tell again at the fair and nobody has parted, the latest first; at most `limit + 1`."""
    columns = (
        ListingDouble.id,
        ListingDouble.listing_id,
        Employer.name,
        Employer.name_en,
        Listing.title,
        Listing.source,
        ListingDouble.title,
        ListingDouble.source,
        ListingDouble.url,
        ListingDouble.first_at,
    )
    found = select(*columns).join(Listing, Listing.id == ListingDouble.listing_id)
    found = found.join(Booth, Booth.id == Listing.booth_id).join(Employer, Employer.id == Booth.employer_id)
    found = found.where(ListingDouble.fair_id == fair_id, ListingDouble.apart_at.is_(None))
    if after is not None:
        found = found.where(ListingDouble.id < after)
    rows = session.execute(found.order_by(ListingDouble.id.desc()).limit(limit + 1)).all()
    called = _called(session, {one for row in rows for one in (row[5], row[7]) if one})
    return [
        DoubleRow(
            id=row[0],
            listing_id=row[1],
            employer_name=row[2],
            employer_name_en=row[3],
            shown_title=row[4],
            shown_source=_name(called, row[5]),
            title=row[6],
            source=_name(called, row[7]),
            url=row[8],
            first_at=row[9],
        )
        for row in rows
    ]


def _name(called: Mapping[str, str], source: str | None) -> str:
    return called.get(source or "", source or "")


def _called(session: Session, sources: Collection[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for ask in source_names if sources else ():
        names |= ask(session, sources)
    return names
