"""Double bookings found from the rows alone, in plain SQL, by none of the means that prevent them."""

from sqlalchemy import text

from fairapp import audit, db

ACTIVE = "('requested', 'held', 'confirmed', 'completed')"
# Where everybody has to be: at one's bookings, and as a host at one's open slots.
PLACES = f"""
    SELECT booking.seeker_id AS who, slot.starts_at, slot.ends_at, 'booking ' || booking.id AS what
    FROM booking JOIN slot ON slot.id = booking.slot_id WHERE booking.status IN {ACTIVE}
    UNION ALL
    SELECT host_id, starts_at, ends_at, 'slot ' || id FROM slot WHERE closed_at IS NULL
"""
FINDS = {
    "two places": f"""
        WITH places AS ({PLACES})
        SELECT one.who, one.what, other.what FROM places one JOIN places other
        ON one.who = other.who AND one.what < other.what
        AND one.starts_at < other.ends_at AND other.starts_at < one.ends_at""",
    "two in a room": """
        SELECT one.room_id, one.id, other.id FROM slot one JOIN slot other
        ON one.room_id = other.room_id AND one.id < other.id AND one.closed_at IS NULL AND other.closed_at IS NULL
        AND one.starts_at < other.ends_at AND other.starts_at < one.ends_at""",
    "seat sold twice": f"""
        SELECT slot_id, seat_no, count(*) FROM booking WHERE status IN {ACTIVE}
        GROUP BY slot_id, seat_no HAVING count(*) > 1""",
    "more than seats": f"""
        SELECT slot.id, slot.capacity, count(*) FROM booking JOIN slot ON slot.id = booking.slot_id
        WHERE booking.status IN {ACTIVE} GROUP BY slot.id, slot.capacity HAVING count(*) > slot.capacity""",
    "two interviews at a booth": f"""
        SELECT booth.id, booking.seeker_id, count(*) FROM booking
        JOIN slot ON slot.id = booking.slot_id JOIN booth ON booth.id = slot.booth_id
        WHERE booking.status IN {ACTIVE} AND NOT booth.many_interviews
        GROUP BY booth.id, booking.seeker_id HAVING count(*) > 1""",
    "booked at a closed slot": f"""
        SELECT slot.id FROM booking JOIN slot ON slot.id = booking.slot_id
        WHERE booking.status IN {ACTIVE} AND slot.closed_at IS NOT NULL""",
}


def doubles(database: db.Database) -> dict[str, int]:
    """Return how many double bookings of each sort there are; none of a sort, no entry."""
    with database.read() as session:
        found = {name: len(session.execute(text(query)).all()) for name, query in FINDS.items()}
    return {name: number for name, number in found.items() if number}


def audited(database: db.Database) -> list[str]:
    """Return what the audit finds."""
    with database.read() as session:
        return audit.breaches(session)
