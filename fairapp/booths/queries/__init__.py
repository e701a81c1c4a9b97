"""Reads of booths and listings, the gate among them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from fairapp.booths.queries.booths import (
    BoothRow,
    approved_counts,
    booth_counts,
    booths_at,
    booths_of_employers,
    employers_at,
    get_booth,
    hiring_booths,
    listings_at_gate,
    organized_booths,
    status_counts,
    unplaced_counts,
)
from fairapp.booths.queries.doubles import DoubleRow, listing_doubles, source_names
from fairapp.booths.queries.gate import has_turned, hiring, is_hiring, is_open, is_ready, is_visible, lacks_approval
from fairapp.booths.queries.listings import (
    MOST_COUNTED,
    Filters,
    ListingRow,
    ListingState,
    count_visible,
    get_listing,
    is_listing_visible,
    listing_counts,
    listings_as_of,
    listings_of_booth,
    visible_listings,
    visible_of_booths,
)
from fairapp.booths.queries.notices import notices_of, public_notices
from fairapp.booths.queries.places import Place, places
from fairapp.booths.queries.recruiters import (
    Recruiting,
    Report,
    lapsing,
    recruiters_of_booths,
    report_counts,
    reports,
    told_of,
)
from fairapp.booths.queries.search import indexed, matches, pairs

__all__ = [
    "MOST_COUNTED",
    "BoothRow",
    "DoubleRow",
    "Filters",
    "ListingRow",
    "ListingState",
    "Place",
    "Recruiting",
    "Report",
    "approved_counts",
    "booth_counts",
    "booths_at",
    "booths_of_employers",
    "count_visible",
    "employers_at",
    "get_booth",
    "get_listing",
    "has_turned",
    "hiring",
    "hiring_booths",
    "indexed",
    "is_hiring",
    "is_listing_visible",
    "is_open",
    "is_ready",
    "is_visible",
    "lacks_approval",
    "lapsing",
    "lines_of",
    "listing_counts",
    "listing_doubles",
    "listings_as_of",
    "listings_at_gate",
    "listings_of_booth",
    "matches",
    "next_free_slots",
    "notices_of",
    "organized_booths",
    "pairs",
    "places",
    "posting_of",
    "public_notices",
    "recruiters_of_booths",
    "report_counts",
    "reports",
    "source_names",
    "status_counts",
    "told_of",
    "unplaced_counts",
    "visible_listings",
    "visible_of_booths",
]


def _no_slots(session: Session, booth_ids: list[int], now: datetime) -> dict[int, Any]:
    return {}


def _no_lines(session: Session, booth_ids: list[int], now: datetime) -> dict[int, Any]:
    return {}


def _no_posting(session: Session, listing_id: int, now: datetime, url: str, english: bool) -> Mapping[str, Any] | None:
    return None


# What search engines read of a listing at this address, in English or not; None if it is not visible now. Filled in wiring.py.
posting_of: Callable[[Session, int, datetime, str, bool], Mapping[str, Any] | None] = _no_posting
# The walk-in line of each booth that ever had one: it has open, waiting and wait_minutes. Filled in wiring.py.
lines_of: Callable[[Session, list[int], datetime], dict[int, Any]] = _no_lines
# The next slot of each booth with a free seat: it has id, starts_at, ends_at and seats_left. Filled in wiring.py.
next_free_slots: Callable[[Session, list[int], datetime], dict[int, Any]] = _no_slots
