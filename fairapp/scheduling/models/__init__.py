"""Tables of time."""

from fairapp.scheduling.models.bookings import ACTIVE, Booking, BookingHistory
from fairapp.scheduling.models.claims import Block, HostLimit, Resource, SiteDistance, TimeClaim
from fairapp.scheduling.models.draws import Draw, DrawEntry, DrawSlot
from fairapp.scheduling.models.lines import LIVE_ENTRY, Line, LineEntry
from fairapp.scheduling.models.reminders import CalendarFeed, Reminder
from fairapp.scheduling.models.slots import Slot, SlotHost
from fairapp.scheduling.models.waits import Offer, WaitlistEntry

__all__ = [
    "ACTIVE",
    "LIVE_ENTRY",
    "Block",
    "Booking",
    "BookingHistory",
    "CalendarFeed",
    "Draw",
    "DrawEntry",
    "DrawSlot",
    "HostLimit",
    "Line",
    "LineEntry",
    "Offer",
    "Reminder",
    "Resource",
    "SiteDistance",
    "Slot",
    "SlotHost",
    "TimeClaim",
    "WaitlistEntry",
]
