"""Writes of booths and listings."""

from fairapp.booths.actions.booths import (
    allow_many_interviews,
    apply_for_booth,
    approve_booths,
    confirm_intent,
    employers_of,
    place_booth,
    reject_booths,
)
from fairapp.booths.actions.gate import (
    after_lapse,
    tell_flips,
    tell_flips_of_employers,
    tell_flips_of_fair,
    tell_turns,
)
from fairapp.booths.actions.importing import import_listings
from fairapp.booths.actions.listings import close_listing, edit_listing, fill, open_listing, unfill
from fairapp.booths.actions.searching import index_employer, index_listing

__all__ = [
    "after_lapse",
    "allow_many_interviews",
    "apply_for_booth",
    "approve_booths",
    "close_listing",
    "confirm_intent",
    "edit_listing",
    "employers_of",
    "fill",
    "import_listings",
    "index_employer",
    "index_listing",
    "open_listing",
    "place_booth",
    "reject_booths",
    "tell_flips",
    "tell_flips_of_employers",
    "tell_flips_of_fair",
    "tell_turns",
    "unfill",
]
