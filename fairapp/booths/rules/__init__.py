"""Decisions on given values: who is actively hiring, what wage is legal, what a listing must be."""

from fairapp.booths.rules.doubles import Opening, identity_digest, is_double, opening_of, title_key
from fairapp.booths.rules.hiring import HiringFacts, ListingFacts, is_open, pays_legally, why_not_hiring
from fairapp.booths.rules.importing import COLUMNS, FairTimes, ListingRow, listing_rows
from fairapp.booths.rules.listings import (
    BOOTH_STATUSES,
    AlreadyApplied,
    ApplicationsClosed,
    FairOver,
    ListingClosed,
    ListingFields,
    check_headcount,
    check_listing,
    wage_year,
)
from fairapp.booths.rules.needs import Needs, Readiness, what_is_missing
from fairapp.booths.rules.wages import annual_salary, least_salary, legal_until, wage_is_legal, wage_message

__all__ = [
    "BOOTH_STATUSES",
    "COLUMNS",
    "AlreadyApplied",
    "ApplicationsClosed",
    "FairOver",
    "FairTimes",
    "HiringFacts",
    "ListingClosed",
    "ListingFacts",
    "ListingFields",
    "ListingRow",
    "Needs",
    "Opening",
    "Readiness",
    "annual_salary",
    "check_headcount",
    "check_listing",
    "identity_digest",
    "is_double",
    "is_open",
    "least_salary",
    "legal_until",
    "listing_rows",
    "opening_of",
    "pays_legally",
    "title_key",
    "wage_is_legal",
    "wage_message",
    "wage_year",
    "what_is_missing",
    "why_not_hiring",
]
