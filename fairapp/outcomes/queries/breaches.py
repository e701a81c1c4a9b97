"""What the audit asks of this domain: every derived fact, derived again from the rows."""

from collections.abc import Iterator

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.booths.models import Listing
from fairapp.outcomes import rules
from fairapp.outcomes.models import Attendance, CheckIn, FairPass, Outcome
from fairapp.outcomes.queries.counting import FOREVER, is_undone, stands
from fairapp.outcomes.queries.sealing import broken_seals
from fairapp.scheduling.models import Booking, BookingHistory, Slot

MOST_TOLD = 100  # of each kind


def breaches(session: Session) -> list[str]:
    """Return a sentence for every breach: openings against hires, ledger against bookings and seals, stray marks."""
    return [found for check in CHECKS for found in check(session)]


def _openings(session: Session) -> Iterator[str]:
    hires = (
        select(Outcome.listing_id, func.count().label("hires"))
        .where(Outcome.stage == "hired", stands(Outcome, FOREVER), ~is_undone(Outcome, FOREVER))
        .group_by(Outcome.listing_id)
        .subquery()
    )
    counted = func.coalesce(hires.c.hires, 0)
    wrong = (
        select(Listing.id, Listing.filled, Listing.headcount, counted.label("hires"))
        .outerjoin(hires, hires.c.listing_id == Listing.id)
        .where(or_(Listing.filled != counted, Listing.filled > Listing.headcount))
        .order_by(Listing.id)
    )
    for row in session.execute(wrong.limit(MOST_TOLD)):
        yield (
            f"listing {row.id}: filled says {row.filled} of {row.headcount}, the ledger holds {row.hires} standing hires"
        )


def _ledger(session: Session) -> Iterator[str]:
    """Compare each row of the ledger with its booking, its listing and the row that it corrects."""
    corrected = aliased(Outcome)
    wrong = (
        select(Outcome.id)
        .join(Booking, Booking.id == Outcome.booking_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .outerjoin(Listing, Listing.id == Outcome.listing_id)
        .outerjoin(corrected, corrected.id == Outcome.corrects)
        .where(
            or_(
                Outcome.fair_id != Booking.fair_id,
                Outcome.seeker_id != Booking.seeker_id,
                Slot.kind != "interview",
                Outcome.booth_id != Listing.booth_id,
                corrected.booking_id != Outcome.booking_id,
                corrected.id >= Outcome.id,
                (Outcome.stage == "hired") & Outcome.listing_id.is_(None),
            )
        )
        .order_by(Outcome.id)
    )
    for found in session.scalars(wrong.limit(MOST_TOLD)):
        yield f"outcome {found}: does not fit its booking, listing or the row that it corrects"


def _stage_order(session: Session) -> Iterator[str]:
    """Look for standing rows that break the order of stages: a stage twice or falling, or anything after an end."""
    before, after = aliased(Outcome), aliased(Outcome)
    was, became = (case(rules.RANK, value=row.stage, else_=0) for row in (before, after))
    ended, ends = before.stage.in_(rules.ENDS), after.stage.in_(rules.ENDS)
    again = (before.stage == "retained") & (after.stage == "retained")
    pairs = (
        select(after.id, after.stage, before.stage.label("before"))
        .join(before, (before.booking_id == after.booking_id) & (before.id < after.id))
        .where(stands(before, FOREVER), stands(after, FOREVER))
        .where(or_(ended, ends & (was >= rules.RANK["started"]), ~ends & (became <= was) & ~again))
        .order_by(after.id, before.id)
    )
    for row in session.execute(pairs.limit(MOST_TOLD)):
        yield f"outcome {row.id}: {row.stage} stands after {row.before}"


def _attendance(session: Session) -> Iterator[str]:
    early = (
        select(Attendance.id)
        .join(Booking, Booking.id == Attendance.booking_id)
        .where(Booking.status.in_(("requested", "held", "expired")))
        .order_by(Attendance.id)
    )
    for found in session.scalars(early.limit(MOST_TOLD)):
        yield f"attendance {found}: marks a booking that was never confirmed"
    without_pass = (
        select(CheckIn.fair_id, CheckIn.account_id)
        .outerjoin(FairPass, (FairPass.fair_id == CheckIn.fair_id) & (FairPass.account_id == CheckIn.account_id))
        .where(FairPass.id.is_(None))
        .order_by(CheckIn.fair_id, CheckIn.account_id)
    )
    for row in session.execute(without_pass.limit(MOST_TOLD)):
        yield f"check-in of account {row.account_id} at fair {row.fair_id}: there is no pass"


def _histories(session: Session) -> Iterator[str]:
    """Compare what exports read with what screens read: a booking's last history with the booking."""
    every = aliased(BookingHistory)
    newest = select(func.max(every.rev)).where(every.booking_id == Booking.id)
    last = newest.correlate(Booking).scalar_subquery()
    wrong = (
        select(Booking.id)
        .outerjoin(BookingHistory, (BookingHistory.booking_id == Booking.id) & (BookingHistory.rev == last))
        .where(
            or_(
                BookingHistory.id.is_(None),
                BookingHistory.rev != Booking.rev,
                BookingHistory.status != Booking.status,
                BookingHistory.slot_id != Booking.slot_id,
            )
        )
        .order_by(Booking.id)
    )
    for found in session.scalars(wrong.limit(MOST_TOLD)):
        yield f"booking {found}: its history does not end in its present state"


CHECKS = (_openings, _ledger, _stage_order, _attendance, _histories, broken_seals)
