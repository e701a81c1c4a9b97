"""Reads of the desk: fairs for those who run them, passes and their owners, who has come."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Profile
from fairapp.fairs.models import Fair
from fairapp.fairs.queries import get_fair
from fairapp.fairs.rules import Organized, check_organizes, check_sees
from fairapp.outcomes.models import CheckIn, FairPass
from fairapp.scheduling.models import Booking

MOST_RECENT = 20
MOST_PASSES = 50_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came, and when first."""

    account_id: int
    name: str
    at: datetime


def organized_fair(session: Session, ref: str, caller: Organized, now: datetime) -> Fair:
    """Return a fair that the caller runs; NotFound or Forbidden otherwise."""
    found = get_fair(session, ref)
    check_organizes(caller, found, found.agency_id, now)
    return found


def seen_fair(session: Session, ref: str, caller: Organized, now: datetime) -> Fair:
    """Return a fair that the caller may know of; NotFound for a draft."""
    found = get_fair(session, ref)
    check_sees(caller, found, found.agency_id, now)
    return found


def pass_code(session: Session, fair_id: int, account_id: int) -> str | None:
    """Return the code of a seeker's pass, if there is one."""
    found = select(FairPass.code).where(FairPass.fair_id == fair_id, FairPass.account_id == account_id)
    return session.scalar(found)


def pass_owner(session: Session, code: str) -> Any:
    """Return fair and account of a code, or None."""
    return session.execute(select(FairPass.fair_id, FairPass.account_id).where(FairPass.code == code)).one_or_none()


def arrival(session: Session, fair_id: int, account_id: int) -> Arrival | None:
    """Return when a person first came to a fair, or None."""
    arrived = _arrivals(fair_id).where(CheckIn.account_id == account_id)
    row = session.execute(arrived).one_or_none()
    return None if row is None else Arrival(**row._mapping)


def recent_arrivals(session: Session, fair_id: int) -> Sequence[Arrival]:
    """Return the last who came, newest first."""
    latest = _arrivals(fair_id).order_by(func.min(CheckIn.at).desc(), CheckIn.account_id)
    return [Arrival(**row._mapping) for row in session.execute(latest.limit(MOST_RECENT))]


def count_arrivals(session: Session, fair_id: int) -> int:
    """Return how many people came to the desk of a fair."""
    return session.scalar(select(func.count(CheckIn.account_id.distinct())).where(CheckIn.fair_id == fair_id)) or 0


def code_digests(session: Session, fair_id: int) -> list[str]:
    """Return the first sixteen signs of the SHA-256 of each pass of a fair, at most MOST_PASSES."""
    found = select(FairPass.code).where(FairPass.fair_id == fair_id).order_by(FairPass.id).limit(MOST_PASSES)
    return [hashlib.sha256(code.encode()).hexdigest()[:16] for code in session.scalars(found)]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody with a pass or a booking at a fair, as a kiosk asks for: the last four digits of a telephone, or a birthday."""

    account_id: int
    name: str
    phone_end: str
    birthday: str  # month and day, 0505


def known_by_name(session: Session, fair_id: int, name: str, limit: int = 20) -> list[Known]:
    """Return who of that very name (spaces apart) has a pass or a booking at the fair; one statement."""
    with_pass = select(FairPass.account_id).where(FairPass.fair_id == fair_id)
    with_booking = select(Booking.seeker_id).where(Booking.fair_id == fair_id)
    plain = func.lower(func.replace(Account.name, " ", ""))
    found = (
        select(Account.id, Account.name, Profile.phone, Profile.birth_date)
        .outerjoin(Profile, Profile.account_id == Account.id)
        .where(plain == name.replace(" ", "").lower(), Account.id.in_(with_pass.union(with_booking)))
        .order_by(Account.id)
        .limit(limit)
    )
    return [
        Known(row.id, row.name, (row.phone or "")[-4:], f"{row.birth_date:%m%d}" if row.birth_date else "")
        for row in session.execute(found)
    ]


def _arrivals(fair_id: int) -> Any:
    first = select(CheckIn.account_id, Account.name, func.min(CheckIn.at).label("at"))
    of_fair = first.join(Account, Account.id == CheckIn.account_id).where(CheckIn.fair_id == fair_id)
    return of_fair.group_by(CheckIn.account_id, Account.name)
