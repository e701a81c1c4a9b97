"""The rules of rules/stages.py as parts of statements, as of a moment: the only place where SQL says them.

Everything is decided by rows whose moment is not after `as_of`, so the same question gives the same answer later.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, ScalarSelect, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import aliased

from fairapp.outcomes import rules
from fairapp.outcomes.models import Attendance, CheckIn, FairPass, Outcome
from fairapp.outcomes.queries.scope import Scope
from fairapp.scheduling.models import Booking, BookingHistory, Slot

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)  # as of now and whatever is being written: what screens and actions ask


def is_latest(history: Any, key: Any, as_of: datetime) -> ColumnElement[bool]:
    """Say that the row of a history with `rev` is its thing's last not after `as_of`; `key` names the thing's column."""
    later = aliased(history)
    newer = (
        select(later.id)
        .where(getattr(later, key.key) == key, later.rev > history.rev, later.at <= as_of)
        .correlate(history)
        .exists()
    )
    return and_(history.at <= as_of, ~newer)


def mark(booking_id: Any, side: str, as_of: datetime) -> ScalarSelect[Any]:
    """Return what holds of one side's attendance: the newest row's state."""
    return (
        select(Attendance.state)
        .where(Attendance.booking_id == booking_id, Attendance.side == side, Attendance.at <= as_of)
        .order_by(Attendance.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def stands(row: Any, as_of: datetime) -> ColumnElement[bool]:
    """Say that a row of the ledger was written by then and not corrected by then."""
    correction = aliased(Outcome)
    corrected = select(correction.id).where(correction.corrects == row.id, correction.recorded_at <= as_of)
    return and_(row.recorded_at <= as_of, ~corrected.correlate(row).exists())


def has_stage(booking_id: Any, stages: tuple[str, ...], as_of: datetime) -> Exists:
    """Say that the booking's ledger holds a standing row of one of these stages."""
    row = aliased(Outcome)
    found = select(row.id).where(row.booking_id == booking_id, row.stage.in_(stages), stands(row, as_of))
    return found.exists()


def is_undone(row: Any, as_of: datetime) -> Exists:
    """Say that a standing end (rejected, withdrawn) of the same booking undid this row; see rules.hire_stands."""
    end = aliased(Outcome)
    found = select(end.id).where(end.booking_id == row.booking_id, end.stage.in_(rules.ENDS), stands(end, as_of))
    return found.correlate(row).exists()


def present_sides(scope: Scope, as_of: datetime) -> Subquery:
    """Return the (booking, side) pairs of the fairs whose newest mark says present."""
    newest = (
        select(func.max(Attendance.id).label("id"))
        .join(Booking, Booking.id == Attendance.booking_id)
        .where(Booking.fair_id.in_(scope.fairs), Attendance.at <= as_of)
        .group_by(Attendance.booking_id, Attendance.side)
        .subquery()
    )
    return (
        select(Attendance.booking_id, Attendance.side)
        .join(newest, newest.c.id == Attendance.id)
        .where(Attendance.state == "present")
        .subquery()
    )


# People of a stage: (fair_id, seeker_id), each pair once. Over several fairs somebody who came to two counts twice.
People = Select[*tuple[Any, ...]]


def registered(scope: Scope, as_of: datetime) -> People:
    """Return the seekers who took a pass, booked an interview, or came."""
    passes = select(FairPass.fair_id, FairPass.account_id.label("seeker_id")).where(
        FairPass.fair_id.in_(scope.fairs), FairPass.created_at <= as_of, *scope.between(FairPass.created_at)
    )
    everybody = passes.union(booked(scope, as_of), came(scope, as_of)).subquery()
    return select(everybody.c.fair_id, everybody.c.seeker_id)


def came(scope: Scope, as_of: datetime) -> People:
    """Return the seekers who came: checked in at the desk, or marked present at a meeting (online there is no desk)."""
    sides = present_sides(scope, as_of)
    at_desk = select(CheckIn.fair_id, CheckIn.account_id.label("seeker_id")).where(
        CheckIn.fair_id.in_(scope.fairs), CheckIn.received_at <= as_of, *scope.between(CheckIn.at)
    )
    at_meeting = (
        select(Booking.fair_id, Booking.seeker_id)
        .join(sides, sides.c.booking_id == Booking.id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(sides.c.side == "seeker", *scope.met())
    )
    everybody = at_desk.union(at_meeting, interviewed(scope, as_of)).subquery()
    return select(everybody.c.fair_id, everybody.c.seeker_id)


def booked(scope: Scope, as_of: datetime) -> People:
    """Return the seekers with an interview that is booked: confirmed or completed, not merely held."""
    return (
        select(Booking.fair_id, Booking.seeker_id)
        .join(BookingHistory, BookingHistory.booking_id == Booking.id)
        .join(Slot, Slot.id == BookingHistory.slot_id)
        .where(
            Booking.fair_id.in_(scope.fairs),
            Slot.kind == "interview",
            BookingHistory.status.in_(rules.MARKED_STATUSES),
            is_latest(BookingHistory, BookingHistory.booking_id, as_of),
            *scope.met(),
        )
        .distinct()
    )


def took_place(scope: Scope, as_of: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions of an interview that took place, for a statement that joins Booking and Slot."""
    sides = present_sides(scope, as_of)
    both = select(sides.c.booking_id).group_by(sides.c.booking_id).having(func.count() == 2)
    said = select(Outcome.booking_id).where(
        Outcome.fair_id.in_(scope.fairs), Outcome.stage.in_(rules.INTERVIEWED_STAGES), stands(Outcome, as_of)
    )
    met = or_(Booking.id.in_(both), Booking.id.in_(said))
    return [Booking.fair_id.in_(scope.fairs), Slot.kind == "interview", met, *scope.met()]


def interviewed(scope: Scope, as_of: datetime) -> People:
    """Return the seekers with an interview that took place: rules.interviewed as a statement."""
    found = select(Booking.fair_id, Booking.seeker_id).join(Slot, Slot.id == Booking.slot_id)
    return found.where(*took_place(scope, as_of)).distinct()


def reached(scope: Scope, as_of: datetime, stages: tuple[str, ...]) -> People:
    """Return the seekers whose ledger has a standing row of one of the stages."""
    found = select(Outcome.fair_id, Outcome.seeker_id)
    return found.where(*scope.happened(), Outcome.stage.in_(stages), stands(Outcome, as_of)).distinct()


def passed(scope: Scope, as_of: datetime) -> People:
    """Return the seekers whose ledger says passed or more, the final interview among it."""
    return reached(scope, as_of, rules.PASSED_STAGES)


def offered(scope: Scope, as_of: datetime) -> People:
    """Return the seekers whose ledger says that they were offered the job, or more."""
    return reached(scope, as_of, rules.OFFERED_STAGES)


def hired(scope: Scope, as_of: datetime) -> People:
    """Return the seekers with a hire that stands."""
    return hires(scope, as_of).with_only_columns(Outcome.fair_id, Outcome.seeker_id).distinct()


def started(scope: Scope, as_of: datetime) -> People:
    """Return the seekers who began to work."""
    return reached(scope, as_of, ("started", "retained"))


def retained(scope: Scope, as_of: datetime) -> People:
    """Return the seekers who were still there when asked."""
    return reached(scope, as_of, ("retained",))


def hires(scope: Scope, as_of: datetime) -> People:
    """Return the hires that stand: rules.hire_stands as a statement; one row a hire, by its row of the ledger."""
    return select(Outcome).where(
        *scope.happened(), Outcome.stage == "hired", stands(Outcome, as_of), ~is_undone(Outcome, as_of)
    )


FUNNEL = (
    ("registered", registered),
    ("came", came),
    ("booked", booked),
    ("interviewed", interviewed),
    ("passed", passed),
    ("offered", offered),
    ("hired", hired),
    ("started", started),
    ("retained", retained),
)
