"""Who hears of a change in time, and what: news of the fair, news for the two people, the seeker's letter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fairapp.clock import rfc3339
from fairapp.live.actions import FairNews, Letter, OwnNews
from fairapp.scheduling.rules import CALL_LASTS


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
    kind: str,
    booking_id: int,
    slot_id: int,
    seeker_id: int,
    rev: int,
    sequence: int,
    now: datetime,
    reason: str = "",
) -> Letter:
    """Write to the seeker: `booking.confirmed`, `booking.moved` or `booking.cancelled`, this with the staff's reason.

    The letter says what was true at this revision: slot and calendar sequence travel with it, so that letters that arrive
    together still tell one story. One row per booking and revision.
    """
    data = {"booking": booking_id, "slot": slot_id, "sequence": sequence} | ({"reason": reason} if reason else {})
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
    booking_id: int, slot_id: int, seeker_id: int, rev: int, actor_id: int | None, reason: str, now: datetime
) -> Letter | None:
    """Write to who asked for a meeting that it was declined, and why, or that nobody answered; None for who took it back."""
    if actor_id == seeker_id:
        return None
    kind = "booking.unanswered" if actor_id is None else "booking.declined"
    data = {"booking": booking_id, "slot": slot_id, "reason": reason}
    return Letter(f"request:{booking_id}:{rev}", kind, seeker_id, now, data)


def line_changed(line: Any, fair_id: int, now: datetime) -> FairNews:
    """Tell everybody how long a booth's line is. Names nobody."""
    data = {"booth": str(line.booth_id), "open": line.open, "waiting": line.waiting, "wait_minutes": line.wait_minutes}
    return FairNews(fair_id, "line.changed", now, data)


def called_news(slot: Any, entry: Any, booking_id: int, host_id: int, now: datetime) -> list[OwnNews]:
    """Tell somebody of the line that it is her turn, and the host whom she meets."""
    data = {
        "entry": str(entry.id),
        "booth": str(slot.booth_id),
        "booking": str(booking_id),
        "ticket": entry.ticket,
        "room": slot.room_name,
        "until": rfc3339(now + CALL_LASTS),
    }
    return [OwnNews(who, "line.called", now, data, slot.fair_id) for who in (entry.seeker_id, host_id)]


def called_letter(slot: Any, entry: Any, booking_id: int, now: datetime) -> Letter:
    """Write to somebody of the line that it is her turn."""
    data = {"booking": booking_id, "slot": slot.id, "ticket": entry.ticket}
    return Letter(f"line:{booking_id}", "line.called", entry.seeker_id, now, data)


def line_closed_news(entry: Any, booth_id: int, fair_id: int, now: datetime) -> OwnNews:
    """Tell somebody that the line she stood in was closed."""
    data = {"entry": str(entry.id), "booth": str(booth_id)}
    return OwnNews(entry.seeker_id, "line.closed", now, data, fair_id)


def not_drawn_letter(entry_id: int, seeker_id: int, booth_id: int, now: datetime) -> Letter:
    """Write to who entered a draw that no wish of hers was left."""
    return Letter(f"draw:{entry_id}", "draw.lost", seeker_id, now, {"booth": booth_id})


def line_closed_letter(entry: Any, booth_id: int, now: datetime) -> Letter:
    """Write to somebody that the line she stood in was closed."""
    return Letter(f"line-closed:{entry.id}", "line.closed", entry.seeker_id, now, {"booth": booth_id})
