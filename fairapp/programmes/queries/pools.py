"""Reads of pools: who is in one is computed at `now`, as the hiring gate is; nothing has to run for it to be true."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from fairapp.accounts.models import Account, Profile
from fairapp.agencies.models import Agency
from fairapp.errors import NotFound
from fairapp.outcomes.models import Outcome
from fairapp.outcomes.queries import counting, with_below
from fairapp.programmes import rules
from fairapp.programmes.models import Assignment, Enrolment, Homecoming, Pool, PoolCounsellor, PoolEntry

MOST_MEMBERS = 20_000  # of one pool

# Filled where agencies agree to share: further agencies whose enrolments count for this one at `now`.
partner_agencies: list[Callable[[Session, int, datetime], Collection[int]]] = []


class days_between(FunctionElement[int]):  # noqa: N801 - reads as a function in SQL
    """The days from the second calendar day to the first."""

    type = Integer()
    inherit_cache = True
    name = "days_between"


@compiles(days_between, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST({later} AS date) - CAST({earlier} AS date))"


@compiles(days_between, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is in a pool at `now`, and the first day on which she could work."""

    seeker_id: int
    available_from: date


def sources(session: Session, agency_id: int, now: datetime) -> list[int]:
    """Return the agencies whose enrolments count for the pools of this one: itself, those below it, and its partners."""
    more = {one for hook in partner_agencies for one in hook(session, agency_id, now)}
    return sorted({*with_below(session, [agency_id]), *more})


def _enrolled(agencies: Collection[int], kind: str, *conditions: Any) -> Any:
    return select(Enrolment.account_id.label("seeker_id"), func.min(Enrolment.ends_on).label("ends_on")).where(
        Enrolment.agency_id.in_(agencies), Enrolment.kind == kind, Enrolment.state != "dropped", *conditions
    ).group_by(Enrolment.account_id)  # fmt: skip


def _trainees(pool: Pool, agencies: Collection[int], today: date) -> Any:
    """rules.trainee_from as a statement; a test compares them."""
    here = bindparam("today", today, type_=Date(), unique=True)
    passed = days_between(here, Enrolment.starts_on)
    days = days_between(Enrolment.ends_on, Enrolment.starts_on) + 1
    enough = 100 * passed >= pool.share * days
    return _enrolled(agencies, "course", Enrolment.ends_on >= today - rules.STAYS, enough)


def _graduates(pool: Pool, agencies: Collection[int], today: date) -> Any:
    last = rules.graduating_until(today, pool.months_before)
    return _enrolled(agencies, "school", Enrolment.ends_on >= today - rules.STUDENTS_STAY, Enrolment.ends_on <= last)


def _public_work(pool: Pool, agencies: Collection[int], today: date) -> Any:
    going = or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today - rules.STAYS)
    return _enrolled(agencies, "public_work", Enrolment.starts_on <= today, going)


def _returnees(region: str | None) -> Any:
    """Select who wants to come back to the agency's 시도 and lives in another one, or abroad, which has no region."""
    area = (region or "--")[:2]
    before_from = func.coalesce(Homecoming.from_on, literal(None, Date()))
    return (
        select(Homecoming.account_id.label("seeker_id"), before_from.label("ends_on"))
        .join(Profile, Profile.account_id == Homecoming.account_id)
        .where(Homecoming.home_region >= f"{area}000", Homecoming.home_region <= f"{area}999")
        .where(func.coalesce(func.substr(Profile.region, 1, 2), "") != area)
    )


def _counselled(pool: Pool, today: date) -> Any:
    """Select those whom the agency counsels and who belong to the pool's group; `open` is for all of them."""
    found = (
        select(Assignment.seeker_id, literal(None, Date()).label("ends_on"))
        .outerjoin(Profile, Profile.account_id == Assignment.seeker_id)
        .where(Assignment.agency_id == pool.agency_id, Assignment.ended_at.is_(None))
    )
    said = Profile.segment == pool.kind
    if pool.kind == "youth":
        after, until = rules.youth_born(today)
        young = and_(Profile.birth_date > after, Profile.birth_date <= until)
        return found.where(or_(young, and_(Profile.birth_date.is_(None), said)))
    if pool.kind == "age_50_plus":
        older = Profile.birth_date <= rules.older_born_until(today)
        return found.where(or_(older, and_(Profile.birth_date.is_(None), said)))
    return found.where(said) if pool.kind == "career_break" else found


def _whose(session: Session, pool: Pool, now: datetime) -> Any:
    today = rules.day_of(now)
    makers = {"trainees": _trainees, "graduates": _graduates, "public_work": _public_work}
    if pool.kind in makers:
        return makers[pool.kind](pool, sources(session, pool.agency_id, now), today)
    if pool.kind == "returnees":
        return _returnees(session.scalar(select(Agency.region).where(Agency.id == pool.agency_id)))
    return _counselled(pool, today)


def members(
    session: Session, pool: Pool, now: datetime, *, after: int = 0, limit: int = MOST_MEMBERS, only: int | None = None
) -> list[Member]:
    """Return who is in the pool at `now` by id, those after an id: nobody once it has ended, nobody hired within a year."""
    today = rules.day_of(now)
    if pool.ends_on is not None and pool.ends_on < today:
        return []
    whose = _whose(session, pool, now).subquery()
    hired = select(Outcome.id).where(
        Outcome.seeker_id == whose.c.seeker_id,
        Outcome.stage == "hired",
        Outcome.on > today - rules.PLACED_FOR,
        counting.stands(Outcome, counting.FOREVER),
        ~counting.is_undone(Outcome, counting.FOREVER),
    )
    found = (
        select(whose.c.seeker_id, whose.c.ends_on)
        .join(Account, Account.id == whose.c.seeker_id)
        .where(Account.disabled_at.is_(None), whose.c.seeker_id > after, ~hired.correlate(whose).exists())
        .order_by(whose.c.seeker_id)
        .limit(limit)
    )
    if only is not None:
        found = found.where(whose.c.seeker_id == only)
    home = pool.kind == "returnees"
    rows = session.execute(found).all()
    return [
        Member(row.seeker_id, max(today, row.ends_on or today) if home else rules.available_from(row.ends_on, today))
        for row in rows
    ]


def get_pool(session: Session, pool_id: int) -> Pool:
    """Return the pool; NotFound where there is none."""
    found = session.get(Pool, pool_id)
    if found is None:
        raise NotFound
    return found


def pools_of(session: Session, agency_ids: Collection[int], today: date, limit: int = 100) -> Sequence[Pool]:
    """Return the agencies' pools that go on, by id."""
    going = or_(Pool.ends_on.is_(None), Pool.ends_on >= today)
    found = select(Pool).where(Pool.agency_id.in_(set(agency_ids)), going).order_by(Pool.id).limit(limit)
    return list(session.scalars(found))


def every_pool(session: Session, today: date) -> list[int]:
    """Return all pools that go on, and those that ended yesterday: whoever was in it leaves."""
    found = select(Pool.id).where(or_(Pool.ends_on.is_(None), Pool.ends_on >= today - rules.STAYS))
    return list(session.scalars(found.order_by(Pool.id)))


def pool_counsellors(session: Session, pool_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Return the counsellors in charge of each pool: (account, name)."""
    found = (
        select(PoolCounsellor.pool_id, PoolCounsellor.account_id, Account.name)
        .join(Account, Account.id == PoolCounsellor.account_id)
        .where(PoolCounsellor.pool_id.in_(set(pool_ids)))
        .order_by(PoolCounsellor.account_id)
    )
    named: dict[int, list[tuple[int, str]]] = {}
    for row in session.execute(found):
        named.setdefault(row.pool_id, []).append((row.account_id, row.name))
    return named


def last_entries(session: Session, pool_id: int) -> dict[int, tuple[int, str]]:
    """Return the last entry of everybody who was ever seen in the pool: number and what."""
    newest = (
        select(PoolEntry.account_id, func.max(PoolEntry.no).label("no"))
        .where(PoolEntry.pool_id == pool_id)
        .group_by(PoolEntry.account_id)
        .subquery()
    )
    same = and_(PoolEntry.account_id == newest.c.account_id, PoolEntry.no == newest.c.no)
    found = select(PoolEntry.account_id, PoolEntry.no, PoolEntry.what).join(newest, same)
    return {row.account_id: (row.no, row.what) for row in session.execute(found.where(PoolEntry.pool_id == pool_id))}


def pools_entered(session: Session, seeker_id: int, agency_id: int, limit: int = 50) -> Sequence[Any]:
    """Return what the job saw of the person in the agency's pools, the latest first: PoolEntry, name, name_en."""
    found = (
        select(PoolEntry, Pool.name, Pool.name_en)
        .join(Pool, Pool.id == PoolEntry.pool_id)
        .where(PoolEntry.account_id == seeker_id, Pool.agency_id == agency_id)
        .order_by(PoolEntry.id.desc())
        .limit(limit)
    )
    return session.execute(found).all()


def enrolments_of(session: Session, seeker_id: int, agency_ids: Collection[int], limit: int = 50) -> Sequence[Any]:
    """Return what the person is or was in at these agencies, the latest first: Enrolment, and the agency's names."""
    found = (
        select(Enrolment, Agency.name, Agency.name_en)
        .join(Agency, Agency.id == Enrolment.agency_id)
        .where(Enrolment.account_id == seeker_id, Enrolment.agency_id.in_(set(agency_ids)))
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
        .limit(limit)
    )
    return session.execute(found).all()
