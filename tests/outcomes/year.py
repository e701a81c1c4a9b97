"""A year of a job centre as rows, made in bulk: seekers, interviews and a ledger with given shares."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from fairapp import codes
from fairapp.accounts.models import Account
from fairapp.booths.models import Booth, Listing
from fairapp.fairs.models import Fair
from fairapp.outcomes.models import Attendance, FairPass, Outcome
from fairapp.scheduling.models import Booking, BookingHistory, Slot
from tests import factories

PROFESSIONAL = next(one.code for one in codes.occupations().values() if one.professional)
MANUAL = next(one.code for one in codes.occupations().values() if not one.professional)


@dataclass(frozen=True, slots=True)
class People:
    """How many there are of each at a fair; `registered` at least as many as interviewed, and so on."""

    registered: int
    interviewed: int
    passed: int
    hired: int
    youth: int = 0
    regular: int = 0
    professional: int = 0


def make_year_fair(
    session: Session, first: date, days: int, agency_id: int, **changes: Any
) -> tuple[Fair, Booth, Listing]:
    """Make a fair of these days with a booth and a listing."""
    starts = datetime(first.year, first.month, first.day, 0, tzinfo=UTC)
    times = {
        "agency_id": agency_id,
        "starts_at": starts,
        "ends_at": starts + timedelta(days=days - 1, hours=9),
        "booking_opens_at": starts - timedelta(days=5),
        "announced_at": starts - timedelta(days=10),
        "created_at": starts - timedelta(days=11),
    }
    fair = factories.make_fair(session, **times | changes)
    booth = factories.make_booth(session, fair_id=fair.id)
    listing = factories.make_listing(session, booth_id=booth.id, headcount=100_000)
    return fair, booth, listing


def populate(session: Session, fair: Fair, booth: Booth, listing: Listing, people: People) -> None:
    """Let so many register, be interviewed, pass and be hired, spread over the fair's days."""
    host = factories.make_seeker(session).id
    seekers = _accounts(session, people.registered, fair.created_at)
    base = {"fair_id": fair.id, "created_at": fair.announced_at}
    passes = [base | {"account_id": who, "code": f"{fair.id:05d}{who:010d}"} for who in seekers]
    session.execute(insert(FairPass), passes)
    whole = int((fair.ends_at - fair.starts_at) / timedelta(days=1)) + 1
    met = [
        fair.starts_at + timedelta(days=n % whole, minutes=20 * (n // whole % 24)) for n in range(people.interviewed)
    ]
    bookings = _meetings(session, fair, booth, listing, host, seekers[: people.interviewed], met)
    rows = []
    for n, (booking, who) in enumerate(zip(bookings, seekers, strict=False)):
        stages = ["interviewed", *(["passed"] if n < people.passed else []), *(["hired"] if n < people.hired else [])]
        rows += [_outcome(fair, booth, listing, host, booking, who, stage, met[n], n, people) for stage in stages]
    session.execute(insert(Outcome), rows)
    session.execute(Listing.__table__.update().where(Listing.id == listing.id).values(filled=people.hired))


def _accounts(session: Session, count: int, at: datetime) -> list[int]:
    first = (session.scalar(select(func.max(Account.id))) or 0) + 1
    ids = list(range(first, first + count))
    plain = {"name": "정한별", "language": "ko", "is_admin": False, "created_at": at}
    session.execute(insert(Account), [plain | {"id": one, "email": f"year{one}@example.kr"} for one in ids])
    return ids


def _meetings(
    session: Session, fair: Fair, booth: Booth, listing: Listing, host: int, seekers: list[int], met: list[datetime]
) -> list[int]:
    slot_id = (session.scalar(select(func.max(Slot.id))) or 0) + 1
    booking_id = (session.scalar(select(func.max(Booking.id))) or 0) + 1
    slots, bookings, history, marks = [], [], [], []
    for n, who in enumerate(seekers):
        ends = met[n] + timedelta(minutes=20)
        times = {"starts_at": met[n], "ends_at": ends, "busy_from": met[n], "busy_until": ends}
        slots.append(
            {"id": slot_id + n, "fair_id": fair.id, "kind": "interview", "booth_id": booth.id, "host_id": host}
            | {"hosting": "one", "capacity": 1, "topic": "", "created_at": fair.created_at, "rev": 1, "closed_at": ends}
            | times
        )
        bookings.append(
            {"id": booking_id + n, "fair_id": fair.id, "slot_id": slot_id + n, "seeker_id": who, "rev": 1}
            | {"listing_id": listing.id, "status": "completed", "ics_uid": f"year{booking_id + n}@fairapp"}
            | {"host_id": host, "cancel_until": met[n], "change_until": met[n], "time_rev": 0, "seat_no": 1}
            | {"created_at": fair.booking_opens_at, "note": "", "answers": {}}
        )
        history.append(
            {"booking_id": booking_id + n, "rev": 1, "status": "completed", "slot_id": slot_id + n, "host_id": host}
            | {"at": fair.booking_opens_at, "reason": ""}
        )
        marks += [
            {"booking_id": booking_id + n, "side": side, "state": "present", "at": met[n], "recorded_by": host}
            for side in ("seeker", "host")
        ]
    for table, rows in ((Slot, slots), (Booking, bookings), (BookingHistory, history), (Attendance, marks)):
        session.execute(insert(table), rows)
    return [row["id"] for row in bookings]


def _outcome(
    fair: Fair,
    booth: Booth,
    listing: Listing,
    host: int,
    booking: int,
    who: int,
    stage: str,
    at: datetime,
    n: int,
    of: People,
) -> dict[str, Any]:
    hired = stage == "hired"
    return {
        "fair_id": fair.id,
        "booking_id": booking,
        "seeker_id": who,
        "booth_id": booth.id,
        "listing_id": listing.id,
        "stage": stage,
        "on": at.date(),
        "recorded_at": at + timedelta(days=2),
        "recorded_by": host,
        "role": "recruiter",
        "employment_type": ("regular" if n < of.regular else "contract") if hired else None,
        "occupation": (PROFESSIONAL if n < of.professional else MANUAL) if hired else None,
        "age": (25 if n < of.youth else 45) if hired else None,
        "region": ("27290" if n % 3 else "27260") if hired else None,
        "segment": None,
        "reference": "",
        "salary": None,
        "evidence": None,
        "months": None,
        "corrects": None,
    }
