"""Booking for many callers at once: those whose calls have queued are served by a few statements together.

The rules, the seat's unique index and the claims' primary key are those of a single booking. Whoever they turn down here is
booked by herself afterwards, where it is found out why not, and whether an outdated hold stands in the way.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from fairapp.errors import AppError
from fairapp.scheduling import queries, rules
from fairapp.scheduling.actions import claims
from fairapp.scheduling.actions.choosing import Chosen, far_away
from fairapp.scheduling.actions.seats import insert_bookings, new_row, record, take_back
from fairapp.scheduling.actions.telling import tell_booked
from fairapp.scheduling.rules import Booked, SlotFacts, Wish

Asked = tuple[int, int, Wish, datetime]  # slot, seeker, wish, now: what `book` is asked
SAME_MOMENT = timedelta(seconds=1)


def book_many(session: Session, asked: Sequence[Asked]) -> list[Booked | None]:
    """Book what can be booked of what was asked, in that order of preference; None for each that is to be tried alone."""
    latest = max(now for *_, now in asked)
    rows = _rows(session, asked, latest)
    made = _insert(session, rows)
    wishes = [(booked.slot, booked.seeker_id, asked[n][2]) for n, booked in made.items()]
    for kind in {slot.kind for slot, _, _ in wishes}:
        rules.kinds[kind].booked(session, [one for one in wishes if one[0].kind == kind], latest)
    for booked in made.values():
        record(session, booked.id, 1, booked.status, booked.slot.id, booked.seeker_id, booked.created_at)
        tell_booked(session, booked)
    return [made.get(n) for n in range(len(asked))]


def _rows(session: Session, asked: Sequence[Asked], latest: datetime) -> dict[int, tuple[SlotFacts, dict[str, Any]]]:
    """Return slot and row of each booking that nothing forbids, by its place in `asked`; one for each slot."""
    chosen: dict[int, int] = {}  # the place of the first who asks for a slot: the others will hear that it is taken
    for n, (slot_id, _, _, now) in enumerate(asked):
        if latest - now < SAME_MOMENT:
            chosen.setdefault(slot_id, n)
    pairs = {slot_id: asked[n][1] for slot_id, n in chosen.items()}
    facts = queries.slots_facts(session, pairs, latest, lock=True)
    rows: dict[int, tuple[SlotFacts, dict[str, Any]]] = {}
    for slot_id, n in chosen.items():
        _, seeker_id, wish, now = asked[n]
        slot = facts.get(slot_id)
        if slot is None or slot.seeker_resource is None or not _is_plain(slot, wish):
            continue
        try:
            rules.check_bookable(slot, latest)
            rules.check_policy(slot, wish, latest)
            rules.kinds[slot.kind].check(session, slot, seeker_id, wish, latest)
        except AppError:
            continue
        rows[n] = slot, new_row(slot, seeker_id, wish, now)
    return _in_time(session, rows)


def _is_plain(slot: SlotFacts, wish: Wish) -> bool:
    """Whether a seat and the seeker's time are all that the booking takes, and nothing has to be counted."""
    counts = slot.counts_host or slot.counts_seeker
    special = wish.request or wish.override or wish.host_id is not None or wish.before_id is not None
    return slot.capacity == 1 and not (slot.is_open_offer or counts or special)


def _in_time(
    session: Session, rows: dict[int, tuple[SlotFacts, dict[str, Any]]]
) -> dict[int, tuple[SlotFacts, dict[str, Any]]]:
    """Lock the seekers and return the rows of those who can come in time from where they are before, and go on."""
    queries.lock_resources(session, [slot.seeker_resource or 0 for slot, _ in rows.values()])
    late = far_away(session, [slot for slot, _ in rows.values()])
    return {n: (slot, row) for n, (slot, row) in rows.items() if slot.id not in late}


def _insert(session: Session, rows: dict[int, tuple[SlotFacts, dict[str, Any]]]) -> dict[int, Booked]:
    """Insert the rows with their seats and claims; return those that had both free."""
    ids = insert_bookings(session, [{**row, "seat_no": 1} for _, row in rows.values()])
    wanted = {
        claims.Owner("booking_id", ids[slot.id]): Chosen(slot).claims for slot, _ in rows.values() if slot.id in ids
    }
    claimed = claims.take_whole(session, wanted)
    made: dict[int, Booked] = {}
    for n, (slot, row) in rows.items():
        booking_id = ids.get(slot.id)
        if booking_id is None:
            continue
        if booking_id in claimed:
            made[n] = rules.booked(booking_id, slot, row, 0)
        else:
            take_back(session, booking_id, slot)
    return made
