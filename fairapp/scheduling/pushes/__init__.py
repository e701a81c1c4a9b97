"""Who hears of a change in time, and what; and how the letters about bookings read."""

from fairapp.scheduling.pushes.changes import (
    booking_letter,
    booking_news,
    called_letter,
    called_news,
    line_changed,
    line_closed_letter,
    line_closed_news,
    not_drawn_letter,
    offer_letter,
    offer_news,
    request_letter,
    slot_changed,
    slot_closed,
    slot_opened,
    unanswered_letter,
)
from fairapp.scheduling.pushes.feeds import feed_account, feed_calendar, feed_secret
from fairapp.scheduling.pushes.letters import BOOKINGS, booking_calendar
from fairapp.scheduling.pushes.reminders import REMINDERS, coming_booking, coming_secret, reminder_letter

LETTERS = BOOKINGS | REMINDERS

__all__ = [
    "LETTERS",
    "booking_calendar",
    "booking_letter",
    "booking_news",
    "called_letter",
    "called_news",
    "coming_booking",
    "coming_secret",
    "feed_account",
    "feed_calendar",
    "feed_secret",
    "line_changed",
    "line_closed_letter",
    "line_closed_news",
    "not_drawn_letter",
    "offer_letter",
    "offer_news",
    "reminder_letter",
    "request_letter",
    "slot_changed",
    "slot_closed",
    "slot_opened",
    "unanswered_letter",
]
