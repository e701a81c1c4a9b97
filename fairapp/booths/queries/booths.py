"""Reads of booths: those hiring now, a recruiter's own, and those an organizer decides on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from fairapp.booths.models import Booth, Listing
from fairapp.booths.queries.gate import hiring, lacks_approval
from fairapp.employers.models import Employer
from fairapp.errors import NotFound
from fairapp.fairs.models import Fair, Room, Site


@dataclass(frozen=True, slots=True)
class BoothRow:
    """A booth as lists show it, with its employer, its place, and whether it is hiring now."""

    id: int
    fair_id: int
    status: str
    reason: str
    intent_confirmed_at: datetime | None
    many_interviews: bool
    rev: int
    room_id: int | None
    employer_id: int
    employer_name: str
    employer_name_en: str
    industry: str
    industry_en: str
    employees: int | None
    region: str | None
    verified_at: datetime | None
    room: str | None
    site: str | None
    fair_slug: str
    fair_name: str
    fair_name_en: str
    agency_id: int
    zone: str
    intent_days: int
    announced_at: datetime | None
    hiring: bool


def _select(now: datetime) -> Select[Any]:
    own = ("id", "fair_id", "status", "reason", "intent_confirmed_at", "many_interviews", "rev", "room_id")
    return (
        select(
            *(Booth.__table__.c[name] for name in own),
            Employer.id.label("employer_id"),
            Employer.name.label("employer_name"),
            Employer.name_en.label("employer_name_en"),
            *(Employer.__table__.c[name] for name in ("industry", "industry_en", "employees", "region", "verified_at")),
            Room.name.label("room"),
            Site.name.label("site"),
            Fair.slug.label("fair_slug"),
            Fair.name.label("fair_name"),
            Fair.name_en.label("fair_name_en"),
            *(Fair.__table__.c[name] for name in ("agency_id", "zone", "intent_days", "announced_at")),
            hiring(now).label("hiring"),
        )
        .select_from(Booth)
        .join(Employer, Employer.id == Booth.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .outerjoin(Room, Room.id == Booth.room_id)
        .outerjoin(Site, Site.id == Room.site_id)
    )


def _rows(session: Session, found: Select[Any]) -> list[BoothRow]:
    return [BoothRow(**{**row._mapping, "hiring": bool(row.hiring)}) for row in session.execute(found)]


def get_booth(session: Session, booth_id: int, now: datetime) -> BoothRow:
    """Return the booth, visible or not; NotFound where there is none."""
    rows = _rows(session, _select(now).where(Booth.id == booth_id))
    if not rows:
        raise NotFound
    return rows[0]


def hiring_booths(
    session: Session, fair_id: int, now: datetime, after: int | None = None, limit: int = 50
) -> list[BoothRow]:
    """Return the booths of a fair that are hiring now in order of id, at most `limit + 1`, above an id."""
    found = _select(now).where(Booth.fair_id == fair_id, Booth.status == "approved", hiring(now))
    if after is not None:
        found = found.where(Booth.id > after)
    return _rows(session, found.order_by(Booth.id).limit(limit + 1))


def booth_counts(session: Session, fair_ids: list[int], now: datetime) -> dict[int, int]:
    """Return how many booths of each fair are hiring now; one statement."""
    found = select(Booth.fair_id, func.count()).where(
        Booth.fair_id.in_(fair_ids), Booth.status == "approved", hiring(now)
    )
    return {row[0]: row[1] for row in session.execute(found.group_by(Booth.fair_id))}


def approved_counts(session: Session, fair_ids: list[int], now: datetime) -> dict[int, int]:
    """Return how many booths of each fair are approved, hiring or not."""
    return _approved(session, fair_ids, select(Booth.fair_id, func.count()))


def unplaced_counts(session: Session, fair_ids: list[int], now: datetime) -> dict[int, int]:
    """Return how many approved booths of each fair have no place in a hall."""
    return _approved(session, fair_ids, select(Booth.fair_id, func.count()).where(Booth.room_id.is_(None)))


def _approved(session: Session, fair_ids: list[int], counted: Any) -> dict[int, int]:
    found = counted.where(Booth.fair_id.in_(fair_ids), Booth.status == "approved").group_by(Booth.fair_id)
    return {row[0]: row[1] for row in session.execute(found)}


def booths_of_employers(
    session: Session, employer_ids: Iterable[int], now: datetime, limit: int = 100
) -> list[BoothRow]:
    """Return the booths of these employers over all fairs, the latest fair first."""
    found = _select(now).where(Booth.employer_id.in_(sorted(set(employer_ids))))
    return _rows(session, found.order_by(Fair.starts_at.desc(), Booth.id.desc()).limit(limit))


def booths_at(session: Session, fair_id: int, employer_ids: Iterable[int], now: datetime) -> list[BoothRow]:
    """Return the booths that these employers have at a fair, in any status."""
    found = _select(now).where(Booth.fair_id == fair_id, Booth.employer_id.in_(sorted(set(employer_ids))))
    return _rows(session, found.order_by(Booth.id))


def employers_at(session: Session, fair_id: int, *, key: str = "", limit: int = 500) -> Sequence[Employer]:
    """Return the employers that had a booth at the fair, by name: those whose name_key begins so."""
    found = select(Employer).join(Booth, Booth.employer_id == Employer.id)
    found = found.where(Booth.fair_id == fair_id, Booth.status == "approved")
    if key:
        found = found.where(Employer.name_key.startswith(key, autoescape=True))
    return session.scalars(found.order_by(Employer.name, Employer.id).limit(limit)).all()


def organized_booths(
    session: Session,
    fair_id: int,
    now: datetime,
    *,
    status: str = "",
    is_hiring: bool | None = None,
    is_ready: bool = False,
    after: int | None = None,
    limit: int = 100,
) -> list[BoothRow]:
    """Return the booths of a fair in order of id, at most `limit + 1`, above an id: for its organizer.

    With `is_ready` those that applied and would be seen at once if they were approved.
    """
    found = _select(now).where(Booth.fair_id == fair_id)
    if status:
        found = found.where(Booth.status == status)
    if is_hiring is not None:
        found = found.where(hiring(now) if is_hiring else ~hiring(now))
    if is_ready:
        found = found.where(lacks_approval(now))
    if after is not None:
        found = found.where(Booth.id > after)
    return _rows(session, found.order_by(Booth.id).limit(limit + 1))


def status_counts(session: Session, fair_id: int) -> dict[str, int]:
    """Return how many booths of the fair have each status."""
    found = select(Booth.status, func.count()).where(Booth.fair_id == fair_id).group_by(Booth.status)
    return {row[0]: row[1] for row in session.execute(found)}


def listings_at_gate(session: Session, booth_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """Return of each booth's listings what the gate looks at; one statement, for rules.why_not_hiring."""
    names = ("booth_id", "opens_at", "closes_at", "closed_at", "headcount", "filled", "legal_until")
    found = select(*(Listing.__table__.c[name] for name in names)).where(Listing.booth_id.in_(sorted(set(booth_ids))))
    grouped: dict[int, list[Row[Any]]] = {}
    for row in session.execute(found):
        grouped.setdefault(row.booth_id, []).append(row)
    return grouped
