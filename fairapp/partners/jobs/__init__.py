"""Timed work with partners' data."""

from fairapp.partners.jobs.changes import compare, compare_fair, forget_changes, publish
from fairapp.partners.jobs.corrections import warn_of_corrections
from fairapp.partners.jobs.fetching import fetch_sources
from fairapp.partners.jobs.firms import find_firm_pairs
from fairapp.partners.jobs.incoming import bring_in, join
from fairapp.partners.jobs.sending import deliver, forget_deliveries

__all__ = [
    "bring_in",
    "compare",
    "compare_fair",
    "deliver",
    "fetch_sources",
    "find_firm_pairs",
    "forget_changes",
    "forget_deliveries",
    "join",
    "publish",
    "warn_of_corrections",
]
