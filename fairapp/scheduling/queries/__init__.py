"""Reads of time: slots, bookings, waitlists."""

from fairapp.scheduling.queries.bookings import (
    BookingFacts,
    booking_facts,
    bookings_of_seeker,
    count_outside,
    lock_booking,
    own_booking,
    resources_of,
    stale_holds,
    stale_in_the_way,
    upcoming_at_booths,
    upcoming_of_seeker,
)
from fairapp.scheduling.queries.slots import (
    SlotRow,
    alternatives,
    free_counts,
    lock_slots,
    next_free,
    seats_left,
    slot_facts,
    slot_rows,
    slots_by_id,
)
from fairapp.scheduling.queries.waitlists import entry_of, open_offer, position, waiting_at

__all__ = [
    "BookingFacts",
    "SlotRow",
    "alternatives",
    "booking_facts",
    "bookings_of_seeker",
    "count_outside",
    "entry_of",
    "free_counts",
    "lock_booking",
    "lock_slots",
    "next_free",
    "open_offer",
    "own_booking",
    "position",
    "resources_of",
    "seats_left",
    "slot_facts",
    "slot_rows",
    "slots_by_id",
    "stale_holds",
    "stale_in_the_way",
    "upcoming_at_booths",
    "upcoming_of_seeker",
    "waiting_at",
]
