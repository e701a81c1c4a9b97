"""Writes of booths and listings."""

from fairapp.booths.actions.booths import (
    allow_many_interviews,
    apply_for_booth,
    approve_booths,
    confirm_intent,
    employers_of,
    let_in,
    let_wait,
    place_booth,
    reject_booths,
    withdraw_booth,
)
from fairapp.booths.actions.doubles import part
from fairapp.booths.actions.gate import (
    after_lapse,
    tell_flips,
    tell_flips_of_employers,
    tell_flips_of_fair,
    tell_renamed,
    tell_turns,
)
from fairapp.booths.actions.importing import import_listings
from fairapp.booths.actions.inviting import accept_invitation, invite, remind_booths, remind_lapsing
from fairapp.booths.actions.listings import close_listing, edit_listing, fill, open_listing, unfill
from fairapp.booths.actions.places import line_up_booths, place_booths
from fairapp.booths.actions.reports import (
    AlreadyHandled,
    AlreadyReported,
    erase_person,
    forget_reports,
    handle_report,
    report_booth,
)
from fairapp.booths.actions.searching import index_employer, index_listing

__all__ = [
    "AlreadyHandled",
    "AlreadyReported",
    "accept_invitation",
    "after_lapse",
    "allow_many_interviews",
    "apply_for_booth",
    "approve_booths",
    "close_listing",
    "confirm_intent",
    "edit_listing",
    "employers_of",
    "erase_person",
    "fill",
    "forget_reports",
    "handle_report",
    "import_listings",
    "index_employer",
    "index_listing",
    "invite",
    "let_in",
    "let_wait",
    "line_up_booths",
    "open_listing",
    "part",
    "place_booth",
    "place_booths",
    "reject_booths",
    "remind_booths",
    "remind_lapsing",
    "report_booth",
    "tell_flips",
    "tell_flips_of_employers",
    "tell_flips_of_fair",
    "tell_renamed",
    "tell_turns",
    "unfill",
    "withdraw_booth",
]
