"""The calls of slots, bookings and waitlists."""

from fairapp.scheduling.api import bookings, slots, waitlists

__all__ = ["bookings", "slots", "waitlists"]
