"""The calls of slots, bookings, waitlists, draws and lines."""

from fairapp.scheduling.api import bookings, draws, lines, slots, staff, waitlists

__all__ = ["bookings", "draws", "lines", "slots", "staff", "waitlists"]
