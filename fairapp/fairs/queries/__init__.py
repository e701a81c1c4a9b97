"""Reads of fairs, their sites, rooms and floors."""

from fairapp.fairs.queries.fairs import (
    Counts,
    FairCounts,
    SiteRooms,
    agencies_not_of,
    agencies_of,
    counters,
    counts,
    fair_by_id,
    fairs,
    fairs_of_agency,
    free_slot_counts,
    get_fair,
    joined_fairs,
    news_number,
    phase_is,
    sites_not_of,
    sites_of,
)
from fairapp.fairs.queries.floors import (
    Floor,
    floors_of,
    picture_of,
    plan_of,
)
from fairapp.fairs.queries.regions import regions_of, regions_seen

__all__ = [
    "Counts",
    "FairCounts",
    "Floor",
    "SiteRooms",
    "agencies_not_of",
    "agencies_of",
    "counters",
    "counts",
    "fair_by_id",
    "fairs",
    "fairs_of_agency",
    "floors_of",
    "free_slot_counts",
    "get_fair",
    "joined_fairs",
    "news_number",
    "phase_is",
    "picture_of",
    "plan_of",
    "regions_of",
    "regions_seen",
    "sites_not_of",
    "sites_of",
]
