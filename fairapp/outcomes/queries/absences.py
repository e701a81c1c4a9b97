"""Reads of meetings that seekers have missed: how many count for an agency's rule, and what was said to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.agencies.models import Agency
from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.fairs.models import Fair
from fairapp.outcomes.models import Appeal
from fairapp.outcomes.queries import counting
from fairapp.outcomes.queries.counting import FOREVER
from fairapp.scheduling.models import Booking, Slot
from fairapp.scheduling.queries import HOST

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """An agency's rule: who misses `limit` interviews in `days` days books one at a time; None: no rule."""

    agency_id: int
    name: str
    name_en: str
    limit: int | None
    days: int


@dataclass(frozen=True, slots=True)
class Absence:
    """A meeting that a seeker has missed, and what became of her appeal, if she made one."""

    booking_id: int
    seeker_name: str
    starts_at: datetime
    zone: str
    with_whom: str
    agency_id: int
    appeal_id: int | None
    text: str | None
    accepted: bool | None
    answer: str | None

    @property
    def counts(self) -> bool:
        """Whether it counts: not while an appeal waits, nor after one that was accepted."""
        return self.appeal_id is None or self.accepted is False


def _missed() -> tuple[ColumnElement[bool], ...]:
    """Whether the seeker missed an interview: she is marked absent, and its host is not."""
    seeker, host = (counting.mark(Booking.id, side, FOREVER) for side in ("seeker", "host"))
    marked = seeker == "absent", func.coalesce(host, "") != "absent"
    return Slot.kind == "interview", Booking.seat_no.is_not(None), *marked


def count_absences(session: Session, seeker_id: int, agency_id: int, since: datetime) -> int:
    """Return how many interviews at the agency's fairs the seeker has missed since then, as far as they count."""
    found = (
        select(func.count())
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Fair, Fair.id == Booking.fair_id)
        .outerjoin(Appeal, Appeal.booking_id == Booking.id)
        .where(Booking.seeker_id == seeker_id, Fair.agency_id == agency_id, Slot.starts_at >= since, *_missed())
        .where(or_(Appeal.id.is_(None), Appeal.accepted.is_(False)))
    )
    return session.scalar(found) or 0


def _absences() -> Select[Any]:
    host = select(Account.name).where(Account.id == HOST).correlate(Booking, Slot).scalar_subquery()
    columns: Any = (
        Booking.id.label("booking_id"),
        Account.name.label("seeker_name"),
        Slot.starts_at,
        Fair.zone,
        func.coalesce(Employer.name, host, "").label("with_whom"),
        Fair.agency_id,
        Appeal.id.label("appeal_id"),
        Appeal.text,
        Appeal.accepted,
        Appeal.answer,
    )
    return (
        select(*columns)
        .select_from(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Fair, Fair.id == Booking.fair_id)
        .join(Account, Account.id == Booking.seeker_id)
        .outerjoin(Booth, Booth.id == Slot.booth_id)
        .outerjoin(Employer, Employer.id == Booth.employer_id)
        .outerjoin(Appeal, Appeal.booking_id == Booking.id)
        .limit(MOST_SHOWN)
    )


def absences_of(session: Session, seeker_id: int) -> Sequence[Absence]:
    """Return the interviews that the seeker has missed, the latest first."""
    found = _absences().where(Booking.seeker_id == seeker_id, *_missed())
    rows = session.execute(found.order_by(Slot.starts_at.desc(), Booking.id))
    return [Absence(**row._mapping) for row in rows]


def open_appeals(session: Session, agency_id: int) -> Sequence[Absence]:
    """Return the appeals at the agency that nobody has answered, the oldest first."""
    found = _absences().where(Fair.agency_id == agency_id, Appeal.id.is_not(None), Appeal.decided_at.is_(None))
    return [Absence(**row._mapping) for row in session.execute(found.order_by(Appeal.id))]


def absence_rules(session: Session, agency_ids: Sequence[int]) -> dict[int, Rule]:
    """Return the rules of these agencies, by their ids."""
    told = (Agency.id, Agency.name, Agency.name_en, Agency.absence_limit, Agency.absence_days)
    found = select(*told).where(Agency.id.in_(sorted(set(agency_ids))))
    return {row.id: Rule(*row) for row in session.execute(found)}
