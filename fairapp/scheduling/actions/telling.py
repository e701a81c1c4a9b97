"""Telling of a booking just made: the fair's news, the two people's, and the seeker's letter."""

from sqlalchemy.orm import Session

from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes
from fairapp.scheduling.rules import Booked


def tell_booked(session: Session, booked: Booked) -> None:
    """Announce that the seat is taken, to everybody without a name, and write to the seeker of a confirmed booking."""
    slot, now = booked.slot, booked.created_at
    people = [booked.seeker_id, slot.host_id]
    news = pushes.booking_news(f"booking.{booked.status}", booked.id, slot, people, now)
    announce(session, [pushes.slot_changed(slot, booked.seats_left, now), *news])
    if booked.status == "confirmed":
        letter = pushes.booking_letter("booking.confirmed", booked.id, slot.id, booked.seeker_id, 1, 0, now)
        post(session, [letter])
