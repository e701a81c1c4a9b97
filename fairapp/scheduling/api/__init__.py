"""The calls of slots, bookings and waitlists."""

from fairapp.scheduling.api import bookings, draws, slots, staff, waitlists

__all__ = ["bookings", "draws", "slots", "staff", "waitlists"]
