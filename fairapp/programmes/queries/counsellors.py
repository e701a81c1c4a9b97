"""Reads of counsellors: their loads, whom each has, who waits, and who has counselled somebody before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, null, select
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account, Membership
from fairapp.accounts.queries import segments_by_id
from fairapp.agencies.models import Agency
from fairapp.agencies.queries import AgencyFacts, agencies_of, get_agency, with_ancestors
from fairapp.errors import NotFound
from fairapp.programmes.models import Assignment, Counsellor, CounsellorWait
from fairapp.programmes.rules import USUAL_LIMIT, Load, is_away

MOST_COUNSELLORS = 300
MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class CounsellorRow:
    """A counsellor of an agency, with her load and her absence."""

    account_id: int
    name: str
    people: int
    limit: int
    away_from: date | None
    away_until: date | None
    away: bool

    @property
    def load(self) -> Load:
        """As the fair choice sees her."""
        return Load(self.account_id, self.people, self.limit)


def lock_agency(session: Session, agency_id: int) -> None:
    """Keep others from assigning at this agency until the transaction ends, so that no limit is passed by two at once.

    NotFound where there is no such agency. On SQLite a write has the whole database anyway.
    """
    found = select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True)
    if session.scalar(found) is None:
        raise NotFound


def counsellors(session: Session, agency_id: int, today: date) -> list[CounsellorRow]:
    """Return the coaches of the agency in order of id, away or not; one statement."""
    people = (
        select(Assignment.counsellor_id, func.count().label("people"))
        .where(Assignment.agency_id == agency_id, Assignment.ended_at.is_(None))
        .group_by(Assignment.counsellor_id)
        .subquery()
    )
    set_for = and_(Counsellor.account_id == Membership.account_id, Counsellor.agency_id == Membership.agency_id)
    found = (
        select(Membership.account_id, Account.name, func.coalesce(people.c.people, 0).label("people"))
        .add_columns(Counsellor.load_limit, Counsellor.away_from, Counsellor.away_until)
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(people, people.c.counsellor_id == Membership.account_id)
        .outerjoin(Counsellor, set_for)
        .where(Membership.agency_id == agency_id, Membership.role == "coach", Membership.ended_at.is_(None))
        .where(Account.disabled_at.is_(None))
        .order_by(Membership.account_id)
        .limit(MOST_COUNSELLORS)
    )
    return [
        CounsellorRow(
            row.account_id,
            row.name,
            row.people,
            USUAL_LIMIT if row.load_limit is None else row.load_limit,
            row.away_from,
            row.away_until,
            is_away(row.away_from, row.away_until, today),
        )
        for row in session.execute(found)
    ]


def present(session: Session, agency_id: int, today: date) -> list[Load]:
    """Return the loads of those who can take somebody on that day, full or not."""
    return [row.load for row in counsellors(session, agency_id, today) if not row.away]


def open_assignment(session: Session, agency_id: int, seeker_id: int) -> Assignment | None:
    """Return who counsels the person at the agency now."""
    mine = Assignment.agency_id == agency_id, Assignment.seeker_id == seeker_id, Assignment.ended_at.is_(None)
    return session.scalar(select(Assignment).where(*mine))


def case_of(session: Session, assignment_id: int, counsellor_id: int, agencies: Collection[int]) -> Assignment:
    """Return the assignment if it lasts and is this counsellor's, still one of the agency's; NotFound for anybody else."""
    found = session.get(Assignment, assignment_id)
    if found is None or found.ended_at is not None or found.counsellor_id != counsellor_id:
        raise NotFound
    if found.agency_id not in agencies:
        raise NotFound
    return found


def earlier(session: Session, agency_id: int, seeker_ids: Collection[int]) -> dict[int, list[int]]:
    """Return who counselled each of these people before at the agency, the latest first, each once."""
    found = (
        select(Assignment.seeker_id, Assignment.counsellor_id)
        .where(Assignment.seeker_id.in_(set(seeker_ids)), Assignment.agency_id == agency_id)
        .where(Assignment.ended_at.is_not(None))
        .order_by(Assignment.id.desc())
    )
    before: dict[int, list[int]] = {}
    for seeker_id, counsellor_id in session.execute(found):
        known = before.setdefault(seeker_id, [])
        if counsellor_id not in known:
            known.append(counsellor_id)
    return before


def waiting(session: Session, agency_id: int, limit: int = MOST_WAITING) -> Sequence[Any]:
    """Return who waits for a counsellor, first come first: id, seeker_id, why, since."""
    found = (
        select(CounsellorWait.id, CounsellorWait.seeker_id, CounsellorWait.why, CounsellorWait.since)
        .where(CounsellorWait.agency_id == agency_id, CounsellorWait.ended_at.is_(None))
        .order_by(CounsellorWait.id)
        .limit(limit)
    )
    return session.execute(found).all()


def people_left_alone(session: Session, agency_id: int, present_ids: Collection[int]) -> Sequence[Assignment]:
    """Return the assignments that last to counsellors who are not among those present, the oldest first."""
    found = (
        select(Assignment)
        .where(Assignment.agency_id == agency_id, Assignment.ended_at.is_(None))
        .where(Assignment.counsellor_id.not_in(set(present_ids)))
        .order_by(Assignment.began_at, Assignment.id)
    )
    return list(session.scalars(found))


def unsettled(session: Session, now: datetime, today: date, limit: int = 100) -> list[int]:
    """Return agencies where somebody waits, or is with a counsellor who is away or not one of the agency's any more."""
    belongs = (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.account_id == Assignment.counsellor_id, Membership.agency_id == Assignment.agency_id)
        .where(Membership.role == "coach", Membership.ended_at.is_(None), Account.disabled_at.is_(None))
        .correlate(Assignment)
        .exists()
    )
    away = (
        select(Counsellor.account_id)
        .where(Counsellor.account_id == Assignment.counsellor_id, Counsellor.agency_id == Assignment.agency_id)
        .where(Counsellor.away_from <= today, func.coalesce(Counsellor.away_until, today) >= today)
        .correlate(Assignment)
        .exists()
    )
    alone = select(Assignment.agency_id).where(Assignment.ended_at.is_(None), ~belongs | away)
    waits = select(CounsellorWait.agency_id).where(CounsellorWait.ended_at.is_(None))
    return sorted(session.scalars(alone.union(waits).limit(limit)))


def history(session: Session, agency_id: int, seeker_id: int, limit: int = 50) -> Sequence[Any]:
    """Return who counselled the person there, the latest first: counsellor_id, name, began_at, ended_at, why, reason."""
    found = (
        select(Assignment.counsellor_id, Account.name, Assignment.began_at, Assignment.ended_at)
        .add_columns(Assignment.why, Assignment.why_ended, Assignment.reason)
        .join(Account, Account.id == Assignment.counsellor_id)
        .where(Assignment.agency_id == agency_id, Assignment.seeker_id == seeker_id)
        .order_by(Assignment.id.desc())
        .limit(limit)
    )
    return session.execute(found).all()


def found_agency(session: Session, agency_id: int) -> AgencyFacts:
    """Return the agency of that id; NotFound where there is none."""
    found = get_agency(session, agency_id)
    if found is None:
        raise NotFound
    return found


def leads(session: Session, agency_id: int, seekers: Collection[int], on: date) -> dict[int, list[int]]:
    """Return which agency leads which of the people on: agency to seekers.

    A desk for some groups leads those who belong to them on that day; the others go to the nearest agency above it that is
    for them. Where there is none the desk keeps them: who looks for work is sent away from nowhere.
    """
    found: dict[int, list[int]] = {}
    way = with_ancestors(session, agency_id)
    desks = {one.id: one.serves for one in agencies_of(session, way)}
    if not desks[agency_id]:
        return {agency_id: sorted(seekers)}
    groups = segments_by_id(session, seekers, on)
    for seeker in sorted(seekers):
        fits = (one for one in way if not desks[one] or not groups[seeker].isdisjoint(desks[one]))
        found.setdefault(next(fits, agency_id), []).append(seeker)
    return found


def agencies_that_counsel(session: Session, limit: int = 300) -> Sequence[Any]:
    """Return the agencies that have a counsellor, by name: id, name, name_en, serves (groups; none: everybody)."""
    has = exists().where(Membership.agency_id == Agency.id, Membership.role == "coach", Membership.ended_at.is_(None))
    found = (
        select(Agency.id, Agency.name, Agency.name_en, Agency.serves)
        .where(has)
        .order_by(Agency.name, Agency.id)
        .limit(limit)
    )
    return session.execute(found).all()


def counselled_at(session: Session, seeker_id: int) -> Sequence[Any]:
    """Return where the person is counselled or waits: agency_id, name, name_en, counsellor (None: she waits)."""
    has = (
        select(Assignment.agency_id, Agency.name, Agency.name_en, Account.name.label("counsellor"))
        .join(Agency, Agency.id == Assignment.agency_id)
        .join(Account, Account.id == Assignment.counsellor_id)
        .where(Assignment.seeker_id == seeker_id, Assignment.ended_at.is_(None))
    )
    waits = (
        select(CounsellorWait.agency_id, Agency.name, Agency.name_en, null().label("counsellor"))
        .join(Agency, Agency.id == CounsellorWait.agency_id)
        .where(CounsellorWait.seeker_id == seeker_id, CounsellorWait.ended_at.is_(None))
    )
    return session.execute(has.union_all(waits)).all()


def counsellors_of(session: Session, agency_id: int, seeker_ids: Collection[int]) -> dict[int, str]:
    """Return the name of who counsels each of these people at the agency."""
    found = (
        select(Assignment.seeker_id, Account.name)
        .join(Account, Account.id == Assignment.counsellor_id)
        .where(Assignment.agency_id == agency_id, Assignment.seeker_id.in_(set(seeker_ids)))
        .where(Assignment.ended_at.is_(None))
    )
    return {row.seeker_id: row.name for row in session.execute(found)}
