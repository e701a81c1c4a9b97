"""Figures per site and month, against SQL that was written by hand; and how the network grew."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update

from fairapp import clock
from fairapp.fairs.queries import fair_by_id
from fairapp.outcomes import actions as outcomes
from fairapp.outcomes.models import Outcome
from fairapp.scheduling.actions import Offer, book, cancel, open_slots
from fairapp.scheduling.models import Slot
from fairapp.scheduling.rules import Wish
from fairapp.visits import queries
from fairapp.visits.models import Visit
from tests import factories
from tests.factories import NOW
from tests.visits.cast import TODAY, ZONE, Cast, at

LIVE = select(Slot.id).where(Slot.closed_at.is_(None)).order_by(Slot.starts_at)

# Of one month: for each site visits, bookings, people seen, absences, interviews and hires after. Said anew, from raw rows.
BY_HAND = """
WITH met AS (
  SELECT coalesce(r.site_id, s.pool_site_id) AS site, b.seeker_id AS who, s.starts_at AS at,
    (SELECT a.state FROM attendance a WHERE a.booking_id = b.id AND a.side = 'seeker' ORDER BY a.id DESC LIMIT 1) AS mark
  FROM booking b JOIN slot s ON s.id = b.slot_id LEFT JOIN room r ON r.id = coalesce(b.room_id, s.room_id)
  WHERE b.fair_id = :fair AND s.coach_id IS NOT NULL AND b.status IN ('confirmed', 'completed')
    AND s.starts_at >= :since AND s.starts_at < :until
), ledger AS (
  SELECT o.seeker_id AS who, o.stage, s.starts_at AS at FROM outcome o JOIN booking b ON b.id = o.booking_id
  JOIN slot s ON s.id = b.slot_id
  WHERE NOT EXISTS (SELECT 1 FROM outcome c WHERE c.corrects = o.id)
    AND (o.stage <> 'hired' OR NOT EXISTS (SELECT 1 FROM outcome e WHERE e.booking_id = o.booking_id
      AND e.stage IN ('rejected', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM outcome c WHERE c.corrects = e.id)))
)
SELECT v.site_id,
  count(*) AS visits,
  (SELECT count(*) FROM met WHERE site = v.site_id),
  (SELECT count(DISTINCT who) FROM met WHERE site = v.site_id AND mark = 'present'),
  (SELECT count(*) FROM met WHERE site = v.site_id AND mark = 'absent'),
  (SELECT count(DISTINCT met.who) FROM met JOIN ledger l ON l.who = met.who AND l.at >= met.at
    WHERE site = v.site_id AND mark = 'present' AND l.stage = 'interviewed'),
  (SELECT count(DISTINCT met.who) FROM met JOIN ledger l ON l.who = met.who AND l.at >= met.at
    WHERE site = v.site_id AND mark = 'present' AND l.stage = 'hired')
FROM visit v
WHERE v.fair_id = :fair AND v.off IS NULL AND v.starts_at >= :since AND v.starts_at < :until AND v.starts_at <= :now
GROUP BY v.site_id ORDER BY v.site_id
"""


def play(cast: Cast) -> None:
    """Let three people come to two sites in November, one of them twice, one not at all, one of whom is hired after."""
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    cast.visit("district", day=TODAY + timedelta(days=1))  # not held yet
    cast.stop(campus, at(11), at(13))
    cast.stop(cafe, at(14), at(15))
    slots = cast.rows(LIVE)
    seekers = [cast.seeker, cast.friend, cast.seeker]
    booked = [cast.book(slot, who) for slot, who in zip(slots[:3], seekers, strict=True)]
    booked.append(cast.book(slots[4], cast.friend))
    cancelled = cast.book(slots[3], cast.friend)
    cast.write(_cancel, cancelled, cast.friend)
    for booking, state in zip(booked, ("present", "absent", "present", "present"), strict=True):
        cast.write(outcomes.mark_attendance, booking, seeker=state, by=cast.organizer, now=at(15))
    cast.write(_interview, cast)


def _cancel(session: Any, booking: int, who: int) -> None:
    cancel(session, booking, who, NOW, by_staff=True)


def _interview(session: Any, cast: Cast) -> None:
    booth = factories.make_booth(session, fair_id=cast.fair)
    listing = factories.make_listing(session, booth_id=booth.id)
    host = factories.make_seeker(session).id
    offer = Offer(cast.fair, "interview", host, booth_id=booth.id)
    [slot] = open_slots(session, offer, [(at(17), at(17, 20))], NOW).slots
    made = book(session, slot, cast.seeker, Wish(listing_id=listing.id, consent=True), NOW)
    told = {"by": cast.organizer, "now": at(18)}
    for stage in ("interviewed", "hired"):
        _row(session, cast, made.id, booth.id, listing.id, stage, **told)


def _row(session: Any, cast: Cast, booking: int, booth: int, listing: int, stage: str, *, by: int, now: Any) -> None:
    row = {"fair_id": cast.fair, "booking_id": booking, "seeker_id": cast.seeker, "booth_id": booth, "stage": stage}
    session.execute(insert(Outcome).values(**row, listing_id=listing, on=TODAY, recorded_at=now, recorded_by=by))


def test_the_figures_are_those_that_were_counted_by_hand(cast_on_both: Cast) -> None:
    cast = cast_on_both
    play(cast)
    since, until = (clock.day_bounds(day, ZONE)[0] for day in (date(2026, 11, 1), date(2026, 12, 1)))
    with cast.database.read() as session:
        rows = queries.months_of_fair(session, fair_by_id(session, cast.fair), at(19))
        said = {"fair": cast.fair, "since": since, "until": until, "now": at(19)}
        if session.get_bind().dialect.name == "sqlite":
            said |= {name: f"{said[name]:%Y-%m-%d %H:%M:%S.%f}" for name in ("since", "until", "now")}
        by_hand = [tuple(row) for row in session.execute(text(BY_HAND), said)]
    found = [
        (row.site_id, row.visits, row.bookings, row.seen, row.absent, row.interviewed, row.hired)
        for row in sorted(rows, key=lambda one: one.site_id)
    ]
    assert found == by_hand
    assert found == [(cast.sites["campus"], 1, 3, 1, 1, 1, 1), (cast.sites["cafe"], 1, 1, 1, 0, 0, 0)]
    assert {row.month for row in rows} == {"2026-11"}


def test_the_network_grows_by_its_sites(cast: Cast) -> None:
    cast.visit("campus", day=date(2026, 10, 31))
    cast.visit("campus", day=date(2026, 11, 2))
    cast.visit("cafe", day=date(2026, 11, 30))
    cancelled = cast.visit("district", day=date(2026, 11, 30))
    cast.write(
        lambda s: s.execute(update(Visit).where(Visit.id == cancelled).values(off="cancelled", off_at=NOW)) and None
    )
    with cast.database.read() as session:
        found = queries.network(session, fair_by_id(session, cast.fair))
    assert [(one.month, one.sites, one.kinds) for one in found] == [
        ("2026-10", 1, {"campus": 1}),
        ("2026-11", 2, {"campus": 1, "cafe": 1}),
    ]
