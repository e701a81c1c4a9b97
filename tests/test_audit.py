"""The audit finds what it is there for: each breach is made by hand, and seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from fairapp import audit, db
from fairapp.booths.models import Booth
from fairapp.scheduling import actions
from fairapp.scheduling.queries import Due
from fairapp.scheduling.rules import Wish
from tests import factories
from tests.factories import NOW


@pytest.fixture
def fair(app_on_both: Flask) -> Callable[[], list[str]]:
    """Return the audit of a fair with two bookings, a hold, a waitlist and an offer; it is clean."""
    database = db.of(app_on_both)

    def build(session: Any) -> tuple[list[int], list[int], int]:
        booth = factories.make_hiring_booth(session)
        room = factories.make_room(session)
        actions.make_room(session, room.id)
        slots = factories.make_slots(session, booth, 3, room_id=room.id)
        return slots, [factories.make_seeker(session).id for _ in range(4)], booth.id

    slots, seekers, booth = database.write(build)
    bookings = [
        database.write(actions.book, slot, seeker, Wish(consent=True), NOW).id
        for slot, seeker in zip(slots[:2], seekers, strict=False)
    ]
    database.write(actions.book, slots[2], seekers[2], Wish(hold=True), NOW)
    database.write(actions.join_waitlist, seekers[3], NOW, booth_id=booth)
    database.write(actions.cancel, bookings[0], seekers[0], NOW)
    database.write(_more, booth)
    while database.write(actions.draw_next, 1, NOW + timedelta(hours=1)):
        pass

    def look() -> list[str]:
        with database.read() as session:
            return audit.breaches(session)

    assert look() == []
    return look


def _more(session: Any, booth_id: int) -> None:
    """Add a line with somebody in it who was called, a draw that two entered, and a reminder."""
    booth = session.get_one(Booth, booth_id)
    actions.open_line(session, booth_id, 15, NOW)
    host = factories.make_seeker(session)
    factories.make_membership(session, account_id=host.id, role="recruiter", employer_id=booth.employer_id)
    entry = actions.join_line(session, booth_id, factories.make_seeker(session).id, True, NOW)
    assert actions.call(session, booth_id, host.id, NOW) == entry
    slots = factories.make_slots(session, booth, 1, start=NOW + timedelta(hours=5))
    hour = NOW + timedelta(hours=1)
    draw = actions.open_draw(session, booth_id, slots, hour, hour, host.id, NOW)
    for _ in range(2):
        actions.enter_draw(session, draw, factories.make_seeker(session).id, slots, NOW, consent=True)
    seeker = factories.make_seeker(session).id
    booking = actions.book(
        session, factories.make_slots(session, booth, 1, start=NOW + timedelta(hours=8))[0], seeker, Wish(), NOW
    )
    actions.remind(session, [Due(booking.id, booking.slot.id, 0, "hours", seeker)], NOW)


SABOTAGE = {
    "a call without its booking": ("UPDATE line_entry SET booking_id = 2", "which its booking or end does not say"),
    "a place that ended and did not": ("UPDATE line_entry SET ended_at = joined_at", "which its booking or end"),
    "a ticket out of nothing": ("UPDATE line_entry SET ticket = 9", "gave a ticket twice"),
    "a winner put in by hand": (
        "UPDATE draw_entry SET won_id = CASE WHEN won_id IS NULL THEN 4 END",
        "should have won",
    ),
    "seats taken away afterwards": ("UPDATE draw_slot SET seats = 0", "should have won None"),
    "a reminder without a letter": ("DELETE FROM outbox WHERE kind = 'reminder.hours'", "reminder 1 has no letter"),
    "a booking moved by hand": ("UPDATE booking SET slot_id = 3, seat_no = 2 WHERE id = 2", "booking 2"),
    "a claim deleted": ("DELETE FROM time_claim WHERE booking_id = 2", "booking 2 does not hold exactly"),
    "a claim too many": (
        "INSERT INTO time_claim (resource_id, grain, booking_id) VALUES (1, 7, 2)",
        "that nothing explains",
    ),
    "news lost": ("DELETE FROM news WHERE seq = 2", "its counter says"),
    "a number given twice": ("UPDATE news_counter SET seq = seq - 1", "its counter says"),
    "history cut": ("DELETE FROM booking_history WHERE booking_id = 1 AND rev = 2", "not what its history says"),
    "a letter lost": ("DELETE FROM outbox WHERE key = 'booking:2:1'", "has no letter"),
    "a person without a resource": (
        "INSERT INTO account (email, name, language, is_admin, created_at)"
        " VALUES ('x@example.kr', 'x', 'ko', false, '2026-01-01 00:00:00')",
        "is no resource",
    ),
    "an offer left open": ("UPDATE waitlist_entry SET status = 'left'", "with 1 open offers"),
    "a wage of another year": (
        "UPDATE listing SET legal_until = '2026-12-31 15:00:00'",
        "its wage is legal until None",
    ),
    "a hire without a row": ("UPDATE listing SET filled = 1", "filled says 1"),
}


@pytest.mark.parametrize("case", SABOTAGE)
def test_a_breach_made_by_hand_is_found(fair: Callable[[], list[str]], app_on_both: Flask, case: str) -> None:
    statement, said = SABOTAGE[case]
    db.of(app_on_both).write(lambda session: session.execute(text(statement)) and None)
    assert any(said in sentence for sentence in fair())


def test_a_double_booking_is_found_without_the_claims(fair: Callable[[], list[str]], app_on_both: Flask) -> None:
    """Two slots of one room at one time, as they could be without the key of the claims."""
    sql = "UPDATE slot SET (starts_at, busy_from) = (SELECT starts_at, busy_from FROM slot WHERE id = 2) WHERE id = 3"
    db.of(app_on_both).write(lambda session: session.execute(text(sql)) and None)
    assert any("is in two places" in sentence for sentence in fair())
