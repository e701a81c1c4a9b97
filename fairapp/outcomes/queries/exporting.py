"""The rows of the exports as of a moment: from histories, check-ins, attendance and the ledger, in a fixed order.

Statements are Core and read through a server-side cursor, so that memory does not grow with the rows. Names and mail are the
present ones, for histories carry ids alone; all else is as it was.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, case, func, literal, null, select
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Account
from fairapp.booths.models import Booth, Listing, ListingHistory
from fairapp.employers.models import Employer
from fairapp.fairs.models import Room
from fairapp.outcomes import rules
from fairapp.outcomes.models import Attendance, CheckIn, Outcome
from fairapp.outcomes.queries.columns import COLUMNS, Cell, cell_makers
from fairapp.outcomes.queries.counting import has_stage, is_latest, mark, stands
from fairapp.scheduling.models import Booking, BookingHistory, Slot

_HOST = func.coalesce(BookingHistory.host_id, Slot.host_id)  # as it was then

AT_ONCE = 1000  # rows fetched together


def _check_ins(fair_id: int, as_of: datetime) -> Select[*tuple[Any, ...]]:
    """Return the first time of each who came, as far as it had come in by then."""
    earlier = aliased(CheckIn)
    same = earlier.fair_id == CheckIn.fair_id, earlier.account_id == CheckIn.account_id
    before = select(earlier.at).where(*same, earlier.at < CheckIn.at, earlier.received_at <= as_of).correlate(CheckIn)
    return (
        select(
            literal("fair").label("what"),
            null().cast(Integer).label("booking"),
            literal("").label("kind"),
            literal("seeker").label("side"),
            CheckIn.account_id,
            Account.name,
            Account.email,
            literal("present").label("state"),
            CheckIn.at,
            CheckIn.at.label("local_at"),
            CheckIn.recorded_by,
        )
        .join(Account, Account.id == CheckIn.account_id)
        .where(CheckIn.fair_id == fair_id, CheckIn.received_at <= as_of, ~before.exists())
        .order_by(CheckIn.account_id)
    )


def _marks(fair_id: int, as_of: datetime) -> Select[*tuple[Any, ...]]:
    """Return the newest mark of each side of each booking; a mark taken back leaves no row."""
    later = aliased(Attendance)
    newer = select(later.id).where(
        later.booking_id == Attendance.booking_id,
        later.side == Attendance.side,
        later.id > Attendance.id,
        later.at <= as_of,
    )
    person = case((Attendance.side == "host", _HOST), else_=Booking.seeker_id)
    return (
        select(
            literal("meeting").label("what"),
            Attendance.booking_id,
            Slot.kind,
            Attendance.side,
            Account.id,
            Account.name,
            Account.email,
            Attendance.state,
            Attendance.at,
            Attendance.at.label("local_at"),
            Attendance.recorded_by,
        )
        .select_from(Booking)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .join(BookingHistory, BookingHistory.booking_id == Booking.id)
        .join(Slot, Slot.id == BookingHistory.slot_id)
        .join(Account, Account.id == person)
        .where(Booking.fair_id == fair_id, is_latest(BookingHistory, BookingHistory.booking_id, as_of))
        .where(Attendance.at <= as_of, Attendance.state.is_not(None), ~newer.correlate(Attendance).exists())
        .order_by(Attendance.booking_id, Attendance.side)
    )


def _bookings(fair_id: int, as_of: datetime) -> Select[*tuple[Any, ...]]:
    seeker, host, first = aliased(Account), aliased(Account), aliased(BookingHistory)
    booked_at = select(func.min(first.at)).where(first.booking_id == Booking.id, first.at <= as_of)
    return (
        select(
            Booking.id,
            BookingHistory.status,
            BookingHistory.rev,
            Slot.kind,
            Booking.seeker_id,
            seeker.name,
            seeker.email,
            Slot.id.label("slot_id"),
            Slot.starts_at,
            Slot.ends_at,
            Slot.starts_at.label("local_start"),
            Slot.booth_id,
            Booth.employer_id,
            Employer.name.label("employer_name"),
            Booking.listing_id,
            _HOST.label("host_id"),
            host.name.label("host_name"),
            Room.name.label("room"),
            mark(Booking.id, "seeker", as_of).label("seeker_mark"),
            mark(Booking.id, "host", as_of).label("host_mark"),
            has_stage(Booking.id, rules.INTERVIEWED_STAGES, as_of).label("reached"),
            booked_at.correlate(Booking).scalar_subquery().label("booked_at"),
            BookingHistory.at,
            BookingHistory.reason,
        )
        .select_from(Booking)
        .join(BookingHistory, BookingHistory.booking_id == Booking.id)
        .join(Slot, Slot.id == BookingHistory.slot_id)
        .join(seeker, seeker.id == Booking.seeker_id)
        .join(host, host.id == _HOST)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .outerjoin(Room, Room.id == func.coalesce(BookingHistory.room_id, Slot.room_id))
        .where(Booking.fair_id == fair_id, is_latest(BookingHistory, BookingHistory.booking_id, as_of))
        .order_by(Booking.id)
    )


def _booking_values(row: Any) -> list[Any]:
    values = list(row)
    stages = rules.INTERVIEWED_STAGES[:1] if row.reached else ()
    took_place = row.kind == "interview" and rules.interviewed(row.seeker_mark, row.host_mark, stages)
    values[row._fields.index("reached")] = took_place
    return values


def _outcomes(fair_id: int, as_of: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Outcome.id,
            Outcome.booking_id,
            Outcome.seeker_id,
            Account.name,
            Account.email,
            Outcome.booth_id,
            Booth.employer_id,
            Employer.name.label("employer_name"),
            Outcome.listing_id,
            Outcome.stage,
            Outcome.on,
            Outcome.employment_type,
            Outcome.salary,
            Outcome.occupation,
            Outcome.occupation.label("occupation_name"),
            Outcome.corrects,
            stands(Outcome, as_of).label("stands"),
            *(Outcome.months, Outcome.evidence, Outcome.reference, Outcome.role),
            # Of somebody who was erased the row says no more than what happened: she could be told by the rest.
            *(case((Account.erased_at.is_(None), known)) for known in (Outcome.age, Outcome.segment, Outcome.region)),
            Outcome.recorded_at,
            Outcome.recorded_by,
        )
        .join(Account, Account.id == Outcome.seeker_id)
        .outerjoin(Booth, Booth.id == Outcome.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .where(Outcome.fair_id == fair_id, Outcome.recorded_at <= as_of)
        .order_by(Outcome.id)
    )


def _listings(fair_id: int, as_of: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ListingHistory.listing_id,
            Listing.booth_id,
            Booth.employer_id,
            Employer.name.label("employer_name"),
            ListingHistory.state,
            ListingHistory.what,
            ListingHistory.at,
            ListingHistory.rev,
        )
        .select_from(Listing)
        .join(ListingHistory, ListingHistory.listing_id == Listing.id)
        .join(Booth, Booth.id == Listing.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .where(Listing.fair_id == fair_id, is_latest(ListingHistory, ListingHistory.listing_id, as_of))
        .order_by(Listing.id)
    )


_IN_STATE = [column.name for column in COLUMNS["listings"][4:-3]]


def _listing_values(row: Any) -> list[Any]:
    state = dict(row.state)
    state["occupation_name"] = state.get("occupation")
    state["openings_left"] = max(0, (state.get("headcount") or 0) - (state.get("filled") or 0))
    return [*row[:4], *(state.get(name) for name in _IN_STATE), row.what, row.at, row.rev]


_STATEMENTS: Mapping[str, tuple[Callable[[int, datetime], Select[*tuple[Any, ...]]], ...]] = {
    "attendance": (_check_ins, _marks),
    "bookings": (_bookings,),
    "outcomes": (_outcomes,),
    "listings": (_listings,),
}
_VALUES: Mapping[str, Callable[[Any], list[Any]]] = {"bookings": _booking_values, "listings": _listing_values}


def export_rows(
    session: Session, kind: str, fair_id: int, zone: str, as_of: datetime, *, guard: bool
) -> Iterator[list[Cell]]:
    """Give the rows of an export as cells, in order; the session should be a snapshot. See cell_makers for `guard`."""
    makers, values = cell_makers(kind, zone, guard=guard), _VALUES.get(kind, list)
    for statement in _STATEMENTS[kind]:
        found = session.connection().execute(statement(fair_id, as_of), execution_options={"yield_per": AT_ONCE})
        for part in found.partitions():
            for row in part:
                cells = values(row)
                for at, make in makers:
                    cells[at] = make(cells[at])
                yield cells


def count_rows(session: Session, kind: str, fair_id: int, as_of: datetime, most: int) -> int:
    """Return how many rows an export has, counting no further than one more than `most`."""
    total = 0
    for statement in _STATEMENTS[kind]:
        few = statement(fair_id, as_of).with_only_columns(literal(1)).order_by(None).limit(most + 1 - total)
        total += session.scalar(select(func.count()).select_from(few.subquery())) or 0
        if total > most:
            break
    return total
