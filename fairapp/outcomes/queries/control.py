"""The floor while a fair runs: who is there, what goes on at each booth, and what is wrong; for the control room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from fairapp.booths import queries as booths
from fairapp.booths.models import Booth, BoothReport
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.outcomes import rules
from fairapp.outcomes.models import CheckIn, Outcome, OutcomeReply
from fairapp.outcomes.queries import counting
from fairapp.outcomes.queries.counting import FOREVER
from fairapp.outcomes.queries.scope import fair_scope
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.models import Booking, Offer, Slot
from fairapp.scheduling.queries import HOST

MOST_TROUBLE = 50
UNMARKED_FOR = timedelta(minutes=30)  # after a meeting's end: attendance should be marked by then
BACK = timedelta(days=1)  # how far unmarked meetings are looked for
LONG_WAIT = 30  # minutes


@dataclass(frozen=True, slots=True)
class Now:
    """The numbers at the head of the room."""

    came: int
    meetings: int
    waiting: int
    longest_wait: int
    absent: int
    marked: int
    waitlist_offers: int
    job_offers: int
    hires: int
    hire_target: int | None
    idle_hosts: int


@dataclass(frozen=True, slots=True)
class BoothNow:
    """A booth on the floor: what it is doing. `state` is calm, busy, full, away (not hiring) or empty (nothing opened)."""

    id: int
    room_id: int | None
    name: str
    name_en: str
    hiring: bool
    meetings: int
    waiting: int
    wait_minutes: int
    free_next: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong, with how many and where it is mended: `booth_id` names the booth where it is one."""

    kind: str
    count: int
    booth_id: int | None = None
    name: str = ""
    name_en: str = ""


def _now_meeting(fair_id: int, now: datetime) -> Any:
    return (
        select(Booking.id, Slot.booth_id, HOST.label("host_id"))
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.fair_id == fair_id, Slot.starts_at <= now, Slot.ends_at > now)
        .where(Booking.status == "confirmed", Booking.seat_no.is_not(None))
        .where(func.coalesce(counting.mark(Booking.id, "seeker", FOREVER), "") != "absent")
    )


def numbers_now(
    session: Session, fair: Fair, there: Sequence[BoothNow], day: tuple[datetime, datetime], now: datetime
) -> Now:
    """Return the numbers of the moment; `there` is what booths_now says, `day` bounds today in the fair's zone."""
    meeting = _now_meeting(fair.id, now).subquery()
    seeker = counting.mark(Booking.id, "seeker", FOREVER)
    marked = (
        select(seeker.label("mark"))
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.fair_id == fair.id, Slot.starts_at >= day[0], Slot.starts_at < day[1])
        .subquery()
    )
    hired = counting.hires(fair_scope(fair.id), FOREVER).with_only_columns(func.count())
    row = session.execute(
        select(
            select(func.count(CheckIn.account_id.distinct())).where(CheckIn.fair_id == fair.id).scalar_subquery(),
            select(func.count()).select_from(meeting).scalar_subquery(),
            select(func.count()).where(marked.c.mark == "absent").scalar_subquery(),
            select(func.count(marked.c.mark)).scalar_subquery(),
            _open_offers(fair.id).scalar_subquery(),
            _offered_jobs(fair.id).scalar_subquery(),
            hired.scalar_subquery(),
            _idle(fair.id, now).scalar_subquery(),
        )
    ).one()
    return Now(
        came=row[0],
        meetings=row[1],
        waiting=sum(one.waiting for one in there),
        longest_wait=max((one.wait_minutes for one in there if one.waiting), default=0),
        absent=row[2],
        marked=row[3],
        waitlist_offers=row[4],
        job_offers=row[5],
        hires=row[6],
        hire_target=fair.hire_target,
        idle_hosts=row[7],
    )


def _open_offers(fair_id: int) -> Select[Any]:
    """Count the times that are offered to somebody who waits and has not answered."""
    found = select(func.count(Offer.id)).join(Booking, Booking.id == Offer.booking_id)
    return found.where(Booking.fair_id == fair_id, Offer.status == "open")


def _offered_jobs(fair_id: int) -> Select[Any]:
    """Count the people who are offered a job and of whom nothing further is written."""
    later = aliased(Outcome)
    answered = select(later.id).where(later.booking_id == Outcome.booking_id, later.id > Outcome.id)
    standing = counting.stands(Outcome, FOREVER), ~answered.correlate(Outcome).exists()
    found = select(func.count(Outcome.seeker_id.distinct()))
    return found.where(Outcome.fair_id == fair_id, Outcome.stage == "offered", *standing)


def _idle(fair_id: int, now: datetime) -> Select[Any]:
    """Count the hosts whose time is offered now and booked by nobody."""
    seat = select(Booking.id).where(Booking.slot_id == Slot.id, Booking.seat_no.is_not(None))
    active = seat.where(Booking.status.in_(("confirmed", "held", "requested")))
    return select(func.count(Slot.host_id.distinct())).where(
        Slot.fair_id == fair_id,
        Slot.starts_at <= now,
        Slot.ends_at > now,
        Slot.closed_at.is_(None),
        ~active.correlate(Slot).exists(),
    )


def booths_now(session: Session, fair_id: int, now: datetime) -> list[BoothNow]:
    """Return the approved booths with what they are doing; seven statements however many there are."""
    found = (
        select(Booth.id, Booth.room_id, Employer.name, Employer.name_en, booths.hiring(now).label("hiring"))
        .join(Employer, Employer.id == Booth.employer_id)
        .where(Booth.fair_id == fair_id, Booth.status == "approved")
        .order_by(Booth.id)
    )
    rows = session.execute(found).all()
    ids = [row.id for row in rows]
    meeting = _now_meeting(fair_id, now).subquery()
    counted = select(meeting.c.booth_id, func.count()).group_by(meeting.c.booth_id)
    meetings = {row[0]: row[1] for row in session.execute(counted)}
    lines = scheduling.lines_of(session, ids, now)
    free = scheduling.next_free(session, ids, now)
    shown = []
    for row in rows:
        line, slot = lines.get(row.id), free.get(row.id)
        waiting = line.waiting if line else 0
        wait = line.wait_minutes if line and (line.open or waiting) else 0
        busy = meetings.get(row.id, 0)
        state = rules.booth_state(bool(row.hiring), busy, wait, free=slot is not None)
        own = (row.id, row.room_id, row.name, row.name_en, bool(row.hiring))
        shown.append(BoothNow(*own, busy, waiting, wait, slot.starts_at if slot else None, state))
    return shown


def _by_booth(session: Session, kind: str, found: Select[Any]) -> list[Trouble]:
    """Return trouble by booth from a statement over Booth with a count labelled `n`, the most first."""
    named = (
        found.add_columns(Booth.id, Employer.name, Employer.name_en)
        .join(Employer, Employer.id == Booth.employer_id)
        .group_by(Booth.id, Employer.name, Employer.name_en)
        .order_by(func.count().desc(), Booth.id)
        .limit(MOST_TROUBLE)
    )
    return [Trouble(kind, row[0], row[1], row[2], row[3]) for row in session.execute(named)]


def trouble(session: Session, fair: Fair, now: datetime) -> list[Trouble]:
    """Return what is wrong at a fair now, what stops people first; one statement a kind."""
    found = [*_away(session, fair.id, now), *_unmarked(session, fair.id, now), *overdue_results(session, fair, now)]
    approved = Booth.fair_id == fair.id, Booth.status == "approved"
    lapsed = session.scalar(select(func.count()).where(*approved, ~booths.hiring(now))) or 0
    disputes = session.scalar(_disputes(fair.id)) or 0
    reported = select(func.count(BoothReport.id).label("n")).join(Booth, Booth.id == BoothReport.booth_id)
    reports = reported.where(Booth.fair_id == fair.id, BoothReport.handled_at.is_(None))
    found += [Trouble("lapsed", lapsed)] if lapsed and fair.ends_at > now else []
    found += [Trouble("disputed", disputes)] if disputes else []
    return [*found, *_by_booth(session, "reported", reports)]


def _disputes(fair_id: int) -> Select[Any]:
    found = select(func.count(OutcomeReply.id)).join(Outcome, Outcome.id == OutcomeReply.outcome_id)
    return found.where(Outcome.fair_id == fair_id, OutcomeReply.agrees.is_(False), OutcomeReply.answered_at.is_(None))


def _away(session: Session, fair_id: int, now: datetime) -> list[Trouble]:
    """Find booths whose host is marked absent from a meeting of now, while others wait for the same host today."""
    missing = (
        select(func.count(Booking.id).label("n"))
        .select_from(Booth)
        .join(Slot, Slot.booth_id == Booth.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booth.fair_id == fair_id, Slot.starts_at <= now, Slot.starts_at > now - timedelta(hours=2))
        .where(Booking.status == "confirmed", counting.mark(Booking.id, "host", FOREVER) == "absent")
    )
    return _by_booth(session, "host-away", missing)


def _unmarked(session: Session, fair_id: int, now: datetime) -> list[Trouble]:
    """Find booths with interviews that ended a while ago and whose attendance nobody marked."""
    marked = counting.mark(Booking.id, "seeker", FOREVER)
    open_ = (
        select(func.count(Booking.id).label("n"))
        .select_from(Booth)
        .join(Slot, Slot.booth_id == Booth.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booth.fair_id == fair_id, Slot.ends_at <= now - UNMARKED_FOR, Slot.ends_at > now - BACK)
        .where(Booking.status.in_(rules.MARKED_STATUSES), Booking.seat_no.is_not(None), marked.is_(None))
    )
    return _by_booth(session, "unmarked", open_)


def overdue_results(session: Session, fair: Fair, now: datetime) -> list[Trouble]:
    """Find booths with interviews that took place longer ago than the fair gives for a result, and that have none."""
    return _by_booth(session, "overdue", without_result(fair, now))


def without_result(fair: Fair, now: datetime) -> Select[Any]:
    """Return the statement that counts, over Booth, the interviews of a fair whose result is overdue at `now`."""
    due = now - timedelta(days=fair.result_days)
    met = [counting.mark(Booking.id, side, FOREVER) == "present" for side in ("seeker", "host")]
    said = counting.has_stage(Booking.id, ("interviewed",), FOREVER)
    result = counting.has_stage(Booking.id, (*rules.PASSED_STAGES, *rules.ENDS), FOREVER)
    return (
        select(func.count(Booking.id).label("n"))
        .select_from(Booth)
        .join(Slot, Slot.booth_id == Booth.id)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(Booth.fair_id == fair.id, Slot.kind == "interview", Slot.ends_at <= due)
        .where(Booking.status.in_(rules.MARKED_STATUSES), or_(met[0] & met[1], said), ~result)
    )
