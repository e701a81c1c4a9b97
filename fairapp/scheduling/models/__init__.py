"""Tables of time."""

from fairapp.scheduling.models.bookings import ACTIVE, Booking, BookingHistory
from fairapp.scheduling.models.claims import Block, HostLimit, Resource, SiteDistance, TimeClaim
from fairapp.scheduling.models.slots import Slot, SlotHost
from fairapp.scheduling.models.waits import Offer, WaitlistEntry

__all__ = [
    "ACTIVE",
    "Block",
    "Booking",
    "BookingHistory",
    "HostLimit",
    "Offer",
    "Resource",
    "SiteDistance",
    "Slot",
    "SlotHost",
    "TimeClaim",
    "WaitlistEntry",
]
