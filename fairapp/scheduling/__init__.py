"""Resources, claims, slots, holds, bookings, waitlists and calendar identity of every kind of meeting."""
