"""Reads of meetings: one with all that deciding about it needs, a booth's or coach's day, and the ledger of a booking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session, aliased

from fairapp.accounts.models import Account
from fairapp.accounts.queries import valid_consent
from fairapp.booths.models import Booth, Listing
from fairapp.coaching.models import Coach
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair, Room
from fairapp.outcomes import rules
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting
from fairapp.outcomes.queries.counting import FOREVER
from fairapp.outcomes.queries.stands import Stand
from fairapp.scheduling.models import Booking, Slot
from fairapp.scheduling.queries import HOST, ROOM
from fairapp.scheduling.rules import GRAIN, LONGEST

MOST_MEETINGS = 200  # a day of one stand; 96 quarters of an hour at two tables


@dataclass(frozen=True, slots=True)
class Meeting:
    """A booking with its slot, its fair and who gives it."""

    id: int
    status: str
    seeker_id: int
    listing_id: int | None
    kind: str
    starts_at: datetime
    ends_at: datetime
    host_id: int
    fair_id: int
    fair_slug: str
    zone: str
    fair_agency_id: int
    booth_id: int | None
    employer_id: int | None
    coach_id: int | None
    coach_account_id: int | None
    coach_agency_id: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting as a stand shows it: who, when, what was marked, what followed."""

    id: int
    seeker_id: int
    seeker_name: str
    listing_title: str
    listing_title_en: str
    host_id: int
    host_name: str
    room: str | None
    starts_at: datetime
    ends_at: datetime
    seeker: str | None
    host: str | None
    stage: str | None
    outcome_id: int | None
    note: str  # what the seeker wrote to the host
    answers: dict[str, str]  # to the questions of the listing
    coming: bool  # whether she said that she comes
    took_place: bool


def _meetings() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Booking.id,
            Booking.status,
            Booking.seeker_id,
            Booking.listing_id,
            Slot.kind,
            Slot.starts_at,
            Slot.ends_at,
            HOST.label("host_id"),
            Booking.fair_id,
            Fair.slug.label("fair_slug"),
            Fair.zone,
            Fair.agency_id.label("fair_agency_id"),
            Slot.booth_id,
            Booth.employer_id,
            Slot.coach_id,
            Coach.account_id.label("coach_account_id"),
            Coach.agency_id.label("coach_agency_id"),
        )
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Fair, Fair.id == Booking.fair_id)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Coach, Coach.id == Slot.coach_id)
    )


def meeting(session: Session, booking_id: int) -> Meeting:
    """Return the meeting of a booking; NotFound where there is none."""
    row = session.execute(_meetings().where(Booking.id == booking_id)).one_or_none()
    if row is None:
        raise NotFound
    return Meeting(**row._mapping)


def lock_meeting(session: Session, booking_id: int) -> Meeting:
    """Return the meeting and keep its booking from being changed by others until the transaction ends."""
    session.execute(select(Booking.id).where(Booking.id == booking_id).with_for_update())
    return meeting(session, booking_id)


def interviews_of(session: Session, fair_id: int, seeker_id: int) -> Sequence[Any]:
    """Return a seeker's interviews at a fair that were confirmed: id, starts_at, employer; the first first."""
    found = (
        select(Booking.id, Slot.starts_at, Employer.name, Employer.name_en)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Booth, Booth.id == Slot.booth_id)
        .join(Employer, Employer.id == Booth.employer_id)
        .where(Booking.fair_id == fair_id, Booking.seeker_id == seeker_id, Slot.kind == "interview")
        .where(Booking.status.in_(rules.MARKED_STATUSES))
        .order_by(Slot.starts_at, Booking.id)
        .limit(MOST_MEETINGS)
    )
    return session.execute(found).all()


def coached_by(session: Session, meeting: Meeting, account_id: int, now: datetime) -> int | None:
    """Return the agency for which this person coaches the meeting's seeker at the same fair, by the seeker's consent."""
    found = (
        select(Slot.agency_id)
        .join(Booking, Booking.slot_id == Slot.id)
        .join(Coach, Coach.id == Slot.coach_id)
        .where(Booking.seeker_id == meeting.seeker_id, Slot.fair_id == meeting.fair_id, Coach.account_id == account_id)
        .where(Booking.status.in_(rules.MARKED_STATUSES), Slot.agency_id.is_not(None))
        .limit(1)
    )
    agency_id = session.scalar(found)
    if agency_id is None or valid_consent(session, meeting.seeker_id, now, agency_id=agency_id) is None:
        return None
    return agency_id


def newest_marks(session: Session, booking_id: int) -> tuple[str | None, str | None]:
    """Return the attendance of a booking as marked: the seeker's and the host's."""
    seeker, host = (counting.mark(booking_id, side, FOREVER) for side in ("seeker", "host"))
    row = session.execute(select(seeker, host)).one()
    return row[0], row[1]


def absent_now(session: Session, now: datetime, limit: int = 100) -> list[int]:
    """Return the bookings whose time goes on though their seeker is marked absent, and the fair's grace is over."""
    after = now + timedelta(seconds=GRAIN)  # what ends with the five minutes of now is as good as over
    found = (
        select(Booking.id, Slot.starts_at, Fair.grace_minutes)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Fair, Fair.id == Slot.fair_id)
        .where(Slot.starts_at.between(now - LONGEST, now), Slot.ends_at > after, Slot.capacity == 1)
        .where(Booking.status == "confirmed", Booking.seat_no.is_not(None))
        .where(counting.mark(Booking.id, "seeker", FOREVER) == "absent")
        .order_by(Slot.starts_at, Booking.id)
        .limit(limit)
    )
    rows = session.execute(found)
    return [row.id for row in rows if row.starts_at + timedelta(minutes=row.grace_minutes) <= now]


def standing(session: Session, booking_id: int) -> list[rules.Step]:
    """Return the rows of a booking's ledger that stand, in order."""
    rows = session.execute(
        select(Outcome.id, Outcome.stage, Outcome.on, Outcome.listing_id, Outcome.months)
        .where(Outcome.booking_id == booking_id, counting.stands(Outcome, FOREVER))
        .order_by(Outcome.id)
    )
    return [rules.Step(row.id, row.stage, row.on, row.listing_id, row.months) for row in rows]


def day_of(session: Session, stand: Stand, bounds: tuple[datetime, datetime]) -> list[Line]:
    """Return a stand's booked meetings that start within the bounds, in order of time; one statement."""
    giver = Slot.booth_id == stand.id if stand.employer_id is not None else Slot.coach_id == stand.id
    seeker, host = aliased(Account), aliased(Account)
    found = session.execute(
        select(
            Booking.id,
            Booking.seeker_id,
            seeker.name.label("seeker_name"),
            Listing.title.label("listing_title"),
            Listing.title_en.label("listing_title_en"),
            HOST.label("host_id"),
            host.name.label("host_name"),
            Room.name.label("room"),
            Slot.starts_at,
            Slot.ends_at,
            counting.mark(Booking.id, "seeker", FOREVER).label("seeker"),
            counting.mark(Booking.id, "host", FOREVER).label("host"),
            Outcome.stage,
            Outcome.id.label("outcome_id"),
            Booking.note,
            Booking.answers,
            Booking.coming_at.is_not(None).label("coming"),
            counting.has_stage(Booking.id, rules.INTERVIEWED_STAGES, FOREVER).label("reached"),
        )
        .select_from(Slot)
        .join(Booking, Booking.slot_id == Slot.id)
        .join(seeker, seeker.id == Booking.seeker_id)
        .join(host, host.id == HOST)
        .outerjoin(Room, Room.id == ROOM)
        .outerjoin(Listing, Listing.id == Booking.listing_id)
        .outerjoin(Outcome, Outcome.id == _last_row())
        .where(giver, Slot.starts_at >= bounds[0], Slot.starts_at < bounds[1])
        .where(Booking.status.in_(rules.MARKED_STATUSES), Booking.seat_no.is_not(None))  # the seat's index is by slot
        .order_by(Slot.starts_at, Booking.id)
        .limit(MOST_MEETINGS)
    )
    return [_line(row._mapping) for row in found]


def _last_row() -> ScalarSelect[Any]:
    """Return the last row that stands of a booking's ledger."""
    row = aliased(Outcome)
    standing_rows = select(row.id).where(row.booking_id == Booking.id, counting.stands(row, FOREVER))
    return standing_rows.order_by(row.id.desc()).limit(1).correlate(Booking).scalar_subquery()


def _line(row: Any) -> Line:
    values = {name: value for name, value in row.items() if name != "reached"}
    values["listing_title"], values["listing_title_en"] = row["listing_title"] or "", row["listing_title_en"] or ""
    stages = rules.INTERVIEWED_STAGES[:1] if row["reached"] else ()
    return Line(**values, took_place=rules.interviewed(row["seeker"], row["host"], stages))


def listings_of_booth(session: Session, booth_id: int) -> Sequence[Any]:
    """Return id and title of a booth's listings, newest first, for the form of an outcome."""
    return session.execute(
        select(Listing.id, Listing.title, Listing.title_en)
        .where(Listing.booth_id == booth_id)
        .order_by(Listing.id.desc())
        .limit(MOST_MEETINGS)
    ).all()


def listing_facts(session: Session, listing_id: int) -> Any:
    """Return booth, employment type and occupation of a listing, or None."""
    return session.execute(
        select(Listing.booth_id, Listing.employment_type, Listing.occupation).where(Listing.id == listing_id)
    ).one_or_none()


def openings(session: Session, listing_id: int) -> tuple[int, int]:
    """Return the headcount of a listing and how many are hired."""
    row = session.execute(select(Listing.headcount, Listing.filled).where(Listing.id == listing_id)).one()
    return row.headcount, row.filled


def ledger(session: Session, booking_id: int) -> Sequence[Any]:
    """Return every row of a booking's ledger, in order, each with whether it stands."""
    columns: list[Any] = [*Outcome.__table__.c, counting.stands(Outcome, FOREVER).label("stands")]
    return session.execute(select(*columns).where(Outcome.booking_id == booking_id).order_by(Outcome.id)).all()
