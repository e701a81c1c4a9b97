"""Telling of a booking: the fair's news, that of its people, and the letters."""

from sqlalchemy.orm import Session

from fairapp.live.actions import announce, post
from fairapp.scheduling import pushes, queries
from fairapp.scheduling.queries import BookingFacts, SlotRow
from fairapp.scheduling.rules import Booked


def people_of(facts: BookingFacts, slot: SlotRow) -> list[int]:
    """Return everybody who meets: the seeker, the host, and the others of a panel."""
    panel = [one for one, _ in slot.team] if slot.hosting == "panel" else []
    return list(dict.fromkeys([facts.seeker_id, facts.host_id, *panel]))


def tell_booked(session: Session, booked: Booked) -> None:
    """Announce that the seat is taken, to everybody without a name, and write: a confirmation, or a request to answer."""
    slot, now = booked.slot, booked.created_at
    host_id = booked.host_id or slot.host_id or 0
    people = [booked.seeker_id, host_id]
    if slot.hosting == "panel":
        people += [one for one, _ in queries.teams_of(session, [slot.id]).get(slot.id, [])]
    news = pushes.booking_news(f"booking.{booked.status}", booked.id, slot, people, now)
    announce(session, [pushes.slot_changed(slot, booked.seats_left, now), *news])
    if booked.status == "confirmed":
        letter = pushes.booking_letter("booking.confirmed", booked.id, slot.id, booked.seeker_id, 1, 0, now)
        post(session, [letter])
    elif booked.status == "requested":
        post(session, [pushes.request_letter(booked.id, slot.id, host_id, now)])
