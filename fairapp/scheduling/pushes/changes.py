"""Who hears of a change in time, and what: news of the fair, news for the two people, the seeker's letter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fairapp.clock import rfc3339
from fairapp.live.actions import FairNews, Letter, OwnNews


def _slot_data(slot: Any, seats_left: int) -> dict[str, Any]:
    return {
        "slot": str(slot.id),
        "kind": slot.kind,
        "booth": str(slot.booth_id) if slot.booth_id else None,
        "coach": str(slot.coach_id) if slot.coach_id else None,
        "starts_at": rfc3339(slot.starts_at),
        "ends_at": rfc3339(slot.ends_at),
        "seats_left": seats_left,
    }


def slot_opened(slot: Any, now: datetime) -> FairNews:
    """Tell everybody of a new slot."""
    return FairNews(slot.fair_id, "slot.opened", now, _slot_data(slot, slot.capacity))


def slot_changed(slot: Any, seats_left: int, now: datetime) -> FairNews:
    """Tell everybody how many seats the slot has left. Names nobody."""
    return FairNews(slot.fair_id, "slot.changed", now, _slot_data(slot, seats_left))


def slot_closed(slot: Any, now: datetime) -> FairNews:
    """Tell everybody that the slot was taken back."""
    return FairNews(slot.fair_id, "slot.closed", now, _slot_data(slot, 0))


def booking_news(kind: str, booking_id: int, slot: Any, people: Sequence[int], now: datetime) -> list[OwnNews]:
    """Tell the people of a booking (seeker and host) what became of it; `kind` such as booking.confirmed."""
    data = {
        "booking": str(booking_id),
        "slot": str(slot.id),
        "starts_at": rfc3339(slot.starts_at),
        "ends_at": rfc3339(slot.ends_at),
    }
    return [OwnNews(who, kind, now, data, slot.fair_id) for who in people]


def booking_letter(
    kind: str, booking_id: int, slot_id: int, seeker_id: int, rev: int, sequence: int, now: datetime
) -> Letter:
    """Write to the seeker: `booking.confirmed`, `booking.moved` or `booking.cancelled`.

    The letter says what was true at this revision: slot and calendar sequence travel with it, so that letters that arrive
    together still tell one story. One row per booking and revision.
    """
    data = {"booking": booking_id, "slot": slot_id, "sequence": sequence}
    return Letter(f"booking:{booking_id}:{rev}", kind, seeker_id, now, data)


def offer_news(kind: str, offer_id: int, booking_id: int, slot: Any, seeker_id: int, now: datetime) -> OwnNews:
    """Tell the person waiting of an offer: `offer.made`, `offer.lapsed`, `offer.accepted`."""
    data = {
        "offer": str(offer_id),
        "booking": str(booking_id),
        "slot": str(slot.id),
        "starts_at": rfc3339(slot.starts_at),
    }
    return OwnNews(seeker_id, kind, now, data, slot.fair_id)


def offer_letter(offer_id: int, booking_id: int, slot_id: int, seeker_id: int, now: datetime) -> Letter:
    """Write to the person waiting that a slot is kept for her."""
    return Letter(
        f"offer:{offer_id}", "offer.made", seeker_id, now, {"booking": booking_id, "slot": slot_id, "offer": offer_id}
    )


def request_letter(booking_id: int, slot_id: int, host_id: int, now: datetime) -> Letter:
    """Write to the host that somebody asks for a meeting and waits for an answer."""
    return Letter(f"request:{booking_id}", "booking.requested", host_id, now, {"booking": booking_id, "slot": slot_id})


def unanswered_letter(
    booking_id: int, slot_id: int, seeker_id: int, rev: int, actor_id: int | None, now: datetime
) -> Letter | None:
    """Write to who asked for a meeting that it was declined, or that nobody answered; None for who took it back."""
    if actor_id == seeker_id:
        return None
    kind = "booking.unanswered" if actor_id is None else "booking.declined"
    return Letter(f"request:{booking_id}:{rev}", kind, seeker_id, now, {"booking": booking_id, "slot": slot_id})
