"""The pages of time: a seeker's day, one booking and its changes, a giver's hours."""

from fairapp.scheduling.pages import (
    arranging,
    blocks,
    bookings,
    changes,
    coming,
    cutting,
    drawn,
    draws,
    feeds,
    hours,
    limits,
    lines,
    my_day,
    plans,
    requests,
    staff_booking,
    why,
)
from fairapp.scheduling.pages.base import blueprint

__all__ = [
    "arranging",
    "blocks",
    "blueprint",
    "bookings",
    "changes",
    "coming",
    "cutting",
    "drawn",
    "draws",
    "feeds",
    "hours",
    "limits",
    "lines",
    "my_day",
    "plans",
    "requests",
    "staff_booking",
    "why",
]
