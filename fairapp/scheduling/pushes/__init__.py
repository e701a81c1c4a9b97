"""Who hears of a change in time, and what; and how the letters about bookings read."""

from fairapp.scheduling.pushes.changes import (
    booking_letter,
    booking_news,
    called_letter,
    called_news,
    line_changed,
    line_closed_letter,
    line_closed_news,
    offer_letter,
    offer_news,
    request_letter,
    slot_changed,
    slot_closed,
    slot_opened,
    unanswered_letter,
)
from fairapp.scheduling.pushes.letters import LETTERS, booking_calendar

__all__ = [
    "LETTERS",
    "booking_calendar",
    "booking_letter",
    "booking_news",
    "called_letter",
    "called_news",
    "line_changed",
    "line_closed_letter",
    "line_closed_news",
    "offer_letter",
    "offer_news",
    "request_letter",
    "slot_changed",
    "slot_closed",
    "slot_opened",
    "unanswered_letter",
]
