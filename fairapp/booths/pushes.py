"""Who hears of a change of a booth or listing. News is public: it speaks only of what is visible."""

from datetime import datetime
from typing import Any

from fairapp.live.actions import FairNews


def booth_flipped(booth: Any, is_hiring: bool, at: datetime) -> FairNews:
    """Return the news that a booth has appeared or disappeared; it has id, fair_id and employer_id."""
    data = {"booth": str(booth.id), "employer": str(booth.employer_id)}
    return FairNews(booth.fair_id, "booth.opened" if is_hiring else "booth.closed", at, data)


def listing_changed(listing: Any, seen_before: bool, seen_now: bool, at: datetime) -> list[FairNews]:
    """Return the news of a listing that has changed: none where nobody could see it before or can now."""
    if not (seen_before or seen_now):
        return []
    kind = "changed" if seen_before and seen_now else "opened" if seen_now else "closed"
    data = {"listing": str(listing["id"]), "booth": str(listing["booth_id"]), "employer": str(listing["employer_id"])}
    if kind != "closed":
        data |= {"title": listing["title"], "openings_left": max(0, listing["headcount"] - listing["filled"])}
    return [FairNews(listing["fair_id"], f"listing.{kind}", at, data)]
